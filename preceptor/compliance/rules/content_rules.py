"""Rules on the content and who looked at it: CNT-…, CA-…. Each yields (message, where, evidence) for every defect."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.disclosure_rules import day_of
from preceptor.compliance.rules.dossier import Dossier, PersonFacts, ReviewFacts
from preceptor.compliance.rules.stages import REVIEW_CHECKLIST
from preceptor.compliance.rules.wording import IMAGE_WITHOUT_WORDS
from preceptor.disclosure.rules import Eligibility

Verdict = tuple[str, str, str]
LATE_TERMS = re.compile(r"\b(off-label|investigational|experimental|not (yet )?approved)\b", re.IGNORECASE)
NEW_TERMS = re.compile(r"\b(off-label|investigational|experimental|emerging|novel|not (yet )?approved)\b", re.IGNORECASE)
DENIED = re.compile(r"\b(will|do|does) not discuss\b|\bno off-label\b", re.IGNORECASE)
REVIEW_YEARS = 3
PLAN = {
    "clc": "cultural and linguistic competence",
    "ib": "implicit bias",
    "where": "where in the content",
    "resources_sent_on": "resources sent",
}


def reviewed(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-001."""
    people = {person.key: person for person in dossier.people}
    if not dossier.reviews:
        yield "Nobody has signed a review of the content.", dossier.slug, ""
    for review in dossier.reviews:
        person = people.get(review.reviewer)
        if person is None or "reviewer" not in person.roles:
            yield "The reviewer holds no role as reviewer, so nobody knows their relationships.", review.name, ""
        elif _has_relevant(person):
            yield "The reviewer has a relevant relationship.", review.name, ""
        if not review.is_accepted:
            yield "The reviewer did not accept the content.", review.name, ""
        elif failed := _unticked(review, exempt=PRIVACY):
            yield "The reviewer's checklist is not complete.", review.name, ", ".join(failed)
        if review.signed_at > at or day_of(review.signed_at, dossier) > (dossier.released_on or date.max):
            yield "The review was signed after the release.", review.name, f"{review.signed_at:%Y-%m-%d}"


def references_fresh(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-002."""
    years = [citation.year for citation in dossier.citations]
    if years and dossier.reviewed_on and max(years) < dossier.reviewed_on.year - REVIEW_YEARS:
        yield "The newest reference is older than the review interval.", "references", str(max(years))
    if dossier.parts and dossier.citations and not dossier.cited:
        yield "No reference is cited in the content.", "content", ""


def off_label(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-003."""
    statement = dossier.texts.get("off_label", "")
    said = sorted(objective.text for objective in dossier.objectives if LATE_TERMS.search(objective.text))
    content = LATE_TERMS.search(dossier.texts.get("content", ""))
    if not statement.strip() and (said or content):
        evidence = said[0] if said else content[0] if content else ""
        yield "Off-label or investigational use is discussed, and there is no statement on it.", "off_label", evidence
    elif said and DENIED.search(statement):
        yield "The statement says that no such use is discussed, but an objective covers it.", "off_label", said[0]
    new = sorted(objective.text for objective in dossier.objectives if NEW_TERMS.search(objective.text))
    if new and not dossier.novel_topics:
        yield "An objective is on something new or unapproved: the topic is not marked as such.", "novel topics", new[0]


def privacy_of_patients(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-004."""
    for key in PRIVACY:
        if not any(review.is_accepted and review.checklist.get(key) for review in dossier.reviews):
            yield f"Not attested: {REVIEW_CHECKLIST[key]}", key, ""


def captions(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-005. The transcript is made of the captions; certificates and printables are tagged by the typesetter."""
    for key in dossier.without_captions:
        yield "This lecture has no captions, and so no transcript.", key, ""
    for name, text in dossier.texts.items():
        if found := IMAGE_WITHOUT_WORDS.search(text):
            yield "An image has no text that says what it shows.", name, found[0]


def california(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CA-001."""
    if dossier.provider_state != "CA" or not dossier.is_patient_care:
        return
    if not dossier.texts.get("equity", "").strip():
        yield "A provider in California tells cultural competence and implicit bias; the text is empty.", "equity", ""
    for key, what in PLAN.items():
        if not str(dossier.equity_plan.get(key) or "").strip():
            yield f"The plan for California lacks: {what}.", f"equity plan: {key}", ""


def california_nursing(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CA-002."""
    is_for_california = dossier.provider_state == "CA" or any(topic.jurisdiction == "CA" for topic in dossier.state_topics)
    is_for_nurses = any(offer.system in {"ancc", "aanp"} for offer in dossier.offers)
    if is_for_california and is_for_nurses and dossier.is_patient_care and not str(dossier.equity_plan.get("ib") or "").strip():
        yield "Nursing education for California has an element on implicit bias: it is not marked where.", "equity plan", ""


PRIVACY = ("deidentified", "images")


def _unticked(review: ReviewFacts, *, exempt: tuple[str, ...]) -> list[str]:
    return sorted(key for key in REVIEW_CHECKLIST if key not in exempt and not review.checklist.get(key))


def _has_relevant(person: PersonFacts) -> bool:
    ineligible = {relationship.key for relationship in person.relationships if relationship.eligibility == Eligibility.INELIGIBLE}
    return any(
        decided.is_relevant and relationship in ineligible
        for holder in person.holders
        for relationship, decided in holder.decisions.items()
    )
