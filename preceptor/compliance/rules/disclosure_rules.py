"""Rules on people, relationships and support: DISC-…, SUP-…, TXT-003. Each yields (message, where, evidence) for every defect."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.dossier import Dossier, PersonFacts, RelationshipFacts
from preceptor.disclosure.rules import EXCLUDING, METHODS_FOR_ROLE, MITIGATED, NATURES, Eligibility, SupportKind

Verdict = tuple[str, str, str]
YEAR = timedelta(days=366)


def definition_current(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-001."""
    for person in dossier.people:
        if person.signed_at is not None and person.definition != pack.definition.key:
            yield "The disclosure was signed under another definition of ineligible company.", person.name, person.definition


def everyone_disclosed(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-003: silence is not "none"."""
    if not dossier.people:
        yield "Nobody is named who is in control of content.", dossier.slug, ""
    for person in dossier.people:
        if person.signed_at is None:
            yield "There is no signed disclosure: the person cannot hold a role.", person.name, ""
        elif _day(person.signed_at, dossier) > (dossier.released_on or date.max) or person.signed_at > at:
            yield "The disclosure was signed after the release.", person.name, f"{person.signed_at:%Y-%m-%d}"


def owners_excluded(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-004: there is no record of the three exceptions yet, so there is no exception."""
    for person, relationship in _ineligible(dossier):
        if relationship.nature in EXCLUDING:
            nature = NATURES[relationship.nature].lower()
            yield f"An owner or employee of an ineligible company may not control content ({nature}).", person.name, relationship.company


def relevance_decided(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-005."""
    for person in dossier.people:
        for relationship in person.relationships:
            for holder in person.holders:
                decided = holder.decisions.get(relationship.key)
                if decided is None or not decided.rationale.strip() or not decided.decided_by:
                    yield f"Relevance is not decided with a rationale (as {holder.role}).", person.name, relationship.company


def mitigated_in_time(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-006."""
    for person, relationship in _ineligible(dossier):
        for holder in person.holders:
            decided = holder.decisions.get(relationship.key)
            if decided is None or not decided.is_relevant:
                continue
            if not decided.method or decided.mitigated_at is None:
                yield f"A relevant relationship is not mitigated (as {holder.role}).", person.name, relationship.company
            elif decided.method not in METHODS_FOR_ROLE.get(holder.role, frozenset()):
                yield f"The method of mitigation does not fit the role ({holder.role}).", person.name, decided.method
            elif decided.mitigated_at > at or _day(decided.mitigated_at, dossier) >= (dossier.released_on or date.max):
                yield f"Mitigation came after the release (as {holder.role}).", person.name, f"{decided.mitigated_at:%Y-%m-%d}"


def learners_told(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-007."""
    is_any = False
    for person in dossier.people:
        if person.key not in dossier.told_people or not dossier.shows(person.name):
            yield "This person is missing in what learners are told.", person.name, ""
    for person, relationship in _ineligible(dossier):
        if any(holder.decisions[relationship.key].is_relevant for holder in person.holders if relationship.key in holder.decisions):
            is_any = True
            row = (NATURES.get(relationship.nature, relationship.nature), relationship.company)
            if row not in dossier.told_people.get(person.key, ()) or not dossier.shows(f"{row[0]}: {row[1]}"):
                yield "A relevant relationship is missing in what learners are told.", person.name, relationship.company
    if is_any and (dossier.mitigation_sentence != MITIGATED or not dossier.shows(MITIGATED)):
        yield "The statement that all relevant relationships have been mitigated is missing.", dossier.slug, ""
    if not is_any and dossier.mitigation_sentence:
        yield "There is nothing to mitigate, but it is said that something was mitigated.", dossier.slug, ""


def nature_per_company(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-008."""
    for person in dossier.people:
        for relationship in person.relationships:
            if relationship.nature not in NATURES:
                yield "The nature of the relationship is missing or unknown.", person.name, relationship.company


def disclosures_fresh(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-009."""
    for person in dossier.people:
        if person.signed_at and dossier.released_on and dossier.released_on - _day(person.signed_at, dossier) > YEAR:
            yield "The disclosure is older than twelve months at the release: renew it.", person.name, f"{person.signed_at:%Y-%m-%d}"


def companies_determined(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-010."""
    rows = [(r.company, r.eligibility) for person in dossier.people for r in person.relationships]
    rows += [(supporter.company, supporter.eligibility) for supporter in dossier.supporters]
    for company in sorted({company for company, eligibility in rows if eligibility == Eligibility.UNDETERMINED}):
        yield "It is not determined whether this is an ineligible company.", company, ""


def no_images(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-003: as far as a program can tell; names only, no logos."""
    told = [*dossier.told_support, *(f"{nature} {company}" for rows in dossier.told_people.values() for nature, company in rows)]
    for text in told:
        if "![" in text or "<" in text or "http" in text:
            yield "A company is told by its name only: no image, link or markup.", "disclosure", text


def support_told(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """SUP-003."""
    for supporter in dossier.supporters:
        said = [text for text in dossier.told_support if supporter.company in text and dossier.shows(text)]
        if not said:
            yield "This supporter is missing in what learners are told.", supporter.company, ""
        if supporter.kind == SupportKind.IN_KIND and not (supporter.nature and any(supporter.nature in text for text in said)):
            yield "The nature of the in-kind support is missing.", supporter.company, ""


def _ineligible(dossier: Dossier) -> Iterator[tuple[PersonFacts, RelationshipFacts]]:
    for person in dossier.people:
        for relationship in person.relationships:
            if relationship.eligibility == Eligibility.INELIGIBLE:
                yield person, relationship


def _day(moment: datetime, dossier: Dossier) -> date:
    return moment.astimezone(ZoneInfo(dossier.zone or "UTC")).date()
