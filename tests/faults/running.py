"""Web server, worker and mail server as processes that a test may kill, and a browser that asks for their pages."""

import contextlib
import email
import email.policy
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.house_running import ROOT, free_port, fresh_database

TOKEN = "a" * 32


def wait_for(what: str, is_true: Callable[[], Any], *, seconds: float = 40, pause: float = 0.05) -> Any:
    """Ask again and again; the first true answer, or an AssertionError."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := is_true():
            return found
        time.sleep(pause)
    raise AssertionError(f"not within {seconds} s: {what}")


@dataclass
class Answer:
    """What the web server said."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """As a page."""
        return self.content.decode()


@dataclass
class Person:
    """Somebody with a session, from tests/faults/seed.py."""

    port: int
    name: str
    email: str
    session: str
    items: list[dict[str, str]]
    verdict: dict[str, str]
    claim: dict[str, str]

    def ask(self, method: str, path: str, data: Mapping[str, object] | None = None, **headers: str) -> Answer:
        """One request; redirects are not followed. Raises OSError or HTTPException when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            body = urlencode({**data, "csrfmiddlewaretoken": TOKEN}) if data is not None else None
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            cookies = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}"}
            path = path if path.startswith("/") else f"/activities/tiny/{path}"
            connection.request(method, path, body, {**cookies, **kind, **headers})
            said = connection.getresponse()
            return Answer(said.status, {name.title(): value for name, value in said.getheaders()}, said.read())

    def get(self, path: str) -> Answer:
        """Look at a page of the activity."""
        return self.ask("GET", path)

    def post(self, path: str, data: Mapping[str, object] | None = None, **headers: str) -> Answer:
        """Press its button."""
        return self.ask("POST", path, data or {}, **headers)

    def save(self, number: int, option: str = "") -> Answer:
        """Save an answer as the page's script does; 200 is "Saved at …"."""
        item = self.items[number - 1]
        data = {"attempt": 1, "item": item["uuid"], "option": option or item["answer"]}
        return self.post(f"post-test/question/{number}/", data, **{"X-Requested-With": "fetch", "Accept": "application/json"})


@dataclass
class Running:
    """The processes, by name, with a folder and a database of their own."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="faults-")))
    port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    database: str = field(default_factory=fresh_database)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told."""
        return {
            **{key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SECRET_KEY"}},
            "DJANGO_SETTINGS_MODULE": "tests.faults.house_settings",
            "VAR_DIR": str(self.folder),
            "PORT": str(self.port),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "EMAIL_TIMEOUT": "2",
            **({"DATABASE_URL": self.database} if self.database else {}),
            **self.settings,
        }

    def prepare(self, *wishes: str) -> dict[str, Person]:
        """The database, and the people that seed.py makes."""
        self.manners()
        (self.folder / "static").mkdir()
        self._run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        made = json.loads(self._run("-m", "tests.faults.seed", *wishes))
        return {row["name"]: Person(self.port, **row) for row in made}

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    # --- processes

    def start(self, name: str) -> None:
        """Start "web", "worker" or "mail"; returns when it serves."""
        granian = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        lines = {
            "web": [*granian, "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "--respawn-failed-workers", "config.wsgi:application"],
            "worker": ["manage.py", "run_worker"],
            "mail": ["-m", "tests.faults.mail_server", str(self.mail_port), str(self.folder)],
        }  # fmt: skip
        self.processes[name] = subprocess.Popen([sys.executable, *lines[name]], cwd=ROOT, env=self.environment, start_new_session=True)
        if name == "web":
            wait_for("the web server answers", self.is_serving)
        if name == "mail":
            wait_for("the mail server listens", lambda: is_listening(self.mail_port))

    def is_serving(self) -> bool:
        """Does the web server answer?"""
        try:
            return Person(self.port, "", "", "", [], {}, {}).get("/activities/").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self, name: str) -> None:
        """kill -9, the whole group: nobody says good-bye."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def restart(self, name: str) -> None:
        """kill -9 and start anew."""
        self.kill(name)
        self.start(name)

    def children(self, name: str) -> list[int]:
        """The processes that a process has started."""
        found = subprocess.run(["pgrep", "-P", str(self.processes[name].pid)], capture_output=True, text=True)
        return [int(line) for line in found.stdout.split()]

    def stop(self) -> None:
        """End everything and take the folder away."""
        for name in list(self.processes):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- what became of it

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database behind everybody's back."""
        if self.database:
            with psycopg.connect(self.database.replace("postgres://", "postgresql://", 1)) as connection:
                return list(connection.execute(statement).fetchall())  # type: ignore[arg-type, call-overload]
        with contextlib.closing(sqlite3.connect(self.folder / "preceptor.sqlite3", timeout=20)) as connection_:
            return connection_.execute(statement).fetchall()

    def one(self, statement: str) -> Any:
        """The only value."""
        return self.rows(statement)[0][0]

    def manners(self, **manners: str) -> None:
        """How the mail server treats each recipient from now on."""
        half = self.folder / "manners.part"
        half.write_text(json.dumps(manners))
        half.rename(self.folder / "manners.json")

    def letters(self, name: str, state: str = "accepted") -> list[EmailMessage]:
        """The letters to somebody whose body the mail server took."""
        read = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in sorted(self.folder.glob(f"*.{state}.eml"))
        ]
        return [letter for letter in read if letter["To"].startswith(f"{name}@")]  # type: ignore[misc]

    def letter_states(self, name: str) -> list[str]:
        """The states of somebody's letters in our own outbox."""
        return [row[0] for row in self.rows(f"SELECT state FROM mail_letter WHERE recipient = '{name}@sample.example'")]


def is_listening(port: int) -> bool:
    """Does anybody listen?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
