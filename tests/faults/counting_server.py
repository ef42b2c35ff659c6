"""`python -m tests.faults.counting_server PORT FILE [LATENCY] [SHARE]`: a mail server that writes one line for every letter that it accepts.

A line of FILE: seconds since the epoch, Message-ID, recipient, bytes, names of attachments; it is on disk before the letter is accepted. LATENCY is how
long it thinks about each letter, in seconds. SHARE of the conversations (0.33: a third) ends with 451. A recipient "refuse…@" is refused by 550.
"""

import asyncio
import random
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Counting:
    """Accepts and counts."""

    def __init__(self, file: Path, latency: float, share: float) -> None:
        self.file = file.open("a", encoding="utf-8")
        self.latency, self.share = latency, share
        self.chance = random.Random(4)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Half of the soft refusals come here."""
        if address.startswith("refuse"):
            return "550 5.1.1 no such user here"
        if self.chance.random() < self.share / 2:
            return "451 4.3.2 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The other half after the body."""
        await asyncio.sleep(self.latency)
        if self.chance.random() < self.share / 2:
            return "451 4.3.2 come back later"
        content: bytes = envelope.original_content
        found = re.search(rb"^Message-ID: *(\S+)", content, re.MULTILINE)
        files = b",".join(re.findall(rb'filename="([^"]+)"', content)).decode()
        line = (f"{time.time():.3f}", found[1].decode() if found else "", envelope.rcpt_tos[0], str(len(content)), files)
        self.file.write("\t".join(line) + "\n")
        self.file.flush()
        return "250 OK"


if __name__ == "__main__":
    latency, share = (float(word) for word in (sys.argv[3:] + ["0", "0"])[:2])
    controller = Controller(Counting(Path(sys.argv[2]), latency, share), hostname="127.0.0.1", port=int(sys.argv[1]), ready_timeout=20)
    controller.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    controller.stop()
