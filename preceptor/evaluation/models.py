"""What we keep of evaluations. Sent answers carry no name and no key that leads to one."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.catalog.models import Edition
from preceptor.journey.models import Participation


class EvaluationForm(models.Model):
    """What an edition's form offers to pick from; the rows per objective are generated. Personal data: none."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="evaluation_form")
    changes = models.JSONField(default=list)
    barriers = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"form of {self.edition_id}"


class Draft(models.Model):
    """What a learner has filled in so far; deleted when it is sent.

    Personal data: a learner's opinions, until sent.
    """

    participation = models.OneToOneField(Participation, on_delete=models.CASCADE, related_name="evaluation_draft")
    answers = models.JSONField(default=dict, help_text="{field: [values as posted]}")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.participation_id}"


class Response(models.Model):
    """Sent answers: a random id, the month only, edition and group of professions. No order, time or request links them to a person.

    Personal data: none by design; what stays linkable until the nightly shuffle is told in docs/rules/evaluation.md.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="evaluation_responses")
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    profession_group = models.CharField(max_length=40)
    answers = models.JSONField()

    def __str__(self) -> str:
        return str(self.id)


class Commitment(models.Model):
    """A change in practice that a learner committed to by name, opt-in: a record of its own, apart from the answers.

    Personal data: a learner's intention.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="commitments")
    text = models.CharField(max_length=300)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text


class BiasReport(models.Model):
    """What a learner reported as commercial bias; with the name only where the learner put it there.

    Personal data: name, if given.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="bias_reports")
    month = models.CharField(max_length=7)
    text = models.TextField(blank=True)
    name = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.text[:80]
