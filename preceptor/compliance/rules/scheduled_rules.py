"""Rules of the clock, on what is published. Each yields (message, where, evidence) for every defect."""

from collections.abc import Iterator
from datetime import datetime

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.disclosure_rules import day_of
from preceptor.compliance.rules.dossier import Dossier
from preceptor.compliance.rules.stages import ALERT_DAYS, OLD_DISCLOSURE, review_due_on, today
from preceptor.disclosure.rules import Eligibility

Verdict = tuple[str, str, str]


def disclosures_old(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-009."""
    for person in dossier.people:
        if person.signed_at and today(at, dossier.zone) - day_of(person.signed_at, dossier) > OLD_DISCLOSURE:
            yield "The disclosure is older than twelve months: ask for a new one.", person.name, f"{person.signed_at:%Y-%m-%d}"


def start_ups(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-011."""
    for company in dossier.companies:
        begun = company.regulatory_started_on
        if begun is None or begun > today(at, dossier.zone) or company.eligibility == Eligibility.INELIGIBLE:
            continue
        if company.decided_on is None or company.decided_on < begun:
            yield "Regulatory approval was begun: decide again whether this is an ineligible company.", company.name, str(begun)


def approvals_ending(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-007, and every other credit whose own approval ends before the edition."""
    for offer in dossier.offers:
        if offer.valid_to is None or (dossier.ends_on and offer.valid_to >= dossier.ends_on and offer.system != "aapa_1"):
            continue
        left = (offer.valid_to - today(at, dossier.zone)).days
        if left < 0:
            yield "The approval of this credit has ended: it is not given any more.", offer.system, str(offer.valid_to)
        elif left <= ALERT_DAYS[0]:
            yield "The approval of this credit ends soon: apply again before it lapses.", offer.system, str(offer.valid_to)


def links_died(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """BIB-001, after publication: what the job that looks at links has found dead since."""
    for citation in dossier.citations:
        if citation.link == "dead":
            yield "The link of this reference leads nowhere any more.", citation.key, ""


def review_due(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """EXP-003."""
    months = packs.formats[dossier.format].max_months if dossier.format in packs.formats else 36
    due = review_due_on(dossier.reviewed_on, dossier.ends_on, months)
    if due is None:
        yield "There is no day by which this activity has to be reviewed.", "dates", ""
        return
    left = (due - today(at, dossier.zone)).days
    if left < 0:
        yield "The last day for credit without another review is over.", "dates", str(due)
    elif left <= ALERT_DAYS[0]:
        yield "The review is due: make a new edition before this day.", "dates", str(due)
