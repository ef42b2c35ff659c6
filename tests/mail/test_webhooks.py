"""What mail providers tell by webhook: only who proves to be the provider is heard, nothing is counted twice, and without a setting there is no page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from preceptor.jobs.actions import run_due
from preceptor.mail.models import Letter
from preceptor.mail.queries import letter_fate
from preceptor.mail.rules import LetterState
from tests.mail.conftest import Server

pytestmark = pytest.mark.django_db
BASIC = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"sample:webhook-secret").decode()}
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC_KEY = SENDGRID_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
EPOCH = 1795360000  # a second of November 22, 2026, before the tests' letters are sent at the earliest


def mailgun(letter: Letter, token: str = "t1") -> tuple[bytes, dict[str, str]]:
    """A permanent failure, in the form of Mailgun's documentation."""
    signature = hmac.new(b"webhook-secret", f"{EPOCH}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "signature": {"timestamp": str(EPOCH), "token": token, "signature": signature},
        "event-data": {
            "event": "failed", "severity": "permanent", "timestamp": EPOCH + 0.5, "recipient": letter.recipient, "reason": "bounce",
            "message": {"headers": {"message-id": letter.message_id.strip("<>")}},
            "delivery-status": {"message": "552 5.2.2 over quota", "code": 552, "description": ""},
        },
    }  # fmt: skip
    return json.dumps(data).encode(), {}


def postmark(letter: Letter) -> tuple[bytes, dict[str, str]]:
    """A hard bounce; the letter is known by the metadata that its header became."""
    data = {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "MessageID": "0f-other", "Email": letter.recipient, "BouncedAt": "2026-11-22T15:00:00Z",
        "Description": "The server was unable to deliver your message", "Details": "smtp;552 5.2.2 over quota", "Metadata": {"letter": letter.uuid.hex},
    }  # fmt: skip
    return json.dumps(data).encode(), BASIC


def brevo(letter: Letter) -> tuple[bytes, dict[str, str]]:
    data = {
        "event": "hard_bounce", "email": letter.recipient, "ts_epoch": EPOCH * 1000, "message-id": "<x@relay.example>",
        "reason": "552 5.2.2 over quota", "X-Mailin-custom": json.dumps({"letter": letter.uuid.hex}),
    }  # fmt: skip
    return json.dumps(data).encode(), BASIC


def mailjet(letter: Letter) -> tuple[bytes, dict[str, str]]:
    data = [{
        "event": "bounce", "time": EPOCH, "MessageID": 1, "email": letter.recipient, "error": "quota exceeded", "smtp_reply": "552 5.2.2 over quota",
        "Payload": json.dumps({"letter": letter.uuid.hex}),
    }]  # fmt: skip
    return json.dumps(data).encode(), BASIC


def sendgrid(letter: Letter) -> tuple[bytes, dict[str, str]]:
    data = [
        {"event": "processed", "timestamp": EPOCH, "sg_event_id": "e0", "smtp-id": letter.message_id, "email": letter.recipient},
        {"event": "bounce", "timestamp": EPOCH, "sg_event_id": "e1", "smtp-id": letter.message_id, "email": letter.recipient, "reason": "552 5.2.2 over quota"},
        {"event": "open", "timestamp": EPOCH, "sg_event_id": "e2", "smtp-id": letter.message_id, "email": letter.recipient},
    ]  # fmt: skip
    body = json.dumps(data).encode()
    signature = base64.b64encode(SENDGRID_KEY.sign(str(EPOCH).encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    return body, {"HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_SIGNATURE": signature, "HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_TIMESTAMP": str(EPOCH)}


Told = Callable[[Letter], tuple[bytes, dict[str, str]]]
TELLING: dict[str, Told] = {"mailgun": mailgun, "postmark": postmark, "brevo": brevo, "mailjet": mailjet, "sendgrid": sendgrid}
SECRETS = {"mailgun": "webhook-secret", "sendgrid": base64.b64encode(PUBLIC_KEY).decode()}


def turn_on(settings: Any, name: str) -> None:
    settings.MAIL_WEBHOOK, settings.MAIL_WEBHOOK_SECRET = name, SECRETS.get(name, "sample:webhook-secret")


@pytest.fixture
def sent(mail_server: Server, new_letter: Callable[..., Letter], at: datetime) -> Letter:
    letter = new_letter()
    run_due(at=at)
    letter.refresh_from_db()
    return letter


def call(client: Client, body: bytes, headers: dict[str, str]) -> int:
    answer = client.post(reverse("mail:events"), body, content_type="application/json", **headers)  # type: ignore[arg-type]
    return answer.status_code


@pytest.mark.parametrize("name", TELLING)
def test_a_bounce_is_told(client: Client, sent: Letter, settings: Any, at: datetime, name: str) -> None:
    """Verified, matched, in words; the second time it changes nothing."""
    turn_on(settings, name)
    body, headers = TELLING[name](sent)
    assert [call(client, body, headers) for _ in range(2)] == [200, 200]
    sent.refresh_from_db()
    assert sent.state == LetterState.BOUNCED and sent.reported_at is not None
    assert letter_fate(sent, at=at).sentence == "Came back from r…@example.org: mailbox full"
    assert sent.events.filter(state="failed").count() == 1 and sent.events.count() == 4


@pytest.mark.parametrize("name", TELLING)
def test_somebody_else_is_not_heard(client: Client, sent: Letter, settings: Any, name: str) -> None:
    turn_on(settings, name)
    body, headers = TELLING[name](sent)
    wrong = {key: value[:-6] + "AAAAAA" for key, value in headers.items()}
    forged = body.replace(b"552", b"553").replace(b'"token": "t1"', b'"token": "t2"')
    assert call(client, body if headers else forged, wrong) == 400
    assert call(client, body if headers else forged, {}) == 400
    if name == "sendgrid":
        assert call(client, forged, headers) == 400
    sent.refresh_from_db()
    assert sent.state == LetterState.SENT


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"null", b"[]", b"{}", b"[1]", b'{"event": 5}', b'[{"event": "bounce"}]', b"[" * 100_000, b"1" * 100_000]
)
def test_what_cannot_be_read_is_answered_by_400_or_says_nothing(
    client: Client, sent: Letter, settings: Any, name: str, body: bytes
) -> None:
    turn_on(settings, name)
    client.raise_request_exception = False
    headers = BASIC
    if name == "sendgrid":
        signature = base64.b64encode(SENDGRID_KEY.sign(b"1" + body, ec.ECDSA(hashes.SHA256()))).decode()
        headers = {"HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_SIGNATURE": signature, "HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_TIMESTAMP": "1"}
    assert call(client, body, headers) in {200, 400}
    sent.refresh_from_db()
    assert sent.state == LetterState.SENT


