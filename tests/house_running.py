"""A whole house, running: web server, worker and mail sink as processes, with a database and a folder of its own."""

import contextlib
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
FONTS = Path(tempfile.gettempdir()) / f"preceptor-test-fonts-{os.getuid()}"


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

    def start(self, seconds: float = 300, *, command: tuple[str, ...] = ("up",), path: str = "/activities/") -> None:
        """Start everything and wait until the web server answers."""
        if FONTS.exists():
            shutil.copytree(FONTS, self.folder / "fonts", dirs_exist_ok=True)
        self.process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            assert self.process.poll() is None, "the house ended while starting"
            try:
                with urllib.request.urlopen(f"{self.url}{path}", timeout=5):
                    self._keep_fonts()
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the house did not answer in time")

    def _keep_fonts(self) -> None:
        """For the next house of these tests: making the fonts takes longer than all the rest. They are made anew when their recipe changes."""
        made = FONTS.with_name(f"{FONTS.name}-{os.getpid()}")
        if not FONTS.exists():
            shutil.copytree(self.folder / "fonts", made)
            with contextlib.suppress(OSError):
                made.rename(FONTS)
            shutil.rmtree(made, ignore_errors=True)

    def stop(self) -> None:
        """End everything politely, and take the folder away."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            status = self.process.wait(30)
            assert status == 0, f"Ctrl-C ended the house with status {status}"
        shutil.rmtree(self.folder, ignore_errors=True)

    def children(self) -> dict[str, int]:
        """The processes that `up` keeps: a word of their command line → pid."""
        assert self.process
        listed = subprocess.run(["ps", "-ww", "--ppid", str(self.process.pid), "-o", "pid=,args="], capture_output=True, text=True).stdout
        words = ("granian", "run_worker", "run_mail_sink")
        return {word: int(line.split()[0]) for line in listed.splitlines() for word in words if word in line}

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
