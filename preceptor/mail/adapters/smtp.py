"""Conversations with the mail server of EMAIL_URL, and what their ends mean for the letters."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any

from django.conf import settings

from preceptor.kernel.texts import storable
from preceptor.mail.rules import Outcome, Reply, conversation_lasts

TOO_SLOW = "The mail server did not answer in time"


@dataclass(frozen=True)
class Envelope:
    """Who sends what to whom. `name` is our own name for the letter: a report repeats it, where the mail server can do reports (RFC 3461)."""

    sender: str
    recipient: str
    message: bytes
    name: str = ""


class _Known:
    """Is made known before it connects, so that a greeting which never ends can be cut off."""

    def __init__(self, tell: Callable[[Any], None], *args: Any, **kwargs: Any) -> None:
        tell(self)
        super().__init__(*args, **kwargs)


class _Plain(_Known, smtplib.SMTP):
    """Begins in clear, and is encrypted by STARTTLS where the settings say so."""


class _Encrypted(_Known, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""


class Conversation:
    """One connection for one letter after another; opened when the first one is handed over, and anew when it has gone away in between."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._is_begun = False

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def post(self, envelope: Envelope) -> Reply:
        """Hand one message over. Never raises for what a mail server or a network can do; ends within a bounded time.

        A 5xx to sender, recipient or message is about the letter: refused for good. Everything else (no connection, no answer, a 4xx, a server that
        does not want to talk or does not let us sign in) may be mended, and is to be tried again.
        """
        ends = time.monotonic() + conversation_lasts(settings.EMAIL_TIMEOUT)
        try:
            with self._bounded(ends):
                return self._hand_over(envelope)
        except smtplib.SMTPResponseException as error:
            if time.monotonic() >= ends:  # half a reply, cut off by us, is none
                return Reply(Outcome.UNREACHED, TOO_SLOW)
            return Reply(Outcome.LATER, f"{error.smtp_code} {_text(error.smtp_error)}")
        except smtplib.SMTPServerDisconnected as error:
            is_slow = isinstance(error.__context__, TimeoutError) or time.monotonic() >= ends
            return Reply(Outcome.UNREACHED, TOO_SLOW if is_slow else "The mail server ended the conversation")
        except smtplib.SMTPException as error:
            return Reply(Outcome.LATER, str(error))
        except UnicodeError:
            return Reply(Outcome.REFUSED, "The address has characters that mail servers do not take")
        except TimeoutError:
            return Reply(Outcome.UNREACHED, TOO_SLOW)
        except OSError as error:
            return Reply(Outcome.UNREACHED, f"The mail server was not reached ({error.strerror or error})")

    @contextlib.contextmanager
    def _bounded(self, ends: float) -> Iterator[None]:
        """A server that sends one byte now and then never meets the socket's timeout: the whole handing-over, greeting included, has an end too.

        A conversation that ended badly is not gone on with.
        """
        guard = threading.Timer(max(ends - time.monotonic(), 0.01), self._cut)
        guard.daemon = True
        guard.start()
        try:
            yield
        except BaseException:
            guard.cancel()
            self._end()
            raise
        guard.cancel()

    def _cut(self) -> None:
        """End the conversation from outside: the waiting read returns at once."""
        sock = getattr(self._server, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _hand_over(self, envelope: Envelope) -> Reply:
        """The part of the conversation that is about this letter. Nothing of it was said yet when an old connection turns out to be gone."""
        was_open = self._server is not None
        try:
            server = self._greeted()
            if self._is_begun:  # a letter that was not taken to its end
                server.rset()
            code, reply = server.mail(envelope.sender, _mail_options(server, envelope))
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            if not was_open:
                raise
            code = 421
        if was_open and code == 421:
            self._end()
            server = self._greeted()
            code, reply = server.mail(envelope.sender, _mail_options(server, envelope))
        self._is_begun = True
        if code == 250:
            code, reply = server.rcpt(envelope.recipient, _rcpt_options(server, envelope))
            if code in (250, 251):
                code, reply = _send_body(server, envelope.message)
                if code == 250:
                    self._is_begun = False
                    return Reply(Outcome.ACCEPTED, f"{code} {_text(reply)}")
        if code == 421:
            self._end()
        return Reply(Outcome.REFUSED if 500 <= code <= 599 else Outcome.LATER, f"{code} {_text(reply)}")

    def _greeted(self) -> smtplib.SMTP:
        """The connection: greeted, encrypted and signed in as the settings want it."""
        if self._server is not None:
            return self._server
        place = (settings.EMAIL_HOST, settings.EMAIL_PORT, socket.gethostname() or "localhost")
        server: smtplib.SMTP
        if settings.EMAIL_USE_SSL:
            server = _Encrypted(self._keep, *place, timeout=settings.EMAIL_TIMEOUT, context=_trust())
        else:
            server = _Plain(self._keep, *place, timeout=settings.EMAIL_TIMEOUT)
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=_trust())
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        return server

    def _keep(self, server: smtplib.SMTP) -> None:
        self._server, self._is_begun = server, False

    def _end(self) -> None:
        """Say goodbye without waiting long for an answer: the letters' fates are known already."""
        server, self._server = self._server, None
        if server is None:
            return
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if server.sock is not None:
                server.sock.settimeout(1)
                server.quit()
        server.close()


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whom we believe to be a mail server. Read once: reading this machine's list of authorities takes 20 ms of CPU, as long as all the rest of a letter."""
    return ssl.create_default_context()


def _mail_options(server: smtplib.SMTP, envelope: Envelope) -> list[str]:
    """How large it is; and where the server can do reports: headers only, and named by our name."""
    size = [f"size={len(envelope.message)}"] if server.has_extn("size") else []
    return [*size, "RET=HDRS", f"ENVID={envelope.name}"] if envelope.name and server.has_extn("dsn") else size


def _rcpt_options(server: smtplib.SMTP, envelope: Envelope) -> list[str]:
    """Which reports we ask for."""
    if not (envelope.name and server.has_extn("dsn")):
        return []
    return ["NOTIFY=SUCCESS,FAILURE,DELAY" if settings.MAIL_ASK_DELIVERED else "NOTIFY=FAILURE,DELAY"]


def _send_body(server: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
    """The answer to the body, or to the wish to send it."""
    try:
        return server.data(message)
    except smtplib.SMTPDataError as error:
        return error.smtp_code, error.smtp_error.encode() if isinstance(error.smtp_error, str) else error.smtp_error


def _text(reply: bytes | str) -> str:
    """A server's words, whatever bytes they are."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return storable(" ".join(text.split()))[:500]
