"""A letter against a real SMTP server that accepts, refuses, hangs, goes away and comes back."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from preceptor.jobs.actions import run_due
from preceptor.jobs.models import Job
from preceptor.mail.actions import attach, forget_secrets, post_letter, sweep
from preceptor.mail.models import Letter, LetterEvent
from preceptor.mail.queries import letter_fate, letters_about
from preceptor.mail.rules import LetterState
from tests.mail.conftest import Server

pytestmark = pytest.mark.django_db
NewLetter = Callable[..., Letter]


def parsed(envelope: Any) -> Any:
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def states(letter: Letter) -> list[str]:
    return list(letter.events.order_by("pk").values_list("state", flat=True))


def test_a_letter_is_posted_once_with_all_its_parts(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    letter = new_letter(awaits_attachment=True)
    assert run_due(at=at) == 0
    assert attach(letter, name="certificate.pdf", media_type="application/pdf", data=b"%PDF-1.7 sample", at=at)
    assert not attach(letter, name="again.pdf", media_type="application/pdf", data=b"%PDF", at=at)
    run_due(at=at)
    run_due(at=at + timedelta(hours=1))
    assert len(mail_server.received) == 1
    message = parsed(mail_server.received[0])
    assert message["Subject"] == "Your certificate, Riley O'Brien"
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Date" in message
    assert message.get_body(("plain",)).get_content().startswith("Dear Riley O'Brien,")
    html = message.get_body(("html",)).get_content()
    assert 'style="color: #123456;"' in html
    assert "@media" in html
    assert [(a.get_filename(), a.get_content()) for a in message.iter_attachments()] == [("certificate.pdf", b"%PDF-1.7 sample")]
    letter.refresh_from_db()
    assert letter_fate(letter, at=at).sentence == "Sent at 3:02 PM UTC to r…@example.org"
    assert letter_fate(letter, at=at, zone="America/New_York").sentence == "Sent at 10:02 AM EST to r…@example.org"
    assert states(letter) == ["awaiting", "queued", "sending", "sent"]


def test_after_fifteen_minutes_it_goes_without_its_attachment(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    letter = new_letter(awaits_attachment=True)
    run_due(at=at + timedelta(minutes=14, seconds=59))
    assert not mail_server.received
    run_due(at=at + timedelta(minutes=15))
    assert len(mail_server.received) == 1
    assert not attach(letter, name="late.pdf", media_type="application/pdf", data=b"%PDF", at=at + timedelta(minutes=16))
    assert letter.events.filter(reply__contains="without its attachment").count() == 1


def test_a_server_that_is_down_and_recovers(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    """It waits, is tried again after 1, 3, then about 9 and 27 seconds, says so, and is sent exactly once."""
    letter = new_letter()
    mail_server.stop()
    now, waits = at, []
    for _ in range(4):
        run_due(at=now)
        letter.refresh_from_db()
        assert letter.state == LetterState.QUEUED
        assert letter_fate(letter, at=now).sentence.startswith("Waiting; the mail server was not reached, next try at 3:0")
        waits.append((letter.post_after - now).total_seconds())
        now = letter.post_after
    assert [round(w) for w in waits[:2]] == [1, 3]
    assert 9 <= waits[2] < 12.5 and 27 <= waits[3] < 35
    mail_server.start()
    run_due(at=now - timedelta(milliseconds=1))
    assert not mail_server.received
    run_due(at=now)
    run_due(at=now + timedelta(days=4))
    assert len(mail_server.received) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (LetterState.SENT, 5)


@pytest.mark.parametrize("step", ["rcpt_reply", "data_reply"])
def test_a_soft_refusal_is_tried_again(mail_server: Server, new_letter: NewLetter, at: datetime, step: str) -> None:
    letter = new_letter()
    setattr(mail_server, step, "450 4.2.0 Greylisted, come back")
    run_due(at=at)
    letter.refresh_from_db()
    assert letter.state == LetterState.QUEUED
    assert "the mail server said “Greylisted, come back”, next try" in letter_fate(letter, at=at).sentence
    setattr(mail_server, step, "250 OK")
    run_due(at=letter.post_after)
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT and len(mail_server.received) == 1


@pytest.mark.parametrize("step", ["rcpt_reply", "data_reply"])
def test_a_hard_refusal_is_final_and_said(mail_server: Server, new_letter: NewLetter, at: datetime, step: str) -> None:
    letter = new_letter()
    setattr(mail_server, step, "550 5.2.2 mailbox full")
    run_due(at=at)
    run_due(at=at + timedelta(days=1))
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (LetterState.REFUSED, 1)
    assert letter_fate(letter, at=at).sentence == "Refused by the mail server of r…@example.org: mailbox full"


def test_a_server_that_hangs_is_cut_off(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    letter = new_letter()
    mail_server.pause = 2.5
    mail_server.data_reply = "451 never heard"
    run_due(at=at)
    letter.refresh_from_db()
    assert letter.state == LetterState.QUEUED
    assert letter.last_reply == "The mail server did not answer in time"


def test_a_dropped_connection_is_tried_again(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    letter = new_letter()
    mail_server.rcpt_reply = "421 4.3.2 shutting down"
    run_due(at=at)
    letter.refresh_from_db()
    assert letter.state == LetterState.QUEUED


@pytest.mark.parametrize(
    ("address", "state"), [("riley@bücher.example", "sent"), ("rïley@example.org", "refused"), ("riley@" + "ü" * 70, "refused")]
)
def test_addresses_beyond_ascii(mail_server: Server, new_letter: NewLetter, at: datetime, address: str, state: str) -> None:
    """An international domain goes in its ASCII form; what no server takes is refused in words, and never tried for ever."""
    letter = new_letter(to=address)
    run_due(at=at)
    letter.refresh_from_db()
    assert letter.state == state
    assert [envelope.rcpt_tos for envelope in mail_server.received] == ([["riley@xn--bcher-kva.example"]] if state == "sent" else [])


def test_it_is_given_up_after_three_days_with_the_reason(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    letter = new_letter()
    mail_server.rcpt_reply = "451 4.7.1 try later"
    now = at
    while letter.state in (LetterState.QUEUED, LetterState.SENDING):
        run_due(at=now)
        letter.refresh_from_db()
        now = letter.post_after
    assert letter.state == LetterState.GIVEN_UP
    assert timedelta(days=2, hours=18) < now - at <= timedelta(days=3)
    assert letter.attempts < 40
    assert letter_fate(letter, at=now).sentence.endswith("attempts to reach r…@example.org: try later")


def test_a_claim_whose_worker_died_is_taken_again_with_the_same_message_id(
    mail_server: Server, new_letter: NewLetter, at: datetime
) -> None:
    letter = new_letter()
    Letter.objects.update(state=LetterState.SENDING, attempts=1, sending_until=at + timedelta(seconds=10))
    post_letter(letter=letter.pk, at=at)
    assert not mail_server.received
    post_letter(letter=letter.pk, at=at + timedelta(seconds=10))
    assert parsed(mail_server.received[0])["Message-ID"] == letter.message_id
    post_letter(letter=letter.pk, at=at + timedelta(hours=1))
    assert len(mail_server.received) == 1


def test_while_somebody_else_posts_it_the_job_comes_back_when_that_must_be_over(
    mail_server: Server, new_letter: NewLetter, at: datetime
) -> None:
    new_letter()
    Letter.objects.update(state=LetterState.SENDING, attempts=1, sending_until=at + timedelta(seconds=10))
    run_due(at=at)
    assert not mail_server.received
    run_due(at=at + timedelta(seconds=10))
    assert len(mail_server.received) == 1


def test_a_letter_whose_job_was_lost_is_found(mail_server: Server, new_letter: NewLetter, at: datetime) -> None:
    new_letter()
    Job.objects.all().delete()
    sweep(at=at + timedelta(seconds=29))
    assert not Job.objects.exists()
    sweep(at=at + timedelta(seconds=31))
    run_due(at=at + timedelta(seconds=31))
    assert len(mail_server.received) == 1


def test_a_deed_that_fails_takes_its_letter_along(new_letter: NewLetter) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        new_letter()
        raise RuntimeError
    assert not Letter.objects.exists() and not Job.objects.exists()


def test_letters_about_a_thing(new_letter: NewLetter, at: datetime) -> None:
    first, second = new_letter(about="a1"), new_letter(about="a1", at=at + timedelta(minutes=1))
    new_letter(about="b2")
    assert list(letters_about("a1")) == [second, first]


def test_what_happened_cannot_be_rewritten(new_letter: NewLetter) -> None:
    new_letter()
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEvent.objects.update(reply="it never happened")


@pytest.mark.parametrize(("kind", "is_kept"), [("accounts.code", False), ("credit.certificate", True)])
def test_letters_with_secrets_lose_their_words_a_day_after_their_end(
    mail_server: Server, new_letter: NewLetter, at: datetime, kind: str, is_kept: bool
) -> None:
    letter = new_letter()
    Letter.objects.filter(pk=letter.pk).update(kind=kind)
    forget_secrets(at=at + timedelta(days=2))
    letter.refresh_from_db()
    assert letter.text, "a letter under way keeps its words"
    post_letter(letter=letter.pk, at=at)
    forget_secrets(at=at + timedelta(hours=23))
    letter.refresh_from_db()
    assert letter.text
    forget_secrets(at=at + timedelta(days=2))
    letter.refresh_from_db()
    assert (bool(letter.text), letter.state) == (is_kept, LetterState.SENT)
