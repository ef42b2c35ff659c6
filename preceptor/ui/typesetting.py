"""Typesetting for every room that prints: data in, PDF out. Nothing of the data is evaluated, and nothing is fetched.

Heavy (the typesetter is a large library): only workers and commands import this module.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
    "fontpkg_ibm_plex_sans_arabic",
    "fontpkg_noto_sans_arabic",
    "fontpkg_heebo",
    "fontpkg_noto_sans_devanagari",
)
# PDF/UA-1: accessible. PDF/A-3a: made to be kept, with the data that it was made from inside.
Standard = Literal["ua-1", "a-3a"]
COMPILERS = 8
# Invisible characters that belong to how a script is written: joiners, marks of direction, soft hyphen. All others of their kind are left out,
# overrides of direction among them, which would have a name read as another.
KEPT_INVISIBLE = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f"
# A run of letters longer than any word may be broken after every so many.
LONGEST_WORD, PIECE = 50, 25
# Accents on one letter; a pile of them would cover what stands above and below.
MOST_ACCENTS = 6


@dataclass(frozen=True)
class Typeset:
    """A PDF and the standards that it keeps; "" when a character that no font holds made that impossible: then `problem` says which."""

    data: bytes
    standard: str
    problem: str = ""


def typeset(
    template: Path,
    values: Mapping[str, Any],
    *,
    at: datetime,
    standards: Sequence[Standard],
    drawn: Mapping[str, str] | None = None,
    attached: str | None = None,
) -> Typeset:
    """One PDF, the same bytes for the same template, values, moment and fonts.

    The template reads `values` as JSON from sys.inputs.data, each text of them `drawable`, each of `drawn` (SVG) under its own name, and
    `attached` exactly as it is. A character that no font holds does not stop a document: it is made without the standards, and says so.
    """
    inputs = {**(drawn or {}), "data": json.dumps(_drawable({"made": [at.year, at.month, at.day], **values}), ensure_ascii=False)}
    inputs |= {} if attached is None else {"attached": attached}
    try:
        return Typeset(_compiled(template, inputs, standards, at), ", ".join(standards))
    except typst.TypstError as wrong:
        return Typeset(_compiled(template, inputs, [], at), "", _problem(wrong))


def drawable(text: str) -> str:
    """A text as it can be drawn on paper: composed, on one line, without characters that draw nothing but change how others are read.

    What is no character at all (controls, halves of pairs) becomes U+FFFD, so that it is seen. Letters in endless rows may be broken, at a U+200B: a
    template takes these out of an address that a link leads to.
    """
    words = "".join(map(_drawn, _few_accents(unicodedata.normalize("NFC", text)))).split(" ")
    return " ".join(word if len(word) <= LONGEST_WORD else _breakable(word) for word in words)


def _few_accents(text: str) -> Iterator[str]:
    if text.isascii():
        yield from text
        return
    row = 0
    for character in text:
        row = row + 1 if unicodedata.category(character) == "Mn" else 0
        if row <= MOST_ACCENTS:
            yield character


def _drawn(character: str) -> str:
    if " " <= character <= "~":
        return character
    kind = unicodedata.category(character)
    if character.isspace() and character != "\u00a0":
        return " "
    if kind == "Cf":
        return character if character in KEPT_INVISIBLE else ""
    is_nothing = kind in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return "\ufffd" if is_nothing else character


def _breakable(word: str) -> str:
    """With a place to break after about every PIECE characters, never before an accent or a joiner."""
    made, since = [], 0
    for character in word:
        if since >= PIECE and unicodedata.category(character)[0] not in "MCS":
            made.append("\u200b")
            since = 0
        made.append(character)
        since += 1
    return "".join(made)


def _drawable(value: Any) -> Any:
    match value:
        case str():
            return drawable(value)
        case Mapping():
            return {key: _drawable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_drawable(inner) for inner in value]
    return value


def _compiled(template: Path, inputs: dict[str, str], standards: Sequence[Standard], at: datetime) -> bytes:
    data = _compiler(template, _folders(), settings.SYSTEM_FONTS).compile(
        format="pdf", sys_inputs=inputs, pdf_standards=list(standards), timestamp=at.replace(microsecond=0)
    )
    assert isinstance(data, bytes)
    return data


def _problem(wrong: Exception) -> str:
    """For the operator: which script lacks a font. It holds nobody's name, not in code points either."""
    said = str(getattr(wrong, "message", "") or wrong)
    quoted = re.search(r'`"(.*?)"`', said)
    character = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), quoted[1])[:1] if quoted else ""
    if not character:
        return "it does not keep the standards"
    kind = "private use" if unicodedata.category(character) == "Co" else unicodedata.name(character, "UNASSIGNED").split()[0].lower()
    if unicodedata.category(character).startswith("S"):
        kind = "symbols"
    return f"no installed font holds a character of the kind: {kind}"


@lru_cache(maxsize=COMPILERS)
def _compiler(template: Path, folders: tuple[str, ...], has_system: bool) -> typst.Compiler:
    """One warm compiler per template and process."""
    return typst.Compiler(str(template), root=str(template.parent), font_paths=_fonts(folders, has_system))


@lru_cache(maxsize=2)
def _fonts(folders: tuple[str, ...], has_system: bool) -> typst.Fonts:
    """The fonts of the packages, then those of FONT_DIRS and of the system; read once for all templates."""
    return typst.Fonts(include_system_fonts=has_system, include_embedded_fonts=False, font_paths=list(folders))


def _folders() -> tuple[str, ...]:
    return (*_package_folders(), *map(str, settings.FONT_DIRS))


@lru_cache(maxsize=1)
def _package_folders() -> tuple[str, ...]:
    specs = [find_spec(package) for package in FONT_PACKAGES]
    return tuple(str(Path(spec.origin).parent / "files") for spec in specs if spec and spec.origin)
