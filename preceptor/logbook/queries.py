"""What we ask of the logbook."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model, Q, QuerySet

from preceptor.logbook.models import Entry


def name_of(thing: Model) -> tuple[str, str]:
    """How a thing is named in the logbook: its kind, and its uuid (or its key, where it has none)."""
    return thing._meta.label, str(getattr(thing, "uuid", None) or thing.pk)


def entries_about(thing: Model, *others: Model) -> QuerySet[Entry]:
    """Everything that was done to one thing, or to several of a kind, the newest first."""
    about_type, about = name_of(thing)
    return Entry.objects.filter(about_type=about_type, about__in=[about, *(name_of(one)[1] for one in others)]).order_by("-at", "-pk")


def personal_data(about: Collection[str], names: Collection[str]) -> dict[str, Any]:
    """What this room keeps of a person: what they did, and what was done to their accounts. The names of others who acted are left out."""
    mine, told = Q(by__in=names), Q(about__in=about)
    rows = Entry.objects.filter(mine | told).order_by("at", "pk")
    return {
        "entries": [
            {
                "at": row.at,
                "what": row.verb,
                "by": row.by if row.by in names else "somebody else",
                "reason": row.reason if row.by in names else "",
            }
            for row in rows
        ]
    }
