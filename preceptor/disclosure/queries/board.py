"""What the staff ask: who is missing, what is to be decided, and what a link or a person's earlier answers say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import Clause
from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.models import (
    CommercialSupport,
    Company,
    Disclosure,
    DisclosureRequest,
    Exclusion,
    FinancialRelationship,
    Relevance,
)
from preceptor.disclosure.queries.told import excluded_holders, holding_disclosures, latest_exclusions, latest_relevances
from preceptor.disclosure.rules import (
    FRESH,
    Account,
    Eligibility,
    HolderState,
    Suggestion,
    lookback,
    mitigation_problem,
    needs_exclusion,
    next_thing,
    plain_name,
    role_start,
    suggested_relevance,
)


@dataclass(frozen=True)
class DecisionRow:
    """One relationship and one role on an edition: what was decided, what is open, and what would be suggested."""

    relationship: FinancialRelationship
    holder: RoleHolder
    decision: Relevance | None
    exclusion: Exclusion | None
    starts_on: date | None
    mitigated_on: date | None

    @property
    def is_undetermined(self) -> bool:
        """Nothing can be decided before it is known what the company is."""
        return self.relationship.company.eligibility == Eligibility.UNDETERMINED

    @property
    def needs_exclusion(self) -> bool:
        """Must it be decided whether the person is out, and has nobody yet?"""
        return self.exclusion is None and needs_exclusion(self.relationship.nature, self.relationship.company.eligibility)

    @property
    def needs_relevance(self) -> bool:
        """Is relevance undecided?"""
        return self.decision is None

    @property
    def mitigation_missing(self) -> str:
        """Why the mitigation does not do yet; "" when it does or nothing has to be mitigated."""
        is_told = self.decision is not None and self.decision.is_relevant
        if not is_told or self.relationship.company.eligibility != Eligibility.INELIGIBLE or self.decision is None:
            return ""
        return mitigation_problem(self.holder.role, self.decision.mitigation_method, self.mitigated_on, self.starts_on)


@dataclass(frozen=True)
class BoardRow:
    """One person in control of content of an edition, and where the disclosure stands."""

    person: Person
    holders: list[RoleHolder]
    starts_on: date | None
    request: DisclosureRequest | None
    disclosure: Disclosure | None
    age_days: int | None
    is_overdue: bool
    is_late: bool
    is_excluded: bool
    rows: list[DecisionRow] = field(default_factory=list)
    next_thing: str = ""

    @property
    def roles(self) -> list[str]:
        """All roles, in order."""
        return [holder.role for holder in self.holders]

    @property
    def asked_at(self) -> datetime | None:
        """When they were asked last."""
        return self.request.asked_at if self.request else None

    @property
    def due_on(self) -> date | None:
        """When the answer is due."""
        return self.request.due_on if self.request else None

    @property
    def answered_at(self) -> datetime | None:
        """When the declaration that holds was signed."""
        return self.disclosure.signed_at if self.disclosure else None

    @property
    def undetermined(self) -> list[Company]:
        """Companies of which nobody has decided what they are."""
        return list({row.relationship.company_id: row.relationship.company for row in self.rows if row.is_undetermined}.values())

    @property
    def undecided(self) -> list[DecisionRow]:
        """Relationships whose relevance is open, per role."""
        return [row for row in self.rows if row.needs_relevance]

    @property
    def exclusions(self) -> list[DecisionRow]:
        """Owners, employees and offices nobody has ruled on."""
        return [row for row in self.rows if row.needs_exclusion]

    @property
    def mitigations(self) -> list[DecisionRow]:
        """Relevant relationships that are not mitigated, or not properly."""
        return [row for row in self.rows if row.mitigation_missing]


def decision_rows(edition: Edition) -> list[DecisionRow]:
    """Every relationship that holds, for every role of its person, with what was decided: a constant number of queries."""
    holders = list(edition.role_holders.select_related("person").order_by("position", "pk"))
    return _decision_rows(edition, holders, holding_disclosures(edition))


def _decision_rows(edition: Edition, holders: Iterable[RoleHolder], holding: dict[int, Disclosure]) -> list[DecisionRow]:
    relevances, exclusions = latest_relevances(edition), latest_exclusions(edition)
    zone = ZoneInfo(edition.activity.provider.time_zone or "UTC")
    rows = []
    for holder in holders:
        for relationship in holding[holder.person_id].relationships.all() if holder.person_id in holding else ():
            key = (holder.pk, relationship.pk)
            decision = relevances.get(key)
            done = decision.mitigated_at.astimezone(zone).date() if decision and decision.mitigated_at else None
            start = role_start(holder.starts_on, holder.role, edition.released_on)
            rows.append(DecisionRow(relationship, holder, decision, exclusions.get(key), start, done))
    return rows


def board(edition: Edition, *, at: datetime | None = None) -> list[BoardRow]:
    """Everyone in control of content and what is missing now (or at `at`), in a constant number of queries."""
    holders = list(edition.role_holders.select_related("person").order_by("position", "pk"))
    holding = holding_disclosures(edition)
    out = excluded_holders(edition)
    rows = _decision_rows(edition, holders, holding)
    asked = DisclosureRequest.objects.filter(person__roles__edition=edition).distinct().order_by("asked_at", "pk")
    requests = {request.person_id: request for request in asked}
    today = (at or timezone.now()).astimezone(ZoneInfo(edition.activity.provider.time_zone or "UTC")).date()
    return [
        _board_row(edition, mine, holding.get(person), requests.get(person), [row for row in rows if row.holder in mine], out, today)
        for person, mine in _by_person(holders).items()
    ]


def _by_person(holders: Iterable[RoleHolder]) -> dict[int, list[RoleHolder]]:
    people: dict[int, list[RoleHolder]] = {}
    for holder in holders:
        people.setdefault(holder.person_id, []).append(holder)
    return people


def _board_row(
    edition: Edition,
    holders: list[RoleHolder],
    disclosure: Disclosure | None,
    request: DisclosureRequest | None,
    rows: list[DecisionRow],
    out: set[int],
    today: date,
) -> BoardRow:
    zone = ZoneInfo(edition.activity.provider.time_zone or "UTC")
    starts = [day for holder in holders if (day := role_start(holder.starts_on, holder.role, edition.released_on))]
    signed_on = disclosure.signed_at.astimezone(zone).date() if disclosure else None
    definition = pack_on(edition.released_on or today).definition.key
    is_open = request is not None and request.answered_at is None
    row = BoardRow(
        person=holders[0].person,
        holders=holders,
        starts_on=min(starts, default=None),
        request=request,
        disclosure=disclosure,
        age_days=(today - signed_on).days if signed_on else None,
        is_overdue=is_open and request is not None and request.due_on < today,
        is_late=bool(signed_on and starts and signed_on >= min(starts)),
        is_excluded=all(holder.pk in out for holder in holders),
        rows=[row for row in rows if row.holder.pk not in out],
    )
    last_day = max(edition.released_on or today, today) if edition.published_at is None else today
    state = HolderState(
        is_asked=is_open,
        is_answered=disclosure is not None,
        is_overdue=row.is_overdue,
        is_stale=bool(signed_on and last_day - signed_on > FRESH),
        is_outdated=bool(disclosure and disclosure.definition_version != definition),
        has_address=bool(row.person.email),
        undetermined=[company.name for company in row.undetermined],
        exclusions=len(row.exclusions),
        is_excluded=row.is_excluded,
        undecided=len(row.undecided),
        missing=[f"{one.relationship.company.name}, as {one.holder.role}" for one in row.mitigations],
    )
    return replace(row, next_thing=next_thing(state))


def suggestion(relationship: FinancialRelationship, edition: Edition, role_holder: RoleHolder | None = None) -> Suggestion:
    """What the company's business lines and products say about this edition, with the reasons. It decides nothing."""
    company, owner = relationship.company, relationship.company.parent
    objectives = [f"{objective.verb} {objective.text}" for objective in edition.objectives.all()]
    start = role_start(role_holder.starts_on, role_holder.role, edition.released_on) if role_holder else edition.released_on
    start = start or relationship.disclosure.signed_at.date()
    since = lookback(start, pack_on(start).definition.lookback_months)
    return suggested_relevance(
        company=company.name,
        eligibility=company.eligibility,
        lines=company.business_lines,
        products=company.products,
        owner=owner.name if owner else "",
        owner_lines=owner.business_lines if owner else (),
        owner_products=owner.products if owner else (),
        topics=dict.fromkeys(topic for topic in (edition.topic_label, edition.area) if topic),
        text="\n".join([edition.title, edition.subtitle, edition.summary, edition.description, edition.need, *objectives]),
        is_past=bool(relationship.ended_on and relationship.ended_on < since),
    )


