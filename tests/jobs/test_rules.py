"""When a failed job is tried again, and when the clock strikes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from preceptor.jobs.rules import CLOCKWORKS, TASKS, Clockwork, clock_key, due_time, is_last, periodic, retry_delay, task


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    tasks, clockworks = dict(TASKS), dict(CLOCKWORKS)
    yield
    TASKS.clear(), CLOCKWORKS.clear()
    TASKS.update(tasks), CLOCKWORKS.update(clockworks)


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [(1, 0, 2), (2, 0, 4), (3, 0, 8), (3, 1, 10), (3, 0.5, 9), (11, 0, 2048), (12, 0, 3600), (60_000, 1, 4500)],
)
def test_waits_double_and_end_at_an_hour(attempt: int, chance: float, seconds: float) -> None:
    assert retry_delay(attempt, first_retry=2.0, chance=chance) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("every", "offset", "at", "due"),
    [
        (timedelta(minutes=5), timedelta(), "2026-11-22 10:04:59", "2026-11-22 10:00:00"),
        (timedelta(minutes=5), timedelta(), "2026-11-22 10:05:00", "2026-11-22 10:05:00"),
        (timedelta(days=1), timedelta(hours=5), "2026-11-22 04:59:59", "2026-11-21 05:00:00"),
        (timedelta(days=1), timedelta(hours=5), "2026-11-22 05:00:00", "2026-11-22 05:00:00"),
    ],
)
def test_the_clock_strikes(every: timedelta, offset: timedelta, at: str, due: str) -> None:
    work = Clockwork("room.work", every, offset)
    struck = due_time(work, datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert struck == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert clock_key(work, struck) == f"clock:room.work:{due.replace(' ', 'T')}Z"


def test_a_task_stays_a_function() -> None:
    @task("room.add", retries=2)
    def add(*, one: int, at: datetime) -> int:
        return one + 1

    assert add(one=1, at=datetime.now(UTC)) == 2
    assert not is_last(2, TASKS["room.add"]) and is_last(3, TASKS["room.add"])


def test_two_tasks_cannot_share_a_name() -> None:
    @task("room.twice")
    def first(*, at: datetime) -> None: ...

    with pytest.raises(ValueError, match=r"room\.twice"):

        @task("room.twice")
        def second(*, at: datetime) -> None: ...


def test_periodic_is_a_task_too() -> None:
    @periodic("room.nightly", every=timedelta(days=1))
    def nightly(*, at: datetime) -> None: ...

    assert CLOCKWORKS["room.nightly"].every == timedelta(days=1) and "room.nightly" in TASKS
