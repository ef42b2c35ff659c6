"""Typesetting the printable copy: data in, PDF out. Nothing of the data is evaluated, and nothing is fetched.

Heavy (the typesetter is a large library): only a worker imports this module.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import typst

TEMPLATE = Path(__file__).with_name("printable.typ")
FONT_PACKAGES = ("fontpkg_source_serif_4", "fontpkg_ibm_plex_sans", "fontpkg_noto_sans")
STANDARD: Literal["ua-1"] = "ua-1"


@dataclass(frozen=True)
class Typeset:
    """A PDF and the standard that it keeps: "ua-1", or "" when a character that no font holds made that impossible."""

    data: bytes
    standard: str


def typeset(values: dict[str, Any], *, at: datetime) -> Typeset:
    """The printable copy, the same bytes for the same values and moment."""
    try:
        return Typeset(_compiled(values, STANDARD, at), STANDARD)
    except typst.TypstError:
        return Typeset(_compiled(values, None, at), "")


def font_folders() -> list[str]:
    """Where the packages keep their fonts."""
    specs = [find_spec(package) for package in FONT_PACKAGES]
    return [str(Path(spec.origin).parent / "files") for spec in specs if spec and spec.origin]


def _compiled(values: dict[str, Any], standard: Literal["ua-1"] | None, at: datetime) -> bytes:
    data = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=font_folders(),
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=standard,
        timestamp=at.replace(microsecond=0),
        format="pdf",
    )
    return bytes(data)
