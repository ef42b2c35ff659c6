"""What we keep of work that runs later."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.jobs.rules import JobState, Lane


class Job(models.Model):
    """One call of one task, to be made at least once after `run_after`.

    Arguments are ids only, so that nothing personal lies in the queue. A running job holds a lease; when it runs out
    (the worker died), another worker takes the job again. Tasks are idempotent.

    Personal data: none (ids only).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, unique=True, help_text="Two jobs with one key are one job")
    lane = models.CharField(max_length=8, choices=[(lane, lane) for lane in Lane], default=Lane.MAIN)
    state = models.CharField(max_length=10, choices=[(s, s) for s in JobState], default=JobState.WAITING)
    run_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "lane", "run_after"], name="job_due_in_lane")]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=list(JobState)), name="job_state_known")]

    def __str__(self) -> str:
        return f"{self.task} {self.arguments}"
