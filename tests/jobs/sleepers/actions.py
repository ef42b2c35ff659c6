"""Slow work that leaves a trace in a file."""

import os
import time
from datetime import datetime
from pathlib import Path

from preceptor.jobs.rules import task


def trace(line: str) -> None:
    """One line, written at once."""
    with Path(os.environ["TRACE"]).open("a") as file:
        file.write(line + "\n")


@task("sleepers.sleep")
def sleep(*, number: int, at: datetime) -> None:
    """Says that it begins, takes the time that the test gives it, says that it ended."""
    trace(f"begin {number}")
    time.sleep(float(os.environ["SLEEP"]))
    trace(f"end {number}")
