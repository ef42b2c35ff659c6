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
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from preceptor.jobs.actions import claim_next, extend_lease, load_tasks, perform, reap_expired, wind_clock
from preceptor.jobs.models import Job
from preceptor.jobs.rules import LEASE, Lane

log = logging.getLogger(__name__)
POLL_SECONDS = 0.3
ROUND_SECONDS = 5.0


class Heartbeat(threading.Thread):
    """Says, for as long as jobs run, that their worker is alive. Ends with the process: a killed worker's leases run out."""

    def __init__(self) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.in_hand: dict[int, Job] = {}
        self.ended = threading.Event()

    @contextmanager
    def over(self, job: Job) -> Iterator[None]:
        """Its lease is extended meanwhile."""
        self.in_hand[job.pk] = job
        try:
            yield
        finally:
            del self.in_hand[job.pk]

    def run(self) -> None:
        """A beat three times in a lease, with a database connection of its own."""
        while not self.ended.wait(LEASE.total_seconds() / 3):
            self.beat()
        connection.close()

    def beat(self) -> None:
        """Extend the leases of the jobs that run now; a beat that the database misses is made up for by the next."""
        try:
            close_old_connections()
            for job in list(self.in_hand.values()):
                extend_lease(job, at=timezone.now())
        except DatabaseError:
            log.exception("The heartbeat was missed")


class Hand:
    """One thread's work: claim a job of its lane, run it, claim the next; idle with short polls."""

    def __init__(self, worker: str, lane: Lane | None, heartbeat: Heartbeat, ending: threading.Event, scout: threading.Lock) -> None:
        self.worker, self.lane, self.heartbeat, self.ending, self.scout = worker, lane, heartbeat, ending, scout

    def work(self) -> None:
        """Until told to end; the job in hand is finished first."""
        while not self.ending.is_set():
            self.step()
        connection.close()

    def step(self) -> bool:
        """One job, if one is due. A database that is away for a while is waited for."""
        try:
            close_old_connections()
            job = self.claim()
            if job is not None:
                with self.heartbeat.over(job):
                    perform(job)
            return job is not None
        except DatabaseError:
            log.exception("The database did not answer; the worker goes on trying")
            connection.close()
            self.ending.wait(1)
            return False

    def claim(self) -> Job | None:
        """Of several idle hands one looks, and the others wait for it: an idle worker asks as seldom as if it had one hand."""
        with self.scout:
            job = None if self.ending.is_set() else claim_next(self.worker, at=timezone.now(), lane=self.lane)
            if job is None:
                self.idle()
        return job

    def idle(self) -> None:
        """Nothing is due."""
        self.ending.wait(POLL_SECONDS)


class MainHand(Hand):
    """Goes round as well: what was lost, and what the clock has struck for."""

    next_round = 0.0

    def claim(self) -> Job | None:
        """Now and then a look around first."""
        if time.monotonic() >= self.next_round:
            self.next_round = time.monotonic() + ROUND_SECONDS
            reap_expired(at=timezone.now())
            wind_clock(at=timezone.now())
        return super().claim()


class OnlyHand(MainHand):
    """Does the work of both lanes until nothing is due."""

    def idle(self) -> None:
        """There is nothing more to do."""
        self.ending.set()


class Command(BaseCommand):
    """One hand for the main lane, and several for jobs that mostly wait for others; winds the clock; lets lost jobs wait again."""

    help = "Do the work that runs later (letters, certificates, PDFs) until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--once", action="store_true", help="end when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to end; the jobs in hand are finished first."""
        ending, heartbeat = threading.Event(), Heartbeat()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        load_tasks()
        worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[:100]
        heartbeat.start()
        self.stdout.write("Worker started.")
        if options["once"]:
            OnlyHand(worker, None, heartbeat, ending, threading.Lock()).work()
        else:
            self.work_side_by_side(worker, heartbeat, ending)
        heartbeat.ended.set()
        self.stdout.write("Worker ended.")

    def work_side_by_side(self, worker: str, heartbeat: Heartbeat, ending: threading.Event) -> None:
        """The side lane in threads of its own; the main lane in this one, which gets the signals."""
        scout = threading.Lock()
        hands = [Hand(worker, Lane.SIDE, heartbeat, ending, scout) for _ in range(settings.WORKER_SIDE_JOBS)]
        threads = [threading.Thread(target=hand.work, name=f"side-{number}") for number, hand in enumerate(hands, start=1)]
        for thread in threads:
            thread.start()
        try:
            MainHand(worker, Lane.MAIN, heartbeat, ending, threading.Lock()).work()
        finally:
            ending.set()
            for thread in threads:
                thread.join()
