"""Rules on commercial support and what stands beside the education: SUP-…, ANC-…. Each yields (message, where, evidence) for every defect."""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.dossier import CompanyFacts, Dossier, squeezed
from preceptor.compliance.rules.wording import SUPPORT
from preceptor.disclosure.rules import Eligibility, SupportKind, open_clauses

Verdict = tuple[str, str, str]


def agreement_executed(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """SUP-001."""
    for supporter in dossier.supporters:
        if not supporter.has_agreement:
            yield "There is no written agreement with this supporter.", supporter.company, ""
        for whose, day in (("supporter", supporter.signed_supporter_on), ("provider", supporter.signed_provider_on)):
            if day is None:
                yield f"The agreement is not signed by the {whose}.", supporter.company, ""
            elif day > (dossier.released_on or date.max):
                yield f"The agreement was signed by the {whose} after the release.", supporter.company, str(day)


def clauses_checked(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """SUP-002."""
    for supporter in dossier.supporters:
        if not supporter.clauses_checked_by:
            yield "Nobody has signed off the checklist of the agreement's clauses.", supporter.company, ""
        for clause in open_clauses(supporter.clauses, packs.clauses):
            yield "A clause of the checklist is missing in the agreement, or was not looked at.", supporter.company, clause


def support_told(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """SUP-003."""
    for supporter in dossier.supporters:
        said = [text for text in dossier.told_support if supporter.company in text and dossier.shows(text)]
        if not said:
            yield "This supporter is missing in what learners are told.", supporter.company, ""
        if supporter.kind == SupportKind.IN_KIND and not (supporter.nature and any(supporter.nature in text for text in said)):
            yield "The nature of the in-kind support is missing.", supporter.company, ""


def support_told_once(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """SUP-004: the acknowledgement is generated; a copy typed by hand drifts."""
    for where, text in dossier.read.items():
        named = where.startswith("imported: ") or any(supporter.company.casefold() in text.casefold() for supporter in dossier.supporters)
        found = SUPPORT.search(text)
        if found and named and where != "content":
            yield "The support is told by hand here as well: it is generated, and stands in one place.", where, found[0]


def no_ineligible_partner(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """SUP-006."""
    ineligible = {
        squeezed(name) for company in dossier.companies if company.eligibility == Eligibility.INELIGIBLE for name in _names(company)
    }
    for name in (*dossier.partners, dossier.provider_name):
        if squeezed(name) in ineligible:
            yield "An ineligible company can neither provide nor host an activity.", name, ""


def nothing_beside(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ANC-001, what a text can bring along; pages themselves load nothing from elsewhere (content security policy)."""
    for name, text in dossier.read.items():
        for mark in ("<script", "<iframe", "<img", "googletagmanager", "doubleclick"):
            if mark in text.casefold():
                yield "Nothing from elsewhere is loaded beside the education.", name, mark


def related_looked_at(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ANC-001: related courses that were typed by hand."""
    if dossier.imported.get("related", "").strip():
        yield (
            "Related courses beside the activity: fine if they are the provider's own accredited ones; never promotion.",
            "imported: related",
            "",
        )


def links_lead_to_no_product(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ANC-002."""
    names = {
        squeezed(name).replace(" ", "")
        for company in dossier.companies
        if company.eligibility != Eligibility.ELIGIBLE
        for name in (*_names(company), *company.products)
    }
    for link in dossier.content_links:
        host = squeezed(urlsplit(link).hostname or "" if "[" not in link else "").replace(" ", "")
        if any(len(name) > 3 and name in host for name in names):
            yield "A link in the content leads to a company's or product's site.", "content", link


def labelled_without_credit(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ANC-003."""
    if not dossier.offers and not dossier.shows("Certificate of participation"):
        yield "The activity gives no credit, and what learners see before they start does not say so.", "front matter", ""


def _names(company: CompanyFacts) -> tuple[str, ...]:
    return (company.name, *company.aliases)
