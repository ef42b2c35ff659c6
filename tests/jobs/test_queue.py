"""The queue: once per key, one worker per job, tried again, given up, found again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from preceptor.jobs.actions import (
    claim_next,
    enqueue,
    extend_lease,
    forget_done,
    perform,
    reap_expired,
    revive_job,
    run_due,
    run_one,
    wind_clock,
)
from preceptor.jobs.models import Job
from preceptor.jobs.queries import dead_jobs, health, oldest_waiting
from preceptor.jobs.rules import CLOCKWORKS, KEEP_DONE, LEASE, TASKS, JobState, periodic, task
from preceptor.logbook.queries import entries_about

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What the tasks of these tests have done."""
    tasks, clockworks = dict(TASKS), dict(CLOCKWORKS)
    CLOCKWORKS.clear()
    calls: list[Any] = []

    @task("tests.note", retries=2, first_retry=2.0)
    def note(*, number: int, at: datetime) -> None:
        calls.append(number)

    @task("tests.fail", retries=2, first_retry=2.0)
    def fail(*, number: int, at: datetime) -> None:
        calls.append(number)
        raise RuntimeError("no paper left")

    @periodic("tests.hourly", every=timedelta(hours=1))
    def hourly(*, at: datetime) -> None:
        calls.append(at)

    yield calls
    TASKS.clear(), CLOCKWORKS.clear()
    TASKS.update(tasks), CLOCKWORKS.update(clockworks)


def test_it_runs_when_it_is_due(done: list[Any]) -> None:
    enqueue("tests.note", at=NOW, number=1)
    enqueue("tests.note", at=NOW, number=2, delay=timedelta(minutes=1))
    assert run_due(at=NOW) == 1 and done == [1]
    assert run_due(at=NOW + timedelta(minutes=1)) == 1 and done == [1, 2]
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def test_one_key_is_one_job_whatever_became_of_it(done: list[Any]) -> None:
    first = enqueue("tests.note", at=NOW, key="a", number=1)
    assert enqueue("tests.note", at=NOW, key="a", number=1) == first
    run_due(at=NOW)
    assert enqueue("tests.note", at=NOW, key="a", number=1) == first
    assert run_due(at=NOW) == 0 and done == [1]


