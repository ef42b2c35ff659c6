"""People who really finish: a learner with everything done claims, and the worker typesets, signs and posts what they get."""

from datetime import timedelta
from functools import lru_cache

from django.utils import timezone

from preceptor.catalog.models import Edition
from preceptor.credit.actions import claim_credit
from tests.credit.conftest import House, _house, claim_for


@lru_cache(maxsize=1)
def _place() -> tuple[House, Edition]:
    house = _house("Elm Street Medical Education", is_sample=False)
    return house, house.edition(ends_on=timezone.now().date() + timedelta(days=200))


def whole_claim(number: int) -> None:
    """One claim, from the decision to the queued letter. Half of the people have their mailbox in one domain."""
    house, edition = _place()
    domain = "hospital.example" if number % 2 else f"practice{number % 50}.example"
    user = house.learner(email=f"learner{number}@{domain}")
    claim_credit(house.participation(user, edition, at=timezone.now()), claim_for(), at=timezone.now())
