"""Twenty requests at one moment: one award, and everybody is shown the same certificate. On PostgreSQL, where they truly run at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, connections
from django.test import Client

from preceptor.credit.actions import claim_credit
from preceptor.credit.models import Award, CertificateLetter
from preceptor.journey.models import Participation, StepLine
from preceptor.kernel.refusals import Refused
from preceptor.mail.models import Letter
from tests.credit.conftest import NOW, House, claim_for

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RIVALS = 20
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def together(work: Callable[[int], T]) -> list[T]:
    """Do it in many threads at once, each with its own connection."""
    gate = threading.Barrier(RIVALS)

    def one(number: int) -> T:
        gate.wait()
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(one, range(RIVALS)))


def test_twenty_claims_give_one_award(make_house: Callable[..., House]) -> None:
    house = make_house("Elm Street Medical Education", is_sample=False)
    participation = house.participation(house.learner("nurse_practitioner"), house.edition())

    def claim(number: int) -> str:
        fresh = Participation.objects.get(pk=participation.pk)
        return claim_credit(fresh, claim_for("nurse_practitioner", "ancc" if number % 2 else "aanp"), at=NOW).serial

    serials = set(together(claim))
    assert serials == {Award.objects.get().serial}
    assert Letter.objects.count() == CertificateLetter.objects.count() == 1
    assert StepLine.objects.filter(participation=participation, step="claim").count() == 1


def test_twenty_claims_over_two_editions_give_one_award(make_house: Callable[..., House]) -> None:
    house = make_house("Elm Street Medical Education", is_sample=False)
    user = house.learner()
    both = [house.participation(user, house.edition()).pk for _ in range(2)]

    def claim(number: int) -> str:
        try:
            return claim_credit(Participation.objects.get(pk=both[number % 2]), claim_for(), at=NOW).serial
        except Refused as refusal:
            return refusal.reasons[0].code

    assert set(together(claim)) == {Award.objects.get().serial, "credit.already_claimed"}


def test_twenty_presses_of_the_button(make_house: Callable[..., House]) -> None:
    house = make_house("Elm Street Medical Education", is_sample=False)
    user = house.learner()
    house.participation(user, house.edition())
    typed = {"profession": "physician", "given_name": "Riley", "family_name": "Sample", "credentials": "MD", "attested": "on"}

    def press(_: int) -> tuple[int, str]:
        client = Client()
        client.force_login(user)
        answer = client.post("/activities/breast-cancer/claim/", {**typed, "amount-physician-ama_pra_1": "0.75"})
        return answer.status_code, answer.headers.get("Location", "")

    assert set(together(press)) == {(303, "/activities/breast-cancer/certificate/")}
    assert Award.objects.count() == Letter.objects.count() == 1
