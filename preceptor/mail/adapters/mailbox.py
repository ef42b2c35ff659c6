"""The sink's letters as files: kept one by one, read back for the mailbox pages."""

from __future__ import annotations

import email
import os
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

MOST_LETTERS = 500
_NAME = re.compile(r"^[0-9]{19}-[0-9a-f]{8}$")


@dataclass(frozen=True)
class CaughtFile:
    """An attachment of a caught letter."""

    number: int
    name: str
    media_type: str
    data: bytes

    @property
    def kilobytes(self) -> int:
        """Its size for people, at least 1."""
        return max(len(self.data) // 1024, 1)


@dataclass(frozen=True)
class CaughtLetter:
    """A letter that the sink has accepted. `headers` are those that people look at."""

    key: str
    received_at: datetime
    subject: str
    sender: str
    recipient: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[CaughtFile]


def keep(content: bytes, *, folder: Path | None = None) -> str:
    """Write one letter so that a reader sees all of it or nothing, and forget the oldest beyond 500. Returns its key."""
    folder = folder or settings.MAIL_SINK_DIR
    folder.mkdir(parents=True, exist_ok=True)
    key = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
    half = folder / f".{key}.part"
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.rename(folder / f"{key}.eml")
    for old in sorted(folder.glob("*.eml"))[:-MOST_LETTERS]:
        old.unlink(missing_ok=True)
    return key


def caught_letters() -> list[CaughtLetter]:
    """Every letter in the sink, the newest first."""
    return [letter for path in sorted(settings.MAIL_SINK_DIR.glob("*.eml"), reverse=True) if (letter := caught_letter(path.stem))]


def caught_letter(key: str) -> CaughtLetter | None:
    """One letter by its key; None when there is none."""
    path = settings.MAIL_SINK_DIR / f"{key}.eml"
    if not _NAME.match(key) or not path.is_file():
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    shown = ("From", "To", "Subject", "Date", "Message-ID")
    return CaughtLetter(
        key=key,
        received_at=datetime.fromtimestamp(int(key[:19]) / 1e9, tz=UTC),
        subject=str(message["Subject"] or "(no subject)"),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        headers=[(name, str(message[name])) for name in shown if message[name]],
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[
            CaughtFile(
                number, part.get_filename() or f"attachment-{number}", part.get_content_type(), bytes(part.get_payload(decode=True) or b"")
            )
            for number, part in enumerate(message.iter_attachments(), start=1)
        ],
    )


def _body(message: EmailMessage, kind: str) -> str:
    """The text or HTML part, "" when the letter has none."""
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows, or a part that is not what it says
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
