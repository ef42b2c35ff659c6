"""A published edition and learners who have done everything but claim, set up without any room above the corridor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from allauth.account.models import EmailAddress

from preceptor.accounts.models import User
from preceptor.accreditation.models import Accreditation, Provider
from preceptor.catalog.models import Activity, CreditOffer, Edition, FrozenFragment, Objective, Person, RoleHolder
from preceptor.catalog.rules import EditionState, Step, usual_plan
from preceptor.credit.rules import Claim
from preceptor.journey.actions import complete_step
from preceptor.journey.models import FrontMatterSeen, Participation
from preceptor.kernel.hashing import sha256_of

NOW = datetime(2026, 11, 22, 15, 2, 7, 123456, tzinfo=UTC)
OFFERS = {"ama_pra_1": "0.75", "aapa_1": "0.75", "ancc": "0.75", "aanp": "0.75", "acpe_p": "0.75"}
NUMBERS = {"acpe_p": "0000-0000-26-001-H01-P", "acpe_t": "0000-0000-26-001-H01-T", "aanp": "SAMPLE-1"}
DEGREES = {
    "physician": "MD",
    "physician_assistant": "PA-C",
    "nurse_practitioner": "FNP-BC",
    "registered_nurse": "BSN, RN",
    "pharmacist": "PharmD",
    "pharmacy_technician": "CPhT",
    "other": "",
}
STEPS = [Step.FRONT_MATTER, Step.CONTENT, Step.POST_TEST, Step.EVALUATION]
_numbers = count(1)


@dataclass
class House:
    """One provider with its activities."""

    provider: Provider

    def edition(
        self,
        slug: str = "breast-cancer",
        *,
        offers: dict[str, str] | None = None,
        title: str = "Advances in treating breast cancer",
        ends_on: date = date(2027, 6, 30),
        valid_to: date | None = None,
        faculty: User | None = None,
        is_approved: bool = True,
        sub_amounts: dict[str, str] | None = None,
        claim_days: dict[str, int] | None = None,
        state_topics: list[dict[str, object]] | None = None,
    ) -> Edition:
        """A published edition, released a month ago."""
        activity, _ = Activity.objects.get_or_create(
            slug=slug, defaults={"provider": self.provider, "activity_number": f"SAMPLE-{slug[:20]}", "is_sample": self.provider.is_sample}
        )
        text = f"front matter of {slug}"
        fragment, _ = FrozenFragment.objects.get_or_create(sha256=sha256_of(text), defaults={"html": text, "text": text, "frozen_at": NOW})
        edition = Edition.objects.create(
            activity=activity, number=activity.editions.count() + 1, state=EditionState.DRAFT, title=title, subtitle="Choosing and sequencing",
            summary="s", topic="breast", topic_label="Breast cancer", medium="Internet", description="d", need="n", audience="a", minutes=45,
            plan=usual_plan(has_pre_test=False), state_topics=state_topics or [], released_on=NOW.date() - timedelta(days=30), reviewed_on=NOW.date() - timedelta(days=30), ends_on=ends_on,
        )  # fmt: skip
        Objective.objects.create(edition=edition, key="one", position=1, verb="Select", text="a treatment")
        for position, (system, amount) in enumerate((OFFERS if offers is None else offers).items()):
            CreditOffer.objects.create(
                edition=edition,
                system=system,
                position=position,
                amount=Decimal(amount),
                identifier=NUMBERS.get(system, "123456789" if system.startswith("moc_") else "") if is_approved else "",
                approved_from=date(2025, 1, 1) if is_approved else None,
                valid_to=(valid_to or ends_on) if is_approved else None,
                sub_amounts=sub_amounts or {},
                claim_days=(claim_days or {}).get(system),
                evidence="approvals/sample.txt" if is_approved else "",
            )
        if faculty:
            person = Person.objects.create(key=f"person-{faculty.pk}", given_name="Riley", family_name="Sample", user=faculty)
            RoleHolder.objects.create(edition=edition, person=person, role="faculty", printed_name="Riley Sample, MD")
        edition.state, edition.front_matter, edition.published_at = EditionState.PUBLISHED, fragment, NOW - timedelta(days=30)
        edition.save()
        return edition

    def learner(self, profession: str = "physician", *, is_verified: bool = True, email: str = "") -> User:
        """A learner of a profession."""
        email = email or f"learner{next(_numbers)}@example.org"
        user = User.objects.create_user(
            email, "pass", given_name="Riley", family_name="Sample", credentials=DEGREES.get(profession, ""), profession=profession
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
        return user

    def participation(self, user: User, edition: Edition, *, steps: list[Step] | None = None, at: datetime = NOW) -> Participation:
        """Everything done but the claim (or the given steps only), the last step an hour before `at`."""
        participation = Participation.objects.create(user=user, edition=edition, plan=edition.plan, begun_at=at - timedelta(hours=3))
        FrontMatterSeen.objects.create(
            participation=participation, fragment=edition.front_matter, edition=edition, at=participation.begun_at, locale="en-us"
        )
        done = STEPS if steps is None else steps
        for number, step in enumerate(done):
            evidence = {"correct": 8, "total": 10} if step == Step.POST_TEST else {}
            complete_step(participation, step, evidence=evidence, at=at - timedelta(hours=1, minutes=len(done) - 1 - number))
        return participation


def _house(name: str, *, is_sample: bool, accredited_to: date | None = None) -> House:
    provider = Provider.objects.create(
        name=name, address="1 Main Street, New Haven, CT 06510", state="CT", email="cme@example.org", phone="203 555 0100",
        privacy_policy="p", disclosure_policy="d", accessibility_policy="a", is_sample=is_sample,
    )  # fmt: skip
    for kind in ("joint_accreditation", "aapa_authorized"):
        Accreditation.objects.create(provider=provider, kind=kind, number="0000", valid_from=date(2020, 1, 1), valid_to=accredited_to)
    return House(provider)


@pytest.fixture
def house(db: None) -> House:
    """A real provider."""
    return _house("Elm Street Medical Education", is_sample=False)


@pytest.fixture
def sample_house(db: None) -> House:
    """A demonstration."""
    return _house("Sample CME Provider", is_sample=True)


@pytest.fixture
def make_house() -> Callable[..., House]:
    """For tests whose database is not rolled back."""
    return _house


def claim_for(profession: str = "physician", system: str = "ama_pra_1", amount: str = "0.75", **changes: object) -> Claim:
    """A claim with everything right."""
    numbers = {"nabp_eprofile": "123456", "birth_mmdd": "0704"} if system.startswith("acpe") else {}
    values: dict[str, object] = {
        "profession": profession, "system": system, "amount": Decimal(amount), "given_name": "Riley", "family_name": "Sample",
        "credentials": DEGREES[profession], "is_attested": True, "identifiers": numbers,
    }  # fmt: skip
    return Claim(**{**values, **changes})  # type: ignore[arg-type]
