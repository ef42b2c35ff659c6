"""A worker, a mail server that counts, and people who finish: what came of it, as the server saw it."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.running import Running, is_listening, wait_for
from tests.house_running import ROOT


@dataclass(frozen=True)
class Accepted:
    """A letter that the server accepted."""

    at: float
    message_id: str
    recipient: str
    size: int
    files: str


class Delivering(Running):
    """Like `Running`, with the counting mail server."""

    def begin(self, *, latency: float = 0.0, share: float = 0.0, most: float = 1e9) -> None:
        """A fresh database, the server and one worker."""
        (self.folder / "static").mkdir(exist_ok=True)
        self._run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        command = [
            sys.executable,
            "-m",
            "tests.faults.counting_server",
            str(self.mail_port),
            str(self.seen),
            str(latency),
            str(share),
            str(most),
        ]
        self.processes["mail"] = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)
        wait_for("the mail server listens", lambda: is_listening(self.mail_port))
        self.start("worker")

    @property
    def seen(self) -> Path:
        """The server's list."""
        return self.folder / "accepted"

    def finish(self, count: int, seconds: float, deed: str = "") -> "subprocess.Popen[bytes]":
        """People begin to finish."""
        command = [sys.executable, "-m", "tests.faults.finishers", str(count), str(seconds), *([deed] if deed else [])]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment)

    def accepted(self) -> list[Accepted]:
        """What the server has accepted, in its order."""
        lines = self.seen.read_text().splitlines() if self.seen.exists() else []
        rows = [line.split("\t") for line in lines]
        return [Accepted(float(at), message_id, recipient, int(size), files) for at, message_id, recipient, size, files in rows]

    def times_accepted(self) -> Counter[str]:
        """Message-ID → how often the server accepted it."""
        return Counter(letter.message_id for letter in self.accepted())

    def states(self) -> Counter[str]:
        """State → how many letters are in it."""
        return Counter(dict(self.rows("SELECT state, count(*) FROM mail_letter GROUP BY state")))

    def message_ids(self) -> set[str]:
        """Of all letters that were queued."""
        return {row[0] for row in self.rows("SELECT message_id FROM mail_letter")}

    def in_flight(self) -> set[str]:
        """Message-IDs of letters that were begun and whose end is not known."""
        return {row[0] for row in self.rows("SELECT message_id FROM mail_letter WHERE state = 'sending'")}

    def is_drained(self, count: int) -> bool:
        """Has every letter come to its end?"""
        states = self.states()
        return states["sent"] + states["refused"] >= count

    def seconds_of(self, moment: datetime | str) -> float:
        """A moment of the database, since the epoch."""
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return moment.timestamp()

    def cpu_seconds(self, name: str) -> float:
        """What a process has used so far."""
        fields = (Path("/proc") / str(self.processes[name].pid) / "stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100
