"""One conversation with the mail server of EMAIL_URL, and what its end means for the letter."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from preceptor.mail.rules import Outcome, Reply, conversation_lasts

TOO_SLOW = "The mail server did not answer in time"


def post(sender: str, recipient: str, message: bytes) -> Reply:
    """Hand one message over. Never raises for what a mail server or a network can do; ends within a bounded time.

    A 5xx to sender, recipient or message is about the letter: refused for good. Everything else (no connection, no answer, a 4xx, a server that
    does not want to talk or does not let us sign in) may be mended, and is to be tried again.
    """
    ends = time.monotonic() + conversation_lasts(settings.EMAIL_TIMEOUT)
    try:
        with _connection(ends) as server:
            return _hand_over(server, sender, recipient, message)
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


def _hand_over(server: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Reply:
    """The part of the conversation that is about this letter."""
    code, reply = server.mail(sender, [f"size={len(message)}"] if server.has_extn("size") else [])
    if code == 250:
        code, reply = server.rcpt(recipient)
        if code in (250, 251):
            code, reply = _send_body(server, message)
            if code == 250:
                return Reply(Outcome.ACCEPTED, f"{code} {_text(reply)}")
    return Reply(Outcome.REFUSED if 500 <= code <= 599 else Outcome.LATER, f"{code} {_text(reply)}")


def _send_body(server: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
    """The answer to the body, or to the wish to send it."""
    try:
        return server.data(message)
    except smtplib.SMTPDataError as error:
        return error.smtp_code, error.smtp_error.encode() if isinstance(error.smtp_error, str) else error.smtp_error


class _Bounded:
    """A server that sends one byte now and then never meets the socket's timeout: the whole conversation, greeting included, has an end too."""

    sock: socket.socket | None

    def __init__(self, ends: float, *args: Any, **kwargs: Any) -> None:
        self.guard = threading.Timer(max(ends - time.monotonic(), 0.01), self.cut)
        self.guard.daemon = True
        self.guard.start()
        super().__init__(*args, **kwargs)

    def cut(self) -> None:
        """End the conversation from outside: the waiting read returns at once."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Plain(_Bounded, smtplib.SMTP):
    """Begins in clear, and is encrypted by STARTTLS where the settings say so."""


class _Encrypted(_Bounded, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""


@contextlib.contextmanager
def _connection(ends: float) -> Iterator[smtplib.SMTP]:
    """A greeted, encrypted and signed-in connection as the settings want it, cut off at the monotonic time `ends`."""
    place = (settings.EMAIL_HOST, settings.EMAIL_PORT, socket.gethostname() or "localhost")
    context = ssl.create_default_context()
    server: _Plain | _Encrypted
    if settings.EMAIL_USE_SSL:
        server = _Encrypted(ends, *place, timeout=settings.EMAIL_TIMEOUT, context=context)
    else:
        server = _Plain(ends, *place, timeout=settings.EMAIL_TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=context)
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        yield server
    finally:
        server.guard.cancel()
        _part(server)


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye without waiting long for an answer: the letter's fate is known already."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if server.sock is not None:
            server.sock.settimeout(1)
            server.quit()
    server.close()


def _text(reply: bytes | str) -> str:
    """A server's words, whatever bytes they are."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())[:500]
