"""The mailbox opens on this machine only, and a caught letter can do nothing there but be read."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from preceptor.mail.adapters import mailbox

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def a_letter(subject: str = "Your code") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "no-reply@localhost", "riley@example.org", subject
    message.set_content("Your code is 123 456")
    message.add_alternative("<html><head></head><body><p>Your <b>code</b></p><script>alert(1)</script></body></html>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename='a "certificate".pdf')
    return message


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> str:
    """A letter in the sink."""
    settings.HAS_MAIL_SINK, settings.MAIL_SINK_DIR = True, tmp_path
    return mailbox.keep(a_letter().as_bytes())


def pages(key: str) -> list[str]:
    return [
        reverse("mail:mailbox"),
        reverse("mail:mailbox_letter", args=[key]),
        reverse("mail:mailbox_html", args=[key]),
        reverse("mail:mailbox_attachment", args=[key, 1]),
    ]


def test_read_on_this_machine(client: Client, key: str) -> None:
    shown = [client.get(page) for page in pages(key)]
    assert [answer.status_code for answer in shown] == [200] * 4
    assert b"Your code" in shown[0].content and b"riley@example.org" in shown[0].content
    assert b"Your code is 123 456" in shown[1].content
    assert shown[3].content == b"%PDF-1.7"
    assert shown[3]["Content-Disposition"] == 'attachment; filename="a _certificate_.pdf"'


def test_the_letters_html_is_caged(client: Client, key: str) -> None:
    answer = client.get(reverse("mail:mailbox_html", args=[key]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "sandbox allow-top-navigation-by-user-activation" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    page = client.get(reverse("mail:mailbox_letter", args=[key]))
    assert "unsafe-inline" not in page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "visitor",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "::2"},
    ],
)
def test_not_there_from_elsewhere(client: Client, key: str, visitor: dict[str, str]) -> None:
    assert [client.get(page, **visitor).status_code for page in pages(key)] == [404] * 4  # type: ignore[arg-type]


def test_not_there_without_the_sink(client: Client, key: str, settings: Any) -> None:
    settings.HAS_MAIL_SINK = False
    assert [client.get(page).status_code for page in pages(key)] == [404] * 4


@pytest.mark.parametrize("wrong", ["0", "1234567890123456789-abcdef01", "secret-key"])
def test_unknown_letters(client: Client, key: str, wrong: str) -> None:
    assert client.get(reverse("mail:mailbox_letter", args=[wrong])).status_code == 404
    assert client.get(reverse("mail:mailbox_attachment", args=[key, 9])).status_code == 404


def test_only_the_newest_are_kept(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_SINK_DIR = tmp_path
    monkeypatch.setattr(mailbox, "MOST_LETTERS", 3)
    for number in range(5):
        mailbox.keep(a_letter(f"Letter {number}").as_bytes())
    assert [letter.subject for letter in mailbox.caught_letters()] == ["Letter 4", "Letter 3", "Letter 2"]
    assert not list(tmp_path.glob(".*"))


def test_the_sink_itself(settings: Any, tmp_path: Path) -> None:
    """A real process: it accepts a letter, keeps it, ends cleanly; a second one on the same port says one clear sentence."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "MAIL_SINK_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "tests.mail.sink_settings",
    }
    command = [sys.executable, "manage.py", "run_mail_sink"]
    sink = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert sink.stdout is not None and "started" in sink.stdout.readline()
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
            server.send_message(a_letter())
        settings.MAIL_SINK_DIR = tmp_path / "mailbox"
        assert [letter.subject for letter in mailbox.caught_letters()] == ["Your code"]
        second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1 and f"Port {port} cannot be used" in second.stderr and "Traceback" not in second.stderr
        sink.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert sink.wait(timeout=10) == 0 and time.monotonic() - begun < 5
    finally:
        sink.kill()


def test_a_letter_in_an_unknown_character_set_does_not_close_the_mailbox(client: Client, key: str, tmp_path: Path) -> None:
    odd = mailbox.keep(b"Subject: odd\r\nContent-Type: text/plain; charset=bogus-9\r\n\r\nhello \xff\r\n", folder=tmp_path)
    nested = mailbox.keep(
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n--x--\r\n"
    )
    assert [client.get(page).status_code for page in (*pages(odd)[:3], *pages(nested)[:3])] == [200] * 6
    assert b"hello" in client.get(pages(odd)[1]).content
