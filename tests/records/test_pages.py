"""A person's own pages: a copy of the data, and the deletion of the account."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from preceptor.credit.models import ExternalCredit
from preceptor.jobs.models import Job
from preceptor.mail.models import Letter
from preceptor.records.actions import forget_exports, make_export, merge_people
from preceptor.records.adapters.archive import plain_name
from preceptor.records.models import DataExport, ErasureRequest
from tests.credit.conftest import NOW
from tests.records.conftest import Records


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def at_home(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_strangers_sign_in_first() -> None:
    for url in ("/account/data/", "/account/delete/"):
        assert Client().get(url)["Location"].startswith("/account/sign-in/")
    for url in ("/account/data/order/", "/account/delete/keep/"):
        assert Client().post(url).status_code == 302


def test_a_copy_of_everything(records: Records) -> None:
    who, other = records.house.learner("pharmacist", email="riley@hospital.example"), records.house.learner()
    award = records.earn(who, records.house.edition(), "acpe_p")
    records.typeset(award)
    records.earn(other, records.house.edition("lung"))
    merge_people(who, other, by=records.staff, reason="one person", at=NOW)
    row = ExternalCredit(user=who, title="A course", provider="Elsewhere", amount=1, completed_on=NOW.date(), added_at=NOW)
    row.file_name = "../../etc/pass wd.pdf"
    row.file.save("proof.pdf", ContentFile(b"%PDF-proof"))
    browser = at_home(who)
    assert browser.post("/account/data/order/").status_code == 303
    assert browser.post("/account/data/order/").status_code == 303
    assert DataExport.objects.count() == Job.objects.filter(task="records.make_export").count() == 1, "ordered twice is ordered once"
    waiting = browser.get("/account/data/")
    assert waiting.headers["Refresh"] == "5" and "being made" in waiting.content.decode()
    held = DataExport.objects.get()
    assert browser.get(f"/account/data/{held.uuid}.zip").status_code == 404
    make_export(export=held.pk, at=timezone.now())
    make_export(export=held.pk, at=timezone.now())
    assert Letter.objects.filter(kind="records.export_ready").count() == 1
    page = browser.get("/account/data/")
    assert f"/account/data/{held.uuid}.zip" in page.content.decode() and "Refresh" not in page.headers
    answer = browser.get(f"/account/data/{held.uuid}.zip")
    assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        data = json.loads(archive.read("data.json"))
        readme = archive.read("README.txt").decode()
        assert archive.read(f"certificates/{award.serial[:-1]}.pdf").startswith(b"%PDF")
        (proof,) = [name for name in names if name.startswith("external-credit/")]
        assert archive.read(proof) == b"%PDF-proof" and proof.endswith("-etc-pass-wd.pdf") and ".." not in proof
    assert set(data) == {"accounts", "disclosure", "journey", "content", "assessment", "evaluation", "credit", "mail", "logbook", "records"}
    assert {one["email"] for one in data["accounts"]["accounts"]} == {who.email, other.email}
    assert data["credit"]["certificates"][-1]["identifiers"] or data["credit"]["certificates"][0]["identifiers"]
    assert len(data["credit"]["certificates"]) == len(data["journey"]["participations"]) == 2
    assert "was not made yet" in readme and "never kept together with" in readme
    assert "registrar@sample.example" not in json.dumps(data), "who of the staff acted is not the learner's data"


def test_a_copy_is_its_owners_and_for_a_day(records: Records) -> None:
    who, other = records.house.learner(), records.house.learner()
    browser = at_home(who)
    browser.post("/account/data/order/")
    held = DataExport.objects.get()
    make_export(export=held.pk, at=timezone.now())
    assert at_home(other).get(f"/account/data/{held.uuid}.zip").status_code == 404
    assert at_home(records.staff).get(f"/account/data/{held.uuid}.zip").status_code == 404
    assert Client().get(f"/account/data/{held.uuid}.zip").status_code == 302
    DataExport.objects.update(ordered_at=timezone.now() - timedelta(days=1))
    assert browser.get(f"/account/data/{held.uuid}.zip").status_code == 404
    forget_exports(at=timezone.now())
    assert not DataExport.objects.exists()
    assert "Have a copy made" in browser.get("/account/data/").content.decode()


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b\\c", "x" * 300, "Zoë’s proof.pdf", "\x00"])
def test_names_in_the_archive_are_plain(name: str) -> None:
    plain = plain_name(name)
    assert plain and len(plain) <= 100 and not plain.startswith(".") and plain.isascii() and "/" not in plain and "\\" not in plain


def test_the_account_is_deleted_with_the_password_and_kept_again(records: Records) -> None:
    who = records.house.learner()
    records.earn(who, records.house.edition())
    browser = at_home(who)
    page = browser.get("/account/delete/").content.decode()
    assert "Stays until November 22, 2032" in page and "Accreditors require a record of credit for 6 years" in page
    for typed in ({}, {"understood": "on"}, {"understood": "on", "password": "wrong"}, {"password": "pass"}):
        answer = browser.post("/account/delete/", typed)
        assert answer.status_code == 422 and not ErasureRequest.objects.exists(), typed
    from django.core.cache import cache  # noqa: PLC0415 - the limit is not what is tested here

    cache.clear()
    assert browser.post("/account/delete/", {"understood": "on", "password": "pass"}).status_code == 303
    request = ErasureRequest.objects.get()
    assert request.due_at - request.asked_at == timedelta(days=7)
    for url in ("/account/delete/", "/home/", "/activities/", "/transcript/"):
        assert "Keep my account" in browser.get(url).content.decode(), url
    assert browser.post("/account/delete/keep/").status_code == 303
    assert "Keep my account" not in browser.get("/activities/").content.decode()
    request.refresh_from_db()
    assert request.withdrawn_at


def test_guessing_the_password_is_limited(records: Records) -> None:
    browser = at_home(records.house.learner())
    answers = [browser.post("/account/delete/", {"understood": "on", "password": "wrong"}).status_code for _ in range(7)]
    assert answers[0] == 422 and answers[-1] == 429
