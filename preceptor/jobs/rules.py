"""What must be true of work that runs later: which tasks there are, when a failed one is tried again, when the clock strikes. Plain Python."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# A running job is anybody's again when its worker has not said for this long that it is alive.
LEASE = timedelta(seconds=30)
# How long finished jobs are kept: so long are two jobs with one key one job. Dead ones are kept until somebody has looked at them.
KEEP_DONE = timedelta(days=30)
# Strikes of a clock that strikes more than hourly would fill the table; no key of theirs is asked for again.
KEEP_STRIKES = timedelta(days=1)
LONGEST_WAIT = 3600.0


class JobState(StrEnum):
    """waiting → running → done; after the last attempt: dead."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Lane(StrEnum):
    """Who runs a job. What mostly waits for others (a mail server) runs beside the rest, so that a silent one holds up nobody's certificate."""

    MAIN = "main"
    SIDE = "side"


@dataclass(frozen=True)
class Task:
    """A named action that a worker can run: `run(**ids, at=now)`. Idempotent, since it runs at least once."""

    name: str
    run: Callable[..., Any]
    retries: int
    first_retry: float
    lane: Lane = Lane.MAIN

    @property
    def most_attempts(self) -> int:
        """The first attempt and the retries."""
        return self.retries + 1


@dataclass(frozen=True)
class Clockwork:
    """A task that runs by itself: once in each span of `every`, counted from the epoch in UTC, plus `offset`."""

    task: str
    every: timedelta
    offset: timedelta


TASKS: dict[str, Task] = {}
CLOCKWORKS: dict[str, Clockwork] = {}


def task(name: str, *, retries: int = 6, first_retry: float = 2.0, lane: Lane = Lane.MAIN) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register an action under `name` ("room.verb"). It takes ids as keywords, and `at`; `first_retry` is in seconds.

    The decorated function is returned as it was, and can be called as any other.
    """

    def register(run: Callable[P, R]) -> Callable[P, R]:
        known = TASKS.get(name)
        if known is not None and (known.run.__module__, known.run.__qualname__) != (run.__module__, run.__qualname__):
            raise ValueError(f"Two tasks are named {name}.")
        TASKS[name] = Task(name, run, retries, first_retry, lane)
        return run

    return register


def periodic(
    name: str, *, every: timedelta, offset: timedelta = timedelta(), retries: int = 2
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register an action that takes only `at` as work of the clock: once per `every`, however many workers there are.

    What was due while no worker ran is made up for once, not as often as it was missed.
    """

    def register(run: Callable[P, R]) -> Callable[P, R]:
        CLOCKWORKS[name] = Clockwork(name, every, offset)
        return task(name, retries=retries, first_retry=30.0)(run)

    return register


def retry_delay(attempt: int, *, first_retry: float, chance: float, longest: float = LONGEST_WAIT) -> timedelta:
    """How long to wait after the failed attempt number `attempt` (1, 2, …): doubling, at most `longest` seconds, and up to a quarter more.

    `chance` is a random number from 0 to 1: jobs that failed together do not come back together.
    """
    seconds: float = min(first_retry * 2 ** min(attempt - 1, 40), longest)
    return timedelta(seconds=seconds * (1 + chance / 4))


def is_last(attempt: int, task: Task | None) -> bool:
    """Was this the last attempt? A task that this worker does not know may be known to the next release: it gets the usual number."""
    return attempt >= (task.most_attempts if task else 7)


def due_time(clockwork: Clockwork, at: datetime) -> datetime:
    """The latest moment, not after `at`, at which the clock struck for this work."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC) + clockwork.offset
    return epoch + (at - epoch) // clockwork.every * clockwork.every


def clock_key(clockwork: Clockwork, due: datetime) -> str:
    """The key under which one strike of the clock is one job."""
    return f"clock:{clockwork.task}:{due:%Y-%m-%dT%H:%M:%SZ}"
