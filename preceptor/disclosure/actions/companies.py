"""Companies: recorded, told apart, decided upon."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from preceptor.disclosure.models import Company
from preceptor.disclosure.queries import company_named
from preceptor.disclosure.rules import Eligibility, is_told_plainly, plain_name
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry


@transaction.atomic
def record_company(
    key: str,
    name: str,
    eligibility: str = Eligibility.UNDETERMINED,
    basis: str = "",
    *,
    is_sample: bool = False,
    aliases: Sequence[str] = (),
    parent: Company | None = None,
    business_lines: Sequence[str] = (),
    products: Sequence[str] = (),
    decided_by: str = "",
    decided_on: date | None = None,
    by: str,
    at: datetime,
) -> Company:
    """A company known by `key`. One that is known already stays as it was decided: a decision on eligibility is not changed in passing.

    `decided_by` and `decided_on` say who decided where it was not `by`, now. Names are told to learners: a name only (disclosure.not_plain).
    """
    if not is_told_plainly(name):
        raise Refused("disclosure.not_plain", f"“{name}” holds a link, mark or trade sign. Learners are told the company’s name only.")
    is_decided = eligibility != Eligibility.UNDETERMINED
    company, is_new = Company.objects.get_or_create(
        key=key,
        defaults={
            "name": name,
            "eligibility": eligibility,
            "basis": basis,
            "is_sample": is_sample,
            "aliases": list(aliases),
            "parent": parent,
            "business_lines": list(business_lines),
            "products": list(products),
            "decided_by": (decided_by or by) if is_decided else "",
            "decided_on": (decided_on or at.date()) if is_decided else None,
        },
    )
    if is_new:
        write_entry("disclosure.record_company", by=by, at=at, about=company, detail={"eligibility": eligibility})
    return company


@transaction.atomic
def decide_eligibility(
    company: Company, eligibility: str, basis: str, *, regulatory_started_on: date | None = None, by: str, at: datetime
) -> Company:
    """Whether it is an ineligible company, on what basis, by whom and when. An earlier decision stays in the logbook.

    `regulatory_started_on` is the day on which a start-up began a governmental approval process: from then on it is ineligible.
    """
    if eligibility not in list(Eligibility):
        raise Refused("disclosure.unknown_eligibility", f"There is no eligibility {eligibility!r}.")
    if not basis.strip():
        raise Refused("disclosure.no_basis", "Say on what basis: what its primary business is, and who its parent is.")
    if eligibility == Eligibility.ELIGIBLE and regulatory_started_on is not None and regulatory_started_on <= at.date():
        raise Refused("disclosure.start_up", "A start-up that has begun a governmental approval process is an ineligible company.")
    detail = {"from": company.eligibility, "to": eligibility}
    company.eligibility, company.basis = eligibility, basis.strip()
    company.decided_by, company.decided_on = by, at.date()
    company.regulatory_started_on = regulatory_started_on or company.regulatory_started_on
    company.save()
    write_entry("disclosure.decide_eligibility", by=by, at=at, about=company, reason=basis.strip(), detail=detail)
    return company


@transaction.atomic
def describe_company(
    company: Company,
    *,
    business_lines: Sequence[str] | None = None,
    products: Sequence[str] | None = None,
    parent: Company | None = None,
    by: str,
    at: datetime,
) -> Company:
    """Record what it does, what it sells and who owns it; None leaves as it is. A company is not its own ancestor."""
    above = parent
    while above is not None:
        if above.pk == company.pk:
            raise Refused("disclosure.own_parent", f"{company.name} cannot be owned by itself.")
        above = above.parent
    if business_lines is not None:
        company.business_lines = [line.strip() for line in business_lines if line.strip()]
    if products is not None:
        company.products = [product.strip() for product in products if product.strip()]
    company.parent = parent or company.parent
    company.save()
    write_entry("disclosure.describe_company", by=by, at=at, about=company)
    return company


@transaction.atomic
def add_alias(company: Company, alias: str, *, by: str, at: datetime) -> Company:
    """Another name under which people know it. A name that another company has is refused (disclosure.alias_taken)."""
    other = company_named(alias)
    if other is not None and other.pk != company.pk:
        raise Refused("disclosure.alias_taken", f"“{alias}” is {other.name} already.")
    if alias.strip() and plain_name(alias) not in {plain_name(known) for known in (company.name, *company.aliases)}:
        company.aliases = [*company.aliases, alias.strip()]
        company.save()
        write_entry("disclosure.add_alias", by=by, at=at, about=company, detail={"alias": alias.strip()})
    return company


def find_or_record_company(name: str, *, is_sample: bool = False, by: str, at: datetime) -> Company:
    """The known company that somebody means, by name or alias; else a new, undetermined one, which the staff then decides upon."""
    known = company_named(name)
    if known is not None:
        return known
    stem = slugify(plain_name(name))[:50] or "company"
    taken = set(Company.objects.filter(key__startswith=stem).values_list("key", flat=True))
    key = next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if key not in taken)
    typed = name.strip()[:200]
    plainly = typed if is_told_plainly(typed) else plain_name(typed)
    return record_company(key, plainly, is_sample=is_sample, by=by, at=at)
