"""A house with two accounts of one person, and a member of staff who may put them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone

from preceptor.accounts.actions import give_duty
from preceptor.accounts.models import User
from preceptor.catalog.models import Edition
from preceptor.credit.actions import claim_credit, typeset_certificate
from preceptor.credit.models import Award, LedgerLine, Standing
from preceptor.credit.queries import transcript_for
from preceptor.credit.rules import LineKind
from tests.credit.conftest import NOW, House, claim_for
from tests.credit.conftest import house as house
from tests.credit.conftest import make_house as make_house
from tests.make import BY, user

_minutes = count(1)


@dataclass
class Records:
    """A house, and what people earn in it."""

    house: House
    staff: User

    def earn(self, who: User, edition: Edition, system: str = "ama_pra_1", *, at: datetime | None = None, amount: str = "0.75") -> Award:
        """Everything done, and claimed; each claim a minute after the one before."""
        at = at or NOW + timedelta(minutes=next(_minutes))
        profession = who.profession
        return claim_credit(self.house.participation(who, edition, at=at), claim_for(profession, system, amount), at=at)

    def typeset(self, award: Award, *, at: datetime = NOW) -> None:
        """Its PDF and credential."""
        typeset_certificate(award=award.pk, at=at)


def registrar(email: str = "registrar@sample.example") -> User:
    """Somebody of the staff who may put accounts together."""
    made = user(email, "other", given_name="Robin", is_staff=True)
    give_duty(made, "registrar", by=BY, at=timezone.now())
    return made


@pytest.fixture
def records(house: House) -> Records:
    """A house and a registrar."""
    return Records(house, registrar())


@pytest.fixture
def make_records(make_house: Callable[..., House]) -> Callable[[], Records]:
    """For tests whose database is not rolled back."""
    return lambda: Records(make_house("Elm Street Medical Education", is_sample=False), registrar())


def totals(who: User) -> dict[str, Decimal]:
    """What the transcript adds up: unit → number."""
    return {total.unit.replace("Credits", "Credit"): Decimal(total.number) for total in transcript_for(who, at=NOW).totals}


def standing_by_ledger() -> set[int]:
    """The awards that stand when the ledger is read line by line, and nothing else."""
    found: set[int] = set()
    for line in LedgerLine.objects.select_related("award").order_by("number"):
        if line.kind in {LineKind.AWARD, LineKind.CORRECTION, LineKind.REINSTATEMENT}:
            found.add(line.award_id)
        if line.kind == LineKind.CORRECTION:
            found.discard(line.award.supersedes_id or 0)
        if line.kind == LineKind.REVERSAL:
            found.discard(line.award_id)
    return found


def standing() -> dict[int, int]:
    """Award → account for which it stands, as kept."""
    return dict(Standing.objects.values_list("award", "user"))
