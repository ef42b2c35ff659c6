"""The room's rules as tables, and its door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from preceptor.accounts.rules import CODE_LIFE, CodeVerdict, code_sentence, is_code_alive, is_loopback, is_sample_sign_in, tidy_words
from tests.accounts.conftest import NOW


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("192.0.2.7", False),
        ("10.0.0.1", False),
        ("", False),
        ("unix", False),
        ("999.1.1.1", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_unknown(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    ("email", "password", "expected"),
    [
        ("nurse@sample.example", "sample-pass-2026", True),
        (" Nurse@SAMPLE.example ", "sample-pass-2026", True),
        ("nurse@sample.example", "another password", False),
        ("nurse@hospital.example", "sample-pass-2026", False),
    ],
)
def test_what_a_demo_sign_in_is(email: str, password: str, expected: bool) -> None:
    assert is_sample_sign_in(email, password) is expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [(timedelta(0), True), (CODE_LIFE - timedelta(seconds=1), True), (CODE_LIFE, False), (-timedelta(seconds=1), False)],
)
def test_how_long_a_code_lives(age: timedelta, expected: bool) -> None:
    assert is_code_alive(NOW, NOW + age) is expected


def test_sentences_say_what_to_do() -> None:
    assert code_sentence(CodeVerdict.WRONG, 1).endswith("1 try left")
    assert code_sentence(CodeVerdict.WRONG, 3).endswith("3 tries left")
    assert "Send a new one" in code_sentence(CodeVerdict.OLD, 0)
    assert tidy_words("  Riley   van  Sample ") == "Riley van Sample"


def test_a_script_that_is_not_signed_in_gets_a_401_with_the_way_on(client: Client, db: None) -> None:
    answer = client.get("/account/", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "accounts.sign_in" and answer.json()["next"] == "/account/sign-in/?next=/account/"
