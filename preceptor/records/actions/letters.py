"""The letters of this room: to every verified address of a person, so that nothing happens to a record behind anybody's back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accreditation.queries import main_provider
from preceptor.mail.actions import queue_letter


def addresses_of(people: Iterable[User]) -> list[str]:
    """The verified addresses of these accounts, or the ones that they sign in with where none is verified; each once."""
    found = []
    for one in people:
        verified = EmailAddress.objects.filter(user=one, verified=True).order_by("-primary", "pk").values_list("email", flat=True)
        found += list(verified) or [one.email]
    return list(dict.fromkeys(found))


def write_to(addresses: Iterable[str], name: str, *, about: str, at: datetime, page: str = "", **context: Any) -> None:
    """One letter to each address, from `records/mail/<name>`; `page` is the name of the page that its button leads to."""
    provider = main_provider()
    frame = {
        "provider_name": provider.name if provider else "",
        "provider_address": provider.address if provider else "",
        "provider_email": provider.email if provider else "",
        "is_sample": bool(provider and provider.is_sample),
        "action_url": settings.PUBLIC_URL + reverse(page) if page else "",
        "at": at,
    }
    for address in addresses:
        queue_letter(to=address, kind=f"records.{name}", template=f"records/mail/{name}", context={**frame, **context}, about=about, at=at)
