"""Erasure through all rooms, and what has to stay until its years are over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.test import Client

from preceptor.accounts.models import Identifier, User
from preceptor.assessment.models import Attempt
from preceptor.catalog.rules import Step
from preceptor.credit.actions import append_line, claim_credit, claims, correct_award, erase_names, mark_reported
from preceptor.credit.models import (
    Award,
    CertificateFile,
    CredentialFile,
    ExternalCredit,
    LedgerLine,
    PersonalPart,
    TrackedRequirement,
)
from preceptor.credit.queries import claim_desk
from preceptor.credit.rules import GENESIS, STAFF_REASONS, LineKind, PartKind, line_hash
from preceptor.evaluation.models import Commitment, Draft
from preceptor.journey.actions import note_progress
from preceptor.journey.models import Progress, StepLine
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from preceptor.mail.models import Attachment, Letter
from preceptor.records.actions import carry_out_erasures, end_retention, merge_people, request_erasure, withdraw_erasure
from preceptor.records.actions.retention import erase_record
from preceptor.records.models import ErasureRequest
from preceptor.records.queries import erasure_plan
from tests.credit.conftest import NOW, claim_for
from tests.records.conftest import Records

WEEK = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def erased(who: User, *, at: datetime = NOW) -> ErasureRequest:
    """Asked for, and carried out a week later."""
    request = request_erasure(who, by="learner", at=at)
    carry_out_erasures(at=at + timedelta(days=7))
    request.refresh_from_db()
    assert request.done_at
    return request


def chain_holds() -> bool:
    """Every line is bound to the one before and hashes to what it says."""
    previous = GENESIS
    for number, line in enumerate(LedgerLine.objects.select_related("award").order_by("number"), 1):
        if (line.number, line.previous, line.hash) != (number, previous, line_hash(line, line.award)):
            return False
        previous = line.hash
    return True


def everything(records: Records, who: User) -> Award:
    """One of each thing that the house keeps of a person."""
    award = records.earn(who, records.house.edition(), "acpe_p", at=NOW)
    records.typeset(award)
    held = records.house.participation(who, records.house.edition("lung"), steps=[Step.FRONT_MATTER])
    note_progress(held, Step.CONTENT, "Resume lecture at 12:40", 0.4, "/x/", at=NOW)
    Draft.objects.create(participation=held, answers={"overall": ["5"]}, saved_at=NOW)
    Commitment.objects.create(participation=held, text="I will ask earlier", at=NOW)
    Attempt.objects.create(participation=held, purpose="post", number=1, order=[], pass_mark=70, started_at=NOW, total=5)
    row = ExternalCredit(user=who, title="A course", provider="Elsewhere", amount=1, completed_on=NOW.date(), added_at=NOW)
    row.file.save("proof.pdf", ContentFile(b"%PDF-proof"))
    TrackedRequirement.objects.create(user=who, requirement="mate", begins_on=NOW.date(), ends_on=NOW.date(), added_at=NOW)
    return award


def test_what_goes_at_once_and_what_stays(records: Records, django_capture_on_commit_callbacks: Any) -> None:
    who = records.house.learner("pharmacist", email="riley@hospital.example")
    award = everything(records, who)
    proof = Path(ExternalCredit.objects.get().file.path)
    lines = StepLine.objects.count()
    browser = Client()
    browser.force_login(who)
    request_erasure(who, by="learner", at=NOW)
    carry_out_erasures(at=WEEK - timedelta(seconds=1))
    assert User.objects.get(pk=who.pk).is_active, "not a second before"
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        carry_out_erasures(at=WEEK)
    assert proof.exists(), "files go after the transaction, so that nothing is lost when it fails"
    for callback in callbacks:
        callback()
    assert not proof.exists()

    gone = User.objects.get(pk=who.pk)
    assert (gone.given_name, gone.family_name, gone.credentials, gone.profession, gone.is_active) == ("", "", "", "", False)
    assert gone.email == f"{gone.uuid.hex}@erased.invalid" and not gone.has_usable_password() and gone.erased_at == WEEK
    for model in (EmailAddress, Identifier):
        assert not model.objects.filter(user=who).exists()
    for model in (ExternalCredit, TrackedRequirement, Draft, Commitment, Attempt, Progress):
        assert not model.objects.exists(), model
    assert browser.get("/home/").status_code == 302, "sessions end"
    assert not Letter.objects.exclude(kind="records.erased").filter(recipient__contains="hospital").exists()
    assert not Letter.objects.exclude(kind="records.erased").exclude(text="").exists() and not Attachment.objects.exists()
    assert Letter.objects.get(kind="records.erased").recipient == "riley@hospital.example"

    # The certificate verifies as before; its numbers, which nobody was told, are gone, and the ledger says so.
    held = Award.objects.get()
    assert held.payload["printed_name"] == "Riley Sample, PharmD" and held.payload["identifiers"] == {}
    page = Client().get(f"/verify/{award.serial}/")
    assert page.status_code == 200 and "Riley Sample, PharmD" in page.content.decode()
    assert CertificateFile.objects.exists() and CredentialFile.objects.exists()
    assert StepLine.objects.count() == lines
    assert list(LedgerLine.objects.values_list("kind", "erased")) == [("award", ""), ("erasure", "identifiers")]
    assert chain_holds()
    about = Entry.objects.filter(verb="records.erase_person").get()
    assert about.detail["names_kept_through"] == "2032-11-22"


def test_reported_numbers_stay_with_the_record(records: Records) -> None:
    who = records.house.learner("pharmacist")
    award = records.earn(who, records.house.edition(), "acpe_p", at=NOW)
    mark_reported(award, "CPE Monitor", by=records.staff, at=NOW)
    assert "Numbers of yours that were reported" in " ".join(line.what for line in erasure_plan(who).later)
    erased(who)
    assert Award.objects.get().payload["identifiers"]["nabp_eprofile"] == "123456"
    assert not Identifier.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        append_line(LineKind.ERASURE, award, by="system", at=WEEK, erased=PartKind.IDENTIFIERS)


@pytest.mark.parametrize("done", [date(2026, 11, 22), date(2028, 2, 29), date(2028, 2, 28)])
def test_the_name_goes_the_day_after_six_years_and_not_before(records: Records, done: date) -> None:
    at = datetime(done.year, done.month, done.day, 17, tzinfo=UTC)
    who = records.house.learner()
    award = records.earn(who, records.house.edition(ends_on=date(2029, 1, 1)), at=at)
    records.typeset(award, at=at)
    assert Award.objects.get().completed_on == done
    request = erased(who, at=at)
    last = datetime(done.year + 6, done.month, min(done.day, 28), 12, tzinfo=UTC)
    for early in (at + timedelta(days=1), last - timedelta(days=1), last + timedelta(hours=23, minutes=59)):
        end_retention(at=early)
        assert Award.objects.get().payload["name"] == "Riley Sample", early
    end_retention(at=last + timedelta(days=1))
    held = Award.objects.get()
    assert held.payload["printed_name"] == "" and held.amount == award.amount and held.completed_on == done
    assert not PersonalPart.objects.exists() and not CertificateFile.objects.exists() and not CredentialFile.objects.exists()
    assert [line.erased for line in LedgerLine.objects.filter(kind="erasure")] == ["identifiers", "name"]
    assert chain_holds()
    request.refresh_from_db()
    assert request.names_erased_at
    end_retention(at=last + timedelta(days=2))
    assert LedgerLine.objects.filter(kind="erasure").count() == 2, "once"
    page = Client().get(f"/verify/{award.serial}/").content.decode()
    assert "Riley" not in page and "Erased: the years for which it is kept are over" in page


def test_two_completions_the_last_one_decides(records: Records) -> None:
    who = records.house.learner()
    records.earn(who, records.house.edition(ends_on=date(2031, 1, 1)), at=NOW)
    later = NOW.replace(year=2029)
    records.earn(who, records.house.edition("lung", ends_on=date(2031, 1, 1)), at=later)
    erased(who, at=later)
    end_retention(at=NOW.replace(year=2033))
    assert PersonalPart.objects.filter(kind="name").count() == 2
    end_retention(at=NOW.replace(year=2035, day=24))
    assert not PersonalPart.objects.exists()


def test_whoever_keeps_an_account_keeps_the_record(records: Records) -> None:
    who = records.house.learner()
    records.earn(who, records.house.edition(), at=NOW)
    end_retention(at=NOW.replace(year=2046))
    assert Award.objects.get().payload["name"] == "Riley Sample"


@pytest.mark.parametrize(("years", "stays"), [(6, False), (10, True)])
def test_a_provider_may_keep_longer(records: Records, settings: Any, years: int, stays: bool) -> None:
    settings.RETENTION_YEARS = years
    who = records.house.learner()
    records.earn(who, records.house.edition(), at=NOW)
    erased(who)
    end_retention(at=NOW.replace(year=2033))
    assert PersonalPart.objects.exists() == stays


def test_nobody_deletes_before_six_years_by_whatever_way(records: Records) -> None:
    who = records.house.learner()
    award = records.earn(who, records.house.edition(), at=NOW)
    records.typeset(award)
    request = erased(who)
    early = NOW.replace(year=2032)
    with pytest.raises(DatabaseError), transaction.atomic():
        erase_names(who, at=early)
    with pytest.raises(DatabaseError), transaction.atomic():
        erase_record(request, at=early)
    with pytest.raises(DatabaseError), transaction.atomic():
        append_line(LineKind.ERASURE, award, by="system", at=early, erased=PartKind.NAME)
    with pytest.raises(ProtectedError):
        who.delete()
    for rows in (Award, PersonalPart, CertificateFile, CredentialFile, LedgerLine, StepLine, ErasureRequest):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            rows.objects.all().delete()
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            rows.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    assert Award.objects.get().payload["name"] == "Riley Sample"


def test_it_can_be_withdrawn_for_seven_days(records: Records) -> None:
    who = records.house.learner()
    first = request_erasure(who, by="learner", at=NOW)
    assert request_erasure(who, by="learner", at=NOW + timedelta(days=1)) == first, "asked twice is asked once"
    assert User.objects.get(pk=who.pk).erase_at == WEEK
    assert withdraw_erasure(who, by="learner", at=WEEK - timedelta(minutes=1))
    carry_out_erasures(at=WEEK)
    assert User.objects.get(pk=who.pk).is_active and User.objects.get(pk=who.pk).erase_at is None
    assert not withdraw_erasure(who, by="learner", at=WEEK)
    assert request_erasure(who, by="learner", at=WEEK) != first
    kinds = list(Letter.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["records.erasure_asked", "records.erasure_withdrawn", "records.erasure_asked"]


def test_all_accounts_of_a_person_go_and_no_part_of_it_is_undone_later(records: Records) -> None:
    first, second = records.house.learner(), records.house.learner()
    records.earn(second, records.house.edition())
    merge_people(first, second, by=records.staff, reason="one person", at=NOW)
    erased(second)
    assert not User.objects.filter(pk__in=[first.pk, second.pk], erased_at=None).exists()
    for deed in (
        lambda: request_erasure(first, by="learner", at=WEEK),
        lambda: merge_people(first, records.house.learner(), by=records.staff, reason="x", at=WEEK),
    ):
        with pytest.raises(Refused):
            deed()


def test_staff_are_not_erased_while_they_have_rights(records: Records) -> None:
    with pytest.raises(Refused) as refused:
        request_erasure(records.staff, by="learner", at=NOW)
    assert refused.value.code == "records.staff_erasure"


def test_one_that_fails_holds_up_no_other_and_leaves_nothing_half_done(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = records.house.learner(), records.house.learner()
    for who in (bad, good):
        request_erasure(who, by="learner", at=NOW)
    from preceptor.records.actions import erasure  # noqa: PLC0415 - to break it

    real = erasure.erase_account

    def breaks(user: User, *, at: datetime) -> None:
        if user == bad:
            raise RuntimeError("the disk is full")
        real(user, at=at)

    monkeypatch.setattr(erasure, "erase_account", breaks)
    with pytest.raises(RuntimeError, match="Not carried out"):
        carry_out_erasures(at=WEEK)
    assert User.objects.get(pk=bad.pk).is_active and EmailAddress.objects.filter(user=bad).exists()
    assert not User.objects.get(pk=good.pk).is_active
    monkeypatch.setattr(erasure, "erase_account", real)
    carry_out_erasures(at=WEEK + timedelta(hours=1))
    assert not User.objects.get(pk=bad.pk).is_active


def test_the_last_letter_forgets_its_address_too(records: Records) -> None:
    who = records.house.learner(email="riley@hospital.example")
    erased(who)
    Letter.objects.filter(kind="records.erased").update(state="sent")
    end_retention(at=WEEK + timedelta(days=6))
    assert Letter.objects.filter(recipient="riley@hospital.example").count() == 1
    end_retention(at=WEEK + timedelta(days=8))
    assert not Letter.objects.filter(recipient="riley@hospital.example").exists()
    assert not Letter.objects.exclude(text="").exists()


def test_a_claim_that_waited_while_its_person_was_erased_gives_nothing(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    who = records.house.learner()
    participation = records.house.participation(who, records.house.edition())
    desk = claim_desk(participation, NOW)
    erased(who)
    letters = Letter.objects.count()
    monkeypatch.setattr(claims, "claim_desk", lambda *args: desk)  # as it was looked at a moment before
    with pytest.raises(Refused, match="This account was deleted"):
        claim_credit(participation, claim_for(given_name="Another"), at=WEEK)
    who.refresh_from_db()
    assert who.given_name == "" and not Award.objects.exists() and Letter.objects.count() == letters


def test_the_staff_makes_no_certificate_with_the_name_of_who_was_erased(records: Records) -> None:
    who = records.house.learner()
    award = records.earn(who, records.house.edition())
    erased(who)
    with pytest.raises(Refused, match="This account was deleted"):
        correct_award(award, claim_for(given_name="Another"), by=records.staff, reason=STAFF_REASONS[0], at=WEEK)
    assert Award.objects.get() == award and award.standing
