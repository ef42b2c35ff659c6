"""What we do with work that runs later: queue it, claim it, run it, try it again, give it up.

No step depends on a row lock: each change of state is one conditional UPDATE, and the count of changed rows says who won. So any number
of workers on any number of machines can share the queue, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from preceptor.jobs.models import Job
from preceptor.jobs.queries import abandoned_jobs, due_jobs
from preceptor.jobs.rules import (
    CLOCKWORKS,
    KEEP_DONE,
    KEEP_STRIKES,
    LEASE,
    TASKS,
    JobState,
    Lane,
    Task,
    clock_key,
    due_time,
    is_last,
    periodic,
    retry_delay,
)
from preceptor.logbook.actions import write_entry

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
LOST = "The worker that ran it was lost."


def load_tasks() -> None:
    """Import `actions` of every installed room, so that its tasks are known."""
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "actions"):
            import_module(f"{config.name}.actions")


def enqueue(task: str, /, *, at: datetime, key: str = "", delay: timedelta = timedelta(), **arguments: int | str) -> Job:
    """Queue one call of `task`, in the caller's transaction: if that is rolled back, so is the job.

    Arguments are ids only. Two jobs with one key are one job, also when they are queued at the same moment: the second caller gets
    the first one's job, whatever has become of it.
    """
    lane = TASKS[task].lane if task in TASKS else Lane.MAIN
    job = Job(uuid=uuid.uuid4(), task=task, arguments=arguments, key=key or None, lane=lane, run_after=at + delay, created_at=at)
    if not key:
        job.save(force_insert=True)
        return job
    # ON CONFLICT DO NOTHING waits for a rival's transaction and leaves ours usable, which an IntegrityError would not.
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(key=key)


def claim_next(worker: str, *, at: datetime, lane: Lane | None = None) -> Job | None:
    """Take the longest due job (of a lane) for `worker`, or None. A job is claimed by one worker only; the attempt is counted before it begins."""
    for job in due_jobs(at, lane)[:8]:
        change = {"state": JobState.RUNNING, "worker": worker, "attempts": job.attempts + 1, "lease_until": at + LEASE}
        if Job.objects.filter(pk=job.pk, state=JobState.WAITING, attempts=job.attempts, run_after=job.run_after).update(**change):
            for name, value in change.items():
                setattr(job, name, value)
            return job
    return None


def extend_lease(job: Job, *, at: datetime) -> bool:
    """The worker is alive and still at it. False when the claim was lost meanwhile."""
    return bool(_claim(job).update(lease_until=at + LEASE))


def perform(job: Job, *, clock: Clock = timezone.now) -> Exception | None:
    """Run a claimed job and write down how it ended. The task's exception, if any, is kept as the reason and returned."""
    try:
        task = _task_named(job.task)
        task.run(**job.arguments, at=clock())
    except Exception as error:  # whatever a task raises must not end the worker
        log.exception("Job %s (%s), attempt %s, failed", job.pk, job, job.attempts)
        _fail(job, f"{type(error).__name__}: {error}", at=clock())
        return error
    _claim(job).update(state=JobState.DONE, lease_until=None, ended_at=clock(), last_error="")
    return None


def run_one(worker: str, *, clock: Clock = timezone.now) -> bool:
    """Claim and run one job. False when nothing is due."""
    job = claim_next(worker, at=clock())
    if job is None:
        return False
    perform(job, clock=clock)
    return True


def run_due(*, at: datetime, raises: bool = True) -> int:
    """Run, in this process, everything that is due at `at`, and what it queues for `at`. For tests and commands that cannot wait.

    Returns how many jobs ran. With `raises`, a task's exception is raised again after it was recorded; without, it is only recorded.
    """
    count = 0
    while job := claim_next("in-process", at=at):
        error = perform(job, clock=lambda: at)
        if error is not None and raises:
            raise error
        count += 1
    return count


def reap_expired(*, at: datetime) -> int:
    """Let jobs whose worker died wait again; the ones that were at their last attempt are dead. Returns how many were found."""
    count = 0
    for job in abandoned_jobs(at):
        claim = _claim(job).filter(lease_until=job.lease_until)
        if is_last(job.attempts, TASKS.get(job.task)):
            count += claim.update(state=JobState.DEAD, lease_until=None, ended_at=at, last_error=LOST)
        else:
            count += claim.update(state=JobState.WAITING, lease_until=None, run_after=at, last_error=LOST)
    return count


def wind_clock(*, at: datetime) -> None:
    """Queue what the clock has struck for. Any number of workers may call it: each strike is one job."""
    for clockwork in CLOCKWORKS.values():
        due = due_time(clockwork, at)
        key = clock_key(clockwork, due)
        if not Job.objects.filter(key=key).exists():
            enqueue(clockwork.task, at=at, key=key)


@transaction.atomic
def revive_job(job: Job, *, reason: str, by: str, at: datetime) -> bool:
    """Give a dead job all its attempts again, and say so in the logbook. False, and nothing happens, when it is not dead (any more)."""
    won = Job.objects.filter(pk=job.pk, state=JobState.DEAD).update(state=JobState.WAITING, attempts=0, run_after=at, ended_at=None)
    if won:
        write_entry("jobs.revive_job", by=by, at=at, about=job, reason=reason, detail={"task": job.task, "last_error": job.last_error})
    return bool(won)


@periodic("jobs.forget_done", every=timedelta(days=1), offset=timedelta(hours=5))
def forget_done(*, at: datetime) -> None:
    """Delete jobs that were done long ago, and after a day the strikes of a clock that strikes more than hourly. Dead ones stay."""
    often = [clockwork.task for clockwork in CLOCKWORKS.values() if clockwork.every < timedelta(hours=1)]
    Job.objects.filter(state=JobState.DONE, ended_at__lt=at - KEEP_DONE).delete()
    Job.objects.filter(state=JobState.DONE, task__in=often, key__startswith="clock:", ended_at__lt=at - KEEP_STRIKES).delete()


def _task_named(name: str) -> Task:
    """The task, after a look into the rooms' actions if need be. LookupError when there is none: this worker may be older than the job."""
    if name not in TASKS:
        load_tasks()
    if name not in TASKS:
        raise LookupError(f"No task is named {name}.")
    return TASKS[name]


def _claim(job: Job) -> QuerySet[Job]:
    """The row, as long as this very claim holds: nobody else has claimed it since."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker, attempts=job.attempts)


def _fail(job: Job, reason: str, *, at: datetime) -> None:
    """Let it wait for its next attempt, or, after the last one, be dead with the reason."""
    task = TASKS.get(job.task)
    if is_last(job.attempts, task):
        change: dict[str, Any] = {"state": JobState.DEAD, "ended_at": at}
    else:
        delay = retry_delay(job.attempts, first_retry=task.first_retry if task else 60.0, chance=random.random())
        change = {"state": JobState.WAITING, "run_after": at + delay}
    try:
        with transaction.atomic():
            _claim(job).update(lease_until=None, last_error=reason[:4000], **change)
    except DatabaseError:  # the lease will run out, and the reaper will see to it
        log.exception("Job %s could not be marked as failed", job.pk)
