"""The words of a PDF, read by a library, so that no program is needed that a machine may not have."""

import re

import pypdfium2


def words_of_pdf(data: bytes) -> str:
    """All text, page by page; see `compact` for comparing."""
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def compact(text: str) -> str:
    """Without spaces, ligatures and soft hyphens: how a line is broken or set in pieces does not count."""
    return re.sub(r"[\s\ufffe\u00ad]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))
