"""What we do: write a line. There is no action that changes or deletes one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from preceptor.logbook.models import Entry
from preceptor.logbook.queries import name_of


def write_entry(
    verb: str, *, by: str, at: datetime, about: Model | None = None, reason: str = "", detail: dict[str, Any] | None = None
) -> Entry:
    """One line in the transaction of the deed itself: both happen, or neither.

    `verb` is "room.verb"; `by` is the person's name or address, or "system"; `detail` is plain JSON without secrets.
    """
    about_type, identifier = name_of(about) if about is not None else ("", "")
    return Entry.objects.create(verb=verb, by=by[:200], at=at, about_type=about_type, about=identifier, reason=reason, detail=detail or {})
