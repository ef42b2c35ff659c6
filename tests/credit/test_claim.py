"""The claim as a deed: one award, one certificate, one letter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from preceptor.accounts.models import ProfessionChange
from preceptor.catalog.rules import Step
from preceptor.credit.actions import claim_credit, typeset_certificate
from preceptor.credit.models import Award, CertificateFile, CertificateLetter, LateClaim
from preceptor.jobs.models import Job
from preceptor.journey.queries import lines_of
from preceptor.kernel.refusals import Refused
from preceptor.kernel.serials import is_serial
from preceptor.logbook.models import Entry
from preceptor.mail.models import Letter
from tests.credit.conftest import NOW, STEPS, House, claim_for


def test_a_claim_gives_one_award_two_lines_one_letter_and_one_job(house: House) -> None:
    participation = house.participation(house.learner(), house.edition())
    award = claim_credit(participation, claim_for(amount="0.5"), at=NOW)
    assert is_serial(award.serial) and award.amount == Decimal("0.5") and award.claimed_at == NOW
    lines = lines_of(type(participation).objects.get(pk=participation.pk))
    assert lines[Step.CLAIM].evidence == lines[Step.CERTIFICATE].evidence == {"award": award.serial}
    assert Letter.objects.get().state == "awaiting" and CertificateLetter.objects.get().award == award
    assert Job.objects.filter(task="credit.typeset_certificate").count() == 1


def test_a_second_claim_is_answered_with_the_first_award(house: House) -> None:
    participation = house.participation(house.learner("nurse_practitioner"), house.edition())
    first = claim_credit(participation, claim_for("nurse_practitioner", "ancc"), at=NOW)
    again = claim_credit(participation, claim_for("nurse_practitioner", "aanp"), at=NOW)
    assert again == first and Award.objects.count() == Letter.objects.count() == 1


def test_completed_on_is_the_providers_day_of_the_last_step(house: House) -> None:
    """The last step was at 03:30 UTC, which is still the day before in New York; the claim came a day later."""
    late = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    participation = house.participation(house.learner(), house.edition(), at=late)
    award = claim_credit(participation, claim_for(), at=datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    assert award.completed_on == date(2026, 11, 21)
    assert award.claimed_at.date() == date(2026, 11, 23)


def test_the_payload_is_frozen_in_the_words_of_the_day(house: House) -> None:
    edition = house.edition()
    user = house.learner()
    award = claim_credit(house.participation(user, edition), claim_for(given_name="  Zoë ", family_name="O'Brien"), at=NOW)
    user.refresh_from_db()
    user.given_name = "Other"
    user.save()
    frozen = Award.objects.get().payload
    assert frozen["printed_name"] == "Zoë O'Brien, MD" and user.family_name == "O'Brien"
    assert frozen["unit"] == "*AMA PRA Category 1 Credits*™" and frozen["amount"] == "0.75" and not frozen["is_sample"]
    assert "for a maximum of 0.75 *AMA PRA Category 1 Credits*™" in frozen["statements"]["designation"]
    assert award.payload["verify_url"].endswith("/")


def test_identifiers_are_kept_only_where_the_credit_asks_for_them(house: House) -> None:
    edition = house.edition()
    pharmacist = house.learner("pharmacist")
    award = claim_credit(house.participation(pharmacist, edition), claim_for("pharmacist", "acpe_p"), at=NOW)
    assert award.payload["identifiers"] == {"nabp_eprofile": "123456", "birth_mmdd": "0704"}
    physician = house.learner()
    typed = claim_for(identifiers={"npi": "1234567893", "nabp_eprofile": "123456"})
    award = claim_credit(house.participation(physician, edition), typed, at=NOW)
    assert award.payload["identifiers"] == {} and not physician.identifiers.exists()
    other = house.learner()
    typed = claim_for(identifiers={"npi": "1234567893"}, wanted_kinds=("npi",))
    assert claim_credit(house.participation(other, edition), typed, at=NOW).payload["identifiers"] == {"npi": "1234567893"}


def test_another_profession_is_attested_and_leaves_a_line_for_the_staff(house: House) -> None:
    user = house.learner("registered_nurse")
    participation = house.participation(user, house.edition())
    with pytest.raises(Refused) as refusal:
        claim_credit(participation, claim_for(), at=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["credit.profession_not_attested"]
    claim_credit(participation, claim_for(is_profession_attested=True), at=NOW)
    change = ProfessionChange.objects.get()
    assert (change.old, change.new) == ("registered_nurse", "physician") and change.attestation
    user.refresh_from_db()
    assert user.profession == "physician"


def test_a_refused_claim_leaves_nothing(house: House) -> None:
    participation = house.participation(house.learner(), house.edition(), steps=STEPS[:2])
    with pytest.raises(Refused) as refusal:
        claim_credit(participation, claim_for(is_attested=False), at=NOW)
    assert {reason.code for reason in refusal.value.reasons} == {"credit.unfinished", "credit.not_attested"}
    assert refusal.value.reasons[0].next_url == "/activities/breast-cancer/post-test/"
    assert not Award.objects.exists() and not Letter.objects.exists() and not LateClaim.objects.exists()


def test_a_claim_after_the_end_is_kept_and_earns_nothing(house: House) -> None:
    participation = house.participation(house.learner(), house.edition(ends_on=date(2026, 11, 22)))
    # 2026-11-23 04:59:59 UTC is still the 22nd in New York.
    with pytest.raises(Refused) as refusal:
        claim_credit(participation, claim_for(), at=datetime(2026, 11, 23, 5, 0, tzinfo=UTC))
    assert [reason.code for reason in refusal.value.reasons] == ["credit.edition_ended"]
    kept = LateClaim.objects.get()
    assert kept.system == "ama_pra_1" and "November 22, 2026" in kept.reasons[0]["message"]
    assert claim_credit(participation, claim_for(), at=datetime(2026, 11, 23, 4, 59, 59, tzinfo=UTC))


def test_when_one_credits_own_approval_is_over_the_others_remain(house: House) -> None:
    edition = house.edition(offers={"ama_pra_1": "0.75"}, valid_to=date(2026, 11, 1))
    participation = house.participation(house.learner(), edition)
    with pytest.raises(Refused) as refusal:
        claim_credit(participation, claim_for(), at=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["credit.offer_ended"] and LateClaim.objects.count() == 1
    award = claim_credit(participation, claim_for(system="participation", amount="0"), at=NOW)
    assert award.payload["certificate_title"] == "Certificate of Participation"


def test_the_same_activity_gives_the_same_credit_once_over_its_editions(house: House) -> None:
    user = house.learner()
    claim_credit(house.participation(user, house.edition()), claim_for(), at=NOW)
    second = house.participation(user, house.edition())
    with pytest.raises(Refused) as refusal:
        claim_credit(second, claim_for(), at=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["credit.already_claimed"]


def test_faculty_may_claim_and_the_staff_learns_of_it(house: House) -> None:
    user = house.learner()
    award = claim_credit(house.participation(user, house.edition(faculty=user)), claim_for(), at=NOW)
    entry = Entry.objects.get(verb="credit.own_activity")
    assert award.pk and "faculty" in entry.reason


def test_the_ledger_refuses_change_and_deletion(house: House) -> None:
    award = claim_credit(house.participation(house.learner(), house.edition()), claim_for(), at=NOW)
    typeset_certificate(award=award.pk, at=NOW)
    for rows in (Award.objects.filter(pk=award.pk), CertificateFile.objects.all(), CertificateLetter.objects.all()):
        field = {"Award": {"amount": 9}, "CertificateFile": {"sha256": "x"}, "CertificateLetter": {"award_id": award.pk}}[
            rows.model.__name__
        ]
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**field)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_the_letter_goes_with_the_certificate_attached(house: House) -> None:
    award = claim_credit(house.participation(house.learner(), house.edition()), claim_for(), at=NOW)
    typeset_certificate(award=award.pk, at=NOW)
    typeset_certificate(award=award.pk, at=NOW)
    letter = Letter.objects.get()
    assert letter.state == "queued" and letter.attachments.get().name.endswith(".pdf")
    assert bytes(letter.attachments.get().data) == bytes(CertificateFile.objects.get().data)
    assert "0.75 AMA PRA Category 1 Credits™" in letter.text and award.payload["verify_url"] in letter.text
