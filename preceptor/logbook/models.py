"""What we keep of who did what."""

from __future__ import annotations

import uuid

from django.db import models


class Entry(models.Model):
    """One staff or system deed. Never changed, never deleted (a trigger refuses it).

    `by` is kept as text, since the logbook lies below the accounts and outlives them.

    Personal data: name or address of the person who acted.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    verb = models.CharField(max_length=100, help_text="room.verb, for example compliance.publish")
    about_type = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=64, blank=True, help_text="uuid of the thing")
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["about_type", "about"], name="entry_about")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.verb}"
