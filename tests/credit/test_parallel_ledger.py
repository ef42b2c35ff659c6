"""Fifty at one moment: one award where it is one person, a dense and whole chain where they are many. On PostgreSQL, where they truly run at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, connections, transaction

from preceptor.credit.actions import claim_credit, correct_claim, reinstate_award, reverse_award
from preceptor.credit.models import Award, LedgerHead, LedgerLine, Standing
from preceptor.credit.rules import REINSTATEMENT_REASONS, REVERSAL_REASONS, LineKind
from preceptor.journey.models import Participation
from preceptor.kernel.refusals import Refused
from preceptor.mail.models import Letter
from tests.credit.conftest import NOW, House, claim_for
from tests.credit.ledgers import flaws

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture
def busy_house(make_house: Callable[..., House]) -> House:
    """A provider whose rows every connection sees."""
    return make_house("Elm Street Medical Education", is_sample=False)


def together(rivals: int, work: Callable[[int], T]) -> list[T]:
    """Do it in so many threads at once, each with its own connection."""
    gate = threading.Barrier(rivals)

    def one(number: int) -> T:
        try:
            connection.ensure_connection()
            gate.wait()
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(rivals) as pool:
        return list(pool.map(one, range(rivals)))


def is_dense(count: int) -> None:
    """Numbers 1 to `count`, a head at the last, nothing wrong."""
    assert list(LedgerLine.objects.values_list("number", flat=True)) == list(range(1, count + 1))
    assert LedgerHead.objects.get().number == count and flaws([]) == []


def test_fifty_claims_of_one_person_give_one_award_and_one_line(busy_house: House) -> None:
    participation = busy_house.participation(busy_house.learner(), busy_house.edition())

    def claim(number: int) -> str:
        fresh = Participation.objects.get(pk=participation.pk)
        return claim_credit(fresh, claim_for(), at=NOW, request_key="one" if number % 2 else f"key-{number}").serial

    assert set(together(50, claim)) == {Award.objects.get().serial}
    assert Standing.objects.count() == Letter.objects.count() == 1
    is_dense(1)


def test_fifty_claims_of_fifty_people_are_numbered_without_a_gap(busy_house: House) -> None:
    edition = busy_house.edition()
    places = [busy_house.participation(busy_house.learner(), edition).pk for _ in range(50)]
    serials = together(50, lambda number: claim_credit(Participation.objects.get(pk=places[number]), claim_for(), at=NOW).serial)
    assert len(set(serials)) == Standing.objects.count() == 50
    is_dense(50)


class Boom(Exception):
    """Something that goes wrong after the line was written."""


def test_what_is_rolled_back_leaves_no_gap(busy_house: House) -> None:
    edition = busy_house.edition()
    places = [busy_house.participation(busy_house.learner(), edition).pk for _ in range(40)]

    def claim(number: int) -> bool:
        try:
            with transaction.atomic():
                claim_credit(Participation.objects.get(pk=places[number]), claim_for(), at=NOW)
                if number % 3 == 0:
                    raise Boom
        except Boom:
            return False
        return True

    kept = sum(together(40, claim))
    assert kept == 26 == Award.objects.count()
    is_dense(26)


def test_twenty_corrections_give_one(busy_house: House) -> None:
    award = claim_credit(busy_house.participation(busy_house.learner(), busy_house.edition()), claim_for(), at=NOW)

    def correct(number: int) -> str:
        fresh = Award.objects.get(pk=award.pk)
        try:
            return correct_claim(fresh, claim_for(amount="0.5"), at=NOW, request_key="one" if number % 2 else f"key-{number}").serial
        except Refused as refusal:
            return refusal.code

    said = set(together(20, correct))
    made = Award.objects.get(supersedes=award)
    assert made.serial in said and said <= {made.serial, "credit.not_corrected"}
    assert list(LedgerLine.objects.values_list("kind", flat=True)) == [LineKind.AWARD, LineKind.CORRECTION]
    assert Standing.objects.get().award == made
    is_dense(2)


def test_taking_back_correcting_and_reinstating_at_once_leaves_one_truth(busy_house: House) -> None:
    award = claim_credit(busy_house.participation(busy_house.learner(), busy_house.edition()), claim_for(), at=NOW)
    staff = busy_house.learner()

    def deed(number: int) -> None:
        fresh = Award.objects.get(pk=award.pk)
        try:
            if number % 3 == 0:
                reverse_award(fresh, by=staff, reason=REVERSAL_REASONS[0], at=NOW)
            elif number % 3 == 1:
                reinstate_award(fresh, by=staff, reason=REINSTATEMENT_REASONS[0], at=NOW)
            else:
                correct_claim(fresh, claim_for(amount="0.5"), at=NOW, request_key=f"key-{number}")
        except Refused:
            pass

    together(24, deed)
    assert Standing.objects.count() <= 1
    is_dense(LedgerLine.objects.count())
