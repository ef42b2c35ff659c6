"""Merges beside claims, at one moment, on PostgreSQL: nothing stands for the wrong account, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction

from preceptor.accounts.models import IdentityLink
from preceptor.accounts.queries import person_of
from preceptor.credit.actions import add_external_credit, claim_credit, move_standings, reverse_award, send_again
from preceptor.credit.models import Award, ExternalCredit
from preceptor.credit.rules import REVERSAL_REASONS
from preceptor.journey.models import Participation
from preceptor.kernel.refusals import Refused
from preceptor.records.actions import merge_people, request_erasure, unmerge_people
from tests.credit.conftest import NOW, claim_for
from tests.records.conftest import Records, standing, standing_by_ledger

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 4


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each in a thread with a connection of its own; a refusal is an answer, anything else is not."""
    gate = threading.Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        gate.wait()
        try:
            return deed()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_claims_of_both_accounts_beside_their_merge(make_records: Callable[[], Records]) -> None:
    records = make_records()
    for number in range(ROUNDS):
        first, second = records.house.learner(), records.house.learner()
        edition = records.house.edition(f"round-{number}")
        held = [records.house.participation(who, edition).pk for who in (first, second)]

        def claim(key: int) -> object:
            return claim_credit(Participation.objects.get(pk=key), claim_for(), at=NOW)

        def merge(one: object = first, other: object = second) -> object:
            return merge_people(one, other, by=records.staff, reason="one person", at=NOW)  # type: ignore[arg-type]

        at_once(lambda key=held[0]: claim(key), lambda key=held[1]: claim(key), merge)  # type: ignore[misc]
        assert IdentityLink.objects.filter(merged=second).count() == 1
        mine = Award.objects.filter(activity=edition.activity)
        stands = {award: who for award, who in standing().items() if award in set(mine.values_list("pk", flat=True))}
        assert list(stands.values()) == [first.pk], "one credit, for the person"
        assert set(standing()) == standing_by_ledger()


def test_two_of_the_staff_merge_the_same_accounts_both_ways(make_records: Callable[[], Records]) -> None:
    records = make_records()
    first, second, edition = records.house.learner(), records.house.learner(), records.house.edition()
    records.earn(first, edition)
    records.earn(second, edition)

    def merge(kept: object, merged: object) -> object:
        return merge_people(kept, merged, by=records.staff, reason="one person", at=NOW)  # type: ignore[arg-type]

    answers = at_once(lambda: merge(first, second), lambda: merge(second, first), lambda: merge(first, second))
    assert sum(isinstance(answer, IdentityLink) for answer in answers) == 1
    root = person_of(first)
    assert list(standing().values()) == [root.pk]
    behind = second if root == first else first
    parted = at_once(*[lambda: unmerge_people(behind, by=records.staff, reason="two people", at=NOW)] * 3)
    assert sum(isinstance(answer, list) for answer in parted) == 1 and len(standing()) == 2


def test_a_merge_that_waited_for_an_erasure_to_be_asked_for_sees_it(make_records: Callable[[], Records]) -> None:
    records = make_records()
    first, second = records.house.learner(), records.house.learner()
    is_asked = threading.Event()

    def ask() -> None:
        with transaction.atomic():
            request_erasure(second, by="learner", at=NOW)
            is_asked.set()
            time.sleep(0.5)

    def merge() -> object:
        is_asked.wait(5)
        return merge_people(first, second, by=records.staff, reason="one person", at=NOW)

    assert at_once(ask, merge)[1] == "records.not_merged" and not IdentityLink.objects.exists()


def test_a_merge_and_an_award_that_is_taken_back_do_not_wait_for_each_other(
    make_records: Callable[[], Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merge holds the ledger's head, since a doubled credit fell, before it moves what the other account earned: also what is taken back meanwhile."""
    records = make_records()
    first, second = records.house.learner(), records.house.learner()
    both, alone = records.house.edition("both"), records.house.edition("alone")
    for who in (first, second):
        records.earn(who, both)
    taken = records.earn(second, alone)
    holds_head = threading.Event()

    def slowly(accounts: object, person: object) -> None:
        holds_head.set()
        time.sleep(0.5)
        move_standings(accounts, person)  # type: ignore[arg-type]

    monkeypatch.setattr("preceptor.records.actions.merging.move_standings", slowly)

    def take_back() -> None:
        holds_head.wait(5)
        reverse_award(Award.objects.get(pk=taken.pk), by=records.staff, reason=REVERSAL_REASONS[0], at=NOW)

    merged, _ = at_once(lambda: merge_people(first, second, by=records.staff, reason="one person", at=NOW), take_back)
    assert isinstance(merged, IdentityLink) and len(standing()) == 1
    assert set(standing()) == standing_by_ledger()


def test_credit_from_elsewhere_that_is_sent_at_once_stays_within_its_room(
    make_records: Callable[[], Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    who = make_records().house.learner()
    monkeypatch.setattr("preceptor.credit.actions.external.room_for", lambda size, kept, entries: "Full" if entries else "")
    values = {"provider": "Elsewhere", "system": "ama_pra_1", "amount": 1, "completed_on": NOW.date()}
    answers = at_once(*[partial(add_external_credit, who, {**values, "title": f"Course {number}"}, None, at=NOW) for number in range(4)])
    assert answers.count("credit.external_full") == 3 and ExternalCredit.objects.count() == 1


def test_the_same_credit_from_elsewhere_that_is_sent_at_once_is_one_entry(make_records: Callable[[], Records]) -> None:
    who = make_records().house.learner()
    values = {"title": "A course", "provider": "Elsewhere", "system": "ama_pra_1", "amount": 1, "completed_on": NOW.date()}
    answers = at_once(*[partial(add_external_credit, who, values, None, at=NOW)] * 4)
    assert answers == [ExternalCredit.objects.get()] * 4


def test_a_certificate_that_is_asked_for_at_once_is_sent_again_once(make_records: Callable[[], Records]) -> None:
    records = make_records()
    who = records.house.learner()
    award = records.earn(who, records.house.edition(), at=NOW)
    later = NOW + timedelta(hours=1)
    answers = at_once(*[lambda: send_again(Award.objects.get(pk=award.pk), who, at=later)] * 4)
    assert answers.count("credit.letter_pause") == 3 and award.letters.count() == 2
