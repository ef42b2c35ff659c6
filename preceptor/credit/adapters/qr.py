"""QR codes as SVG, drawn in our own process: nobody else learns which certificate is looked at."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

# Every mask can be read; weighing all eight takes four times as long as drawing one.
MASK = 2


def qr_inline(text: str) -> SafeString:
    """An <svg> for a page: no size, no style, no title; error level M. The words beside it say the same."""
    code = segno.make(text, error="m", micro=False, mask=MASK)
    return mark_safe(code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#15162b", light="#fffefb"))  # noqa: S308 - squares


def qr_file(text: str) -> str:
    """The same as an SVG file for the typesetter."""
    out = BytesIO()
    segno.make(text, error="m", micro=False, mask=MASK).save(out, kind="svg", border=2, dark="#15162b", light="#fffefb", xmldecl=False)
    return out.getvalue().decode()
