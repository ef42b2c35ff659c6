"""What the rules look at: everything about an edition, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class ObjectiveFacts:
    """A learning objective."""

    key: str
    verb: str
    text: str
    level: str


@dataclass(frozen=True)
class ItemFacts:
    """A test item."""

    key: str
    objective: str
    level: str
    has_rationale: bool
    has_reference: bool


@dataclass(frozen=True)
class Decided:
    """The staff's decision on one relationship and one role, with its mitigation."""

    is_relevant: bool
    rationale: str
    decided_by: str
    method: str = ""
    mitigated_at: datetime | None = None


@dataclass(frozen=True)
class HolderFacts:
    """A role that a person holds on the edition, with the decisions per relationship (by the relationship's key)."""

    role: str
    decisions: Mapping[str, Decided]


@dataclass(frozen=True)
class RelationshipFacts:
    """A declared financial relationship: one company and one nature."""

    key: str
    company: str
    eligibility: str
    nature: str


@dataclass(frozen=True)
class PersonFacts:
    """A person in control of content. `signed_at` is None where nothing was declared."""

    key: str
    name: str
    credentials: str
    profession: str
    holders: tuple[HolderFacts, ...]
    relationships: tuple[RelationshipFacts, ...] = ()
    signed_at: datetime | None = None
    definition: str = ""

    @property
    def roles(self) -> set[str]:
        """Every role of the person."""
        return {holder.role for holder in self.holders}


@dataclass(frozen=True)
class SupporterFacts:
    """A commercial supporter."""

    company: str
    eligibility: str
    kind: str
    nature: str


@dataclass(frozen=True)
class OfferFacts:
    """A credit designation."""

    system: str
    amount: Decimal
    identifier: str = ""
    activity_type: str = ""
    designated_on: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Dossier:
    """An edition before the gate. `texts` are the edition's own texts by name; `told` and the statements are generated, as learners will read them."""

    slug: str
    title: str
    texts: Mapping[str, str]
    objectives: tuple[ObjectiveFacts, ...]
    professions: tuple[str, ...]
    format: str
    medium: str
    plan: tuple[str, ...]
    pass_mark: int
    fee_cents: int
    minutes: int
    worksheet_minutes: Decimal | None
    released_on: date | None
    reviewed_on: date | None
    ends_on: date | None
    zone: str
    citation_years: tuple[int, ...]
    people: tuple[PersonFacts, ...]
    supporters: tuple[SupporterFacts, ...]
    offers: tuple[OfferFacts, ...]
    items: tuple[ItemFacts, ...]
    has_evaluation: bool
    changes: int
    barriers: int
    parts: int
    without_captions: tuple[str, ...]
    provider_name: str
    provider_email: str
    provider_state: str
    has_privacy_policy: bool
    accreditation_kinds: tuple[str, ...]
    accreditation_statements: tuple[str, ...]
    designations: Mapping[str, str]
    told_people: Mapping[str, tuple[tuple[str, str], ...]]
    told_support: tuple[str, ...]
    mitigation_sentence: str
    front_matter: str | None = None

    def shows(self, text: str) -> bool:
        """Is the text in what learners see before they start? True where the front matter has not been rendered yet."""
        return self.front_matter is None or squeezed(text) in squeezed(self.front_matter)


def squeezed(text: str) -> str:
    """Small letters and digits alone: what two printings of one statement have in common whatever their marks and line ends."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