def test_without_the_setting_there_is_no_page(client: Client, sent: Letter, settings: Any) -> None:
    assert call(client, *postmark(sent)) == 404
    settings.MAIL_WEBHOOK = "postmark"
    assert call(client, *postmark(sent)) == 404, "a provider without a secret is nobody"
    settings.MAIL_WEBHOOK, settings.MAIL_WEBHOOK_SECRET = "pigeon", "sample:webhook-secret"
    assert call(client, *postmark(sent)) == 404


def test_only_posting(client: Client, settings: Any) -> None:
    turn_on(settings, "postmark")
    url = reverse("mail:events")
    assert [client.get(url).status_code, client.put(url).status_code, client.head(url).status_code] == [405, 405, 200]
    assert Client(enforce_csrf_checks=True).post(url, b"{}", content_type="application/json", **BASIC).status_code == 200  # type: ignore[arg-type]


def test_a_letter_just_being_posted_has_the_provider_come_again(client: Client, sent: Letter, settings: Any) -> None:
    turn_on(settings, "postmark")
    Letter.objects.update(state=LetterState.SENDING)
    assert call(client, *postmark(sent)) == 503
    Letter.objects.update(state=LetterState.SENT)
    assert call(client, *postmark(sent)) == 200
    sent.refresh_from_db()
    assert sent.state == LetterState.BOUNCED


def test_delivered_and_unknown_letters(client: Client, sent: Letter, settings: Any) -> None:
    turn_on(settings, "postmark")
    delivery = {"RecordType": "Delivery", "DeliveredAt": "2026-11-22T15:02:30Z", "Recipient": sent.recipient, "Details": "250 OK"}
    for letter in (sent.uuid.hex, "0" * 32, "'; DROP TABLE", 5, None, {"a": 1}):
        assert call(client, json.dumps({**delivery, "Metadata": {"letter": letter}}).encode(), BASIC) == 200
    sent.refresh_from_db()
    assert sent.state == LetterState.DELIVERED and sent.reported_at == datetime.fromisoformat("2026-11-22T15:02:30+00:00")


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("postmark", "X-PM-Metadata-letter", "{hex}"),
        ("brevo", "X-Mailin-custom", '{{"letter": "{hex}"}}'),
        ("mailjet", "X-MJ-EventPayload", '{{"letter": "{hex}"}}'),
        ("mailgun", "X-PM-Metadata-letter", None),
    ],
)
def test_letters_are_marked_for_the_provider(
    mail_server: Server, new_letter: Callable[..., Letter], at: datetime, settings: Any, name: str, header: str, value: str | None
) -> None:
    turn_on(settings, name)
    letter = new_letter()
    run_due(at=at)
    message = message_from_bytes(mail_server.received[0].content)
    assert message[header] == (value.format(hex=letter.uuid.hex) if value else None)
