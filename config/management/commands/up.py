"""Starts the whole house on this machine: database, demo, web server, worker and, without EMAIL_URL, the mail sink."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from preceptor.accounts.rules import SAMPLE_PASSWORD

GRACE_SECONDS = 10
STEADY_SECONDS, MOST_FALLS = 5, 3


class Command(BaseCommand):
    """Prepares (only what is not there yet), starts the processes, and ends all of them together."""

    help = "Prepares the database and the demo, and starts web server, worker and mail sink."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="do not load the sample provider")
        parser.add_argument("--prepare-only", action="store_true", help="prepare and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["prepare_only"]:
            refuse_taken_port(settings.PORT, "PORT")
            if settings.HAS_MAIL_SINK:
                refuse_taken_port(settings.MAIL_SINK_PORT, "MAIL_SINK_PORT")
        self.prepare(with_demo=not options["no_demo"])
        if not options["prepare_only"]:
            supervise(commands(), lambda: self.announce(with_demo=not options["no_demo"]))

    def prepare(self, *, with_demo: bool) -> None:
        """Migrations, cache table, fonts, static files, demo: each is quick when it was done before."""
        with one_sentence_each():
            settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
            is_new = not connection.introspection.table_names()
            self.stdout.write("Making the database …" if is_new else "Reusing the database; bringing it up to date.")
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
            call_command("build_fonts")
            call_command("collectstatic", interactive=False, verbosity=0)
            if with_demo:
                call_command("load_demo", stdout=self.stdout)

    def announce(self, *, with_demo: bool) -> None:
        """Where to go now."""
        lines = ["", f"Preceptor is ready:      {settings.PUBLIC_URL}/"]
        if settings.HAS_MAIL_SINK:
            lines.append(f"The demo's letters:      {settings.PUBLIC_URL}/mailbox/")
        if with_demo and settings.IS_LOOPBACK:
            lines.append(f"Demo sign-ins (password {SAMPLE_PASSWORD}):")
            lines += [f"  {who}@sample.example" for who in ("physician", "pa", "np", "nurse", "pharmacist", "staff", "editor")]
        self.stdout.write("\n".join([*lines, "Ctrl-C ends it.", ""]))
        self.stdout.flush()


@contextlib.contextmanager
def one_sentence_each() -> Iterator[None]:
    """A database that is away, a full disk, a folder that cannot be written: what is the matter, in one sentence. What was half done is done by the next run."""
    try:
        yield
    except OperationalError as error:
        said = str(error).strip().splitlines()[0]
        raise CommandError(f"The database could not be opened or written: {said}. Nothing is lost; mend that and start again.") from error
    except OSError as error:
        place = error.filename or settings.VAR_DIR
        raise CommandError(
            f"{place} cannot be written ({error.strerror}); make room, or set VAR_DIR to a folder where you may write."
        ) from error


def refuse_taken_port(port: int, name: str) -> None:
    """A port in use is said before anything else is done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} is in use by another program; end that one, or choose another with {name}=…") from error


def commands() -> dict[str, list[str]]:
    """The processes, by name."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(settings.PORT)),
        *("--workers", os.environ.get("WEB_WORKERS", "2"), "--blocking-threads", os.environ.get("WEB_THREADS", str(default_threads()))),
        *("--no-ws", "--log-level", "warning", "--respawn-failed-workers", "config.wsgi:application"),
    ]
    processes = {"web": web, "worker": [*manage, "run_worker"]}
    return {**processes, "mail sink": [*manage, "run_mail_sink"]} if settings.HAS_MAIL_SINK else processes


def default_threads() -> int:
    """Twice the cores and one, at most 16: more threads than that only wait for one another."""
    return min(16, 2 * (os.cpu_count() or 1) + 1)


def wait_until_served(port: int, processes: dict[str, "subprocess.Popen[bytes]"]) -> bool:
    """Until the web server answers, or a process has ended, or half a minute is over."""
    for _ in range(300):
        if any(process.poll() is not None for process in processes.values()):
            return False
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


@dataclass
class Kept:
    """A process that is started again when it ends by itself; `falls` counts the times that it did so right after its start."""

    line: list[str]
    process: "subprocess.Popen[bytes]"
    started: float
    falls: int = 0

    @classmethod
    def start(cls, line: list[str]) -> "Kept":
        """Started in a session of its own: Ctrl-C reaches the supervisor only, which then ends its processes in order."""
        return cls(line, _open(line), time.monotonic())

    def again(self) -> bool:
        """Start it again if it has ended; False when it cannot keep on its feet."""
        if self.process.poll() is None:
            return True
        self.sweep()
        self.falls = self.falls + 1 if time.monotonic() - self.started < STEADY_SECONDS else 1
        if self.falls > MOST_FALLS:
            return False
        self.process, self.started = _open(self.line), time.monotonic()
        return True

    def end(self, limit: float) -> None:
        """Wait until the limit, then by force."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, limit - time.monotonic()))
        self.sweep()

    def sweep(self) -> None:
        """End what the process left behind: a web server that is killed leaves its own workers at the port."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _open(line: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(line, cwd=settings.BASE_DIR, start_new_session=True)


def supervise(lines: dict[str, list[str]], announce: Callable[[], None]) -> None:
    """Run the processes until a signal comes; one that ends by itself is started again. Then end all of them, first politely."""
    is_ending = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    kept = {name: Kept.start(line) for name, line in lines.items()}
    fallen = ""
    try:
        if wait_until_served(settings.PORT, {name: one.process for name, one in kept.items()}):
            announce()
        while not is_ending and not fallen:
            time.sleep(0.2)
            fallen = "" if is_ending else next((name for name, one in kept.items() if not one.again()), "")
    finally:
        for one in kept.values():
            if one.process.poll() is None:
                one.process.terminate()
        limit = time.monotonic() + GRACE_SECONDS
        for one in kept.values():
            one.end(limit)
    if fallen:
        raise CommandError(f"The {fallen} keeps ending by itself; the others were ended too. What it said stands above.")
