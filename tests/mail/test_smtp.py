"""Servers that misbehave below the level of SMTP replies: they drop, dribble, stay silent, or greet with a refusal."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from preceptor.mail.adapters import smtp
from preceptor.mail.adapters.smtp import Conversation, Envelope
from preceptor.mail.rules import Outcome, Reply

Behaviour = Callable[[socket.socket], None]


def drop_after_greeting(peer: socket.socket) -> None:
    peer.sendall(b"220 hello\r\n")
    peer.recv(1000)


def dribble(peer: socket.socket) -> None:
    while True:
        peer.sendall(b"2")
        time.sleep(0.1)


def stay_silent(peer: socket.socket) -> None:
    time.sleep(3)


def refuse_everybody(peer: socket.socket) -> None:
    peer.sendall(b"554 5.3.2 no service here\r\n")
    peer.recv(1000)


def refuse_the_body_beforehand(peer: socket.socket) -> None:
    peer.sendall(b"220 hello\r\n")
    for answer in (b"250 hello", b"250 OK", b"250 OK", b"552 5.3.4 too large", b"221 bye"):
        peer.recv(1000)
        peer.sendall(answer + b"\r\n")


def post(message: bytes) -> Reply:
    with Conversation() as conversation:
        return conversation.post(Envelope("no-reply@localhost", "riley@example.org", message))


@pytest.fixture
def behaving(settings: Any) -> Iterator[Callable[[Behaviour], None]]:
    """A server on a bare socket that does one thing to whoever connects."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", listener.getsockname()[1], 0.4
    settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False

    def start(behaviour: Behaviour) -> None:
        def serve() -> None:
            with contextlib.suppress(OSError):
                peer, _ = listener.accept()
                with peer:
                    behaviour(peer)

        threading.Thread(target=serve, daemon=True).start()

    yield start
    listener.close()


@pytest.mark.parametrize(
    ("behaviour", "outcome", "words"),
    [
        (drop_after_greeting, Outcome.UNREACHED, "ended the conversation"),
        (dribble, Outcome.UNREACHED, "did not answer in time"),
        (stay_silent, Outcome.UNREACHED, "did not answer in time"),
        (refuse_everybody, Outcome.LATER, "no service here"),
        (refuse_the_body_beforehand, Outcome.REFUSED, "too large"),
    ],
)
def test_what_it_means_for_the_letter(behaving: Callable[[Behaviour], None], behaviour: Behaviour, outcome: Outcome, words: str) -> None:
    behaving(behaviour)
    begun = time.monotonic()
    reply = post(b"Subject: sample\r\n\r\nsample\r\n")
    assert (reply.outcome, words in reply.text) == (outcome, True), reply
    assert time.monotonic() - begun < 4


def test_nobody_listens(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listener.getsockname()[1]
    reply = post(b"x")
    assert reply.outcome is Outcome.UNREACHED and reply.text == "The mail server was not reached (Connection refused)"


def test_a_reply_with_nul_can_be_kept() -> None:
    """A letter that was taken is not posted again because the words of the one who took it cannot be written down."""
    assert smtp._text(b"2.0.0 ta\x00ken") == "2.0.0 ta\ufffdken"
