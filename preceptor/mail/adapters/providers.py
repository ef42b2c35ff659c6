"""What mail providers tell by webhook of letters that they took over SMTP: verified and read by django-anymail, passed on as our own reports."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from preceptor.mail.rules import Report, Verdict

OURS = "letter"


@dataclass(frozen=True)
class Provider:
    """How one provider's calls are read. `known_by` is the keyword under which anymail's view takes the secret: HTTP basic auth ("webhook_secret",
    user:password), or the key that its signatures are checked with. `mark` makes the header that comes back with each event, where a Message-ID does not.
    """

    view: str
    known_by: str = "webhook_secret"
    mark: Callable[[UUID], dict[str, str]] = lambda letter: {}


def _json_in(header: str) -> Callable[[UUID], dict[str, str]]:
    return lambda letter: {header: json.dumps({OURS: letter.hex})}


PROVIDERS = {
    "brevo": Provider("brevo.BrevoTrackingWebhookView", mark=_json_in("X-Mailin-custom")),
    "mailgun": Provider("mailgun.MailgunTrackingWebhookView", known_by="webhook_signing_key"),
    "mailjet": Provider("mailjet.MailjetTrackingWebhookView", mark=_json_in("X-MJ-EventPayload")),
    "postmark": Provider("postmark.PostmarkTrackingWebhookView", mark=lambda letter: {f"X-PM-Metadata-{OURS}": letter.hex}),
    "sendgrid": Provider("sendgrid.SendGridTrackingWebhookView", known_by="tracking_webhook_verification_key"),
}
# anymail's names (EventType) for what is about delivery; opening and clicking are nobody's business.
_VERDICTS = {
    "delivered": Verdict.DELIVERED,
    "deferred": Verdict.DELAYED,
    "bounced": Verdict.FAILED,
    "rejected": Verdict.FAILED,
    "failed": Verdict.FAILED,
}


class Unreadable(SuspiciousOperation):
    """A call that does not prove to come from the provider, or says nothing that can be read: 400, and nothing happens."""


def provider() -> Provider | None:
    """The provider whose webhook is on: it is named, and there is a secret to know it by."""
    return PROVIDERS.get(settings.MAIL_WEBHOOK) if settings.MAIL_WEBHOOK_SECRET else None


def mark_of(letter: UUID) -> dict[str, str]:
    """The headers by which the provider's events find the letter."""
    on = provider()
    return on.mark(letter) if on else {}


def reports_in(request: HttpRequest, on: Provider) -> list[Report]:
    """The reports of one call. Raises `Unreadable`, or what the view of anymail refuses a wrong secret with (also answered by 400)."""
    reading = _view(on, settings.MAIL_WEBHOOK_SECRET)
    try:
        reading.run_validators(request)
        events = reading.parse_events(request)
        return [_report(event) for event in events if event.event_type in _VERDICTS]
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError, ImproperlyConfigured) as error:
        raise Unreadable(f"The call cannot be read ({type(error).__name__})") from error


@lru_cache(maxsize=2)
def _view(on: Provider, secret: str) -> Any:
    """anymail's view, made once; loaded where a webhook is on, and nowhere else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # anymail supports SendGrid only as far as its users do
        return import_string(f"anymail.webhooks.{on.view}")(**{on.known_by: secret})


def _report(event: Any) -> Report:
    letter, message_id = event.metadata.get(OURS), event.message_id
    said = " ".join(str(part) for part in (event.mta_response, event.description) if part) or str(event.reject_reason or "")
    at = event.timestamp if event.timestamp and timezone.is_aware(event.timestamp) else None
    unique = event.event_id or json.dumps([event.event_type, str(at), str(message_id), said])
    return Report(
        verdict=_VERDICTS[event.event_type],
        letter=letter if isinstance(letter, str) and re.fullmatch("[0-9a-f]{32}", letter) else "",
        message_id=message_id[:200] if isinstance(message_id, str) else "",
        text=said[:2000],
        key=hashlib.sha256(f"{settings.MAIL_WEBHOOK}:{unique}".encode()).hexdigest(),
        at=at,
    )