def test_a_deed_undone_takes_its_job_along(done: list[Any]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("tests.note", at=NOW, number=1)
        enqueue("tests.note", at=NOW, key="a", number=1)
        raise RuntimeError
    assert not Job.objects.exists()


def test_it_is_tried_again_and_then_dead_with_the_reason(done: list[Any]) -> None:
    enqueue("tests.fail", at=NOW, number=1)
    now = NOW
    for least in (2, 4):
        run_due(at=now, raises=False)
        job = Job.objects.get()
        assert job.state == JobState.WAITING and least <= (job.run_after - now).total_seconds() <= least * 1.25
        assert run_due(at=job.run_after - timedelta(milliseconds=1)) == 0
        now = job.run_after
    run_due(at=now, raises=False)
    job = dead_jobs().get()
    assert (job.attempts, job.last_error, job.ended_at) == (3, "RuntimeError: no paper left", now)
    assert revive_job(job, reason="Paper is here", by="operator", at=now)
    assert not revive_job(job, reason="Again", by="operator", at=now)
    assert [(line.verb, line.reason) for line in entries_about(job)] == [("jobs.revive_job", "Paper is here")]
    with pytest.raises(RuntimeError):
        run_due(at=now)


def test_an_unknown_task_waits_for_a_worker_that_knows_it(done: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("preceptor.jobs.actions.load_tasks", lambda: None)
    enqueue("tests.of_the_next_release", at=NOW)
    assert run_one("a", clock=lambda: NOW)
    job = Job.objects.get()
    assert job.state == JobState.WAITING and job.last_error == "LookupError: No task is named tests.of_the_next_release."


def test_a_job_in_hand_is_nobody_elses(done: list[Any]) -> None:
    enqueue("tests.note", at=NOW, number=1)
    assert claim_next("a", at=NOW) is not None
    assert claim_next("b", at=NOW) is None


def test_a_lost_worker_s_job_waits_again_and_its_late_word_counts_no_more(done: list[Any]) -> None:
    enqueue("tests.note", at=NOW, number=1)
    lost = claim_next("a", at=NOW)
    assert lost is not None
    assert reap_expired(at=NOW + LEASE) == 0
    assert reap_expired(at=NOW + LEASE + timedelta(seconds=1)) == 1
    again = claim_next("b", at=NOW + timedelta(minutes=1))
    assert again is not None and again.attempts == 2
    assert not extend_lease(lost, at=NOW)
    perform(lost, clock=lambda: NOW)
    assert Job.objects.get().state == JobState.RUNNING
    perform(again, clock=lambda: NOW)
    assert Job.objects.get().state == JobState.DONE


def test_a_heartbeat_keeps_the_lease(done: list[Any]) -> None:
    enqueue("tests.note", at=NOW, number=1)
    job = claim_next("a", at=NOW)
    assert job is not None and extend_lease(job, at=NOW + timedelta(seconds=20))
    assert reap_expired(at=NOW + LEASE + timedelta(seconds=10)) == 0


def test_work_that_kills_its_workers_is_given_up(done: list[Any]) -> None:
    enqueue("tests.note", at=NOW, number=1)
    now = NOW
    for _ in range(3):
        assert claim_next("a", at=now) is not None
        now += LEASE + timedelta(seconds=1)
        reap_expired(at=now)
    assert dead_jobs().get().last_error == "The worker that ran it was lost."


def test_the_clock_strikes_once_for_all_workers(done: list[Any]) -> None:
    for minute in (0, 1, 59, 60, 61):
        wind_clock(at=NOW + timedelta(minutes=minute))
        wind_clock(at=NOW + timedelta(minutes=minute))
        run_due(at=NOW + timedelta(minutes=minute))
    assert done == [NOW, NOW + timedelta(hours=1)]


def test_done_jobs_are_forgotten_and_dead_ones_are_not(done: list[Any]) -> None:
    enqueue("tests.note", at=NOW, number=1)
    run_due(at=NOW)
    Job.objects.create(task="tests.note", state=JobState.DEAD, run_after=NOW, created_at=NOW, ended_at=NOW)
    forget_done(at=NOW + KEEP_DONE)
    assert Job.objects.count() == 2
    forget_done(at=NOW + KEEP_DONE + timedelta(seconds=1))
    assert Job.objects.get().state == JobState.DEAD


def test_health(done: list[Any]) -> None:
    assert health(NOW).oldest_wait == timedelta()
    enqueue("tests.note", at=NOW, number=1)
    enqueue("tests.note", at=NOW, number=2, delay=timedelta(hours=1))
    seen = health(NOW + timedelta(minutes=3))
    assert (seen.waiting, seen.running, seen.dead, seen.oldest_wait) == (2, 0, 0, timedelta(minutes=3))
    oldest = oldest_waiting(NOW)
    assert oldest is not None and oldest.arguments == {"number": 1}


def in_parallel(count: int, work: Callable[[int], None]) -> None:
    """Call `work` in as many threads at one moment, each with its own connection."""
    barrier = threading.Barrier(count)

    def one(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_and_many_callers(done: list[Any]) -> None:
    """20 callers queue one key at one moment; then 8 workers empty a queue of 60: each job is done once."""
    if connection.vendor != "postgresql":
        pytest.skip("needs TEST_DATABASE_URL")
    seen: list[int] = []
    in_parallel(20, lambda _: seen.append(enqueue("tests.note", at=NOW, key="one", number=0).pk))
    assert len(seen) == 20 and len(set(seen)) == 1
    for number in range(1, 60):
        enqueue("tests.note", at=NOW, number=number)

    def empty(number: int) -> None:
        while run_one(f"worker-{number}", clock=lambda: NOW):
            pass

    in_parallel(8, empty)
    in_parallel(1, empty)
    assert sorted(done) == list(range(60))
