"""`manage.py check` reads the settings of letters: a slip is one clear error before anything is started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.errors import HeaderParseError
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from preceptor.mail.adapters.addresses import sender_line
from preceptor.mail.adapters.dkim import pkcs1
from preceptor.mail.adapters.providers import PROVIDERS
from preceptor.mail.rules import parsed_limits


@register
def settings_of_letters_can_be_used(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Limits can be read, the key signs, the webhook is of a provider that we know and has a secret, reports can come back."""
    found = [
        (_is_refused(lambda: parsed_limits(settings.MAIL_DOMAIN_LIMITS)), "MAIL_DOMAIN_LIMITS cannot be read", "E001"),
        (_is_refused(_try_key), "MAIL_DKIM_KEY cannot be used", "E002"),
        (_wrong_webhook(), "MAIL_WEBHOOK cannot be used", "E003"),
        (_wrong_return_path(settings.MAIL_RETURN_PATH), "MAIL_RETURN_PATH cannot be used", "E004"),
        (_is_refused(lambda: sender_line("Provider")), "MAIL_FROM cannot be used", "E005"),
    ]
    return [Error(f"{what}: {why}.", id=f"mail.{name}") for why, what, name in found if why]


def _is_refused(reading: Callable[[], object]) -> str:
    """Why it cannot be read; "" when it can."""
    try:
        reading()
    except (ValueError, TypeError, IndexError, HeaderParseError) as error:
        return str(error).rstrip(".") or type(error).__name__
    return ""


def _try_key() -> None:
    if settings.MAIL_DKIM_KEY:
        pkcs1(settings.MAIL_DKIM_KEY)
        if not (settings.MAIL_DKIM_SELECTOR and settings.MAIL_DKIM_DOMAIN):
            raise ValueError("MAIL_DKIM_SELECTOR and MAIL_DKIM_DOMAIN say where its public half is published")


def _wrong_webhook() -> str:
    if settings.MAIL_WEBHOOK and settings.MAIL_WEBHOOK not in PROVIDERS:
        return f"{settings.MAIL_WEBHOOK} is none of {', '.join(PROVIDERS)}"
    if settings.MAIL_WEBHOOK and not settings.MAIL_WEBHOOK_SECRET:
        return "without MAIL_WEBHOOK_SECRET anybody could call it"
    return ""


def _wrong_return_path(path: str) -> str:
    return "" if not path or (path.count("@") == 1 and path.count("*") <= 1) else "it is one address with at most one *"
