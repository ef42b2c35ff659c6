"""When a letter is tried again, when it is given up, and what people see of an address and a reply."""

from datetime import UTC, datetime, timedelta

import pytest

from preceptor.mail.rules import claim_lasts, conversation_lasts, is_hopeless, masked_address, retry_delay, words_of_reply

QUEUED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [
        (1, 0, 1),
        (1, 1, 1),
        (2, 0, 3),
        (2, 1, 3),
        (3, 0, 9),
        (3, 1, 11.25),
        (4, 0, 27),
        (5, 0, 81),
        (9, 0, 6561),
        (10, 0, 14400),
        (500, 1, 18000),
    ],
)
def test_waits(attempt: int, chance: float, seconds: float) -> None:
    assert retry_delay(attempt, chance=chance) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("after", "hopeless"), [(timedelta(minutes=1), False), (timedelta(days=3), False), (timedelta(days=3, seconds=1), True)]
)
def test_given_up_after_three_days(after: timedelta, hopeless: bool) -> None:
    assert is_hopeless(QUEUED, QUEUED + after) is hopeless


@pytest.mark.parametrize("timeout", [0.5, 1, 15, 60])
def test_a_claim_outlasts_the_conversation(timeout: float) -> None:
    assert claim_lasts(timeout).total_seconds() > conversation_lasts(timeout) + timeout


@pytest.mark.parametrize(
    ("address", "shown"),
    [("anna@example.org", "a…@example.org"), ("a@example.org", "a…@example.org"), ('"x@y"@example.org', '"…@example.org')],
)
def test_masked(address: str, shown: str) -> None:
    assert masked_address(address) == shown


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("550 5.2.2 mailbox full", "mailbox full"),
        ("550 No such user.", "No such user"),
        ("451", "451"),
        ("The mail server ended the conversation",) * 2,
    ],
)
def test_words(reply: str, words: str) -> None:
    assert words_of_reply(reply) == words
