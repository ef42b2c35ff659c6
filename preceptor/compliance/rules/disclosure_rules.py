"""Rules on people, relationships and companies: DISC-…. Each yields (message, where, evidence) for every defect."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.dossier import Dossier, Excluded, PersonFacts, RelationshipFacts
from preceptor.compliance.rules.wording import REVIEWED, pooled
from preceptor.disclosure.rules import (
    EXCLUDING,
    MITIGATED,
    NATURES,
    NEEDS_RULING,
    Eligibility,
    ExclusionOutcome,
    Nature,
    mitigation_problem,
    outcomes_for,
    role_start,
    told_nature,
)

Verdict = tuple[str, str, str]
YEAR = timedelta(days=366)
EXEMPTIONS = frozenset({"non_clinical", "learner_group", "self_directed"})


def definition_current(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-001."""
    for person in dossier.people:
        if person.signed_at is not None and person.definition != packs.definition.key:
            yield "The disclosure was signed under another definition of ineligible company.", person.name, person.definition


def staff_decide(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-002: the form asks for everything; relevance is decided by staff, never by the person."""
    for person in dossier.people:
        for holder in person.holders:
            for decided in holder.decisions.values():
                # The desk signs deeds as "Name (address)".
                if decided.decided_by.partition(" (")[0].casefold() in {person.name.casefold(), _bare(person).casefold()}:
                    yield "The person decided on the relevance of their own relationship.", person.name, decided.decided_by


def everyone_disclosed(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-003: silence is not "none"."""
    if not dossier.people:
        yield "Nobody is named who is in control of content.", dossier.slug, ""
    for person in dossier.people:
        if person.signed_at is None:
            yield "There is no signed disclosure: the person cannot hold a role.", person.name, ""
            continue
        signed = day_of(person.signed_at, dossier)
        if signed > (dossier.released_on or date.max) or person.signed_at > at:
            yield "The disclosure was signed after the release.", person.name, f"{person.signed_at:%Y-%m-%d}"
        for holder in person.holders:
            if holder.starts_on and signed >= holder.starts_on:
                yield (
                    f"The disclosure was not signed before the role began (as {holder.role}).",
                    person.name,
                    f"{person.signed_at:%Y-%m-%d}",
                )
    if _is_review_unnamed(dossier):
        yield "A content review is told, but no reviewer is named who disclosed.", dossier.slug, ""


def owners_excluded(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-004: owners and employees are out, or a proven exception; on holders of offices somebody has ruled."""
    for person, relationship in _not_eligible(dossier):
        if relationship.nature not in EXCLUDING | NEEDS_RULING:
            continue
        nature = NATURES[relationship.nature].lower()
        for holder in person.holders:
            message = _exclusion_defect(holder.exclusions.get(relationship.key), relationship.nature)
            if message:
                yield f"{message} ({nature}, as {holder.role}).", person.name, relationship.company


def relevance_decided(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-005."""
    for person in dossier.people:
        for relationship in person.relationships:
            for holder in person.holders:
                decided = holder.decisions.get(relationship.key)
                if decided is None or not decided.rationale.strip() or not decided.decided_by:
                    yield f"Relevance is not decided with a rationale (as {holder.role}).", person.name, relationship.company


def mitigated_in_time(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-006: before planning begins for planners, before their content is released for the others."""
    for person, relationship in _not_eligible(dossier):
        for holder in person.holders:
            decided = holder.decisions.get(relationship.key)
            if decided is None or not decided.is_relevant:
                continue
            starts = role_start(holder.starts_on, holder.role, dossier.released_on)
            done = day_of(decided.mitigated_at, dossier) if decided.mitigated_at else None
            problem = mitigation_problem(holder.role, decided.method, done, starts)
            if not problem and decided.mitigated_at and decided.mitigated_at > at:
                problem = "The mitigation is dated in the future."
            elif not problem and done and dossier.released_on and done >= dossier.released_on:
                problem = "It was mitigated only after the release."
            if problem:
                yield f"{problem} (As {holder.role}.)", person.name, relationship.company


def learners_told(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-007."""
    is_any = False
    for person in dossier.people:
        if person.key not in dossier.told_people or not dossier.shows(person.name):
            yield "This person is missing in what learners are told.", person.name, ""
    for person, relationship in _ineligible(dossier):
        decided = [holder.decisions[relationship.key] for holder in person.holders if relationship.key in holder.decisions]
        natures = {told_nature(relationship.nature, relationship.detail, one.told_as) for one in decided if one.is_relevant}
        is_any = is_any or bool(natures)
        rows = {(nature, relationship.company) for nature in natures}
        if rows - {*dossier.told_people.get(person.key, ())} or not all(dossier.shows(f"{nature}: {company}") for nature, company in rows):
            yield "A relevant relationship is missing in what learners are told.", person.name, relationship.company
        if NATURES[Nature.OTHER] in natures:
            yield "Learners are told what another relationship is: “Other” alone says nothing.", person.name, relationship.company
    if is_any and (dossier.mitigation_sentence != MITIGATED or not dossier.shows(MITIGATED)):
        yield "The statement that all relevant relationships have been mitigated is missing.", dossier.slug, ""
    if not is_any and dossier.mitigation_sentence:
        yield "There is nothing to mitigate, but it is said that something was mitigated.", dossier.slug, ""
    if _is_review_unnamed(dossier):
        yield "The reviewer who mitigated is missing in what learners are told.", dossier.slug, ""


def nature_per_company(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-008."""
    for person in dossier.people:
        for relationship in person.relationships:
            if relationship.nature not in NATURES:
                yield "The nature of the relationship is missing or unknown.", person.name, relationship.company
            elif relationship.nature == Nature.OTHER and not relationship.detail.strip():
                yield "It is not said what the relationship is.", person.name, relationship.company
            elif pooled(relationship.detail):
                yield "One row tells several natures: each has a row of its own.", person.name, relationship.company
    for name, text in dossier.imported.items():
        if evidence := pooled(text):
            yield "Natures are pooled over companies: each company has its own nature.", f"imported: {name}", evidence


def disclosures_fresh(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-009."""
    if packs.definition.lookback_months != 24:
        yield "The look-back of the definition is not 24 months.", packs.definition.key, str(packs.definition.lookback_months)
    for person in dossier.people:
        if person.signed_at and dossier.released_on and dossier.released_on - day_of(person.signed_at, dossier) > YEAR:
            yield "The disclosure is older than twelve months at the release: renew it.", person.name, f"{person.signed_at:%Y-%m-%d}"


def companies_determined(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-010."""
    rows = {(r.company, r.eligibility) for person in dossier.people for r in person.relationships}
    rows |= {(supporter.company, supporter.eligibility) for supporter in dossier.supporters}
    for company in sorted({company for company, eligibility in rows if eligibility == Eligibility.UNDETERMINED}):
        yield "It is not determined whether this is an ineligible company.", company, ""


def exemption_reasoned(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """DISC-012. An exemption is recorded and reasoned; it switches no other rule off."""
    chosen = str(dossier.practice.get("exempt") or "")
    if not chosen:
        return
    if chosen not in EXEMPTIONS:
        yield "There is no such exemption from disclosure.", dossier.slug, chosen
    if not str(dossier.practice.get("exempt_reason") or "").strip():
        yield "The exemption from disclosure has no reason.", dossier.slug, chosen
    if chosen == "non_clinical" and dossier.is_patient_care:
        yield "The exemption says that nothing here is clinical, but the activity is on patient care.", dossier.slug, chosen


def _exclusion_defect(decided: Excluded | None, nature: str) -> str:
    if decided is None and nature in NEEDS_RULING:
        return "Nobody has ruled on whether this person is an owner or employee of the company"
    if decided is None:
        return "An owner or employee of an ineligible company may not control content"
    if decided.outcome == ExclusionOutcome.EXCLUDED:
        return "This person was excluded, but still holds the role"
    if decided.outcome not in outcomes_for(nature):
        return "There is no such exception for this relationship"
    if not decided.evidence.strip() or not decided.approver.strip():
        return "The ruling lacks its approver or its evidence"
    return ""


def _is_review_unnamed(dossier: Dossier) -> bool:
    if any("reviewer" in person.roles for person in dossier.people):
        return False
    methods = {decided.method for person in dossier.people for holder in person.holders for decided in holder.decisions.values()}
    return "independent_review" in methods or any(REVIEWED.search(text) for text in dossier.imported.values())


def _ineligible(dossier: Dossier) -> Iterator[tuple[PersonFacts, RelationshipFacts]]:
    for person in dossier.people:
        for relationship in person.relationships:
            if relationship.eligibility == Eligibility.INELIGIBLE:
                yield person, relationship


def _not_eligible(dossier: Dossier) -> Iterator[tuple[PersonFacts, RelationshipFacts]]:
    for person in dossier.people:
        for relationship in person.relationships:
            if relationship.eligibility != Eligibility.ELIGIBLE:
                yield person, relationship


def _bare(person: PersonFacts) -> str:
    return person.name.split(",")[0]


def day_of(moment: datetime, dossier: Dossier) -> date:
    """The day of a moment in the provider's zone."""
    return moment.astimezone(ZoneInfo(dossier.zone or "UTC")).date()
