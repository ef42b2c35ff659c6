"""The signature under a letter, checked by the library's own verifier against the key as the DNS would give it; and the settings that are wrong."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from preceptor.jobs.actions import run_due
from preceptor.mail.actions import attach
from preceptor.mail.checks import settings_of_letters_can_be_used
from preceptor.mail.models import Letter
from tests.mail.conftest import Server

KEY = rsa.generate_private_key(65537, 2048)


def pem(key: Any, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return str(key.private_bytes(Encoding.PEM, form, NoEncryption()).decode())


def dns(name: bytes, timeout: int = 5) -> bytes:
    """What the zone of cme.example holds."""
    assert name == b"preceptor._domainkey.cme.example."
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.mark.django_db
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_letter_is_signed(
    mail_server: Server, new_letter: Callable[..., Letter], at: datetime, settings: Any, form: PrivateFormat
) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.MAIL_DKIM_DOMAIN = "no-reply@cme.example", "cme.example"
    settings.MAIL_DKIM_KEY, settings.MAIL_REPLY_TO = pem(KEY, form), "office@cme.example"
    letter = new_letter(awaits_attachment=True, context={"name": "Jürgen Ångström"})
    attach(letter, name="certificate.pdf", media_type="application/pdf", data=bytes(range(256)) * 300, at=at)
    run_due(at=at)
    message: bytes = mail_server.received[0].original_content
    assert dkim.verify(message, dnsfunc=dns)
    for header in (b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Reply-To", b"Auto-Submitted"):
        assert header + b": " in message
        assert not dkim.verify(message.replace(b"\r\n" + header + b": ", b"\r\n" + header + b": x", 1), dnsfunc=dns), header
    assert not dkim.verify(b"From: Somebody <else@evil.example>\r\n" + message, dnsfunc=dns), "a second From"
    middle = len(message) // 2
    assert not dkim.verify(message[:middle] + (b"A" if message[middle : middle + 1] != b"A" else b"B") + message[middle + 1 :], dnsfunc=dns)


@pytest.mark.django_db
def test_without_a_key_a_letter_is_not_signed(mail_server: Server, new_letter: Callable[..., Letter], at: datetime) -> None:
    new_letter()
    run_due(at=at)
    assert b"DKIM-Signature" not in mail_server.received[0].original_content


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIL_DOMAIN_LIMITS", "gmail.com", "MAIL_DOMAIN_LIMITS cannot be read: “gmail.com” is not of the form"),
        ("MAIL_DKIM_KEY", "no key", "MAIL_DKIM_KEY cannot be used: "),
        ("MAIL_DKIM_KEY", pem(ec.generate_private_key(ec.SECP256R1())), "MAIL_DKIM_KEY cannot be used: DKIM needs an RSA key"),
        ("MAIL_WEBHOOK", "pigeon", "MAIL_WEBHOOK cannot be used: pigeon is none of brevo, mailgun, mailjet, postmark, sendgrid"),
        ("MAIL_WEBHOOK", "postmark", "MAIL_WEBHOOK cannot be used: without MAIL_WEBHOOK_SECRET anybody could call it"),
        ("DEFAULT_FROM_EMAIL", "no address", "MAIL_FROM cannot be used: "),
        ("MAIL_RETURN_PATH", "a*b*@c", "MAIL_RETURN_PATH cannot be used: it is one address with at most one *"),
    ],
)
def test_a_wrong_setting_is_said_before_anything_starts(settings: Any, name: str, value: str, words: str) -> None:
    setattr(settings, name, value)
    (error,) = settings_of_letters_can_be_used(None)
    assert error.msg.startswith(words), error.msg


def test_right_settings_are_passed_over(settings: Any) -> None:
    settings.MAIL_DKIM_KEY, settings.MAIL_DKIM_DOMAIN = pem(KEY), "cme.example"
    settings.MAIL_WEBHOOK, settings.MAIL_WEBHOOK_SECRET = "postmark", "a:b"
    settings.MAIL_RETURN_PATH = "bounces+*@cme.example"
    assert settings_of_letters_can_be_used(None) == []
