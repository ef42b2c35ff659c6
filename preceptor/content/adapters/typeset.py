"""Typesetting the printable copy: data in, PDF out. Nothing of the data is evaluated, and nothing is fetched."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import fontpkg_ibm_plex_sans
import fontpkg_noto_sans
import fontpkg_source_serif_4
import typst

TEMPLATE = Path(__file__).with_name("printable.typ")
FONT_FOLDERS = [Path(package.__file__).parent / "files" for package in (fontpkg_source_serif_4, fontpkg_ibm_plex_sans, fontpkg_noto_sans)]
STANDARD = "ua-1"


@dataclass(frozen=True)
class Typeset:
    """A PDF and the standard that it keeps: "ua-1", or "" when a character that no font holds made that impossible."""

    data: bytes
    standard: str


def typeset(values: dict[str, Any], *, at: datetime) -> Typeset:
    """The printable copy, the same bytes for the same values and moment."""
    try:
        return Typeset(_compiled(values, [STANDARD], at), STANDARD)
    except typst.TypstError:
        return Typeset(_compiled(values, [], at), "")


def _compiled(values: dict[str, Any], standards: list[str], at: datetime) -> bytes:
    data = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(folder) for folder in FONT_FOLDERS],
        ignore_system_fonts=False,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=standards,
        timestamp=at,
        format="pdf",
    )
    return bytes(data)
