"""What we keep of tests."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.assessment.rules import Purpose
from preceptor.catalog.models import Edition, Objective
from preceptor.journey.models import Participation


class Item(models.Model):
    """A test item with one best answer.

    `version` is the hash of what is asked and keyed, so that pairs of pre-test and post-test compare the same item.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="items")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="items")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=20)
    stem = models.TextField(blank=True)
    question = models.TextField()
    options = models.JSONField(help_text="[{key, text}]")
    answer = models.CharField(max_length=10)
    rationale = models.TextField()
    citations = models.JSONField(default=list, help_text="keys of the bibliography")
    review = models.JSONField(default=dict, help_text="{part, anchor? | at?}: where the content treats it")
    version = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="item_once")]

    def __str__(self) -> str:
        return self.question[:80]


class Attempt(models.Model):
    """One go at a test. The pass mark is copied; a submitted attempt never changes.

    `order` is [[item id, [option keys as shown]], …]; `flagged` holds the ids of items that the learner wants to look at again.

    Personal data: a learner's result.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="attempts")
    purpose = models.CharField(max_length=4, choices=[(p, p) for p in Purpose])
    number = models.PositiveSmallIntegerField()
    order = models.JSONField()
    flagged = models.JSONField(default=list)
    pass_mark = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    correct = models.PositiveSmallIntegerField(null=True)
    total = models.PositiveSmallIntegerField()
    is_passed = models.BooleanField(null=True)
    is_late = models.BooleanField(default=False, help_text="Finished after the edition's end: kept, earns nothing")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "purpose", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["participation", "purpose"], condition=models.Q(submitted_at__isnull=True), name="one_open_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.number} of {self.participation_id}"


class Answer(models.Model):
    """The option chosen for an item in an attempt; may be changed until the attempt is submitted.

    Personal data: what a learner answered.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    option = models.CharField(max_length=10)
    is_correct = models.BooleanField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "item"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.item_id} {self.option}"


class AttemptGrant(models.Model):
    """One more attempt at the post-test, granted by staff with a reason: append-only.

    Personal data: who was granted what, and why.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="attempt_grants")
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.participation_id} by {self.by}"