def company_named(name: str) -> Company | None:
    """The known company of this name or alias, whatever its legal form and punctuation; None when there is none, or more than one."""
    wanted = plain_name(name)
    found = [row for row in Company.objects.all() if wanted in {plain_name(one) for one in (row.name, *row.aliases)}]
    exact = [row for row in found if row.name.casefold() == name.strip().casefold()]
    return (exact or found)[0] if len(exact or found) == 1 else None


def undetermined_companies() -> QuerySet[Company]:
    """Companies of which nobody has decided what they are: each blocks every edition that it stands behind."""
    return Company.objects.filter(eligibility=Eligibility.UNDETERMINED).order_by("name")


def account_of(support: CommercialSupport) -> Account:
    """What came in, was spent and went back."""
    spent = sum(support.expenses.values_list("amount_cents", flat=True))
    returned = sum(support.reconciliations.values_list("returned_cents", flat=True))
    return Account(support.amount_cents or 0, spent, returned)


def today_of(edition: Edition, at: datetime) -> date:
    """The day of that moment where the provider is."""
    return at.astimezone(ZoneInfo(edition.activity.provider.time_zone or "UTC")).date()


def agreement_clauses(edition: Edition, at: datetime) -> Mapping[str, Clause]:
    """What an agreement on support of this edition has to say, as the pack of its release (or else of today) tells it."""
    return pack_on(edition.released_on or today_of(edition, at)).clauses


def history_of(relationship: FinancialRelationship, role_holder: RoleHolder) -> list[Relevance | Exclusion]:
    """Every decision that was ever taken on it, newest first."""
    rows: list[Relevance | Exclusion] = [*relationship.relevances.filter(role_holder=role_holder)]
    rows += relationship.exclusions.filter(role_holder=role_holder)
    return sorted(rows, key=lambda row: (row.decided_at, row.pk), reverse=True)
