"""Credit from elsewhere: added, changed, removed and brought back by its holder; its file is theirs alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from preceptor.accounts.actions import erase_person as erase_account
from preceptor.accounts.models import User
from preceptor.credit.actions import (
    Proof,
    add_external_credit,
    change_external_credit,
    erase_own_record,
    follow_own,
    forget_removed,
    remove_external_credit,
)
from preceptor.credit.models import ExternalCredit, TrackedRequirement
from preceptor.credit.rules import MOST_PROOF, room_for, step_doubt
from preceptor.kernel import documents
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests.credit.conftest import NOW, House

LIST, ADD = "/transcript/self-reported/", "/transcript/self-reported/add/"
PDF = b"%PDF-1.7\n%sample\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
TYPED = {
    "title": "A course elsewhere", "provider": "Far Away Hospital", "system": "ama_pra_1", "own_words": "", "amount": "1.25", "completed_on": "2026-03-01",
    "topic": "", "topic_hours": "", "note": "By train",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _then(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "media").rglob("*") if path.is_file()]


def upload(data: bytes, name: str = "certificate.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_credit_is_added_marked_and_added_up_apart(house: House) -> None:
    user = house.learner()
    client = client_of(user)
    assert "Nothing self-reported yet" in client.get(LIST).content.decode()
    assert client.post(ADD, TYPED).status_code == 303
    assert client.post(ADD, {**TYPED, "system": "other", "own_words": "AAFP Prescribed credits", "amount": "2"}).status_code == 303
    assert client.post(ADD, {**TYPED, "topic": "mate", "topic_hours": "1.5"}).status_code == 303
    page = client.get(LIST).content.decode()
    assert page.count('<span class="tag">Self-reported</span>') == 3 and "It was not checked here, and is counted apart." in page
    assert "2.5" in page and "AAFP Prescribed credits" in page and "1.5 hours on Opioid" in page
    assert ExternalCredit.objects.filter(topic="mate").get().topic_minutes == 90
    entries = Entry.objects.filter(verb="credit.add_external_credit")
    assert entries.count() == 3 and "Far Away" not in str(list(entries.values())), "the logbook outlives a learner's words"


def test_a_form_that_comes_twice_adds_one_entry(house: House) -> None:
    client, user = client_of(house.learner()), User.objects.get()
    for _ in range(2):
        assert client.post(ADD, TYPED).status_code == 303
    assert user.external_credits.count() == 1
    assert client.post(ADD, {**TYPED, "proof": upload(PDF)}).status_code == 303
    assert user.external_credits.count() == 2, "with its proof it is another form"
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert client.post(ADD, TYPED).status_code == 303
    assert user.external_credits.count() == 3


def test_an_amount_that_is_no_step_is_kept_and_doubted(house: House) -> None:
    client = client_of(house.learner())
    page = client.post(ADD, {**TYPED, "amount": "1.3"}, follow=True).content.decode()
    assert "usually comes in steps of 0.25" in page and ExternalCredit.objects.get().amount == Decimal("1.3")
    assert step_doubt(Decimal("1.25"), Decimal("0.25"), "X") == ""


def test_a_file_is_its_owners_alone_and_never_shown_as_a_page(house: House, tmp_path: Path) -> None:
    owner = house.learner()
    client = client_of(owner)
    assert client.post(ADD, {**TYPED, "proof": upload(PDF, '../..\\e"vil\r\nX: y.html')}).status_code == 303
    row = ExternalCredit.objects.get()
    [kept] = files(tmp_path)
    assert kept.suffix == ".pdf" and "vil" not in kept.name and row.file_size == len(PDF)
    url = f"{LIST}{row.uuid}/proof/"
    answer = client.get(url)
    assert (answer.status_code, b"".join(answer.streaming_content), answer.headers["Content-Type"]) == (200, PDF, "application/pdf")  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment;") and answer.headers["Content-Disposition"].endswith('.pdf"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    stranger = client_of(house.learner())
    for end in ("", "proof/", "remove/", "restore/"):
        there = f"{LIST}{row.uuid}/{end}"
        assert {stranger.post(there, TYPED).status_code, stranger.get(there).status_code} <= {404, 405}, end
        assert Client().get(there).status_code in (302, 405)
    assert stranger.post(f"{LIST}{row.uuid}/remove/").status_code == 404 and stranger.get(url).status_code == 404
    assert ExternalCredit.objects.get().title == "A course elsewhere"


def test_another_file_takes_the_place_of_the_one_that_is_kept(
    house: House, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(house.learner())
    client.post(ADD, {**TYPED, "proof": upload(PDF)})
    url = f"{LIST}{ExternalCredit.objects.get().uuid}/"
    assert "certificate.pdf" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {**TYPED, "title": "Otherwise", "proof": upload(PNG, "scan.pdf")}).status_code == 303
    row = ExternalCredit.objects.get()
    assert (row.title, row.file_name, row.media_type, len(files(tmp_path))) == ("Otherwise", "scan.png", "image/png", 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {**TYPED, "drops_proof": "on"}).status_code == 303
    assert files(tmp_path) == [] and client.get(f"{url}proof/").status_code == 404
    changed = [entry.detail["changed"] for entry in Entry.objects.filter(verb="credit.change_external_credit").order_by("pk")]
    assert changed == [["title", "file"], ["title", "file"]]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "Fill this in: Title of the activity"),
    ({"title": "x" * 201}, "at most 200 characters"),
    ({"provider": " "}, "Fill this in: Who gave the credit"),
    ({"system": ""}, "Fill this in: Credit type"),
    ({"system": "participation"}, "Select a valid choice"),
    ({"system": "other"}, "Say in your own words"),
    ({"own_words": "Mine"}, "not both"),
    ({"system": "other", "own_words": "*bold* <b>"}, "Leave out * &lt; &gt;"),
    ({"amount": "0"}, "Give an amount above zero"),
    ({"amount": "-1"}, "Give an amount above zero"),
    ({"amount": "1000.5"}, "less than or equal to 1000"),
    ({"amount": "0.125"}, "no more than 2 decimal places"),
    ({"amount": "Infinity"}, "Enter a number"),
    ({"completed_on": "2026-11-23"}, "This day is still to come"),
    ({"completed_on": "1949-12-31"}, "Give a day between 1950 and 2099"),
    ({"completed_on": "yesterday"}, "Give a day, like 2026-11-22"),
    ({"topic": "mate"}, "Say how many hours were on the topic"),
    ({"topic_hours": "2"}, "Choose the topic that these hours were on"),
    ({"topic": "nonsense", "topic_hours": "2"}, "Select a valid choice"),
    ({"note": "x" * 501}, "at most 500 characters"),
    ({"note": "a\x00b"}, "Null characters"),
    ({"proof": b""}, "The submitted file is empty"),
    ({"proof": b"MZ\x90\x00" + b"0" * 50}, "The file is not a PDF, a PNG or a JPEG"),
    ({"proof": b"<html><script>alert(1)</script>"}, "The file is not a PDF"),
    ({"proof": PDF + b"0" * MOST_PROOF}, "The file is larger than 10 MB"),
    ({"proof": PDF + b"0" * (MOST_PROOF + 2**20)}, "The file is larger than 10 MB"),
]


def test_bad_input_is_told_beside_its_field_and_what_was_typed_stays(house: House, tmp_path: Path) -> None:
    client = client_of(house.learner())
    for changes, sentence in BAD:
        sent = {**TYPED, **{name: upload(value) if isinstance(value, bytes) else value for name, value in changes.items()}}
        answer = client.post(ADD, sent)
        page = answer.content.decode()
        assert answer.status_code == 200 and sentence in page, str(changes)[:80]
        assert "By train" in page or "note" in changes, "what was typed stays"
    assert not ExternalCredit.objects.exists() and files(tmp_path) == []
    assert client.post(ADD, TYPED | {"completed_on": "2026-11-22"}).status_code == 303, "today is no future"


def test_a_form_without_end_is_cut_off(house: House) -> None:
    answer = client_of(house.learner()).post(ADD, {**TYPED, "proof": upload(PDF + b"0" * (4 * MOST_PROOF))})
    assert answer.status_code == 413 and "at most 10 MB" in answer.content.decode()


def test_the_form_needs_its_token(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.learner())
    assert client.post(ADD, {**TYPED, "proof": upload(PDF)}).status_code == 403 and not ExternalCredit.objects.exists()


@pytest.mark.parametrize(
    ("size", "kept", "entries", "is_full"),
    [
        (0, 0, 0, False),
        (MOST_PROOF, 190 * 2**20, 5, False),
        (MOST_PROOF, 190 * 2**20 + 1, 5, True),
        (0, 500 * 2**20, 5, False),
        (0, 0, 1000, True),
    ],
)
def test_how_much_is_kept_of_one_person(size: int, kept: int, entries: int, is_full: bool) -> None:
    assert bool(room_for(size, kept, entries)) is is_full


def test_who_is_full_is_told_where_to_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(house.learner())
    client.post(ADD, {**TYPED, "proof": upload(PDF)})
    monkeypatch.setattr("preceptor.credit.rules.external.MOST_PROOFS", len(PDF))
    answer = client.post(ADD, {**TYPED, "proof": upload(PDF)})
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST) and ExternalCredit.objects.count() == 1
    url = f"{LIST}{ExternalCredit.objects.get().uuid}/"
    assert client.post(url, {**TYPED, "title": "B", "proof": upload(PDF)}).status_code == 303
    assert ExternalCredit.objects.get().title == "B", "a file in the place of another takes no more room"


def test_what_was_removed_can_be_brought_back_and_goes_after_a_month(
    house: House, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    user = house.learner()
    client = client_of(user)
    client.post(ADD, {**TYPED, "proof": upload(PDF)})
    row = ExternalCredit.objects.get()
    answer = client.post(f"{LIST}{row.uuid}/remove/")
    page = client.get(answer.headers["Location"]).content.decode()
    assert "“A course elsewhere” is off your record" in page and "Undo" in page and "Nothing self-reported yet" in page
    assert client.get(f"{LIST}{row.uuid}/").status_code == 404 and client.get(f"{LIST}{row.uuid}/proof/").status_code == 404
    assert "A course elsewhere" not in client_of(house.learner()).get(answer.headers["Location"]).content.decode()
    assert (
        client.post(f"{LIST}{row.uuid}/restore/").status_code == 303 and "A course elsewhere" in client.get("/transcript/").content.decode()
    )
    client.post(f"{LIST}{row.uuid}/remove/")
    with django_capture_on_commit_callbacks(execute=True):
        forget_removed(at=NOW + timedelta(days=30))
    assert ExternalCredit.objects.exists() and len(files(tmp_path)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        forget_removed(at=NOW + timedelta(days=30, seconds=1))
    assert not ExternalCredit.objects.exists() and files(tmp_path) == []
    assert client.get(f"{LIST}?removed={row.uuid}").status_code == 200 and client.get(f"{LIST}?removed=%00").status_code == 200


def test_erasure_takes_everything_that_somebody_wrote_down(house: House, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    user, other = house.learner(), house.learner()
    for title, person in [("One", user), ("Two", user), ("One", other)]:
        client_of(person).post(ADD, {**TYPED, "title": title, "proof": upload(PDF)})
    follow_own(user, "Mine", "ama_pra_1", Decimal(50), NOW.date(), NOW.date(), at=NOW)
    client_of(user).post(f"{LIST}{ExternalCredit.objects.filter(user=user).first().uuid}/remove/")  # type: ignore[union-attr]
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_own_record(user, at=NOW) == 2
    assert ExternalCredit.objects.get().user == other and len(files(tmp_path)) == 1 and not TrackedRequirement.objects.exists()


def test_nothing_is_written_down_for_who_was_erased_meanwhile(house: House) -> None:
    """A request that was let in before the erasure, and waited for it."""
    user = house.learner()
    values = {"title": "A course", "provider": "Elsewhere", "system": "ama_pra_1", "amount": Decimal(1), "completed_on": NOW.date()}
    row = add_external_credit(user, values, None, at=NOW)
    erase_account(user, at=NOW)
    proof = Proof(PDF, documents.PDF, "proof.pdf")
    for deed in (
        lambda: add_external_credit(user, values, proof, at=NOW),
        lambda: change_external_credit(row, values, proof, drops_proof=False, at=NOW),
    ):
        with pytest.raises(Refused, match="This account was deleted"):
            deed()
    assert ExternalCredit.objects.count() == 1


def test_a_change_that_comes_after_a_removal_does_not_bring_it_back(house: House) -> None:
    values = {"title": "A course", "provider": "Elsewhere", "system": "ama_pra_1", "amount": Decimal(1), "completed_on": NOW.date()}
    seen = add_external_credit(house.learner(), values, None, at=NOW)
    remove_external_credit(seen, at=NOW)
    change_external_credit(seen, {**values, "title": "Another"}, None, drops_proof=False, at=NOW)
    assert ExternalCredit.objects.get().removed_at == NOW
