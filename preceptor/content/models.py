"""What we keep of the teaching and of how far each learner got."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.catalog.models import Edition
from preceptor.content.rules import Basis, PartKind
from preceptor.journey.models import Participation


class Part(models.Model):
    """One part of an edition's content, in order.

    `facts` holds what the kind needs besides: slides and video of a lecture, vignette of a case.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="parts")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=[(k, k) for k in PartKind])
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True, help_text="Markdown: the reading, or the case's vignette")
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="part_once")]

    def __str__(self) -> str:
        return self.title


class MediaFile(models.Model):
    """A file of a part, stored by its content's hash; never overwritten.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120, help_text="As in the bundle: lecture.mp4, slides/slide-01.webp")
    media_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    file = models.FileField(upload_to="content", max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "name"], name="media_once")]

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """A decision point of a case: narrative, question, options with feedback.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="decisions")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    narrative = models.TextField(blank=True)
    question = models.TextField()
    options = models.JSONField(help_text="[{key, text, is_best, feedback}]")
    debrief = models.TextField(blank=True)
    objective = models.SlugField(max_length=60, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["part", "key"], name="decision_once")]

    def __str__(self) -> str:
        return self.question[:80]


class Printable(models.Model):
    """The typeset PDF of a published edition: made once by a job, then kept. Append-only.

    Personal data: names and disclosures of people in control of content.
    """

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="printable")
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    standard = models.CharField(max_length=10, blank=True, help_text="ua-1 when the file is tagged to PDF/UA-1")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PDF of {self.edition_id}"


class PartProgress(models.Model):
    """How far a learner got in a part.

    `position` in seconds; `watched` is a list of [from, to] in seconds, sorted and merged.

    Personal data: what a learner watched and read.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="part_progress")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="progress")
    opened_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=10, choices=[(b, b) for b in Basis], blank=True)
    position = models.FloatField(default=0)
    watched = models.JSONField(default=list)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0, help_text="Counts the reports, so that two at once do not lose one")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "part"], name="part_progress_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} in {self.part_id}"


class CaseAnswer(models.Model):
    """A learner's first choice at a decision point: append-only.

    Personal data: what a learner chose.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="case_answers")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="answers")
    option = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "decision"], name="case_answer_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.decision_id} {self.option}"
