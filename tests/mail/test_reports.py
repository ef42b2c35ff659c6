"""What is reported of a letter after the mail server took it: read as hostile, matched, put into words, recorded once."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from preceptor.jobs.actions import run_due
from preceptor.kernel.refusals import Refused
from preceptor.mail.actions import erase_letters, record_report, resend_letter
from preceptor.mail.adapters.letters import return_path
from preceptor.mail.adapters.reports import MOST_BYTES, reports_in
from preceptor.mail.models import Letter
from preceptor.mail.queries import letter_fate
from preceptor.mail.rules import LetterState, Report, Taken, Verdict, advice_for, status_in, words_of_reply
from tests.mail.conftest import Server

NewLetter = Callable[..., Letter]
ROOT = Path(__file__).resolve().parents[2]
UUID = "0123456789abcdef0123456789abcdef"

# In the form of RFC 3464; the people and hosts are samples.
REPORT = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="b/1"

A preamble.
--b/1
Content-Type: text/plain

I am sorry to have to inform you. Action: delivered

--b/1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{envelope}Arrival-Date: Sun, 22 Nov 2026 10:02:00 -0500

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}
Last-Attempt-Date: Sun, 22 Nov 2026 10:02:05 -0500

--b/1
Content-Type: text/rfc822-headers

From: Sample Provider <no-reply@localhost>
To: {recipient}
Subject: Your certificate
Message-ID: {message_id}

--b/1--
"""


def report(**changes: str) -> bytes:
    given = {
        "to": "no-reply@localhost", "envelope": "", "recipient": "riley@example.org", "action": "failed", "status": "5.2.2",
        "diagnostic": "smtp; 552 5.2.2 The mailbox of <riley@example.org>\n is over its quota", "message_id": "<a-1@localhost>",
    }  # fmt: skip
    return REPORT.format(**given | changes).replace("\n", "\r\n").encode()


@pytest.fixture
def sent(mail_server: Server, new_letter: NewLetter, at: datetime) -> Letter:
    """A letter that the mail server took."""
    letter = new_letter()
    run_due(at=at)
    letter.refresh_from_db()
    return letter


# --- reading


def test_a_report_is_read() -> None:
    (one,) = reports_in(report())
    assert (one.verdict, one.letter, one.message_id) == (Verdict.FAILED, "", "<a-1@localhost>")
    assert one.text == "552 5.2.2 The mailbox of <riley@example.org> is over its quota"
    assert one.at == datetime(2026, 11, 22, 15, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "sent_to"),
    [
        ({"envelope": f"Original-Envelope-Id: {UUID}\n"}, ""),
        ({"to": f"bounces+{UUID}@cme.example"}, ""),
        ({"to": f"Sample <bounces+{UUID.upper()}@cme.example>"}, ""),
        ({}, f"bounces+{UUID}@cme.example"),
    ],
)
def test_our_name_for_the_letter_is_found_where_it_may_stand(changes: dict[str, str], sent_to: str) -> None:
    assert [one.letter for one in reports_in(report(**changes), sent_to=sent_to)] == [UUID]


@pytest.mark.parametrize(
    ("action", "verdict"),
    [("failed", "failed"), ("Delayed", "delayed"), ("delivered", "delivered"), ("relayed", "passed_on"), ("expanded", "passed_on")],
)
def test_actions(action: str, verdict: str) -> None:
    assert [one.verdict for one in reports_in(report(action=action))] == [verdict]


def test_the_status_stands_in_for_a_diagnosis() -> None:
    assert reports_in(report(status="5.1.1 (bad mailbox)", diagnostic="x-unix; no idea"))[0].text == "5.1.1 no idea"
    assert reports_in(report(status="nonsense", diagnostic=""))[0].text == ""


def test_of_several_recipients_ours_counts() -> None:
    """A report on a list may tell of others first; the returned letter says who ours went to."""
    others = report().replace(
        b"Final-Recipient: rfc822; riley", b"Final-Recipient: rfc822; somebody@else.example\r\nAction: delivered\r\n\r\nFinal-Recipient: rfc822; riley"
    )  # fmt: skip
    assert [one.verdict for one in reports_in(others)] == [Verdict.FAILED]


def test_a_report_inside_another_mail_is_read() -> None:
    """Some gateways wrap it once."""
    head, _, body = report().partition(b"\r\n\r\n")
    kind = head[head.index(b"Content-Type") :]
    wrapped = b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n" + kind + b"\r\n\r\n" + body + b"\r\n--outer--\r\n"
    assert [one.message_id for one in reports_in(wrapped)] == ["<a-1@localhost>"]


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"\r\n",
        b"\x00\xff" * 1000,
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b",
        b"Content-Type: text/plain\r\n\r\nAction: failed\r\nMessage-ID: <a-1@localhost>\r\n",
        b"Subject: On vacation\r\nAuto-Submitted: auto-replied\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <a-1@localhost>\r\n\r\n--b--",
        report(action="vanished"),
        report(message_id=""),
        report(message_id="<>"),
        report().replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_is_no_report_of_ours_says_nothing(other: bytes) -> None:
    assert reports_in(other) == []


