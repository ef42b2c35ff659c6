"""The words of a PDF, read through its own ToUnicode tables: no program that a machine may not have."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pikepdf


def words_of_pdf(data: bytes) -> str:
    """All text, one space between any two pieces of it; see `compact` for comparing."""
    pieces: list[str] = []
    with pikepdf.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            fonts = {name: _table(font) for name, font in (page.Resources.get("/Font") or {}).items()}
            table: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    table = fonts[str(operands[0])]
                elif str(operator) in {"Tj", "TJ"}:
                    pieces.append("".join(_decoded(part, table) for part in _strings(operands[0])))
    return " ".join(pieces)


def compact(text: str) -> str:
    """Without spaces and ligatures: how a line is broken or set in pieces does not count."""
    return re.sub(r"\s+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


def _strings(operand: Any) -> list[bytes]:
    parts = list(operand) if isinstance(operand, pikepdf.Array) else [operand]
    return [bytes(part) for part in parts if isinstance(part, pikepdf.String)]


def _decoded(codes: bytes, table: dict[int, str]) -> str:
    return "".join(table.get(int.from_bytes(codes[i : i + 2], "big"), "") for i in range(0, len(codes), 2))


def _table(font: Any) -> dict[int, str]:
    """Code → text of a two-byte font."""
    cmap = font.ToUnicode.read_bytes().decode("latin-1")
    table: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
        table |= {int(code, 16): _text(text) for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block)}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(text, 16)
            table |= {code: chr(start + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
    return table


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
