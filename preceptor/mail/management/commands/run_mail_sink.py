"""`manage.py run_mail_sink`: a mail server for this machine that delivers nothing and keeps every letter for the mailbox page."""

from __future__ import annotations

import signal
import socket
import threading
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from preceptor.mail.adapters.mailbox import keep


class Sink:
    """Accepts every letter and keeps it as a file."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The letter is on disk before it is accepted."""
        content = envelope.original_content or b""
        keep(content)
        return "250 Kept"


def refuse_taken_port(port: int) -> None:
    """Say it before the server's thread is started: one that fails in it leaves noise behind."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used ({error.strerror}); set MAIL_SINK_PORT to a free one.") from error


class Command(BaseCommand):
    """Listens on loopback only, until SIGTERM or Ctrl-C."""

    requires_system_checks: list[str] = []  # it has nothing to do with the web, and is to start at once
    help = "Catch letters on 127.0.0.1:MAIL_SINK_PORT and show them on the mailbox page."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to end."""
        if not settings.HAS_MAIL_SINK:
            raise CommandError("There is no mail sink here: EMAIL_URL is set, or PUBLIC_URL is not on this machine.")
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        refuse_taken_port(settings.MAIL_SINK_PORT)
        controller = Controller(Sink(), hostname="127.0.0.1", port=settings.MAIL_SINK_PORT, ready_timeout=10, enable_SMTPUTF8=True)
        try:
            controller.start()
        except OSError as error:
            raise CommandError(
                f"Port {settings.MAIL_SINK_PORT} cannot be used ({error.strerror}); set MAIL_SINK_PORT to a free one."
            ) from error
        self.stdout.write(f"Mail sink started on 127.0.0.1:{settings.MAIL_SINK_PORT}.")
        ending.wait()
        controller.stop()
        self.stdout.write("Mail sink ended.")
