"""What the staff decides: relevance with its mitigation, and who is out. A later decision is a further row; none is ever changed."""

from datetime import datetime

from django.db import transaction

from preceptor.catalog.models import Edition, RoleHolder
from preceptor.catalog.rules import EditionState
from preceptor.disclosure.models import Exclusion, FinancialRelationship, Relevance
from preceptor.disclosure.rules import (
    METHODS,
    METHODS_FOR_ROLE,
    OUTCOMES,
    ExclusionOutcome,
    Nature,
    is_named,
    needs_exclusion,
    outcomes_for,
    phrase_problem,
)
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry


def _check(relationship: FinancialRelationship, role_holder: RoleHolder) -> None:
    if relationship.disclosure.person_id != role_holder.person_id:
        raise Refused("disclosure.other_person", "The relationship is another person’s.")
    if role_holder.edition.state != EditionState.DRAFT:
        raise Refused("disclosure.published", "A published edition does not change. Begin a new edition and decide there.")


@transaction.atomic
def decide_relevance(
    relationship: FinancialRelationship,
    role_holder: RoleHolder,
    *,
    is_relevant: bool,
    rationale: str,
    method: str = "",
    note: str = "",
    mitigated_at: datetime | None = None,
    told_as: str = "",
    by: str,
    at: datetime,
) -> Relevance:
    """The decision for one relationship and one role on a draft, with its mitigation. The newest row holds, the others stay.

    A method has to fit the role (disclosure.method_unfit). A mitigation that came too late is recorded as it was; the gate refuses it.
    `told_as` words a relationship of another nature for learners, where what was declared is not plain (disclosure.told_phrase).
    """
    _check(relationship, role_holder)
    if not rationale.strip():
        raise Refused("disclosure.no_rationale", "Say why: a decision on relevance needs its rationale.")
    if method and method not in METHODS_FOR_ROLE.get(role_holder.role, frozenset()):
        fitting = ", ".join(METHODS[key].lower() for key in METHODS if key in METHODS_FOR_ROLE.get(role_holder.role, frozenset()))
        raise Refused("disclosure.method_unfit", f"This method does not fit the role of {role_holder.role}. These do: {fitting}.")
    if bool(method) != (mitigated_at is not None):
        raise Refused("disclosure.mitigation_undated", "Give the method of mitigation together with the day on which it was finished.")
    if mitigated_at is not None and mitigated_at > at:
        raise Refused("disclosure.mitigation_ahead", "Record the mitigation when it is finished: this day is still to come.")
    if method and not is_relevant:
        raise Refused("disclosure.nothing_to_mitigate", "What is not relevant is not mitigated.")
    told_as = _worded(relationship, told_as.strip(), is_relevant)
    decision = Relevance.objects.create(
        relationship=relationship,
        role_holder=role_holder,
        is_relevant=is_relevant,
        rationale=rationale.strip(),
        decided_by=by,
        decided_at=at,
        mitigation_method=method,
        mitigation_note=note.strip(),
        mitigated_at=mitigated_at,
        told_as=told_as or None,
    )
    write_entry(
        "disclosure.decide_relevance",
        by=by,
        at=at,
        about=decision,
        reason=rationale.strip(),
        detail={"relevant": is_relevant, "method": method, "told_as": told_as},
    )
    return decision


def _worded(relationship: FinancialRelationship, told_as: str, is_relevant: bool) -> str:
    """The staff's wording, where there is a nature to word; learners are told it or what was declared, so one of the two has to be plain."""
    if relationship.nature != Nature.OTHER:
        return ""
    if is_relevant and (problem := phrase_problem(told_as or relationship.detail, relationship.company.products)):
        raise Refused("disclosure.told_phrase", problem)
    return told_as


@transaction.atomic
def decide_exclusion(
    relationship: FinancialRelationship, role_holder: RoleHolder, outcome: str, evidence: str, approver: str, *, by: str, at: datetime
) -> Exclusion:
    """Owner or employee: excluded, or one of the three exceptions, with who approved it and on what evidence. The newest row holds.

    The exceptions are for employees; an owner is out. Whether a board member or executive is an owner or employee is ruled on here too.
    """
    _check(relationship, role_holder)
    if not needs_exclusion(relationship.nature, relationship.company.eligibility):
        raise Refused("disclosure.no_exclusion", "Only owners, employees and holders of offices of an ineligible company are ruled on.")
    if outcome not in outcomes_for(relationship.nature):
        what = "an owner" if relationship.nature == Nature.PRIVATE_STOCK else "this relationship"
        raise Refused(
            "disclosure.outcome_unfit", f"“{OUTCOMES.get(outcome, outcome)}” is not possible for {what}: the exceptions are for employees."
        )
    if not evidence.strip():
        raise Refused("disclosure.no_evidence", "Say on what evidence this was decided.")
    person = role_holder.person
    if not approver.strip() or is_named(person.given_name, person.family_name, approver):
        raise Refused("disclosure.no_approver", "Name who approved this: somebody else than the person concerned.")
    decision = Exclusion.objects.create(
        relationship=relationship,
        role_holder=role_holder,
        outcome=ExclusionOutcome(outcome),
        evidence=evidence.strip(),
        approver=approver.strip(),
        decided_by=by,
        decided_at=at,
    )
    write_entry(
        "disclosure.decide_exclusion",
        by=by,
        at=at,
        about=decision,
        reason=evidence.strip(),
        detail={"outcome": outcome, "approver": approver},
    )
    return decision


def need_draft(edition: Edition) -> None:
    """Support and decisions of a published edition do not change (disclosure.published)."""
    if edition.state != EditionState.DRAFT:
        raise Refused("disclosure.published", "A published edition does not change. Begin a new edition and record it there.")
