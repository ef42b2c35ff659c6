"""Documents that staff add as evidence: told by their content, whatever they are called. Plain Python, for every room that takes files."""

from collections.abc import Iterable
from dataclasses import dataclass

LARGEST_DOCUMENT = 20 * 1024 * 1024


@dataclass(frozen=True)
class DocumentKind:
    """What a file is: its media type, its endings (the first is the one it is kept under), and the bytes with which it begins."""

    media_type: str
    endings: tuple[str, ...]
    magic: bytes = b""


PDF = DocumentKind("application/pdf", (".pdf",), b"%PDF-")
PNG = DocumentKind("image/png", (".png",), b"\x89PNG\r\n\x1a\n")
JPEG = DocumentKind("image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff")
# Plain words: it has no magic, and is told by what it does not hold.
TEXT = DocumentKind("text/plain", (".txt", ".eml"))
SCANS = (PDF, PNG, JPEG)
LETTERS = (*SCANS, TEXT)

_BINARY = bytes({*range(32)} - {*b"\t\n\f\r\x1b"})


def document_kind(data: bytes, kinds: Iterable[DocumentKind] = LETTERS) -> DocumentKind | None:
    """Which of the kinds a file is, by its bytes; None for anything else: empty, a program, an archive, a picture of another kind."""
    for kind in kinds:
        if kind.magic and data.startswith(kind.magic):
            return kind
        if not kind.magic and _is_text(data):
            return kind
    return None


def document_problem(name: str, data: bytes, kinds: Iterable[DocumentKind] = LETTERS) -> str:
    """Why a file is not taken, in words; "" when it is. A name with an ending has to say what the bytes say."""
    kinds = tuple(kinds)
    if len(data) > LARGEST_DOCUMENT:
        return f"The file is larger than {LARGEST_DOCUMENT // 1024 // 1024} MB."
    kind = document_kind(data, kinds)
    if kind is None:
        return f"The file is not {_named(kinds)}."
    if name and not name.lower().endswith(kind.endings):
        return f"The file is called {name.rpartition('/')[2]}, but what is in it is {_called(kind)}."
    return ""


def _is_text(data: bytes) -> bool:
    """Words in UTF-8 or a Western code page: something other than blanks, and no byte that only binary files hold."""
    is_known = any(data.startswith(kind.magic) for kind in SCANS)
    return bool(data.strip()) and not is_known and not data.translate(None, bytes(set(range(256)) - set(_BINARY)))


def _called(kind: DocumentKind) -> str:
    return "text or an e-mail" if kind is TEXT else f"a {kind.media_type.rpartition('/')[2].upper()}"


def _named(kinds: tuple[DocumentKind, ...]) -> str:
    names = [_called(kind) for kind in kinds]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
