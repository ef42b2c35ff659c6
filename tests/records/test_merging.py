"""Two accounts of one person: put together, parted, in any order, and nothing is lost or counted twice."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.accounts.models import IdentityLink, User
from preceptor.accounts.queries import identities_of, person_of
from preceptor.catalog.rules import Step
from preceptor.credit.actions import claim_credit, mark_reported, reinstate_award, reverse_award
from preceptor.credit.models import Award, Standing
from preceptor.credit.queries import awards_of, fortune_of
from preceptor.credit.rules import DOUBLED, REINSTATEMENT_REASONS, REVERSAL_REASONS, UNMERGED, AwardState
from preceptor.journey.queries import participation_on, participations_shown
from preceptor.journey.queries.pages import home_page
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from preceptor.mail.models import Letter
from preceptor.records.actions import make_export, merge_people, order_export, unmerge_people
from preceptor.records.models import DataExport, DoubledAward
from preceptor.records.queries import merge_preview, unmerge_preview
from tests.credit.conftest import NOW, claim_for
from tests.records.conftest import Records, standing, standing_by_ledger, totals

WHY = "Same license number, confirmed by phone."


def merge(records: Records, kept: User, merged: User) -> IdentityLink:
    return merge_people(kept, merged, by=records.staff, reason=WHY, at=NOW + timedelta(days=1))


def part(records: Records, merged: User) -> list[Award]:
    return unmerge_people(merged, by=records.staff, reason="They are two people.", at=NOW + timedelta(days=2))


def test_a_credit_of_both_stands_once_and_each_has_their_own_again_afterwards(records: Records) -> None:
    first, second = records.house.learner(), records.house.learner()
    both, other = records.house.edition(), records.house.edition("lung")
    early, late, alone = records.earn(first, both), records.earn(second, both), records.earn(second, other)
    before = (totals(first), totals(second), standing())
    mark_reported(late, "JA-PARS", by=records.staff, at=NOW)

    preview = merge_preview(first, second, NOW)
    assert [(two.stays.award, two.falls.award, two.falls.told) for two in preview.doubled] == [(early, late, ["JA-PARS"])]
    assert preview.twice == [both.title] and not preview.reasons
    assert standing() == before[2], "looking changes nothing"

    merge(records, second, first)  # the earlier claim stays, whichever account is kept
    fallen = fortune_of(Award.objects.get(pk=late.pk))
    assert fallen.state is AwardState.REVOKED and fallen.reason == DOUBLED
    assert standing() == {early.pk: second.pk, alone.pk: second.pk}
    assert totals(first) == totals(second) and sum(totals(first).values()) == Decimal("1.5")
    assert {award.pk for award in awards_of(first)} == {early.pk, late.pk, alone.pk}
    told = Letter.objects.filter(kind="records.merged")
    assert {letter.recipient for letter in told} == {first.email, second.email}
    line = Entry.objects.get(verb="records.merge_people")
    assert line.reason == WHY and line.detail["reversed"] == [late.serial]

    assert unmerge_preview(first, NOW).stands_again[0].award == late  # type: ignore[union-attr]
    assert len(home_page(first, NOW).completed) == 2, "each activity once"
    assert part(records, first) == [late]
    assert (totals(first), totals(second), standing()) == before
    assert fortune_of(Award.objects.get(pk=late.pk)).was_reinstated
    assert late.lines.last().reason == UNMERGED  # type: ignore[union-attr]
    assert standing_by_ledger() == set(standing())


def test_merging_again_and_parting_again(records: Records) -> None:
    first, second, edition = records.house.learner(), records.house.learner(), records.house.edition()
    early, late = records.earn(first, edition), records.earn(second, edition)
    for _ in range(3):
        merge(records, first, second)
        assert set(standing()) == {early.pk} == standing_by_ledger()
        part(records, second)
        assert standing() == {early.pk: first.pk, late.pk: second.pk}
    assert DoubledAward.objects.count() == 3 and IdentityLink.objects.count() == 6


def test_what_staff_decided_meanwhile_is_not_undone(records: Records) -> None:
    first, second, edition = records.house.learner(), records.house.learner(), records.house.edition()
    early, late = records.earn(first, edition), records.earn(second, edition)
    merge(records, first, second)
    early, late = Award.objects.get(pk=early.pk), Award.objects.get(pk=late.pk)
    reverse_award(early, by=records.staff, reason=REVERSAL_REASONS[0], at=NOW)
    reinstate_award(late, by=records.staff, reason=REINSTATEMENT_REASONS[0], at=NOW)
    reverse_award(late, by=records.staff, reason=REVERSAL_REASONS[1], at=NOW)
    assert part(records, second) == [], "it fell for another reason since"
    assert standing() == {} and standing_by_ledger() == set()


def test_chains_are_one_person_and_come_apart_in_any_order(records: Records) -> None:
    a, b, c = (records.house.learner() for _ in range(3))
    edition = records.house.edition()
    third, second, first = records.earn(c, edition), records.earn(b, edition), records.earn(a, edition)
    merge(records, b, c)
    merge(records, a, b)
    for one in (a, b, c):
        assert [account.pk for account in identities_of(one)] == [a.pk, b.pk, c.pk] and person_of(one) == a
    assert standing() == {third.pk: a.pk}
    with pytest.raises(Refused, match="one person's already"):
        merge(records, c, a)
    # C goes: what fell because of C's certificate stands again, for whom it belongs to.
    part(records, c)
    assert standing() == {third.pk: c.pk, second.pk: a.pk}
    assert person_of(b) == a and person_of(c) == c
    part(records, b)
    assert standing() == {third.pk: c.pk, second.pk: b.pk, first.pk: a.pk}


def test_parting_the_middle_takes_what_was_put_to_it_along(records: Records) -> None:
    a, b, c = (records.house.learner() for _ in range(3))
    merge(records, b, c)
    merge(records, a, b)
    assert unmerge_preview(b, NOW).goes == [b, c]  # type: ignore[union-attr]
    part(records, b)
    assert person_of(c) == b and identities_of(a) == [a]


def test_who_is_not_merged(records: Records) -> None:
    learner, other, colleague = records.house.learner(), records.house.learner(), records.house.learner()
    User.objects.filter(pk=colleague.pk).update(is_staff=True)
    with pytest.raises(Refused) as staff:
        merge(records, learner, colleague)
    assert staff.value.code == "records.not_merged" and staff.value.reasons[0].code == "records.staff_account"
    with pytest.raises(Refused) as unsaid:
        merge_people(learner, other, by=records.staff, reason=" ", at=NOW)
    assert unsaid.value.code == "records.reason_missing"
    with pytest.raises(Refused) as alone:
        part(records, learner)
    assert alone.value.code == "records.not_merged_before"
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(Refused, match="closed"):
        merge(records, learner, other)
    assert not IdentityLink.objects.exists()


def test_nobody_puts_together_or_parts_their_own_accounts(records: Records) -> None:
    other, mine = records.house.learner(), records.house.learner()
    for kept, merged in ((records.staff, other), (other, records.staff)):
        with pytest.raises(Refused) as together:
            merge(records, kept, merged)
        assert together.value.reasons[0].code == "records.own_account" and "another registrar must do it" in together.value.message
        assert merge_preview(kept, merged, NOW, by=records.staff).reasons[0].code == "records.own_account"
    merge(records, other, mine)
    for me in (other, mine):
        # They became one of the staff after their accounts were put together.
        with pytest.raises(Refused) as parted:
            unmerge_people(mine, by=me, reason="Two people.", at=NOW + timedelta(days=2))
        assert parted.value.code == "records.not_unmerged" and parted.value.reasons[0].code == "records.own_account"
        assert unmerge_preview(mine, NOW, by=me).reasons  # type: ignore[union-attr]
    assert person_of(mine) == other
    part(records, mine)
    assert person_of(mine) == mine


def test_the_links_are_a_ledger(records: Records) -> None:
    first, second = records.house.learner(), records.house.learner()
    link = merge(records, first, second)
    for deed in (
        lambda: IdentityLink.objects.filter(pk=link.pk).update(reason="x"),
        lambda: IdentityLink.objects.filter(pk=link.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=first.pk).update(person=first)


def test_asking_who_somebody_is_costs_one_query_however_many_accounts(records: Records) -> None:
    people = [records.house.learner() for _ in range(4)]
    for other in people[1:]:
        merge(records, people[0], other)
    with CaptureQueriesContext(connection) as asked:
        assert len(identities_of(people[2])) == 4
    assert len(asked) == 1


def test_the_same_edition_by_both_is_shown_once_and_the_further_one(records: Records) -> None:
    first, second, edition = records.house.learner(), records.house.learner(), records.house.edition()
    near = records.house.participation(first, edition, steps=[Step.FRONT_MATTER])
    far = records.house.participation(second, edition, steps=[Step.FRONT_MATTER, Step.CONTENT], at=NOW - timedelta(days=2))
    merge(records, first, second)
    assert participation_on(first, edition.activity) == far and participations_shown(second) == [far]
    assert [row.done for row in home_page(first, NOW).under_way] == [2]
    part(records, second)
    assert participation_on(first, edition.activity) == near and participation_on(second, edition.activity) == far


def test_what_one_account_has_claimed_the_other_does_not_claim_again(records: Records) -> None:
    first, second, edition = records.house.learner(), records.house.learner(), records.house.edition()
    records.earn(second, edition)
    open_one = records.house.participation(first, edition)
    merge(records, first, second)
    with pytest.raises(Refused) as refused:
        claim_credit(open_one, claim_for(), at=NOW)
    assert "credit.already_claimed" in [reason.code for reason in refused.value.reasons]
    page = home_page(first, NOW)
    assert not page.under_way and len(page.completed) == 1


def test_a_claim_by_the_other_account_stands_for_the_person_and_goes_back_with_the_account(records: Records) -> None:
    first, second, edition = records.house.learner(), records.house.learner(), records.house.edition()
    held = records.house.participation(second, edition)
    merge(records, first, second)
    award = claim_credit(held, claim_for(), at=NOW)
    assert award.user == second and standing() == {award.pk: first.pk}
    assert Letter.objects.get(kind="credit.certificate").recipient == first.email, "to the address that they use now"
    part(records, second)
    assert standing() == {award.pk: second.pk} and totals(first) == {}


def test_either_address_opens_the_one_account_and_old_sessions_end(records: Records) -> None:
    first, second = records.house.learner(), records.house.learner()
    second.set_password("another password of theirs")
    second.save()
    old = Client()
    old.force_login(second)
    assert old.get("/home/").status_code == 200
    merge(records, first, second)
    assert old.get("/home/").status_code == 302, "signed out: the account is part of another now"
    for email, password in ((first.email, "pass"), (second.email, "another password of theirs")):
        browser = Client()
        browser.post("/account/sign-in/", {"login": email, "password": password})
        page = browser.get("/account/")
        assert page.status_code == 200 and page.wsgi_request.user == first, email
    part(records, second)
    browser = Client()
    browser.post("/account/sign-in/", {"login": second.email, "password": "another password of theirs"})
    assert browser.get("/account/").wsgi_request.user == second


def test_a_closed_account_is_not_opened_by_the_other_address(records: Records) -> None:
    first, second = records.house.learner(), records.house.learner()
    merge(records, first, second)
    User.objects.filter(pk=first.pk).update(is_active=False)
    browser = Client()
    answer = browser.post("/account/sign-in/", {"login": second.email, "password": "pass"})
    assert answer.status_code == 302 and answer["Location"].endswith("/account/closed/")
    assert browser.get("/account/").status_code == 302


@pytest.mark.parametrize("seed", range(6))
def test_any_history_of_claims_merges_and_partings_adds_up(records: Records, seed: int) -> None:
    """Ledger, standings and transcripts say the same after every step; parted for good, everybody has exactly what they earned."""
    dice = random.Random(seed)
    people = [records.house.learner() for _ in range(4)]
    editions = [records.house.edition(), records.house.edition("lung")]
    free = [(one, edition) for one in people for edition in editions]
    dice.shuffle(free)
    taken_back: set[int] = set()
    for _ in range(22):
        deed = dice.choice(["claim", "claim", "merge", "merge", "part", "reverse"])
        try:
            if deed == "claim" and free:
                records.earn(*free.pop())
            elif deed == "merge":
                merge(records, *dice.sample(people, 2))
            elif deed == "part":
                part(records, dice.choice(people))
            elif deed == "reverse" and (held := list(Standing.objects.order_by("pk"))) and len(taken_back) < 2:
                award = dice.choice(held).award
                reverse_award(award, by=records.staff, reason=REVERSAL_REASONS[0], at=NOW)
                taken_back.add(award.pk)
        except Refused:
            pass
        adds_up(people)
    for one in people:
        while person_of(one).pk != one.pk:
            part(records, one)
            adds_up(people)
    awards = set(Award.objects.values_list("pk", flat=True))
    assert set(standing()) == awards - taken_back, "parted, nothing is doubled any more"
    assert all(Award.objects.get(pk=award).user_id == who for award, who in standing().items())


def adds_up(people: list[User]) -> None:
    kept = standing()
    assert set(kept) == standing_by_ledger()
    for award, who in kept.items():
        assert person_of(Award.objects.get(pk=award).user).pk == who
    for one in people:
        mine = [account.pk for account in identities_of(one)]
        summed = sum((award.amount for award in Award.objects.filter(pk__in=kept, user__in=mine)), Decimal(0))
        assert sum(totals(one).values(), Decimal(0)) == summed


def test_a_copy_of_what_both_had_is_nobodys_once_they_are_parted(records: Records) -> None:
    first, second = records.house.learner(), records.house.learner()
    records.earn(second, records.house.edition())
    merge(records, first, second)
    held = order_export(first, at=NOW)
    make_export(export=held.pk, at=NOW)
    part(records, second)
    assert not DataExport.objects.exists()
    browser = Client()
    browser.force_login(first)
    assert browser.get(f"/account/data/{held.uuid}.zip").status_code == 404
