"""The log of letters: looked for, read, sent again; and work that was given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from preceptor.jobs.actions import run_due
from preceptor.jobs.models import Job
from preceptor.logbook.models import Entry
from preceptor.mail.actions import attach, queue_letter
from preceptor.mail.models import Letter
from preceptor.mail.rules import LetterState
from tests.make import provider
from tests.studio.addresses import a_dead_job

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)  # the evening of the 21st in New York


def queued(
    to: str = "riley@example.org", kind: str = "credit.certificate", state: str = "sent", at: datetime = AT, reply: str = ""
) -> Letter:
    context = {"face": {"title": "certificate", "activity": "A sample", "fine": []}, "provider_name": "Sample"}
    letter = queue_letter(to=to, kind=kind, template="credit/mail/certificate", context=context, at=at, awaits_attachment=True)
    attach(letter, name="certificate.pdf", media_type="application/pdf", data=b"%PDF sample", at=at)
    Letter.objects.filter(pk=letter.pk).update(state=state, sent_at=at, attempts=1, last_reply=reply)
    letter.refresh_from_db()
    return letter


def shown(client: Client, **asked: str) -> list[str]:
    """The addresses in the list."""
    answer = client.get(reverse("studio:letters"), asked)
    return [letter.recipient for letter, _ in answer.context["rows"]]


@pytest.fixture(autouse=True)
def _provider() -> None:
    provider()


def test_looked_for_by_address_kind_state_and_day(reader: Client) -> None:
    queued("anna@hospital.example", at=AT)
    queued("bert@hospital.example", kind="accounts.verification", state="refused", at=AT + timedelta(days=1))
    queued("cleo@elsewhere.example", state="bounced", at=AT + timedelta(days=2))
    assert shown(reader) == ["cleo@elsewhere.example", "bert@hospital.example", "anna@hospital.example"]
    assert shown(reader, q=" HOSPITAL ") == ["bert@hospital.example", "anna@hospital.example"]
    assert shown(reader, kind="accounts.verification") == ["bert@hospital.example"]
    assert shown(reader, state="failed") == ["cleo@elsewhere.example", "bert@hospital.example"]
    assert shown(reader, state="sent") == ["anna@hospital.example"]
    assert shown(reader, since="2026-11-21", until="2026-11-21") == ["anna@hospital.example"], "days are the provider's"
    assert shown(reader, since="2026-11-22", q="example", state="refused") == ["bert@hospital.example"]


def test_what_cannot_be_looked_for_is_said_and_kept(reader: Client) -> None:
    queued()
    answer = reader.get(reverse("studio:letters"), {"since": "yesterday", "q": "riley"})
    assert answer.status_code == 422 and b"Give a day, like 2026-11-22" in answer.content
    assert b'value="yesterday"' in answer.content and b'value="riley"' in answer.content
    assert reader.get(reverse("studio:letters"), {"kind": "nonsense", "state": "x", "page": "-5"}).status_code == 422


def test_pages_keep_what_is_looked_for(reader: Client) -> None:
    for number in range(51):
        queued(f"riley{number}@example.org")
    answer = reader.get(reverse("studio:letters"), {"q": "riley", "page": "2"})
    assert len(answer.context["rows"]) == 1 and b"q=riley" in answer.content


def test_one_letter_with_its_words_and_fate(reader: Client) -> None:
    letter = queued(state="bounced", reply="552 5.2.2 over quota")
    page = reader.get(reverse("studio:letter", args=[letter.uuid])).content.decode()
    assert "Came back from r…@example.org: mailbox full" in page and "Send it to another address" in page
    assert (
        "certificate.pdf (1 KB)" in page and "You can also download it after signing in" in page and letter.message_id.strip("<>") in page
    )
    assert "Why it is sent again" not in page, "a reader sends nothing"


@pytest.mark.parametrize("kind", ["accounts.verification", "disclosure.request"])
def test_nobody_reads_a_letter_with_a_code(editor: Client, kind: str) -> None:
    letter = queued(kind=kind, to="riley@example.org")
    url = reverse("studio:letter", args=[letter.uuid])
    page = editor.get(url).content.decode()
    assert "download it after signing in" not in page and "carries a code or a personal link" in page and "Why it is sent again" not in page
    assert editor.post(url, {"reason": "They asked"}).status_code == 422
    assert Letter.objects.count() == 1 and not Entry.objects.filter(verb="mail.resend_letter").exists()


def test_sent_again_with_a_reason(editor: Client) -> None:
    letter = queued(state="refused", reply="550 5.1.1 nobody")
    url = reverse("studio:letter", args=[letter.uuid])
    assert editor.post(url, {"reason": ""}).status_code == 422 and Letter.objects.count() == 1
    assert editor.post(url, {"reason": "The mailbox was opened"}).status_code == 303
    again = Letter.objects.exclude(pk=letter.pk).get()
    assert (again.state, again.resent_from, again.recipient, again.text) == (LetterState.QUEUED, letter, letter.recipient, letter.text)
    assert again.message_id != letter.message_id and again.attempts == 0
    assert [bytes(file.data) for file in again.attachments.all()] == [b"%PDF sample"]
    assert Job.objects.filter(task="mail.post_letter", arguments={"letter": again.pk}).count() == 1
    line = Entry.objects.get(verb="mail.resend_letter")
    assert (line.reason, line.about, line.detail) == (
        "The mailbox was opened",
        str(letter.uuid),
        {"new": str(again.uuid), "kind": letter.kind},
    )
    assert "The mailbox was opened" in editor.get(url).content.decode()


def test_a_form_that_comes_twice_sends_one_letter(editor: Client) -> None:
    letter = queued(state="refused", reply="550 5.1.1 nobody")
    url = reverse("studio:letter", args=[letter.uuid])
    assert editor.post(url, {"reason": "The mailbox was opened"}).status_code == 303
    again = letter.resent.get()
    for state in (LetterState.QUEUED, LetterState.SENT):  # also when the first copy is gone within the second
        Letter.objects.filter(pk=again.pk).update(state=state)
        twice = editor.post(url, {"reason": "The mailbox was opened"})
        page = twice.content.decode()
        assert twice.status_code == 422 and "being sent again already" in page and str(again.uuid) in page
    Letter.objects.filter(pk=again.pk).update(queued_at=again.queued_at - timedelta(minutes=2), state=LetterState.SENDING)
    assert editor.post(url, {"reason": "Hurry"}).status_code == 422, "still on its way"
    assert letter.resent.count() == 1 and Entry.objects.filter(verb="mail.resend_letter").count() == 1
    Letter.objects.filter(pk=again.pk).update(state=LetterState.BOUNCED)
    assert editor.post(url, {"reason": "Once more"}).status_code == 303 and letter.resent.count() == 2


def test_a_letter_under_way_is_not_sent_again(editor: Client) -> None:
    letter = queued(state="queued")
    answer = editor.post(reverse("studio:letter", args=[letter.uuid]), {"reason": "Hurry"})
    assert answer.status_code == 422 and b"still being posted" in answer.content and Letter.objects.count() == 1


def test_work_that_was_given_up_is_tried_again(editor: Client, reader: Client) -> None:
    dead = a_dead_job()
    assert b"OSError: no space" in reader.get(reverse("studio:work")).content
    url = reverse("studio:job", args=[dead.uuid])
    assert b"Why it is tried again" not in reader.get(url).content and reader.post(url, {"reason": "x"}).status_code == 403
    assert editor.post(url, {"reason": ""}).status_code == 422
    assert editor.post(url, {"reason": "There is space now"}).status_code == 303
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)
    assert Entry.objects.get(verb="jobs.revive_job").reason == "There is space now"
    assert editor.post(url, {"reason": "Again"}).status_code == 303
    assert Entry.objects.filter(verb="jobs.revive_job").count() == 1
    assert run_due(at=AT) == 0
