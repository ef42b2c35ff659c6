"""Real workers as processes of their own, on a database file: told to end, and killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


class House:
    """A database file, a trace file, and workers."""

    def __init__(self, folder: Path) -> None:
        self.database, self.trace = folder / "jobs.sqlite3", folder / "trace"
        self.workers: list[subprocess.Popen[str]] = []
        self.manage("migrate", "-v0")

    def environment(self, sleep: float) -> dict[str, str]:
        return {
            **os.environ, "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings", "PYTHONPATH": str(ROOT),
            "WORKER_DATABASE": str(self.database), "TRACE": str(self.trace), "SLEEP": str(sleep),
        }  # fmt: skip

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", "django", *arguments], env=self.environment(0), check=True, timeout=60)

    def enqueue(self, *numbers: int) -> None:
        code = "from django.utils.timezone import now; from preceptor.jobs.actions import enqueue\n" + "\n".join(
            f"enqueue('sleepers.sleep', at=now(), number={number})" for number in numbers
        )
        self.manage("shell", "-v0", "-c", code)

    def worker(self, sleep: float, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "django", "run_worker", *arguments]
        worker = subprocess.Popen(command, env=self.environment(sleep), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.workers.append(worker)
        return worker

    def lines(self) -> list[str]:
        return self.trace.read_text().splitlines() if self.trace.exists() else []

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=20)) as database:
            rows = database.execute(sql).fetchall()
            database.commit()
            return rows


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    for worker in house.workers:
        worker.kill()
        worker.wait()


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that is to come true."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.05)


def test_killed_in_the_middle_of_a_job(house: House) -> None:
    """kill -9: the row stays with the dead worker until its lease is over; then another one does the job."""
    house.enqueue(1)
    worker = house.worker(60)
    until(lambda: house.lines() == ["begin 1"])
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert house.rows("SELECT state, attempts FROM jobs_job WHERE task = 'sleepers.sleep'") == [("running", 1)]
    house.worker(0, "--once").wait(timeout=60)
    assert house.lines() == ["begin 1"], "the lease is not over"
    house.rows("UPDATE jobs_job SET lease_until = '2020-01-01 00:00:00' WHERE state = 'running'")
    assert house.worker(0, "--once").wait(timeout=60) == 0
    assert house.lines() == ["begin 1", "begin 1", "end 1"]
    assert house.rows("SELECT state, attempts FROM jobs_job WHERE task = 'sleepers.sleep'") == [("done", 2)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_finishes_the_job_in_hand_and_begins_no_other(house: House, number: signal.Signals) -> None:
    house.enqueue(1, 2)
    worker = house.worker(1.5)
    until(lambda: house.lines() == ["begin 1"])
    worker.send_signal(number)
    assert worker.wait(timeout=20) == 0
    assert house.lines() == ["begin 1", "end 1"]
    assert worker.stdout is not None and "Worker ended." in worker.stdout.read()
    assert house.rows("SELECT state FROM jobs_job WHERE task = 'sleepers.sleep' ORDER BY id") == [("done",), ("waiting",)]


def test_an_idle_worker_ends_at_once_and_begins_soon(house: House) -> None:
    worker = house.worker(0)
    assert worker.stdout is not None and "started" in worker.stdout.readline()
    house.enqueue(1)
    until(lambda: house.lines() == ["begin 1", "end 1"], seconds=5)
    begun = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=10) == 0 and time.monotonic() - begun < 3


def test_two_workers_share_a_queue_on_sqlite(house: House) -> None:
    house.enqueue(*range(40))
    workers = [house.worker(0.01, "--once") for _ in range(2)]
    assert [worker.wait(timeout=90) for worker in workers] == [0, 0]
    begun = [line for line in house.lines() if line.startswith("begin")]
    assert sorted(begun) == sorted(f"begin {number}" for number in range(40))
    assert all("Traceback" not in (worker.stdout.read() if worker.stdout else "") for worker in workers)
