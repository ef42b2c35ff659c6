"""What we ask of the queue: is somebody working, and what did not work?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from preceptor.jobs.models import Job
from preceptor.jobs.rules import JobState, Lane


@dataclass(frozen=True)
class Health:
    """The queue at a glance. `oldest_wait` is how long the oldest due job has been waiting; minutes of it mean that no worker runs."""

    waiting: int
    running: int
    dead: int
    oldest_wait: timedelta


def due_jobs(at: datetime, lane: Lane | None = None) -> QuerySet[Job]:
    """What may be started now (in one lane, or in both), the longest due first."""
    lanes = [lane] if lane else list(Lane)
    return Job.objects.filter(state=JobState.WAITING, lane__in=lanes, run_after__lte=at).order_by("run_after", "pk")


def abandoned_jobs(at: datetime) -> QuerySet[Job]:
    """Running jobs whose worker has not been heard of since its lease ended."""
    return Job.objects.filter(state=JobState.RUNNING, lease_until__lt=at).order_by("pk")


def oldest_waiting(at: datetime) -> Job | None:
    """The job that has been due for longest without being started."""
    return due_jobs(at).first()


def is_anything_before(moment: datetime, lane: Lane) -> bool:
    """Does a job of the lane still wait that was due at `moment` or earlier? Then the lane has not come so far yet."""
    return due_jobs(moment, lane).exists()


def dead_jobs() -> QuerySet[Job]:
    """What was given up, with its reason in `last_error`; the newest first."""
    return Job.objects.filter(state=JobState.DEAD).order_by("-ended_at", "-pk")


def health(at: datetime) -> Health:
    """Figures for a page that operators and monitors look at."""
    counts = dict(Job.objects.exclude(state=JobState.DONE).values_list("state").annotate(n=Count("pk")))
    oldest = oldest_waiting(at)
    return Health(
        waiting=counts.get(JobState.WAITING, 0),
        running=counts.get(JobState.RUNNING, 0),
        dead=counts.get(JobState.DEAD, 0),
        oldest_wait=at - oldest.run_after if oldest else timedelta(),
    )
