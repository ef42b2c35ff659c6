"""`python -m tests.faults.counting_server PORT FILE [LATENCY] [SHARE] [MOST]`: a mail server that writes one line for every letter that it accepts.

A line of FILE: seconds since the epoch, Message-ID, recipient, bytes, names of attachments; it is on disk before the letter is accepted. LATENCY is how
long it thinks about each letter, in seconds. SHARE of the conversations (0.33: a third) ends with 451, MOST times for one recipient. A recipient "refuse…@" is refused by 550.
"""

import asyncio
import random
import re
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Counting:
    """Accepts and counts."""

    def __init__(self, file: Path, latency: float, share: float, most: float) -> None:
        self.file = file.open("a", encoding="utf-8")
        self.latency, self.share, self.most = latency, share, most
        self.put_off: Counter[str] = Counter()
        self.chance = random.Random(4)

    def puts_off(self, recipient: str) -> bool:
        """By chance."""
        wants_to = self.put_off[recipient] < self.most and self.chance.random() < self.share / 2
        self.put_off[recipient] += wants_to
        return wants_to

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Half of the soft refusals come here."""
        if address.startswith("refuse"):
            return "550 5.1.1 no such user here"
        if self.puts_off(address):
            return "451 4.3.2 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The other half after the body."""
        await asyncio.sleep(self.latency)
        if self.puts_off(envelope.rcpt_tos[0]):
            return "451 4.3.2 come back later"
        content: bytes = envelope.original_content
        found = re.search(rb"^Message-ID: *(\S+)", content, re.MULTILINE)
        files = b",".join(re.findall(rb'filename="([^"]+)"', content)).decode()
        line = (f"{time.time():.3f}", found[1].decode() if found else "", envelope.rcpt_tos[0], str(len(content)), files)
        self.file.write("\t".join(line) + "\n")
        self.file.flush()
        return "250 OK"


if __name__ == "__main__":
    numbers = [float(word) for word in sys.argv[3:]]
    controller = Controller(
        Counting(Path(sys.argv[2]), *[*numbers, *(0, 0, 1e9)[len(numbers) :]]),
        hostname="127.0.0.1",
        port=int(sys.argv[1]),
        ready_timeout=20,
    )
    controller.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    controller.stop()