def nested(depth: int) -> bytes:
    """A multipart in a multipart in …; the report is innermost."""
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(depth))
    return opened + report()


@pytest.mark.parametrize(
    "hostile",
    [
        nested(3),
        nested(20_000),
        b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 200_000,
        report().replace(b"Action", b"X: " + b"a" * 900_000 + b"\r\nAction"),
        report(diagnostic="smtp; " + "5.2." * 200_000),
        report(envelope="Original-Envelope-Id: " + "0" * 900_000 + "\n"),
        report(message_id="<" * 900_000),
        b"Content-Type: multipart/report; boundary=" + b'"' * 900_000,
        b"A: b\r\n " * 150_000,
        b"\r\n\r\n" * 400_000,
        report().replace(b"Reporting-MTA", b"\r\n" * 300_000 + b"Reporting-MTA"),
        b" " * 3_000_000,
    ],
    ids=range(12),
)
def test_hostile_mail_is_over_soon(hostile: bytes) -> None:
    begun = time.process_time()
    found = reports_in(hostile)
    assert time.process_time() - begun < 1 and len(found) <= 1
    assert all(len(one.text) <= 2000 and len(one.message_id) <= 202 for one in found)


# --- words


@pytest.mark.parametrize(
    ("reply", "words", "advice"),
    [
        ("552 5.2.2 over quota", "mailbox full", "make room"),
        ("550 5.1.1 <x@y>: User unknown", "no such address", "Check the address"),
        ("550 5.1.10 null MX", "the domain takes no mail", "Check the address"),
        ("554 5.7.1 Message rejected by content filter", "not let in by the rules of the mail server", "let it in"),
        ("5.4.4 Unable to route", "no way to the recipient’s mail server was found", "Send it again"),
        ("550 No thanks.", "No thanks", "Send it again"),
        ("452 4.2.2 over quota", "mailbox full", "make room"),
        ("451 4.7.1 Greylisted, come back", "Greylisted, come back", "let it in"),
        ("550 5.9.9 what is this", "what is this", "Send it again"),
    ],
)
def test_reasons_in_words(reply: str, words: str, advice: str) -> None:
    assert words_of_reply(reply) == words and advice in advice_for(reply)


@pytest.mark.parametrize(
    ("text", "status"), [("550 5.2.2 x", "5.2.2"), ("v15.20.7 x", ""), ("10.5.2.2", ""), ("5.01.001", "5.1.1"), ("3.2.2", ""), ("", "")]
)
def test_codes_are_found(text: str, status: str) -> None:
    assert status_in(text) == status


# --- recording

pytestmark = pytest.mark.django_db


def tell(letter: Letter, verdict: Verdict, at: datetime, text: str = "", key: str = "") -> Taken:
    taken = record_report(Report(verdict, "", letter.message_id, text, key), at=at)
    letter.refresh_from_db()
    return taken


def test_delayed_then_delivered(sent: Letter, at: datetime) -> None:
    minute = timedelta(minutes=1)
    assert tell(sent, Verdict.DELAYED, at + minute, "451 4.4.1 no answer") is Taken.RECORDED
    expected = (
        "Sent at 3:02 PM UTC to r…@example.org; delayed on the way (the recipient’s mail server does not answer), and still being tried"
    )
    assert letter_fate(sent, at=at).sentence == expected
    assert tell(sent, Verdict.DELIVERED, at + 2 * minute) is Taken.RECORDED
    fate = letter_fate(sent, at=at)
    assert (fate.sentence, fate.advice, fate.is_failed) == ("Delivered at 3:04 PM UTC to r…@example.org", "", False)
    tell(sent, Verdict.DELAYED, at + 3 * minute, "451 4.4.1 late word")
    assert sent.state == LetterState.DELIVERED
    assert list(sent.events.order_by("pk").values_list("state", flat=True)) == [
        "queued", "sending", "sent", "delayed", "delivered", "delayed",
    ]  # fmt: skip


def test_it_came_back(sent: Letter, at: datetime) -> None:
    tell(sent, Verdict.FAILED, at, "552 5.2.2 over quota")
    fate = letter_fate(sent, at=at)
    assert fate.sentence == "Came back from r…@example.org: mailbox full" and fate.is_failed
    assert fate.advice == "Send it to another address, or make room in the mailbox and send it again"
    tell(sent, Verdict.DELIVERED, at)
    assert sent.state == LetterState.BOUNCED, "a bounce is final"


def test_passed_on_is_no_delivery(sent: Letter, at: datetime) -> None:
    tell(sent, Verdict.PASSED_ON, at, "250 2.0.0 relayed")
    assert sent.state == LetterState.SENT and sent.events.filter(state="passed_on").exists()


def test_the_same_report_twice_is_one(sent: Letter, at: datetime) -> None:
    data = report(message_id=sent.message_id)
    for expected in (Taken.RECORDED, Taken.KNOWN):
        assert [record_report(one, at=at) for one in reports_in(data)] == [expected]
    assert sent.events.filter(state="failed").count() == 1


