"""What we keep of publications."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.catalog.models import Edition, Person


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


class StageChange(models.Model):
    """That a draft went on to another stage, or back, with what the rules said then: append-only.

    Personal data: name of the member of staff.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="stage_changes")
    from_stage = models.CharField(max_length=20)
    to_stage = models.CharField(max_length=20)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    findings = models.JSONField(default=list)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.from_stage} to {self.to_stage}"


class Acknowledgement(models.Model):
    """A warning that somebody signed with a reason: append-only. It holds for exactly that finding (rule, place, message, evidence).

    Personal data: name of the member of staff.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="acknowledgements")
    rule_id = models.CharField(max_length=12)
    finding_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "finding_sha256"], name="acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.rule_id} by {self.by}"


class ContentReview(models.Model):
    """A reviewer's signed verdict on an edition's content: append-only; the latest holds.

    Personal data: name of the reviewer.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="content_reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="content_reviews")
    checklist = models.JSONField(help_text="{key of the review checklist in the rules: true|false}")
    is_accepted = models.BooleanField()
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.edition_id} by {self.reviewer_id}"


class LinkCheck(models.Model):
    """What a job last found behind a link of an edition: alive, dead or unknown (not reachable from here).

    Personal data: none.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="link_checks")
    url = models.URLField(max_length=500)
    state = models.CharField(max_length=10)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "url"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.url}: {self.state}"


class CorrectionNotice(models.Model):
    """A letter to everyone who ever engaged with an edition, about something that was wrong in it: append-only.

    Personal data: name of the member of staff.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="correction_notices")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    recipients = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.subject


class Alert(models.Model):
    """That the staff were written to about a rule of the clock, once per `mark` (120 days, 60 days, a person's old disclosure): append-only.

    Personal data: the name of a person whose disclosure is old.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="alerts")
    rule_id = models.CharField(max_length=12)
    mark = models.CharField(max_length=300)
    at = models.DateTimeField()
    letters = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "rule_id", "mark"], name="alerted_once")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.mark}"
