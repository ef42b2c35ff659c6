"""What learners are told: generated here from what was declared and decided, never typed."""

from dataclasses import dataclass

from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.models import CommercialSupport, Disclosure, Exclusion, Relevance
from preceptor.disclosure.rules import (
    Eligibility,
    ExclusionOutcome,
    PersonRow,
    mitigated,
    support_sentence,
    told_nature,
)
from preceptor.kernel.hashing import sha256_of


def latest_disclosure(person: Person) -> Disclosure | None:
    """What the person declared last."""
    return person.disclosures.order_by("-signed_at", "-pk").first()


def holding_disclosures(edition: Edition) -> dict[int, Disclosure]:
    """person → the declaration that holds for the edition: the last one; for a published edition, the last one signed by then.

    Two queries; the relationships come with their companies.
    """
    found = Disclosure.objects.filter(person__roles__edition=edition, **_by_publication(edition, "signed_at")).distinct()
    rows = found.prefetch_related("relationships__company").order_by("signed_at", "pk")
    return {row.person_id: row for row in rows}


def latest_relevances(edition: Edition) -> dict[tuple[int, int], Relevance]:
    """(role holder, relationship) → the decision that holds: the newest; for a published edition, the newest by then."""
    rows = (
        Relevance.objects.filter(role_holder__edition=edition, **_by_publication(edition, "decided_at"))
        .select_related("relationship__company")
        .order_by("decided_at", "pk")
    )
    return {(row.role_holder_id, row.relationship_id): row for row in rows}


def latest_exclusions(edition: Edition) -> dict[tuple[int, int], Exclusion]:
    """(role holder, relationship) → the decision on an owner, employee or holder of an office that holds: the newest."""
    rows = (
        Exclusion.objects.filter(role_holder__edition=edition, **_by_publication(edition, "decided_at"))
        .select_related("relationship__company", "role_holder")
        .order_by("decided_at", "pk")
    )
    return {(row.role_holder_id, row.relationship_id): row for row in rows}


def excluded_holders(edition: Edition) -> set[int]:
    """Role holders who are out: the record of it stays, but they do not control content and are not named to learners."""
    holding = {row.pk for disclosure in holding_disclosures(edition).values() for row in disclosure.relationships.all()}
    return _excluded(latest_exclusions(edition), holding)


def _excluded(exclusions: dict[tuple[int, int], Exclusion], holding: set[int]) -> set[int]:
    return {
        holder for (holder, relationship), row in exclusions.items() if row.outcome == ExclusionOutcome.EXCLUDED and relationship in holding
    }


@dataclass(frozen=True)
class Decisions:
    """Everything that was declared and decided for an edition and holds, read once for all who ask."""

    declared: dict[int, Disclosure]
    relevances: dict[tuple[int, int], Relevance]
    exclusions: dict[tuple[int, int], Exclusion]

    @property
    def holding(self) -> set[int]:
        """The relationships of the declarations that hold."""
        return {row.pk for disclosure in self.declared.values() for row in disclosure.relationships.all()}

    @property
    def out(self) -> set[int]:
        """Role holders who are excluded."""
        return _excluded(self.exclusions, self.holding)


def decisions_of(edition: Edition) -> Decisions:
    """What was declared and decided for an edition, in a constant number of queries."""
    return Decisions(holding_disclosures(edition), latest_relevances(edition), latest_exclusions(edition))


def people_rows(edition: Edition, decisions: Decisions | None = None) -> list[PersonRow]:
    """Everyone in control of content, each once with all roles, in order; only relevant relationships with ineligible companies.

    Of the declaration that holds; who was excluded is not in control and not named. `decisions` spares reading them again.
    """
    decisions = decisions or decisions_of(edition)
    holding, out = decisions.holding, decisions.out
    told: dict[int, list[Relevance]] = {}
    for (holder_pk, relationship_pk), row in decisions.relevances.items():
        is_told = row.is_relevant and row.relationship.company.eligibility == Eligibility.INELIGIBLE
        if is_told and relationship_pk in holding and holder_pk not in out:
            told.setdefault(holder_pk, []).append(row)
    rows: dict[int, PersonRow] = {}
    for holder in edition.role_holders.select_related("person").order_by("position", "pk"):
        if holder.pk not in out:
            _tell(rows.setdefault(holder.person_id, _person_row(holder)), holder, told.get(holder.pk, []))
    return list(rows.values())


def _person_row(holder: RoleHolder) -> PersonRow:
    person = holder.person
    return PersonRow(holder.printed_name, holder.title, holder.affiliation, [], [], person.key, person.profession)


def _tell(row: PersonRow, holder: RoleHolder, decisions: list[Relevance]) -> None:
    row.roles.append(holder.role)
    for decision in decisions:
        relationship = decision.relationship
        said = (told_nature(relationship.nature, relationship.detail, decision.told_as or ""), relationship.company.name)
        if said not in row.relationships:
            row.relationships.append(said)
        if (not decision.mitigation_method or decision.mitigated_at is None) and said not in row.unmitigated:
            row.unmitigated.append(said)


def support_sentences(edition: Edition) -> list[str]:
    """The acknowledgement of each supporter, generated."""
    return [
        support_sentence(row.company.name, row.kind, row.nature)
        for row in CommercialSupport.objects.filter(edition=edition).select_related("company").order_by("pk")
    ]


def mitigation_sentence(edition: Edition) -> str:
    """ "All relevant financial relationships have been mitigated." where something was, and all of it; else ""."""
    return mitigated(people_rows(edition))


def disclosure_digest(edition: Edition) -> str:
    """A hash of what learners are told of relationships and support: two editions with one digest tell the same (FLOW-004)."""
    people = [[row.printed_name, row.roles, [list(pair) for pair in row.relationships]] for row in people_rows(edition)]
    return sha256_of({"people": people, "support": support_sentences(edition)})


def _by_publication(edition: Edition, name: str) -> dict[str, object]:
    return {f"{name}__lte": edition.published_at} if edition.published_at else {}
