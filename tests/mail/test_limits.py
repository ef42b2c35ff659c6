"""So many letters at once and a minute for each recipient domain, however many workers there are; no other domain waits for one that is full."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from preceptor.jobs.actions import run_due
from preceptor.jobs.models import Job
from preceptor.kernel.refusals import Refused
from preceptor.mail.actions import post_letter, post_waiting, resend_letter, sweep
from preceptor.mail.models import Letter
from preceptor.mail.rules import LetterState, Limit, limit_of, parsed_limits
from tests.mail.conftest import Server
from tests.mail.test_many_workers import House, message_ids, until

NewLetter = Callable[..., Letter]


def test_limits_are_read() -> None:
    limits = parsed_limits(" *=4/0, Gmail.com=10/300,")
    assert limits == {"*": Limit(4, 0), "gmail.com": Limit(10, 300)}
    assert limit_of("gmail.com", limits) == Limit(10, 300) and limit_of("hospital.example", limits) == Limit(4, 0)
    assert limit_of("hospital.example", parsed_limits("")) == Limit(0, 0)
    assert Limit(4, 30).spacing == timedelta(seconds=2) and not Limit(4, 0).spacing


@pytest.mark.parametrize("wrong", ["4/0", "*=4", "*=4/-1", "*=four/0", "a b=1/1"])
def test_a_limit_that_cannot_be_read_is_said(wrong: str) -> None:
    with pytest.raises(ValueError, match="domain=at once/a minute"):
        parsed_limits(wrong)


@pytest.mark.django_db
def test_a_full_domain_waits_and_others_go(mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any) -> None:
    settings.MAIL_DOMAIN_LIMITS = "*=2/0"
    busy = [new_letter() for _ in range(2)]
    Letter.objects.update(state=LetterState.SENDING, attempts=1, sending_until=at + timedelta(seconds=20))
    waits, other = new_letter(), new_letter(to="riley@Elsewhere.example")
    run_due(at=at)
    waits.refresh_from_db(), other.refresh_from_db()
    assert (waits.state, waits.attempts) == (LetterState.QUEUED, 0) and other.state == LetterState.SENT
    assert [letter.domain for letter in (waits, other)] == ["example.org", "elsewhere.example"]
    later = at + timedelta(seconds=20)
    run_due(at=later)
    sweep(at=later + timedelta(seconds=11))
    run_due(at=later + timedelta(seconds=11))
    assert Letter.objects.filter(state=LetterState.SENT).count() == 4, "the dead ones and what waited behind them"
    assert sorted(message_ids(mail_server)) == sorted(letter.message_id for letter in (*busy, waits, other))


@pytest.mark.django_db
def test_whoever_takes_the_last_place_posts_what_waits_over_the_same_connection(
    mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any
) -> None:
    settings.MAIL_DOMAIN_LIMITS = "*=1/0"
    letters = [new_letter() for _ in range(30)]
    post_letter(letter=letters[3].pk, at=at)
    assert len(mail_server.received) == 20 and mail_server.connections == 1, "then others have their turn"
    assert message_ids(mail_server)[:3] == [letters[3].message_id, letters[0].message_id, letters[1].message_id]
    assert Job.objects.filter(task="mail.post_waiting").count() == 1
    run_due(at=at + timedelta(seconds=5))
    assert len(set(message_ids(mail_server))) == len(mail_server.received) == 30


@pytest.mark.django_db
def test_a_row_is_served_to_its_end_also_when_other_places_become_free(
    mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any
) -> None:
    """Whoever found the domain full has gone; so it does not matter that it is full no more."""
    settings.MAIL_DOMAIN_LIMITS = "*=2/0"
    letters = [new_letter() for _ in range(6)]
    Letter.objects.filter(pk=letters[0].pk).update(state=LetterState.SENDING, attempts=1, sending_until=at + timedelta(seconds=0.05))
    mail_server.slow = 0.1
    post_letter(letter=letters[1].pk, at=at)
    assert len(set(message_ids(mail_server))) == 6


@pytest.mark.django_db
def test_a_refused_letter_does_not_end_the_row(mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any) -> None:
    """The same connection goes on after 550 and 451; a connection that the server has closed in between is opened anew."""
    settings.MAIL_DOMAIN_LIMITS = "*=1/0"
    letters = [new_letter() for _ in range(6)]
    mail_server.replies = ["250 OK", "550 5.1.1 nobody", "451 4.3.2 later", "421 4.3.2 closing", "250 OK", "250 OK"]
    post_letter(letter=letters[0].pk, at=at)
    states = [str(letter.state) for letter in Letter.objects.order_by("pk")]
    assert states == ["sent", "refused", "queued", "queued", "sent", "sent"]
    assert mail_server.connections == 2


@pytest.mark.django_db
def test_so_many_a_minute(mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any) -> None:
    """Thirty a minute: one every two seconds, in the order of their coming, and another domain's at once."""
    settings.MAIL_DOMAIN_LIMITS = "example.org=0/30"
    for _ in range(4):
        new_letter()
    new_letter(to="riley@elsewhere.example")
    sent = []
    for tenths in range(80):
        run_due(at=at + timedelta(seconds=tenths / 10))
        sent.append(len(mail_server.received))
    assert [tenths / 10 for tenths in range(80) if sent[tenths] > (sent[tenths - 1] if tenths else 1)] == [0, 2, 4, 6]
    assert len(set(message_ids(mail_server))) == 5
    assert Job.objects.filter(task="mail.post_waiting").count() <= 4, "those who wait ask for one job together"


