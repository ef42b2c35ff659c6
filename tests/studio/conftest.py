"""Two members of staff, a reader, a learner, and editions to work on."""

import pytest
from django.test import Client
from django.utils import timezone

from preceptor.accounts.actions import give_duty
from preceptor.accounts.models import User
from preceptor.accounts.rules import DUTIES
from preceptor.catalog.models import Edition
from tests.make import BY, draft_edition, user


def member(email: str, *duties: str, given_name: str = "Sidney") -> User:
    """Somebody of the staff, with duties."""
    made = user(email, "other", given_name=given_name, is_staff=True)
    for duty in duties:
        give_duty(made, duty, by=BY, at=timezone.now())
    return made


def at_desk(who: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def editor(db: None) -> Client:
    """Author and publisher."""
    return at_desk(member("editor@sample.example", *DUTIES))


@pytest.fixture
def second(db: None) -> Client:
    """The other author and publisher."""
    return at_desk(member("second@sample.example", *DUTIES, given_name="Emery"))


@pytest.fixture
def reader(db: None) -> Client:
    """Staff without a duty: an auditor."""
    return at_desk(member("auditor@sample.example", given_name="Audrey"))


@pytest.fixture
def draft(db: None) -> Edition:
    """A draft that no rule blocks."""
    return draft_edition()
