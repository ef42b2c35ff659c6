"""What we do with disclosures: record what was declared, decide relevance, mitigate, acknowledge support. Everything is only ever added to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.models import CommercialSupport, Company, Disclosure, FinancialRelationship, Relevance
from preceptor.disclosure.queries import latest_disclosure
from preceptor.disclosure.rules import NATURES
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry


def record_company(key: str, name: str, eligibility: str, basis: str, *, is_sample: bool, by: str, at: datetime) -> Company:
    """A company known by `key`. One that is known already stays as it was decided: a decision on eligibility is not changed in passing."""
    company, is_new = Company.objects.get_or_create(
        key=key, defaults={"name": name, "eligibility": eligibility, "basis": basis, "is_sample": is_sample}
    )
    if is_new:
        write_entry("disclosure.record_company", by=by, at=at, about=company, detail={"eligibility": eligibility})
    return company


@transaction.atomic
def sign_disclosure(
    person: Person,
    relationships: Sequence[tuple[Company, str, bool]],
    *,
    is_none: bool,
    definition_version: str,
    signed_name: str,
    at: datetime,
) -> Disclosure:
    """What a person declares: rows of (company, nature, has ended), or explicitly none. Silence is neither (disclosure.not_answered).

    The same declaration under the same definition, signed earlier within twelve months, is returned instead of a second one.
    """
    if is_none == bool(relationships):
        raise Refused("disclosure.not_answered", "Give every financial relationship, or say that there are none: one of the two.")
    for _, nature, _ in relationships:
        if nature not in NATURES:
            raise Refused("disclosure.unknown_nature", f"There is no nature {nature!r} of a financial relationship.")
    last = latest_disclosure(person)
    if last is not None and last.definition_version == definition_version and last.signed_at <= at and (at - last.signed_at).days <= 365:
        declared = {(row.company_id, row.nature, row.has_ended) for row in last.relationships.all()}
        if last.is_none == is_none and declared == {(company.pk, nature, ended) for company, nature, ended in relationships}:
            return last
    disclosure = Disclosure.objects.create(
        person=person, definition_version=definition_version, is_none=is_none, signed_name=signed_name, signed_at=at
    )
    for company, nature, has_ended in relationships:
        FinancialRelationship.objects.create(disclosure=disclosure, company=company, nature=nature, has_ended=has_ended)
    return disclosure


def decide_relevance(
    relationship: FinancialRelationship,
    role_holder: RoleHolder,
    *,
    is_relevant: bool,
    rationale: str,
    method: str = "",
    note: str = "",
    mitigated_at: datetime | None = None,
    by: str,
    at: datetime,
) -> Relevance:
    """The staff's decision for one relationship and one role on an edition, with its mitigation. A later decision is a further row."""
    return Relevance.objects.create(
        relationship=relationship,
        role_holder=role_holder,
        is_relevant=is_relevant,
        rationale=rationale,
        decided_by=by,
        decided_at=at,
        mitigation_method=method,
        mitigation_note=note,
        mitigated_at=mitigated_at,
    )


def record_support(edition: Edition, company: Company, kind: str, nature: str = "") -> CommercialSupport:
    """Commercial support of a draft edition."""
    return CommercialSupport.objects.create(edition=edition, company=company, kind=kind, nature=nature)
