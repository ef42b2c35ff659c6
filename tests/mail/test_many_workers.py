"""Several workers, one of them killed: a letter is posted by one of them, and none is lost."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from preceptor.mail.actions import post_letter
from preceptor.mail.models import Letter
from preceptor.mail.rules import LetterState
from tests.mail.conftest import Server

ROOT = Path(__file__).resolve().parents[2]


def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something that is to come true."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.05)


def message_ids(server: Server) -> list[str]:
    return [str(email.message_from_bytes(e.content, policy=email.policy.default)["Message-ID"]) for e in server.received]


class House:
    """A database file and workers that post its letters."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.database, self.server = folder / "mail.sqlite3", server
        self.workers: list[subprocess.Popen[str]] = []
        self.manage("migrate", "-v0")

    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "DJANGO_SETTINGS_MODULE": "tests.mail.worker_settings", "PYTHONPATH": str(ROOT),
            "WORKER_DATABASE": str(self.database), "SERVER_PORT": str(self.server.port),
        }  # fmt: skip

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", "django", *arguments], env=self.environment(), check=True, timeout=60)

    def queue(self, count: int, domain: str = "example.org") -> None:
        code = (
            "from django.utils.timezone import now; from preceptor.mail.actions import queue_letter\n"
            f"for n in range({count}): queue_letter(to=f'riley{{n}}@{domain}', kind='credit.certificate', template='try', context={{}}, at=now())"
        )
        self.manage("shell", "-v0", "-c", code)

    def worker(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "django", "run_worker"]
        worker = subprocess.Popen(command, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        self.workers.append(worker)
        return worker

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=20)) as database:
            rows = database.execute(sql).fetchall()
            database.commit()
            return rows


@pytest.fixture
def house(tmp_path: Path, mail_server: Server) -> Iterator[House]:
    house = House(tmp_path, mail_server)
    yield house
    for worker in house.workers:
        worker.kill()
        worker.wait()


def test_two_workers_post_each_letter_once(house: House, mail_server: Server) -> None:
    """On SQLite, while the server answers every third attempt with 4xx."""
    house.queue(24)
    mail_server.refuse_every = 3
    house.worker(), house.worker()
    until(lambda: house.rows("SELECT count(*) FROM mail_letter WHERE state = 'sent'") == [(24,)], seconds=60)
    assert set(Counter(message_ids(mail_server)).values()) == {1} and len(mail_server.received) == 24


def test_a_worker_killed_while_it_posts_loses_nothing(house: House, mail_server: Server) -> None:
    """kill -9 while the server thinks about the body: the letter goes again when the claim is over, with the same Message-ID."""
    house.queue(1)
    mail_server.pause = 1.5
    worker = house.worker()
    until(lambda: mail_server.rcpts == 1)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert house.rows("SELECT state FROM mail_letter") == [("sending",)]
    mail_server.pause = 0
    past = "2020-01-01 00:00:00"
    house.rows(f"UPDATE mail_letter SET sending_until = '{past}'")
    house.rows(f"UPDATE jobs_job SET lease_until = '{past}' WHERE state = 'running'")
    house.worker()
    until(lambda: house.rows("SELECT state, attempts FROM mail_letter") == [("sent", 2)])
    assert 1 <= len(mail_server.received) <= 2 and len(set(message_ids(mail_server))) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_hands_on_one_letter(mail_server: Server, new_letter: Callable[..., Letter], at: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs TEST_DATABASE_URL")
    letters = [new_letter() for _ in range(5)]
    barrier = threading.Barrier(20)

    def post_all() -> None:
        try:
            barrier.wait()
            for letter in letters:
                post_letter(letter=letter.pk, at=at)
        finally:
            connection.close()

    threads = [threading.Thread(target=post_all) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(message_ids(mail_server)) == sorted(letter.message_id for letter in letters)
    assert set(Letter.objects.values_list("state", "attempts")) == {(LetterState.SENT, 1)}
