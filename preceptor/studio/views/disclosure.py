"""Who stands behind an edition: the board, one person, one relationship."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.catalog.actions import begin_role, record_contact
from preceptor.catalog.models import Person
from preceptor.disclosure import actions
from preceptor.disclosure.models import Disclosure, DisclosureRequest, Exclusion, Relevance
from preceptor.disclosure.queries import BoardRow, DecisionRow, board, decision_rows, history_of, suggestion
from preceptor.disclosure.rules import METHODS, NATURES, OUTCOMES, Suggestion, needs_exclusion
from preceptor.mail.queries import letter_fate, letters_about
from preceptor.studio.access import WRITE, at_edition
from preceptor.studio.desk import Desk
from preceptor.studio.forms.disclosure import AskForm, ContactForm, ExclusionForm, RelevanceForm, RolesForm
from preceptor.studio.pages import go, sent, show

POST = ("POST",)
WORDS = {"natures": NATURES, "outcomes": OUTCOMES, "methods": METHODS}


def _row(desk: Desk, person: str) -> BoardRow:
    found = next((row for row in board(desk.edition, at=desk.at) if str(row.person.uuid) == str(person)), None)
    if found is None:
        raise Http404
    return found


def _at(desk: Desk, person: Person) -> str:
    return reverse("studio:person", args=[desk.edition.uuid, person.uuid])


@at_edition()
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The board: who is missing, what is due, what is to be decided."""
    rows = board(desk.edition, at=desk.at)
    missing = [row for row in rows if row.disclosure is None and not row.is_excluded]
    waiting = [row for row in rows if row.next_thing]
    silent = [row for row in missing if row.request and not row.request.answered_at and row.person.email]
    return show(request, "board", desk, "people", rows=rows, missing=missing, waiting=waiting, silent=silent, **WORDS)


@at_edition(POST)
def remind_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A reminder to everybody who was asked and has not answered."""
    rows = [row for row in board(desk.edition, at=desk.at) if row.disclosure is None and row.request and not row.request.answered_at]
    letters = [actions.remind(row.request, **desk.signed) for row in rows if row.request and row.person.email]
    return go(
        request, reverse("studio:board", args=[desk.edition.uuid]), f"{len(letters)} reminder{'' if len(letters) == 1 else 's'} sent."
    )


@at_edition(WRITE)
def person(request: HttpRequest, desk: Desk, person: str) -> HttpResponse:
    """One person: what was declared, what is asked, which relationships wait for a decision; ask, and say where to write to."""
    row = _row(desk, person)
    ask = AskForm(sent(request, "ask"), initial={"due_on": row.due_on})
    contact = ContactForm(sent(request, "contact"), initial={"email": row.person.email})
    if ask.does(lambda typed: actions.request_disclosure(row.person, row.holders, due_on=typed["due_on"], **desk.signed)):
        return go(request, _at(desk, row.person), f"{row.person.printed_name} is asked; the letter is on its way.")
    if contact.does(lambda typed: record_contact(row.person, typed["email"], **desk.signed)):
        return go(request, _at(desk, row.person), "The address is kept.")
    roles = RolesForm(sent(request, "roles"), holders=row.holders)
    if roles.does(lambda typed: [begin_role(holder, day, **desk.signed) for holder, day in roles.days]):
        return go(request, _at(desk, row.person), "The days are kept, and the rules were checked again.")
    letters = (
        [(letter, letter_fate(letter, at=desk.at, zone=desk.zone)) for letter in letters_about(row.request.uuid)[:5]] if row.request else []
    )
    forms = {"ask": ask, "contact": contact, "roles": roles}
    earlier = Disclosure.objects.filter(person=row.person).prefetch_related("relationships__company").order_by("-signed_at")
    return show(request, "person", desk, "people", row=row, letters=letters, earlier=earlier, **forms, **WORDS)


@at_edition(POST)
def remind(request: HttpRequest, desk: Desk, person: str) -> HttpResponse:
    """One reminder, with a fresh link."""
    row = _row(desk, person)
    asked = get_object_or_404(DisclosureRequest, pk=row.request.pk if row.request else None)
    actions.remind(asked, **desk.signed)
    back = reverse("studio:board", args=[desk.edition.uuid]) if request.POST.get("next") == "board" else _at(desk, row.person)
    return go(request, back, f"A reminder to {row.person.printed_name} is on its way.")


@dataclass
class Case:
    """One relationship for one role, as it lies on the desk."""

    row: DecisionRow
    relevance: RelevanceForm
    exclusion: ExclusionForm | None
    suggestion: Suggestion
    history: list[Relevance | Exclusion]


@at_edition(WRITE)
def relationship(request: HttpRequest, desk: Desk, relationship: str) -> HttpResponse:
    """One relationship, for each role of its person: the suggestion with its reasons, relevance, mitigation, exclusion, and the history."""
    rows = [row for row in decision_rows(desk.edition) if str(row.relationship.uuid) == str(relationship)]
    if not rows:
        raise Http404
    cases = [_case(request, desk, row) for row in rows]
    here = reverse("studio:relationship", args=[desk.edition.uuid, rows[0].relationship.uuid])
    if any(case.relevance.does(partial(_decide, desk, case)) for case in cases):
        return go(request, here, "The decision is kept.")
    if any(case.exclusion.does(partial(_exclude, desk, case)) for case in cases if case.exclusion):
        return go(request, here, "The ruling is kept.")
    shown = [form for case in cases for form in (case.relevance, case.exclusion)]
    return show(request, "relationship", desk, "people", cases=cases, first=rows[0], shown=shown, **WORDS)


def _case(request: HttpRequest, desk: Desk, row: DecisionRow) -> Case:
    relevance = RelevanceForm(sent(request, f"relevance-{row.holder.uuid}"), row=row, zone=desk.zone)
    is_ruled_on = bool(row.exclusion) or needs_exclusion(row.relationship.nature, row.relationship.company.eligibility)
    exclusion = ExclusionForm(sent(request, f"exclusion-{row.holder.uuid}"), row=row) if is_ruled_on else None
    advice = suggestion(row.relationship, desk.edition, row.holder)
    return Case(row, relevance, exclusion, advice, history_of(row.relationship, row.holder))


def _decide(desk: Desk, case: Case, typed: Mapping[str, Any]) -> None:
    desk.need_other(case.row.holder.person)
    actions.decide_relevance(
        case.row.relationship,
        case.row.holder,
        is_relevant=typed["is_relevant"] == "yes",
        rationale=typed["rationale"],
        method=typed["method"],
        note=typed["note"],
        mitigated_at=case.relevance.mitigated_at,
        told_as=typed.get("told_as", ""),
        **desk.signed,
    )


def _exclude(desk: Desk, case: Case, typed: Mapping[str, Any]) -> None:
    desk.need_other(case.row.holder.person)
    actions.decide_exclusion(case.row.relationship, case.row.holder, typed["outcome"], typed["evidence"], typed["approver"], **desk.signed)
