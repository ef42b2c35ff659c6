"""What can happen to an award after it was granted: corrected, taken back, reinstated. Every certificate stays, and says what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from preceptor.accounts.actions import link_accounts
from preceptor.accounts.models import User
from preceptor.credit.actions import (
    claim_credit,
    correct_award,
    correct_claim,
    mark_all_reported,
    mark_reported,
    reinstate_award,
    reverse_award,
)
from preceptor.credit.models import Award, CertificateLetter, LateClaim, LedgerLine, Standing
from preceptor.credit.queries import award_of, boards_desk, certificate_desk, fortune_of, receivers_told, transcript_for
from preceptor.credit.rules import REINSTATEMENT_REASONS, REVERSAL_REASONS, STAFF_REASONS, AwardState, face_of
from preceptor.kernel.refusals import Refused
from preceptor.kernel.serials import grouped
from preceptor.logbook.models import Entry
from tests.credit.conftest import NOW, House, claim_for

LATER = NOW + timedelta(days=2)
ERROR, NAME = REVERSAL_REASONS[0], STAFF_REASONS[0]


def granted(house: House, profession: str = "nurse_practitioner", system: str = "ancc") -> Award:
    return claim_credit(house.participation(house.learner(profession), house.edition()), claim_for(profession, system), at=NOW)


@pytest.fixture
def registrar(db: None) -> User:
    return User.objects.create_user("registrar@example.org", given_name="Sidney", family_name="Sample", is_staff=True)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {refused.value.code, *(reason.code for reason in refused.value.reasons)}


def kinds() -> list[str]:
    return list(LedgerLine.objects.values_list("kind", flat=True))


def test_a_learner_who_picked_the_wrong_type_corrects_it(house: House) -> None:
    first = granted(house)
    made = correct_claim(first, claim_for("nurse_practitioner", "aanp"), at=LATER)
    assert made.serial != first.serial and made.supersedes == first and made.system == "aanp"
    assert ("Supersedes certificate", grouped(first.serial)) in face_of(made.payload).numbers
    assert kinds() == ["award", "correction"] and list(Standing.objects.values_list("award", flat=True)) == [made.pk]
    told = fortune_of(Award.objects.get(pk=first.pk))
    assert (told.state, told.successor, told.reason) == (AwardState.CORRECTED, made, "The learner chose another credit type or amount.")
    assert [row.award for row in transcript_for(first.user, at=LATER).rows] == [made]
    letter = CertificateLetter.objects.get(award=made).letter
    assert f"Supersedes certificate: {grouped(first.serial)}" in letter.text and grouped(first.serial) in letter.html
    assert award_of(first.participation) == made


def test_the_amount_can_be_corrected_too_and_nothing_is_corrected_for_nothing(house: House) -> None:
    first = granted(house, "physician", "ama_pra_1")
    with pytest.raises(Refused) as refused:
        correct_claim(first, claim_for(), at=LATER)
    assert "credit.unchanged" in codes(refused)
    made = correct_claim(first, claim_for(amount="0.25"), at=LATER)
    assert made.amount == Decimal("0.25")
    [total] = transcript_for(first.user, at=LATER).totals
    assert total.number == "0.25"


@pytest.mark.parametrize(
    ("profession", "system", "code"),
    [("nurse_practitioner", "ama_pra_1", "credit.not_for_profession"), ("nurse_practitioner", "ipce", "credit.not_offered")],
)
def test_only_to_what_the_profession_may_receive(house: House, profession: str, system: str, code: str) -> None:
    first = granted(house)
    with pytest.raises(Refused) as refused:
        correct_claim(first, claim_for(profession, system), at=LATER)
    assert code in codes(refused) and kinds() == ["award"]


def test_the_same_request_twice_is_one_correction(house: House) -> None:
    first = granted(house)
    made = correct_claim(first, claim_for("nurse_practitioner", "aanp"), at=LATER, request_key="k1")
    again = correct_claim(first, claim_for("nurse_practitioner", "aanp"), at=LATER, request_key="k1")
    assert again == made and kinds() == ["award", "correction"]
    with pytest.raises(Refused) as refused:
        correct_claim(first, claim_for("nurse_practitioner", "aanp"), at=LATER, request_key="another")
    assert "credit.not_standing" in codes(refused)


def test_what_was_reported_is_corrected_by_the_staff_alone(house: House, registrar: User) -> None:
    first = granted(house, "physician", "ama_pra_1")
    mark_reported(first, "PARS", by=registrar, at=LATER)
    mark_reported(first, "PARS", by=registrar, at=LATER)
    assert first.report_marks.count() == 1
    desk = certificate_desk(first, LATER)
    assert desk.is_reported and not desk.can_correct
    with pytest.raises(Refused) as refused:
        correct_claim(first, claim_for(amount="0.25"), at=LATER)
    assert "credit.reported" in codes(refused)
    made = correct_award(first, claim_for(amount="0.25"), by=registrar, reason=STAFF_REASONS[2], at=LATER)
    assert made.amount == Decimal("0.25")
    # The receiver knows of this credit still, so the one that took its place is not the learner's to change either.
    assert not certificate_desk(made, LATER).can_correct and receivers_told(made) == ["PARS"] and not made.report_marks.exists()
    with pytest.raises(Refused) as refused:
        correct_claim(made, claim_for(amount="0.5"), at=LATER)
    assert "credit.reported" in codes(refused)


@pytest.mark.parametrize("by_another_account", [False, True])
def test_nobody_acts_as_staff_upon_their_own_award(house: House, registrar: User, by_another_account: bool) -> None:
    award = granted(house)
    taken = claim_credit(house.participation(award.user, house.edition("second")), claim_for("nurse_practitioner", "ancc"), at=NOW)
    reverse_award(taken, by=registrar, reason=ERROR, at=NOW)
    me = house.learner("nurse_practitioner") if by_another_account else award.user
    if by_another_account:
        link_accounts(me, award.user, by="an operator", reason="one person", at=NOW)
    before = kinds()
    for deed in (
        lambda: correct_award(award, claim_for("nurse_practitioner", "aanp"), by=me, reason=NAME, at=LATER),
        lambda: reverse_award(award, by=me, reason=ERROR, at=LATER),
        lambda: reinstate_award(taken, by=me, reason=REINSTATEMENT_REASONS[0], at=LATER),
        lambda: mark_reported(award, "PARS", by=me, at=LATER),
        lambda: mark_all_reported([award], "PARS", by=me, at=LATER),
    ):
        with pytest.raises(Refused, match="another registrar must do it") as refused:
            deed()
        assert refused.value.code == "credit.own_award"
    assert kinds() == before and not award.report_marks.exists()
    made = correct_claim(award, claim_for("nurse_practitioner", "aanp"), at=LATER)
    assert made.system == "aanp", "as learner one still corrects one's own choice"
    reverse_award(made, by=registrar, reason=ERROR, at=LATER)
    assert kinds()[-2:] == ["correction", "reversal"]


def test_a_claim_is_judged_by_its_days_and_so_is_its_correction(house: House) -> None:
    edition = house.edition(claim_days={"aanp": 1})
    first = claim_credit(house.participation(house.learner("nurse_practitioner"), edition), claim_for("nurse_practitioner", "ancc"), at=NOW)
    with pytest.raises(Refused) as refused:
        correct_claim(first, claim_for("nurse_practitioner", "aanp"), at=NOW + timedelta(days=3))
    assert "credit.claim_window_over" in codes(refused)
    assert certificate_desk(first, NOW).can_correct and not certificate_desk(first, NOW + timedelta(days=3)).can_correct


def test_days_to_claim_in_close_one_credit_and_leave_participation(house: House) -> None:
    edition = house.edition(claim_days={"ama_pra_1": 30})
    participation = house.participation(house.learner(), edition)
    with pytest.raises(Refused) as refused:
        claim_credit(participation, claim_for(), at=NOW + timedelta(days=32))
    assert "credit.claim_window_over" in codes(refused) and LateClaim.objects.count() == 1
    award = claim_credit(participation, claim_for(system="participation", amount="0"), at=NOW + timedelta(days=32))
    assert award.system == "participation" and award.completed_on == date(2026, 11, 22)


def test_staff_correct_a_name_long_after_the_end_with_a_reason_that_can_be_read(house: House, registrar: User) -> None:
    first = granted(house)
    after = NOW + timedelta(days=700)
    with pytest.raises(Refused) as refused:
        correct_award(first, claim_for("nurse_practitioner", "ancc", family_name="Right"), by=registrar, reason="because", at=after)
    assert refused.value.code == "credit.reason_missing"
    made = correct_award(
        first, claim_for("nurse_practitioner", "ancc", family_name="Right"), by=registrar, reason=NAME, note="Letter of June 3", at=after
    )
    assert made.payload["name"] == "Riley Right" and made.completed_on == first.completed_on and made.claimed_at == first.claimed_at
    line = LedgerLine.objects.get(kind="correction")
    assert (line.by, line.reason) == (f"staff:{registrar.uuid}", NAME)
    entry = Entry.objects.get(verb="credit.correct_award")
    assert (entry.by, entry.reason) == (registrar.email, "Letter of June 3")
    assert face_of(Award.objects.get(pk=first.pk).payload).name == "Riley Sample, FNP-BC"


def test_what_was_taken_back_counts_no_more_stays_in_sight_and_can_be_reinstated(house: House, registrar: User) -> None:
    award = granted(house)
    reverse_award(award, by=registrar, reason=ERROR, note="Claimed by the wrong person", at=LATER)
    told = fortune_of(Award.objects.get(pk=award.pk))
    assert (told.state, told.at, told.reason) == (AwardState.REVOKED, LATER, ERROR)
    record = transcript_for(award.user, at=LATER)
    assert [row.award for row in record.rows] == [award] and record.totals == []
    with pytest.raises(Refused) as refused:
        reverse_award(award, by=registrar, reason=ERROR, at=LATER)
    assert refused.value.code == "credit.not_standing"
    assert claim_credit(award.participation, claim_for("nurse_practitioner", "ancc"), at=LATER) == award, "it is not given anew by itself"
    reinstate_award(award, by=registrar, reason=REINSTATEMENT_REASONS[0], at=LATER + timedelta(days=1))
    assert fortune_of(Award.objects.get(pk=award.pk)).was_reinstated
    assert [total.number for total in transcript_for(award.user, at=LATER).totals] == ["0.75"]
    assert kinds() == ["award", "reversal", "reinstatement"]
    with pytest.raises(Refused) as refused:
        reinstate_award(award, by=registrar, reason=REINSTATEMENT_REASONS[0], at=LATER)
    assert refused.value.code == "credit.not_revoked"


def test_points_of_a_board_stand_beside_the_credit(house: House) -> None:
    edition = house.edition(offers={"ama_pra_1": "0.75", "moc_abim": "0.75"})
    participation = house.participation(house.learner(), edition)
    credit = claim_credit(participation, claim_for(), at=NOW)
    numbers = {"abim_id": "123456", "birth_mmdd": "0704"}
    points = claim_credit(participation, claim_for(system="moc_abim", identifiers=numbers), at=NOW)
    assert points != credit and points.slot == "abim" and Standing.objects.count() == 2
    assert claim_credit(participation, claim_for(system="moc_abim", identifiers=numbers), at=NOW) == points
    assert [total.number for total in transcript_for(credit.user, at=LATER).totals] == ["0.75", "0.75"]
    assert certificate_desk(credit, LATER).points == [points] and award_of(participation) == credit


def test_points_go_with_the_credit_that_is_taken_back_and_keep_it_from_becoming_another(house: House, registrar: User) -> None:
    edition = house.edition(offers={"ama_pra_1": "0.75", "moc_abim": "0.75"})
    participation = house.participation(house.learner(), edition)
    credit = claim_credit(participation, claim_for(), at=NOW)
    numbers = {"abim_id": "123456", "birth_mmdd": "0704"}
    claim_credit(participation, claim_for(system="moc_abim", identifiers=numbers), at=NOW)
    with pytest.raises(Refused) as refused:
        correct_award(credit, claim_for(system="participation", amount="0"), by=registrar, reason=STAFF_REASONS[1], at=LATER)
    assert "credit.points_beside" in codes(refused)
    reverse_award(credit, by=registrar, reason=ERROR, at=LATER)
    assert kinds() == ["award", "award", "reversal", "reversal"] and not Standing.objects.exists()


# --- pages


def page_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_of_the_correction_shows_what_was_chosen_and_makes_one_certificate(house: House) -> None:
    edition = house.edition(ends_on=timezone.now().date() + timedelta(days=200))
    user = house.learner("nurse_practitioner")
    first = claim_credit(house.participation(user, edition), claim_for("nurse_practitioner", "ancc"), at=NOW)
    client, url = signed_in(user), "/activities/breast-cancer/certificate/correct/"
    assert url in page_of(client, "/activities/breast-cancer/certificate/")
    form = client.get(url).context["form"]
    assert form["system-nurse_practitioner"].value() == "ancc"
    typed = {
        "profession": "nurse_practitioner", "system-nurse_practitioner": "aanp", "given_name": "Riley", "family_name": "Sample",
        "credentials": "FNP-BC", "attested": "on", "key": form["key"].value(),
    }  # fmt: skip
    for _ in range(2):
        answer = client.post(url, typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/activities/breast-cancer/certificate/")
    made = Award.objects.get(supersedes=first)
    assert grouped(made.serial) in page_of(client, "/activities/breast-cancer/certificate/")
    assert f"Supersedes {grouped(first.serial)}" in page_of(client, "/transcript/")


def test_the_page_of_a_certificate_that_was_taken_back_says_so(house: House, registrar: User) -> None:
    award = granted(house)
    reverse_award(award, by=registrar, reason=ERROR, note="a word for the house", at=LATER)
    page = page_of(signed_in(award.user), "/activities/breast-cancer/certificate/")
    assert "was taken back" in page and ERROR in page and "a word for the house" not in page


def test_points_are_added_on_a_page_of_their_own(house: House) -> None:
    edition = house.edition(offers={"ama_pra_1": "0.75", "moc_abim": "0.75"})
    user = house.learner()
    client, url = signed_in(user), "/activities/breast-cancer/certificate/points/"
    participation = house.participation(user, edition)
    assert client.get(url).status_code in (302, 303), "not before the credit is claimed"
    claim_credit(participation, claim_for(), at=timezone.now())
    assert url in page_of(client, "/activities/breast-cancer/certificate/")
    typed = {
        "profession": "physician", "amount-physician-moc_abim": "0.50", "abim_id-physician-moc_abim": "123456", "birth_mmdd-physician-moc_abim": "0704",
        "given_name": "Riley", "family_name": "Sample", "credentials": "MD", "attested": "on",
    }  # fmt: skip
    assert client.post(url, typed).status_code == 303
    assert Award.objects.get(system="moc_abim").amount == Decimal("0.50")
    assert client.get(url).headers["Location"] == "/activities/breast-cancer/certificate/"


@pytest.mark.parametrize(("profession", "system", "amount"), [("other", "participation", "0"), ("nurse_practitioner", "ancc", "0.75")])
def test_no_correction_leaves_points_without_the_credit_beside_them(house: House, profession: str, system: str, amount: str) -> None:
    edition = house.edition(offers={"ama_pra_1": "0.75", "ancc": "0.75", "moc_abim": "0.75"})
    participation = house.participation(house.learner(), edition)
    credit = claim_credit(participation, claim_for(), at=NOW)
    points = claim_credit(participation, claim_for(system="moc_abim", identifiers={"abim_id": "123456", "birth_mmdd": "0704"}), at=NOW)
    other = claim_for(profession, system, amount, is_profession_attested=True)
    with pytest.raises(Refused) as refused:
        correct_claim(credit, other, at=NOW)
    assert "credit.points_beside" in codes(refused)
    with pytest.raises(Refused) as refused:
        correct_claim(credit, claim_for(amount="0.50"), at=NOW)
    assert "credit.points_beside" in codes(refused), "nor with less of it than there are points"
    reverse_award(points, by="system", reason=ERROR, at=NOW)
    assert correct_claim(credit, other, at=NOW).system == system


def test_what_was_typed_in_a_name_turns_no_other_words_around(house: House) -> None:
    typed = "Ri\u202eley\x08\r\nX\u2066"
    award = claim_credit(house.participation(house.learner(), house.edition()), claim_for(given_name=typed), at=NOW)
    assert award.payload["printed_name"] == "Riley X Sample, MD"
    with pytest.raises(Refused) as refused:
        claim_credit(house.participation(house.learner(), house.edition("second")), claim_for(given_name="\u202e\x08"), at=NOW)
    assert "credit.name_missing" in codes(refused)


def test_points_are_not_more_than_the_credit_that_was_claimed(house: House) -> None:
    participation = house.participation(house.learner(), house.edition(offers={"ama_pra_1": "0.75", "moc_abim": "0.75"}))
    credit = claim_credit(participation, claim_for(amount="0.25"), at=NOW)
    desk = boards_desk(participation, NOW)
    assert desk and [choice.steps for choice in desk.desks["physician"].choices] == [[Decimal("0.25")]]
    numbers = {"abim_id": "123456", "birth_mmdd": "0704"}
    with pytest.raises(Refused) as refused:
        claim_credit(participation, claim_for(system="moc_abim", amount="0.75", identifiers=numbers), at=NOW)
    assert "credit.amount" in codes(refused)
    points = claim_credit(participation, claim_for(system="moc_abim", amount="0.25", identifiers=numbers), at=NOW)
    assert points.amount == Decimal("0.25")
    assert correct_claim(credit, claim_for(amount="0.75"), at=NOW).amount == Decimal("0.75"), "more credit is no trouble"
