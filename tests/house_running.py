"""A whole house, running: web server, worker and mail sink as processes, with a database and a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_database() -> str:
    """The address of an empty PostgreSQL database beside the one of TEST_DATABASE_URL; "" for SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url:
        return ""
    name = f"house_{os.getpid()}_{free_port()}"
    with psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return url.rpartition("/")[0] + f"/{name}"


class House:
    """Started by `start`, ended by `stop`; in between it can be asked for its address, its letters and its processes."""

    def __init__(self, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="house-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        database = fresh_database()
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "SECRET_KEY"}},
            "VAR_DIR": str(self.folder),
            "PORT": str(self.port),
            "MAIL_SINK_PORT": str(free_port()),
            "WEB_WORKERS": "1",
            **({"DATABASE_URL": database} if database else {}),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run one command of the house to its end."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env={**self.environment, **environment}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, seconds: float = 300) -> None:
        """Start everything and wait until the web server answers."""
        self.process = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=self.environment)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            assert self.process.poll() is None, "the house ended while starting"
            try:
                with urllib.request.urlopen(f"{self.url}/activities/", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the house did not answer in time")

    def stop(self) -> None:
        """End everything politely, and take the folder away."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def letters(self) -> list[Path]:
        """What the mail sink received, the oldest first."""
        return sorted((self.folder / "mailbox").glob("*.eml"), key=lambda path: path.stat().st_mtime)

    def wait_for_letters(self, count: int, seconds: float = 30) -> list[Path]:
        """Wait until the sink holds so many letters."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if len(found := self.letters()) >= count:
                return found
            time.sleep(0.2)
        raise AssertionError(f"{len(self.letters())} letters instead of {count} after {seconds} s")
