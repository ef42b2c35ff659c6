"""What we ask of disclosures and support: what learners are told is generated here, never typed."""

from preceptor.catalog.models import Edition, Person
from preceptor.disclosure.models import CommercialSupport, Disclosure, Relevance
from preceptor.disclosure.rules import NATURES, Eligibility, PersonRow, absence_sentence, mitigated, support_sentence
from preceptor.kernel.hashing import sha256_of


def latest_disclosure(person: Person) -> Disclosure | None:
    """What the person declared last."""
    return person.disclosures.order_by("-signed_at", "-pk").first()


def latest_relevances(edition: Edition) -> dict[tuple[int, int], Relevance]:
    """(role holder, relationship) → the decision that holds: the newest."""
    rows = (
        Relevance.objects.filter(role_holder__edition=edition)
        .select_related("relationship__company", "role_holder")
        .order_by("decided_at", "pk")
    )
    return {(row.role_holder_id, row.relationship_id): row for row in rows}


def people_rows(edition: Edition) -> list[PersonRow]:
    """Everyone in control of content, each once with all roles, in order; only relevant relationships with ineligible companies."""
    told: dict[int, dict[tuple[str, str], bool]] = {}
    for (holder_pk, _), row in latest_relevances(edition).items():
        company = row.relationship.company
        if row.is_relevant and company.eligibility == Eligibility.INELIGIBLE:
            nature = NATURES.get(row.relationship.nature, row.relationship.nature)
            told.setdefault(holder_pk, {})[(nature, company.name)] = row.relationship.has_ended
    rows: dict[int, PersonRow] = {}
    for holder in edition.role_holders.select_related("person").order_by("position", "pk"):
        row_ = rows.setdefault(
            holder.person_id,
            PersonRow(holder.printed_name, holder.title, holder.affiliation, [], [], [], holder.person.key, holder.person.profession),
        )
        row_.roles.append(holder.role)
        for relationship, ended in told.get(holder.pk, {}).items():
            if relationship not in row_.relationships:
                row_.relationships.append(relationship)
                row_.has_ended.append(ended)
    return list(rows.values())


def support_sentences(edition: Edition) -> list[str]:
    """The acknowledgement of each supporter, generated."""
    return [
        support_sentence(row.company.name, row.kind, row.nature)
        for row in CommercialSupport.objects.filter(edition=edition).select_related("company").order_by("pk")
    ]


def mitigation_sentence(edition: Edition) -> str:
    """ "All relevant financial relationships have been mitigated." where something was; else ""."""
    return mitigated(people_rows(edition))


def absence_wording(rows: list[PersonRow]) -> str:
    """Who has no relevant financial relationships with ineligible companies, as one sentence; "" when everybody has some."""
    return absence_sentence([row.printed_name for row in rows if not row.has_relevant])


def disclosure_digest(edition: Edition) -> str:
    """A hash of what learners are told of relationships and support: two editions with one digest tell the same (FLOW-004)."""
    people = [[row.printed_name, row.roles, [list(pair) for pair in row.relationships], row.has_ended] for row in people_rows(edition)]
    return sha256_of({"people": people, "support": support_sentences(edition)})
