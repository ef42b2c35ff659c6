"""A person who is asked, and a browser that follows the link."""

import re
from datetime import UTC, date, datetime, timedelta

from django.test import Client

from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.actions import request_disclosure
from preceptor.disclosure.models import DisclosureRequest
from preceptor.mail.models import Letter
from tests import make

NOW = datetime.now(UTC)


def person(key: str = "new-person", email: str = "new@sample.example") -> Person:
    """Somebody who has declared nothing yet."""
    return Person.objects.create(key=key, given_name="Sam", family_name="Sample", credentials="MD", email=email, is_sample=True)


def holder(edition: Edition, who: Person, role: str = "faculty", starts_in: int | None = 60) -> RoleHolder:
    """Their role on a draft."""
    starts_on = (NOW + timedelta(days=starts_in)).date() if starts_in is not None else None
    return RoleHolder.objects.create(edition=edition, person=who, role=role, position=9, printed_name=who.printed_name, starts_on=starts_on)


def asked(edition: Edition | None = None, *, due_in: int = 20, at: datetime = NOW) -> tuple[DisclosureRequest, Letter]:
    """A request for a new person in a role that begins in 60 days."""
    edition = edition or make.draft_edition()
    who = person()
    return request_disclosure(who, [holder(edition, who)], due_on=(at + timedelta(days=due_in)).date(), by=make.BY, at=at)


def address_in(letter: Letter) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/disclosure/\S+)", letter.text)
    assert found
    return found[1]


def opened(letter: Letter) -> tuple[Client, str]:
    """A browser in which the link was opened, and the form's path."""
    client = Client()
    return client, client.get(address_in(letter)).headers["Location"]


def typed(**changes: str) -> dict[str, str]:
    """A whole form, as the page sends it."""
    return {
        "definition": "ineligible-company-2020-12", "has": "yes", "company": "", "nature": "", "began": "", "is_over": "", "ended": "",
        "detail": "", "off_label": "no", "confirm": "on", "signed_name": "Sam Sample", **changes,
    }  # fmt: skip


CONSULTANT = {"company": "Sample Novelties, Inc.", "nature": "consultant", "began": "06 2025", "is_over": "no"}


def this_month() -> date:
    """The first day of this month."""
    return NOW.date().replace(day=1)
