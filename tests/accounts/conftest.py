"""A person with an account, and the letters that were queued for an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from preceptor.accounts.actions import create_account
from preceptor.accounts.models import User
from preceptor.mail.models import Letter

NOW = datetime(2026, 11, 22, 15, 2, tzinfo=UTC)
PASSWORD = "four unrelated words here"
SIGN_UP = {
    "email": "riley@hospital.example",
    "password1": PASSWORD,
    "given_name": "Riley",
    "family_name": "Sample",
    "profession": "physician",
    "credentials": "MD",
}
MakeUser = Callable[..., User]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """An account, verified unless said otherwise."""

    def make(
        email: str = "jamie@hospital.example", *, is_verified: bool = True, password: str = PASSWORD, profession: str = "physician"
    ) -> User:
        return create_account(
            email,
            password,
            given_name="Jamie",
            family_name="Sample",
            credentials="MD",
            profession=profession,
            is_verified=is_verified,
            by="test",
            at=NOW,
        )

    return make


@pytest.fixture
def jamie(make_user: MakeUser) -> User:
    """One verified physician."""
    return make_user()


@pytest.fixture
def signed_up(client: Client, db: None) -> Client:
    """A browser in which somebody has just signed up."""
    client.post("/account/sign-up/", SIGN_UP)
    return client


def letters(email: str, kind: str = "") -> list[Letter]:
    """The letters to an address, the oldest first."""
    rows = Letter.objects.filter(recipient=email).order_by("pk")
    return list(rows.filter(kind=f"accounts.{kind}") if kind else rows)


def code_in(letter: Letter) -> str:
    """The six digits of a verification letter."""
    found = re.search(r"code is (\d{6})", letter.text)
    assert found
    return found[1]


def path_in(letter: Letter) -> str:
    """The path of the first link in a letter."""
    found = re.search(r"https?://[^/\s]+(/account/\S+)", letter.text)
    assert found
    return found[1]
