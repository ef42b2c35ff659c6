"""`python -m tests.faults.mail_server PORT FOLDER`: a mail server that treats each recipient as FOLDER/manners.json says at that moment.

Manners: "accept" (the default), "refuse" (550), "later" (451), "hang" (no answer to RCPT), "hang-after-body" (takes the body and never answers).
Every body that was taken is a file in FOLDER: NNN.accepted.eml, or NNN.unanswered.eml.
"""

import asyncio
import json
import signal
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

REPLIES = {"refuse": "550 5.2.2 mailbox full", "later": "451 4.3.2 come back later"}


class Moody:
    """Answers by recipient."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    def manners(self, recipient: str) -> str:
        """How to treat a recipient now."""
        found: dict[str, str] = json.loads((self.folder / "manners.json").read_text())
        return found.get(recipient.partition("@")[0], "accept")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Take the recipient, or not, or say nothing."""
        manners = self.manners(address)
        if manners == "hang":
            await asyncio.sleep(120)
        if manners in REPLIES:
            return REPLIES[manners]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the body, answer or not."""
        manners = self.manners(envelope.rcpt_tos[0])
        state = "unanswered" if manners == "hang-after-body" else "accepted"
        half = self.folder / f"{next(self.numbers):03}.part"
        half.write_bytes(envelope.original_content)
        half.rename(half.with_suffix(f".{state}.eml"))
        if state == "unanswered":
            await asyncio.sleep(120)
        return "250 Kept"


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    controller = Controller(Moody(folder), hostname="127.0.0.1", port=int(sys.argv[1]), ready_timeout=20)
    controller.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    controller.stop()
