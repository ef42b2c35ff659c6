"""What must be true of work that runs later. Plain Python."""

from enum import StrEnum


class JobState(StrEnum):
    """waiting → running → done; after the last attempt: dead."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
