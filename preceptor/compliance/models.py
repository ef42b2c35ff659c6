"""What we keep of publications."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.catalog.models import Edition


class Publication(models.Model):
    """That an edition was published, by whom, and what the rules said then: append-only.

    Personal data: name of the member of staff.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="publication")
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.edition_id} by {self.by}"
