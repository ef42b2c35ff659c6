"""What we keep of the provider and its accreditations."""

from __future__ import annotations

import uuid

from django.db import models


class Provider(models.Model):
    """The accredited organisation that answers for the activities.

    `is_sample` marks a demonstration provider: everything that it issues says SAMPLE, and no setting removes that.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    state = models.CharField(max_length=2, blank=True, help_text="U.S. state of its seat, decides which state laws apply")
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=60, default="America/New_York")
    privacy_policy = models.TextField(help_text="Markdown")
    disclosure_policy = models.TextField(help_text="Markdown: how relationships are identified, mitigated and disclosed")
    accessibility_policy = models.TextField(help_text="Markdown")
    needs_second_person = models.BooleanField(default=True, help_text="Nobody publishes alone what they alone wrote")
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Accreditation(models.Model):
    """One accreditation of the provider, with its dates. Statements are generated from it, never typed.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="accreditations")
    kind = models.CharField(max_length=40, help_text="key of an accreditation kind in the packs: accme_direct, joint_accreditation …")
    number = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind}"
