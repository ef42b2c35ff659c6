"""Typesetting for every room that prints: data in, PDF out. Nothing of the data is evaluated, and nothing is fetched.

Heavy (the typesetter is a large library): only workers and commands import this module.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

# In the order in which a character looks for a font: Latin, Greek, Cyrillic and Vietnamese first, then Arabic, Hebrew and Devanagari.
FONT_PACKAGES = (
    "fontpkg_source_serif_4",
    "fontpkg_ibm_plex_sans",
    "fontpkg_ibm_plex_mono",
    "fontpkg_noto_sans",
    "fontpkg_noto_sans_arabic",
    "fontpkg_heebo",
    "fontpkg_noto_sans_devanagari",
)
# PDF/UA-1: accessible. PDF/A-3a: made to be kept, with the data that it was made from inside.
Standard = Literal["ua-1", "a-3a"]
COMPILERS = 8


@dataclass(frozen=True)
class Typeset:
    """A PDF and the standards that it keeps; "" when a character that no font holds made that impossible: then `problem` says which."""

    data: bytes
    standard: str
    problem: str = ""


def typeset(
    template: Path, values: Mapping[str, Any], *, at: datetime, standards: Sequence[Standard], drawn: Mapping[str, str] | None = None
) -> Typeset:
    """One PDF, the same bytes for the same template, values, moment and fonts.

    The template reads `values` as JSON from sys.inputs.data, and each of `drawn` (SVG) under its own name. A character that no font holds
    does not stop a document: it is made without the standards, and says so.
    """
    inputs = {**(drawn or {}), "data": json.dumps({"made": [at.year, at.month, at.day], **values}, ensure_ascii=False)}
    try:
        return Typeset(_compiled(template, inputs, standards, at), ", ".join(standards))
    except typst.TypstError as wrong:
        return Typeset(_compiled(template, inputs, [], at), "", _problem(wrong))


def _compiled(template: Path, inputs: dict[str, str], standards: Sequence[Standard], at: datetime) -> bytes:
    data = _compiler(template, _folders()).compile(
        format="pdf", sys_inputs=inputs, pdf_standards=list(standards), timestamp=at.replace(microsecond=0)
    )
    assert isinstance(data, bytes)
    return data


def _problem(wrong: Exception) -> str:
    """What the typesetter says, with characters as code points: a sentence for the operator that holds nobody's name."""
    said = str(getattr(wrong, "message", "") or wrong).strip().splitlines()[0]
    return re.sub(r"[^\x20-\x7e]", lambda found: f"U+{ord(found[0]):04X}", said)[:300]


@lru_cache(maxsize=COMPILERS)
def _compiler(template: Path, folders: tuple[str, ...]) -> typst.Compiler:
    """One warm compiler per template and process."""
    return typst.Compiler(str(template), root=str(template.parent), font_paths=_fonts(folders))


@lru_cache(maxsize=2)
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """The fonts of the packages, then those of FONT_DIRS and of the system; read once for all templates."""
    return typst.Fonts(include_system_fonts=settings.SYSTEM_FONTS, include_embedded_fonts=False, font_paths=list(folders))


def _folders() -> tuple[str, ...]:
    return (*_package_folders(), *map(str, settings.FONT_DIRS))


@lru_cache(maxsize=1)
def _package_folders() -> tuple[str, ...]:
    specs = [find_spec(package) for package in FONT_PACKAGES]
    return tuple(str(Path(spec.origin).parent / "files") for spec in specs if spec and spec.origin)
