"""What we keep of a learner's way through an edition."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.accounts.models import User
from preceptor.catalog.models import Edition, FrozenFragment
from preceptor.catalog.rules import Step


class Participation(models.Model):
    """A learner on one edition; made by the Begin button, which is also the record that the front matter was seen.

    The plan is copied, so that a later change of plan changes nobody's way.

    Personal data: who takes part in what.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="participations")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="participations")
    plan = models.JSONField()
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "edition"], name="participation_once")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.edition_id}"


class FrontMatterSeen(models.Model):
    """That the learner was shown a frozen fragment and went on: append-only.

    Personal data: who saw what, when.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="front_matter_seen")
    fragment = models.ForeignKey(FrozenFragment, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    locale = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "fragment"], name="seen_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} saw {self.fragment_id[:12]}"


class StepLine(models.Model):
    """One line of the journey's ledger: a step done or skipped, with its evidence (score, pass mark, attempt …). Append-only.

    Personal data: what a learner has done.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="lines")
    step = models.CharField(max_length=20, choices=[(s, s) for s in Step])
    is_skipped = models.BooleanField(default=False)
    at = models.DateTimeField()
    evidence = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["participation", "step"], name="step_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.step}"


class Progress(models.Model):
    """Where the learner is inside a step, in words and as a fraction from 0 to 1; the latest note only.

    Personal data: what a learner is doing.
    """

    participation = models.OneToOneField(Participation, on_delete=models.CASCADE, related_name="progress")
    step = models.CharField(max_length=20)
    label = models.CharField(max_length=120, help_text='"Resume lecture at 12:40"')
    url = models.CharField(max_length=300, blank=True)
    fraction = models.FloatField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.label
