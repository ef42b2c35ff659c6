"""Tables as files that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection), in the widths in which it can be typed.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def harmless(value: object) -> str:
    """A cell that no spreadsheet evaluates: an apostrophe stands before what begins like a formula."""
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA) or text.startswith(FORMULA) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets want in order to read accents, and harmless cells."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()
