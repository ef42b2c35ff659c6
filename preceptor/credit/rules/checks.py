"""A file that somebody holds against the ledger: what kind it is, what it says, where it says otherwise. Plain Python.

What comes in is anybody's: every value is looked at as one that may be of any shape and size.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from preceptor.accreditation.rules import us_date
from preceptor.kernel.credits import plain
from preceptor.kernel.texts import storable

# In bytes. A certificate of ours has a few hundred thousand; a credential a few thousand.
MOST_FILE, MOST_TEXT = 2 * 2**20, 65_536
# What is shown of one value, in characters.
SHOWN = 200
# How long the result of a check can be looked at, and how many may wait at once.
KEEP_CHECKS = timedelta(hours=1)
MOST_WAITING = 60
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
Path = tuple[str | int, ...]


class FileKind(StrEnum):
    """What can be checked."""

    PDF = "pdf"
    JSON = "json"
    TOKEN = "jwt"  # noqa: S105 - the name of a format


class Verdict(StrEnum):
    """What the signature says of a file, whatever the ledger says."""

    INTACT = "intact"
    ALTERED = "altered"
    FOREIGN = "foreign"
    OTHER = "other"
    UNREADABLE = "unreadable"
    TOO_SLOW = "too_slow"


# Verdict → title and sentence.
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.ALTERED: ("This file was altered", "It no longer is what was signed, so nothing in it can be trusted."),
    Verdict.FOREIGN: (
        "This file was not signed here",
        "It carries no signature of this site. It may be a certificate of somebody else, a copy that was saved anew or printed to a file, or a forgery.",
    ),
    Verdict.OTHER: ("This file is no certificate", "It is signed or shaped as something else: a transcript, for example."),
    Verdict.UNREADABLE: ("This file cannot be read", "It may be damaged, incomplete, or of another kind than its beginning says."),
    Verdict.TOO_SLOW: (
        "This file took too long to check",
        "A certificate of this site is read within a second or two. This file asks for far more.",
    ),
}
UNKNOWN = (
    "No such certificate is recorded",
    "Its signature is in order, but the ledger has no certificate with its serial. Please tell the provider.",
)
DIFFERS = ("This file is not what is recorded", "Its signature is in order, but the ledger says otherwise. Please tell the provider.")

# What is compared and shown, and where it stands in the facts that are attached to a PDF, and in a credential.
_PAYLOAD: Mapping[str, Path] = {
    "Name": ("printed_name",), "Activity": ("title",), "Amount": ("amount",), "Unit": ("unit",), "Certificate": ("certificate_title",),
    "Completed": ("completed_on",), "Provider": ("provider", "name"), "Serial": ("serial",),
}  # fmt: skip
_SUBJECT = "credentialSubject"
_CREDENTIAL: Mapping[str, Path] = {
    "Name": (_SUBJECT, "identifier", 0, "identityHash"), "Activity": (_SUBJECT, "achievement", "name"),
    "Amount": (_SUBJECT, "result", 0, "value"), "Unit": (_SUBJECT, "achievement", "resultDescription", 0, "name"),
    "Certificate": ("description",), "Completed": (_SUBJECT, "activityEndDate"), "Provider": ("issuer", "name"),
    "Serial": (_SUBJECT, "licenseNumber"),
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One fact that a file and the ledger tell differently."""

    label: str
    said: str
    held: str


def kind_of(data: bytes) -> FileKind | None:
    """What a file or text is by its beginning, or None for what cannot be checked."""
    text = data[:MOST_TEXT].removeprefix(b"\xef\xbb\xbf").strip()
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    if text.startswith(b"{"):
        return FileKind.JSON
    return FileKind.TOKEN if _TOKEN.fullmatch(text) else None


def facts_in(document: Mapping[str, Any], *, is_credential: bool) -> dict[str, str]:
    """What a document says, by label; "" where it says nothing. Of any shape, never raises."""
    paths = _CREDENTIAL if is_credential else _PAYLOAD
    return {label: _shown(label, _at(document, path)) for label, path in paths.items()}


def differences(said: Mapping[str, Any], held: Mapping[str, Any], *, is_credential: bool) -> list[Difference]:
    """Where what a file says is not what the ledger holds. A name that was erased here is not compared."""
    theirs, ours = facts_in(said, is_credential=is_credential), facts_in(held, is_credential=is_credential)
    compared = [label for label in ours if label != "Name" or ours[label]]
    return [Difference(label, theirs[label], ours[label]) for label in compared if theirs[label] != ours[label]]


def without(document: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The document without some of its members."""
    return {key: value for key, value in document.items() if key not in names}


def _at(value: Any, path: Path) -> Any:
    for key in path:
        if isinstance(key, str) and isinstance(value, dict):
            value = value.get(key)
        elif isinstance(key, int) and isinstance(value, list) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def _shown(label: str, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return "" if value is None else "something that is no text"
    text = storable(str(value)).replace("*", "")
    if label == "Completed":
        text = _day(text)
    if label == "Amount":
        text = _amount(text)
    if label == "Serial":
        text = text.replace("-", "")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _day(text: str) -> str:
    try:
        return us_date(date.fromisoformat(text.removesuffix("T00:00:00Z")))
    except ValueError:
        return text


def _amount(text: str) -> str:
    return plain(Decimal(text)) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", text) else text