def test_while_it_is_posted_a_report_comes_too_early(sent: Letter, at: datetime) -> None:
    Letter.objects.update(state=LetterState.SENDING)
    assert tell(sent, Verdict.FAILED, at, "550 5.1.1 nobody", key="k") is Taken.TOO_EARLY
    assert not sent.events.filter(state="failed").exists()


def test_a_letter_whose_acceptance_we_never_heard_of(sent: Letter, at: datetime) -> None:
    """The server took it and the connection broke before it could say so: a report ends the trying."""
    Letter.objects.update(state=LetterState.QUEUED, post_after=at + timedelta(hours=1))
    tell(sent, Verdict.DELIVERED, at)
    assert sent.state == LetterState.DELIVERED
    run_due(at=at + timedelta(days=1))
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == (LetterState.DELIVERED, 1)


def test_a_letter_that_was_never_tried_is_not_delivered(new_letter: NewLetter, at: datetime) -> None:
    letter = new_letter()
    tell(letter, Verdict.DELIVERED, at)
    assert letter.state == LetterState.QUEUED


def test_nobody_elses_letter(at: datetime) -> None:
    assert record_report(Report(Verdict.FAILED, UUID, ""), at=at) is Taken.NO_LETTER
    assert record_report(Report(Verdict.FAILED, "", "<b@c>"), at=at) is Taken.NO_LETTER


def test_the_return_path_names_the_letter(sent: Letter, settings: Any) -> None:
    settings.MAIL_RETURN_PATH = "bounces+*@cme.example"
    assert return_path(sent) == f"bounces+{sent.uuid.hex}@cme.example"
    settings.MAIL_RETURN_PATH = ""
    assert return_path(sent) == "no-reply@localhost"


# --- the command


def read(monkeypatch: pytest.MonkeyPatch, data: bytes, *arguments: str) -> tuple[int, str]:
    """Run the command on this input: its status, and what it says."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    said = io.StringIO()
    try:
        call_command("read_delivery_report", *arguments, stdout=said, stderr=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


def test_the_command_records(monkeypatch: pytest.MonkeyPatch, sent: Letter, at: datetime) -> None:
    status, said = read(monkeypatch, report(message_id="<other@localhost>"), "--to", f"bounces+{sent.uuid.hex}@cme.example")
    assert (status, said) == (0, f"failed, recorded: {sent.uuid.hex}\n")
    sent.refresh_from_db()
    assert sent.state == LetterState.BOUNCED


def test_the_command_never_bounces_a_bounce(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, b"Subject: hello\n\nhello") == (0, "No delivery report of a letter of ours.\n")
    assert read(monkeypatch, report())[0] == 0
    assert read(monkeypatch, report() + b"x" * (3 * MOST_BYTES))[0] == 0


def test_the_command_asks_to_come_again(monkeypatch: pytest.MonkeyPatch, sent: Letter) -> None:
    Letter.objects.update(state=LetterState.SENDING)
    assert read(monkeypatch, report(message_id=sent.message_id))[0] == 75

    def away(*args: Any, **kwargs: Any) -> Any:
        raise DatabaseError("away")

    monkeypatch.setattr("preceptor.mail.management.commands.read_delivery_report.record_reports", away)
    assert read(monkeypatch, report(message_id=sent.message_id)) == (75, "The database did not answer: away\n")


def test_the_command_as_a_process() -> None:
    """As a pipe of a mail system starts it; without a database it asks to come again."""
    done = subprocess.run(
        [sys.executable, "manage.py", "read_delivery_report"], cwd=ROOT, input=b"no report", capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, b"No delivery report of a letter of ours.\n")


@pytest.mark.parametrize("letter", ["\x00", "\ud800"])
def test_words_that_no_database_keeps_are_recorded_all_the_same(sent: Letter, at: datetime, letter: str) -> None:
    """Else whoever brings the report comes again for days."""
    assert tell(sent, Verdict.FAILED, at, f"550 5.1.1 no{letter}body", "one") == Taken.RECORDED
    assert sent.state == LetterState.BOUNCED and sent.last_reply == "550 5.1.1 no\ufffdbody"
    assert record_report(Report(Verdict.FAILED, "", f"a{letter}b@example.org"), at=at) == Taken.NO_LETTER


def test_a_report_with_nul_is_dealt_with(monkeypatch: pytest.MonkeyPatch, sent: Letter) -> None:
    hostile = report(message_id=sent.message_id).replace(b"552", b"552 \x00")
    assert b"\x00" in hostile and read(monkeypatch, hostile)[0] == 0


def test_what_comes_back_after_an_erasure_brings_no_address_back(sent: Letter, at: datetime) -> None:
    erase_letters([sent.about], [sent.recipient], at=at)
    tell(sent, Verdict.FAILED, at, f"550 5.1.1 <{sent.recipient}> is unknown")
    assert sent.state == LetterState.BOUNCED and sent.last_reply == ""
    assert list(sent.events.values_list("reply", flat=True)) == [""]
    with pytest.raises(Refused) as refused:
        resend_letter(sent, reason="asked for", by="Staff", at=at)
    assert refused.value.code == "mail.erased" and Letter.objects.count() == 1
