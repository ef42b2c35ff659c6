"""A letter to post, and mail servers that behave as real ones do."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.template import engines

from preceptor.mail.actions import queue_letter
from preceptor.mail.models import Letter

NOW = datetime(2026, 11, 22, 15, 2, tzinfo=UTC)
TEMPLATES = {
    "try.subject.txt": "Your certificate, {{ name }}\n",
    "try.txt": "Dear {{ name }},\n\nit is ready: {{ public_url }}/home/\n",
    "try.html": "<html><head><style>p { color: #123456 } @media (max-width: 600px) { p { margin: 0 } }</style></head><body><p>Dear {{ name }}</p></body></html>",
}


class Server:
    """An SMTP server in a thread whose answers a test may change at any time."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.rcpt_reply = "250 OK"
        self.data_reply = "250 OK"
        self.pause = 0.0
        self.rcpts = 0
        self.refuse_every = 0
        self.replies: list[str] = []
        self.connections = 0
        self.slow = 0.0
        self.slow_domain = ""
        self.at_once = self.most_at_once = 0
        self.controller: Controller | None = None
        self.port = 0

    def start(self) -> None:
        """Listen; at the second start on the same port again."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port or _free_port())
        self.controller.start()
        self.port = self.controller.port

    def stop(self) -> None:
        """Nobody listens any more."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        """Greet, and count."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Accept the recipient, or not."""
        self.rcpts += 1
        if self.replies:
            reply = self.replies.pop(0)
            if reply.startswith("421"):
                server.transport.close()
            elif reply.startswith("2"):
                envelope.rcpt_tos.append(address)
            return reply
        if self.refuse_every and self.rcpts % self.refuse_every == 0:
            return "451 4.7.1 not now"
        if self.rcpt_reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Accept the letter, or not; perhaps slowly."""
        time.sleep(self.pause)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(30 if self.slow_domain and envelope.rcpt_tos[0].endswith(self.slow_domain) else self.slow)
        self.at_once -= 1
        if self.data_reply.startswith("2"):
            self.received.append(envelope)
        return self.data_reply


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def at() -> datetime:
    """The moment at which the tests' letters are queued."""
    return NOW


@pytest.fixture(autouse=True)
def _templates(settings: Any) -> None:
    """A letter's three templates, in memory."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["APP_DIRS"] = False
    templates[0]["OPTIONS"]["loaders"] = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = templates
    engines._engines = {}


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Server]:
    """A running server that EMAIL_* point at, with a timeout that tests can wait for."""
    server = Server()
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.stop()


@pytest.fixture
def new_letter(at: datetime) -> Callable[..., Letter]:
    """Queues a letter."""

    def queue(**changes: Any) -> Letter:
        given: dict[str, Any] = {
            "to": "riley@example.org", "kind": "credit.certificate", "template": "try",
            "context": {"name": "Riley O'Brien"}, "about": "0f", "at": at,
        }  # fmt: skip
        return queue_letter(**given | changes)

    return queue
