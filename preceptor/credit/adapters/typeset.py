"""Certificates and transcripts as PDF.

Heavy (the typesetter is a large library): only a worker imports this module.
"""

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from preceptor.credit.adapters.qr import qr_file
from preceptor.credit.rules import Face
from preceptor.ui import covers
from preceptor.ui.typesetting import Standard, Typeset, typeset

HERE = Path(__file__).parent
# Accessible (PDF/UA-1) and made to be kept, with its facts attached (PDF/A-3a), in one file.
STANDARDS: tuple[Standard, ...] = ("ua-1", "a-3a")
# Landscape, in hundredths of an inch.
PAPERS = {"letter": (1100, 850), "a4": (1169, 827)}


def typeset_certificate(face: Face, *, payload_json: bytes, paper: str = "letter", at: datetime) -> Typeset:
    """The certificate on `paper` with `payload_json` attached as certificate.json: the same bytes for the same words, facts and moment."""
    values = {**asdict(face), "check_at": face.check_at, "paper": paper}
    values |= {"unit": _runs(face.unit), "designated": _runs(face.designated), "fine": [_runs(line) for line in face.fine]}
    drawn = {"qr": qr_file(face.verify_url), "frame": _frame(paper), "seal": _seal()}
    return typeset(HERE / "certificate.typ", values, at=at, standards=STANDARDS, drawn=drawn, attached=payload_json.decode())


def typeset_transcript(values: dict[str, Any], *, at: datetime) -> Typeset:
    """The transcript. `values` are those of `rules.transcript_payload`, all plain."""
    rows = [{**row, "amount": _runs(row["amount"])} for row in values["rows"]]
    told = [{**row, "amount": _runs(row["amount"])} for row in values["told"]]
    sums = {name: [_runs(total) for total in values[name]] for name in ("totals", "told_totals")}
    return typeset(HERE / "transcript.typ", {**values, "rows": rows, "told": told, **sums}, at=at, standards=STANDARDS)


def _runs(markdown: str) -> list[dict[str, Any]]:
    """One line of our own Markdown (only *emphasis*) as runs of text."""
    return [{"text": text, "em": bool(i % 2)} for i, text in enumerate(markdown.split("*")) if text]


@lru_cache(maxsize=len(PAPERS))
def _frame(paper: str) -> str:
    """The engraved ground, border and corners, as an SVG of the paper's size."""
    w, h = PAPERS[paper]
    corners = "".join(
        f'<circle cx="{x}" cy="{y}" r="21" fill="#fffefb" stroke="none"/>{covers.rosette(x, y, 22, 12, 5)}'
        f'<circle cx="{x}" cy="{y}" r="3.6" fill="#b8255f" stroke="none"/>'
        for x, y in ((33, 33), (w - 33, 33), (33, h - 33), (w - 33, h - 33))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" fill="none" stroke="#2d3092">'
        f'<g stroke-width=".5" opacity=".09">{covers.rosette(w / 2, h / 2 - 5, 330, 18, 7, 20)}</g>'
        f'<g stroke-width=".7" opacity=".62">{covers.guilloche(w, h, 10, 5, 33)}</g>'
        f'<rect x="11" y="11" width="{w - 22}" height="{h - 22}" stroke-width="2"/>'
        f'<rect x="57" y="57" width="{w - 114}" height="{h - 114}" stroke-width="1.1"/>'
        f'<g stroke-width=".6">{corners}</g></svg>'
    )


@lru_cache(maxsize=1)
def _seal() -> str:
    """An engraved rosette: nobody's mark, the software's least of all."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 110 110" width="110" height="110" fill="none" stroke="#2d3092">'
        f'<g stroke-width=".5">{covers.rosette(55, 55, 50, 30, 9)}</g><circle cx="55" cy="55" r="22" fill="#fffefb"/>'
        '<circle cx="55" cy="55" r="8" fill="#b8255f" stroke="none"/></svg>'
    )