@pytest.mark.django_db
def test_a_row_whose_worker_died_is_gone_on_with(mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any) -> None:
    settings.MAIL_DOMAIN_LIMITS = "*=1/0"
    letters = [new_letter() for _ in range(3)]
    Letter.objects.filter(pk=letters[0].pk).update(state=LetterState.SENDING, attempts=1, sending_until=at + timedelta(seconds=20))
    run_due(at=at)
    assert not mail_server.received
    Job.objects.all().delete()
    for seconds in (10, 31):
        sweep(at=at + timedelta(seconds=seconds))
    assert Job.objects.filter(task="mail.post_waiting").count() == 1, "one place, one job"
    run_due(at=at + timedelta(seconds=51))
    assert len(set(message_ids(mail_server))) == 3


@pytest.mark.django_db
def test_a_queue_that_is_behind_is_not_swept(new_letter: NewLetter, at: datetime) -> None:
    new_letter(), new_letter()
    jobs = Job.objects.count()
    sweep(at=at + timedelta(minutes=10))
    assert Job.objects.count() == jobs
    post_waiting(domain="nobody.example", at=at)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_hands_keep_the_limit(mail_server: Server, new_letter: NewLetter, at: datetime, settings: Any) -> None:
    """Twelve threads at one moment, two at once allowed: the server never sees three, and everything is sent once."""
    if connection.vendor != "postgresql":
        pytest.skip("needs TEST_DATABASE_URL")
    settings.MAIL_DOMAIN_LIMITS = "*=2/0"
    letters = [new_letter() for _ in range(12)]
    mail_server.slow = 0.15
    barrier = threading.Barrier(12)

    def post(number: int) -> None:
        try:
            barrier.wait()
            post_letter(letter=letters[number].pk, at=at)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mail_server.most_at_once == 2
    assert sorted(message_ids(mail_server)) == sorted(letter.message_id for letter in letters)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_wishes_at_once_send_one_letter_again(new_letter: NewLetter, at: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs TEST_DATABASE_URL")
    sent = new_letter()
    Letter.objects.update(state=LetterState.SENT)
    barrier = threading.Barrier(8)

    def wish(_: int) -> str:
        try:
            barrier.wait()
            return str(resend_letter(sent, reason="asked for", by="Staff", at=at).state)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(wish, range(8)))
    assert sorted(answers) == ["mail.resent"] * 7 + ["queued"] and sent.resent.count() == 1


def test_a_hanging_domain_holds_up_nobody(tmp_path: Any, mail_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real worker on SQLite: letters to a domain whose server thinks for long fill its places; the other's letter, queued last, goes at once."""
    monkeypatch.setenv("SERVER_TIMEOUT", "6")
    house = House(tmp_path, mail_server)
    mail_server.slow_domain = "slow.example"
    house.queue(12, "slow.example")
    try:
        house.worker()
        until(lambda: mail_server.most_at_once == 4)
        house.queue(1, "quick.example")
        begun = time.monotonic()
        until(lambda: any("quick.example" in envelope.rcpt_tos[0] for envelope in mail_server.received), seconds=5)
        assert time.monotonic() - begun < 5 and mail_server.most_at_once <= 5
    finally:
        for worker in house.workers:
            worker.kill()
            worker.wait()
