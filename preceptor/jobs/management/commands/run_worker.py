"""`manage.py run_worker`: does the work that runs later, until it is told to end. Start as many as you like."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from preceptor.jobs.actions import claim_next, extend_lease, load_tasks, perform, reap_expired, wind_clock
from preceptor.jobs.models import Job
from preceptor.jobs.rules import LEASE

log = logging.getLogger(__name__)
POLL_SECONDS = 0.3
ROUND_SECONDS = 5.0


class Heartbeat(threading.Thread):
    """Says, for as long as a job runs, that its worker is alive. Ends with the process: a killed worker's lease runs out."""

    def __init__(self) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.job: Job | None = None
        self.ended = threading.Event()

    def run(self) -> None:
        """A beat three times in a lease, with a database connection of its own."""
        while not self.ended.wait(LEASE.total_seconds() / 3):
            self.beat()
        connection.close()

    def beat(self) -> None:
        """Extend the lease of the job that runs now; a beat that the database misses is made up for by the next."""
        job = self.job
        try:
            close_old_connections()
            if job is not None:
                extend_lease(job, at=timezone.now())
        except DatabaseError:
            log.exception("The heartbeat was missed")


class Command(BaseCommand):
    """Claims and runs jobs one by one; idles with short polls; winds the clock; lets lost jobs wait again."""

    help = "Do the work that runs later (letters, certificates, PDFs) until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--once", action="store_true", help="end when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to end; the job in hand is finished first."""
        self.ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.ending.set())
        load_tasks()
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[:100]
        self.heartbeat = Heartbeat()
        self.heartbeat.start()
        self.next_round = 0.0
        self.stdout.write("Worker started.")
        while not self.ending.is_set():
            if not self.step() and (options["once"] or self.ending.wait(POLL_SECONDS)):
                break
        self.heartbeat.ended.set()
        self.stdout.write("Worker ended.")

    def step(self) -> bool:
        """One job, if one is due. A database that is away for a while is waited for."""
        try:
            close_old_connections()
            self.go_round()
            return self.work()
        except DatabaseError:
            log.exception("The database did not answer; the worker goes on trying")
            connection.close()
            self.ending.wait(1)
            return False

    def go_round(self) -> None:
        """Now and then: what was lost, and what the clock has struck for."""
        if time.monotonic() < self.next_round:
            return
        self.next_round = time.monotonic() + ROUND_SECONDS
        reap_expired(at=timezone.now())
        wind_clock(at=timezone.now())

    def work(self) -> bool:
        """Claim a job and run it under the heartbeat."""
        job = claim_next(self.worker, at=timezone.now())
        if job is None:
            return False
        self.heartbeat.job = job
        try:
            perform(job)
        finally:
            self.heartbeat.job = None
        return True
