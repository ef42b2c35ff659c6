"""What the rules look at: everything about an edition, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property


@dataclass(frozen=True)
class ObjectiveFacts:
    """A learning objective. `review` are the places (part, heading or "") where the content treats it."""

    key: str
    verb: str
    text: str
    level: str
    review: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ItemFacts:
    """A test item. `review` are the places (part, heading or "") where the content treats it."""

    key: str
    objective: str
    level: str
    has_rationale: bool
    has_reference: bool
    review: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Decided:
    """The staff's decision on one relationship and one role, with its mitigation."""

    is_relevant: bool
    rationale: str
    decided_by: str
    method: str = ""
    mitigated_at: datetime | None = None
    told_as: str = ""


@dataclass(frozen=True)
class Excluded:
    """What was decided about an owner or employee of an ineligible company: excluded, or one of the exceptions, with evidence and approver."""

    outcome: str
    evidence: str
    approver: str


@dataclass(frozen=True)
class HolderFacts:
    """A role that a person holds on the edition, with what was decided per relationship (by the relationship's key)."""

    role: str
    decisions: Mapping[str, Decided]
    exclusions: Mapping[str, Excluded] = field(default_factory=dict)
    starts_on: date | None = None


@dataclass(frozen=True)
class RelationshipFacts:
    """A declared financial relationship: one company and one nature."""

    key: str
    company: str
    eligibility: str
    nature: str
    detail: str = ""


@dataclass(frozen=True)
class CompanyFacts:
    """A company that a person or the edition has dealings with, by all its names; `products` are its trade names."""

    name: str
    eligibility: str
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    regulatory_started_on: date | None = None
    decided_on: date | None = None


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
    has_agreement: bool = False
    signed_supporter_on: date | None = None
    signed_provider_on: date | None = None
    clauses: Mapping[str, bool] = field(default_factory=dict)
    clauses_checked_by: str = ""


@dataclass(frozen=True)
class OfferFacts:
    """A credit designation."""

    system: str
    amount: Decimal
    identifier: str = ""
    activity_type: str = ""
    designated_on: date | None = None
    valid_to: date | None = None
    approved_from: date | None = None
    approval_gaps: tuple[str, ...] = ()
    rx_hours: Decimal | None = None
    reporting: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CitationFacts:
    """A reference of the bibliography. `link` is what a job last found behind its address: alive, dead, unknown; "" where it has none."""

    key: str
    year: int
    link: str = ""


@dataclass(frozen=True)
class ReviewFacts:
    """The latest signed content review of one reviewer. `reviewer` is the person's key."""

    reviewer: str
    name: str
    checklist: Mapping[str, bool]
    is_accepted: bool
    signed_at: datetime


@dataclass(frozen=True)
class TopicFacts:
    """Minutes of a topic that a law asks for."""

    topic: str
    jurisdiction: str
    professions: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Dossier:
    """An edition before the gate. `texts` are the edition's own texts by name; `told` and the statements are generated, as learners will read them.

    `anchors` are the headings per part. `imported` are hand-typed texts of an imported page, which learners never see. `uuids` lead from (kind, name) to the thing that mends a finding.
    """

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
    citations: tuple[CitationFacts, ...]
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
    companies: tuple[CompanyFacts, ...] = ()
    reviews: tuple[ReviewFacts, ...] = ()
    partners: tuple[str, ...] = ()
    practice: Mapping[str, object] = field(default_factory=dict)
    equity_plan: Mapping[str, str] = field(default_factory=dict)
    novel_topics: tuple[str, ...] = ()
    state_topics: tuple[TopicFacts, ...] = ()
    is_patient_care: bool = True
    derived_from_live: str = ""
    activity_number: str = ""
    refund_policy: str = ""
    imported: Mapping[str, str] = field(default_factory=dict)
    cited: frozenset[str] = frozenset()
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    content_links: tuple[str, ...] = ()
    uuid: str = ""
    uuids: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def shows(self, text: str) -> bool:
        """Is the text in what learners see before they start? True where the front matter has not been rendered yet."""
        return self._shown is None or squeezed(text) in self._shown

    @cached_property
    def _shown(self) -> str | None:
        return None if self.front_matter is None else squeezed(self.front_matter)

    @cached_property
    def read(self) -> Mapping[str, str]:
        """Every text that the wording is judged by: the edition's own and the imported ones."""
        return {**self.texts, **{f"imported: {name}": text for name, text in self.imported.items()}}

    @property
    def stated_minutes(self) -> Decimal:
        """The estimated time as it is stated; never below 0."""
        return Decimal(max(self.minutes, 0))

    def place_of(self, kind: str, where: str, evidence: str) -> tuple[str, str]:
        """What mends a finding: the thing itself, else its person, else the edition."""
        for key in ((kind, f"{where}: {evidence}"), (kind, where), (kind, evidence), ("person", where)):
            if key in self.uuids:
                return key[0], self.uuids[key]
        return "edition", self.uuid


def squeezed(text: str) -> str:
    """Small letters and digits alone: what two printings of one statement have in common whatever their marks and line ends."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
