"""What we ask of the logbook."""

from __future__ import annotations

from django.db.models import Model, QuerySet

from preceptor.logbook.models import Entry


def name_of(thing: Model) -> tuple[str, str]:
    """How a thing is named in the logbook: its kind, and its uuid (or its key, where it has none)."""
    return thing._meta.label, str(getattr(thing, "uuid", None) or thing.pk)


def entries_about(thing: Model) -> QuerySet[Entry]:
    """Everything that was done to one thing, the newest first."""
    about_type, about = name_of(thing)
    return Entry.objects.filter(about_type=about_type, about=about).order_by("-at", "-pk")
