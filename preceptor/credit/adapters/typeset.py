"""Typesetting certificates and transcripts: data in, PDF out. Nothing of the data is evaluated, and nothing is fetched.

Heavy (the typesetter is a large library): only a worker imports this module.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import fontpkg_ibm_plex_mono  # type: ignore[import-untyped]
import fontpkg_ibm_plex_sans  # type: ignore[import-untyped]
import fontpkg_noto_sans  # type: ignore[import-untyped]
import fontpkg_source_serif_4  # type: ignore[import-untyped]
import typst

from preceptor.credit.adapters.qr import qr_file
from preceptor.credit.rules import Face
from preceptor.ui import covers

HERE = Path(__file__).parent
FONT_FOLDERS = [
    Path(package.__file__).parent / "files"
    for package in (fontpkg_source_serif_4, fontpkg_ibm_plex_sans, fontpkg_ibm_plex_mono, fontpkg_noto_sans)
    if package.__file__
]
# Accessible (PDF/UA-1) and made to be kept (PDF/A-2a) in one file.
Standard = Literal["ua-1", "a-2a"]
STANDARDS: list[Standard] = ["ua-1", "a-2a"]


@dataclass(frozen=True)
class Typeset:
    """A PDF and the standards that it keeps; "" when a character that no font holds made that impossible."""

    data: bytes
    standard: str


def typeset_certificate(face: Face, *, at: datetime) -> Typeset:
    """The certificate, the same bytes for the same words and moment."""
    values = asdict(face) | {"check_at": face.check_at, "qr": qr_file(face.verify_url), "frame": _frame(), "seal": _seal()}
    values |= {"unit": _runs(face.unit), "designated": _runs(face.designated), "fine": [_runs(line) for line in face.fine]}
    return _typeset("certificate.typ", values, at)


def typeset_transcript(values: dict[str, Any], *, at: datetime) -> Typeset:
    """The transcript. `values` are those of `rules.transcript_payload`, all plain."""
    rows = [{**row, "amount": _runs(row["amount"])} for row in values["rows"]]
    totals = [_runs(total) for total in values["totals"]]
    return _typeset("transcript.typ", {**values, "rows": rows, "totals": totals}, at)


def _typeset(template: str, values: dict[str, Any], at: datetime) -> Typeset:
    try:
        return Typeset(_compiled(template, values, STANDARDS, at), ", ".join(STANDARDS))
    except typst.TypstError:
        return Typeset(_compiled(template, values, [], at), "")


def _compiled(template: str, values: dict[str, Any], standards: list[Standard], at: datetime) -> bytes:
    inputs = {"data": json.dumps({**values, "made": [at.year, at.month, at.day]}, ensure_ascii=False)}
    data = _compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards=list(standards), timestamp=at.replace(microsecond=0))
    assert isinstance(data, bytes)
    return data


@lru_cache(maxsize=4)
def _compiler(template: str) -> typst.Compiler:
    """One warm compiler per template and process: fonts are read once."""
    return typst.Compiler(
        str(HERE / template), root=str(HERE), font_paths=[str(folder) for folder in FONT_FOLDERS], ignore_system_fonts=False
    )


def _runs(markdown: str) -> list[dict[str, Any]]:
    """One line of our own Markdown (only *emphasis*) as runs of text."""
    return [{"text": text, "em": bool(i % 2)} for i, text in enumerate(markdown.split("*")) if text]


@lru_cache(maxsize=1)
def _frame() -> str:
    """The engraved ground, border, corners and seal, as an SVG of 1100 by 850."""
    corners = ((33, 33), (1067, 33), (33, 817), (1067, 817))
    drawn = "".join(
        f'<circle cx="{x}" cy="{y}" r="23" fill="#fffefb" stroke="none"/>{covers.rosette(x, y, 22, 12, 5)}'
        f'<circle cx="{x}" cy="{y}" r="3.6" fill="#b8255f" stroke="none"/>'
        for x, y in corners
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 850" width="1100" height="850" fill="none" stroke="#2d3092">'
        f'<g stroke-width=".5" opacity=".09">{covers.rosette(550, 420, 330, 18, 7)}</g>'
        f'<g stroke-width=".7" opacity=".62">{covers.guilloche(1100, 850, 10, 5, 33)}</g>'
        '<rect x="11" y="11" width="1078" height="828" stroke-width="2"/><rect x="57" y="57" width="986" height="736" stroke-width="1.1"/>'
        f'<g stroke-width=".6">{drawn}</g></svg>'
    )


@lru_cache(maxsize=1)
def _seal() -> str:
    """An engraved rosette: nobody's mark, the software's least of all."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 110 110" width="110" height="110" fill="none" stroke="#2d3092">'
        f'<g stroke-width=".5">{covers.rosette(55, 55, 50, 30, 9)}</g><circle cx="55" cy="55" r="22" fill="#fffefb"/>'
        '<circle cx="55" cy="55" r="8" fill="#b8255f" stroke="none"/></svg>'
    )
