"""Delivery reports that come by mail (RFC 3464), read as what anybody may have sent.

Only what is looked for is taken apart: the outermost headers, the parts of the outermost multipart (and of one around it), the fields of the
delivery-status and the headers of the returned letter. Nothing is decoded, nothing recurses, and everything has a limit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from preceptor.mail.rules import Report, Verdict, one_line, status_in

MOST_BYTES = 1024 * 1024
_MOST_HEADERS = 64 * 1024
_MOST_PARTS, _MOST_GROUPS, _DEEPEST = 12, 20, 2
_VERDICTS = {
    "failed": Verdict.FAILED,
    "delayed": Verdict.DELAYED,
    "delivered": Verdict.DELIVERED,
    "relayed": Verdict.PASSED_ON,
    "expanded": Verdict.PASSED_ON,
}
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,200}>")
_UUID = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})(?![0-9a-f])", re.IGNORECASE)
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers")

Fields = dict[str, str]


def reports_in(data: bytes, *, sent_to: str = "") -> list[Report]:
    """What the mail reports of letters of ours; empty when it is no delivery report.

    `sent_to` is the address that the report came to, where the mail system tells it: with a * in MAIL_RETURN_PATH it names the letter.
    """
    text = data[:MOST_BYTES].decode("latin-1").replace("\r\n", "\n")
    head, body = _split(text)
    status, returned = "", Fields()
    for kind, part in _parts(head, body, depth=0):
        if kind in ("message/delivery-status", "message/global-delivery-status") and not status:
            status = part
        elif kind in _RETURNED and not returned:
            returned = _split(part)[0]
    about, *recipients = [_fields(group) for group in re.split(r"\n[ \t]*\n", status.strip("\n"), maxsplit=_MOST_GROUPS)[:_MOST_GROUPS]]
    addresses = (sent_to, *(head.get(name, "") for name in ("to", "delivered-to", "x-original-to")))
    letter = next((found[1] for text in (*addresses, about.get("original-envelope-id", "")) if (found := _UUID.search(text))), "").lower()
    found = _MESSAGE_ID.search(returned.get("message-id", ""))
    message_id = found[0] if found else ""
    whose = _whose(recipients, returned)
    return [_report(fields, letter, message_id) for fields in whose if letter or message_id]


def _whose(recipients: list[Fields], returned: Fields) -> list[Fields]:
    """The groups with an action. A letter of ours has one recipient: of several groups the ones of that address, where the returned letter tells it."""
    whose = [fields for fields in recipients if fields.get("action", "").lower() in _VERDICTS]
    to = returned.get("to", "").rpartition("<")[2].rstrip("> ").lower()
    own = [fields for fields in whose if to and to in (_address(fields, "original-recipient"), _address(fields, "final-recipient"))]
    return (own or whose)[:1]


def _address(fields: Fields, name: str) -> str:
    """`rfc822; riley@example.org` → the address."""
    return fields.get(name, "").rpartition(";")[2].strip().strip("<>").lower()


def _report(fields: Fields, letter: str, message_id: str) -> Report:
    verdict = _VERDICTS[fields["action"].lower()]
    said = fields.get("diagnostic-code", "").partition(";")
    text = (said[2] or said[0]).strip()
    status = status_in(fields.get("status", ""))
    if status and not status_in(text):
        text = f"{status} {text}"
    at = _moment(fields.get("last-attempt-date", "")) or _moment(fields.get("arrival-date", ""))
    unique = f"{letter}|{message_id}|{verdict}|{at}|{text}"
    return Report(verdict, letter, message_id, text[:2000], hashlib.sha256(unique.encode()).hexdigest(), at)


def _parts(head: Fields, body: str, *, depth: int) -> Iterator[tuple[str, str]]:
    """(media type, text) of the parts that are no multipart themselves, down to the depth that reports have."""
    kind = head.get("content-type", "text/plain").partition(";")[0].strip().lower()
    boundary = _BOUNDARY.search(head.get("content-type", "")[:1000])
    if not (kind.startswith("multipart/") and boundary and depth < _DEEPEST):
        yield kind, body
        return
    pieces = f"\n{body}".split(f"\n--{boundary[1] or boundary[2]}", _MOST_PARTS)[1:]
    for piece in pieces:
        if piece.startswith("--"):
            return
        yield from _parts(*_split(piece.partition("\n")[2]), depth=depth + 1)


def _split(text: str) -> tuple[Fields, str]:
    """Headers and the rest. A part without headers begins with an empty line."""
    if text.startswith("\n"):
        return {}, text[1:]
    head, _, body = text.partition("\n\n")
    return _fields(head), body


def _fields(block: str) -> Fields:
    """Name (small letters) → value, unfolded; of several with one name the first."""
    fields: Fields = {}
    unfolded = re.sub(r"\n[ \t]+", " ", block[:_MOST_HEADERS])
    for line in unfolded.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower()[:80], one_line(value)[:2000])
    return fields


def _moment(text: str) -> datetime | None:
    """A date of a header; None for one that is none, or that has no zone."""
    try:
        moment = parsedate_to_datetime(text[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
