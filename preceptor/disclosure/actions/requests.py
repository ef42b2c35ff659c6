"""Asking for disclosures, and what comes back: the letter with its link, the draft, the signature. Silence is never "none"."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from preceptor.catalog.models import Person, RoleHolder
from preceptor.disclosure.actions.companies import find_or_record_company
from preceptor.disclosure.adapters.links import new_token
from preceptor.disclosure.models import (
    Company,
    Disclosure,
    DisclosureDraft,
    DisclosureLink,
    DisclosureRequest,
    FinancialRelationship,
)
from preceptor.disclosure.queries import asked_about, latest_disclosure, link_state, open_requests, request_of_token, zone_of
from preceptor.disclosure.rules import (
    LINK_OUTLIVES_DUE,
    NATURES,
    LinkState,
    Row,
    Step,
    after,
    answers_problem,
    clean_answers,
    due_problem,
    first_day,
    is_reminder_due,
    month_of,
    role_start,
)
from preceptor.jobs.rules import periodic
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import queue_letter
from preceptor.mail.models import Letter
from preceptor.ui.days import long_date


@transaction.atomic
def request_disclosure(
    person: Person, role_holders: Sequence[RoleHolder], *, due_on: date, by: str, at: datetime
) -> tuple[DisclosureRequest, Letter]:
    """Ask a person, for one or many roles, by a letter whose link is nowhere else. Due before the first role starts.

    Somebody who has not answered an earlier request is not asked twice: the roles join it, and a new letter goes out.
    """
    holders = list(role_holders)
    if not holders or any(holder.person_id != person.pk for holder in holders):
        raise Refused("disclosure.other_person", "Name the roles of this person for which the disclosure is asked.")
    if not person.email:
        raise Refused("disclosure.no_address", f"There is no e-mail address of {person.printed_name}. Record one first.")
    zone = ZoneInfo(holders[0].edition.activity.provider.time_zone)
    starts = [day for holder in holders if (day := role_start(holder.starts_on, holder.role, holder.edition.released_on))]
    if problem := due_problem(due_on, starts, at.astimezone(zone).date(), is_renewal=latest_disclosure(person) is not None):
        raise Refused("disclosure.due_date", problem)
    expires_at = datetime.combine(due_on, time.max, tzinfo=zone) + LINK_OUTLIVES_DUE
    request = person.disclosure_requests.filter(answered_at__isnull=True, expires_at__gt=at).order_by("pk").last()
    if request is None:
        request = DisclosureRequest.objects.create(person=person, by=by, asked_at=at, due_on=due_on, expires_at=expires_at)
    else:
        request.due_on, request.expires_at = min(request.due_on, due_on), max(request.expires_at, expires_at)
        request.save(update_fields=["due_on", "expires_at"])
    request.role_holders.add(*holders)
    detail = {"due_on": f"{due_on}", "roles": [f"{holder.uuid}" for holder in holders]}
    write_entry("disclosure.request_disclosure", by=by, at=at, about=request, detail=detail)
    return request, send_letter(request, "disclosure/mail/request", at=at)


@transaction.atomic
def remind(request: DisclosureRequest, *, by: str, at: datetime) -> Letter:
    """Ask again, with a fresh link; earlier links stay good. A link that has run out comes to life again by it."""
    if request.answered_at is not None:
        raise Refused("disclosure.answered", "This person has answered already.")
    if not request.person.email:
        raise Refused("disclosure.no_address", f"There is no e-mail address of {request.person.printed_name}. Record one first.")
    request.reminded_at = at
    request.expires_at = max(request.expires_at, at + LINK_OUTLIVES_DUE)
    request.save(update_fields=["reminded_at", "expires_at"])
    write_entry("disclosure.remind", by=by, at=at, about=request)
    return send_letter(request, "disclosure/mail/reminder", at=at)


@periodic("disclosure.remind_everybody", every=timedelta(days=1), offset=timedelta(hours=13))
def remind_everybody(*, at: datetime) -> None:
    """Remind whoever has not answered: seven and two days before the due day, on it, and afterwards until the link runs out."""
    for request in open_requests(at).exclude(person__email=""):
        zone = zone_of(request)
        reminded_on = request.reminded_at.astimezone(zone).date() if request.reminded_at else None
        if is_reminder_due(at.astimezone(zone).date(), request.due_on, request.asked_at.astimezone(zone).date(), reminded_on):
            _remind_once(request, at=at)


@transaction.atomic
def _remind_once(request: DisclosureRequest, *, at: datetime) -> None:
    """Two workers at once send one reminder: who changes `reminded_at` first sends it. A reminder by the clock prolongs no link."""
    same = {"reminded_at": request.reminded_at} if request.reminded_at else {"reminded_at__isnull": True}
    if DisclosureRequest.objects.filter(pk=request.pk, answered_at__isnull=True, **same).update(reminded_at=at):
        write_entry("disclosure.remind", by="system", at=at, about=request)
        send_letter(request, "disclosure/mail/reminder", at=at)


def send_letter(request: DisclosureRequest, template: str, *, at: datetime) -> Letter:
    """The letter with a new link; a step of the actions that send one. The token stands in the letter alone: not in the logbook, a job or the request."""
    token, digest = new_token()
    DisclosureLink.objects.create(request=request, token_sha256=digest, sent_at=at)
    holders = list(request.role_holders.select_related("edition__activity__provider"))
    provider = holders[0].edition.activity.provider if holders else None
    activities = list(dict.fromkeys(holder.edition.title for holder in holders))
    context = {
        "person": request.person,
        "is_overdue": request.due_on < at.astimezone(zone_of(request)).date(),
        "due_on": request.due_on,
        "facts": [*(("Activity", title) for title in activities), ("Needed by", long_date(request.due_on))],
        "action_url": settings.PUBLIC_URL + reverse("disclosure:open", args=[f"{token}/"]),
        "action_label": "Disclose financial relationships",
        "expires_on": long_date(request.expires_at, str(zone_of(request))),
        "provider_name": provider.name if provider else "",
        "provider_address": provider.address if provider else "",
        "provider_email": provider.email if provider else "",
        "is_sample": request.person.is_sample,
    }
    return queue_letter(to=request.person.email, kind="disclosure.request", template=template, context=context, about=request.uuid, at=at)


def open_request(token: str, at: datetime) -> DisclosureRequest | None:
    """The request that a link opens, or None. Nothing is written: a link that somebody's mail program looks at is not used up."""
    request = request_of_token(token)
    return request if request is not None and link_state(request, at) == LinkState.OPEN else None


@transaction.atomic
def save_draft(request: DisclosureRequest, answers: Mapping[str, Any], at: datetime) -> DisclosureDraft:
    """Keep what was typed so far, whatever it is; only a request that can still be answered (disclosure.link_closed)."""
    _need_open(request, at)
    draft, _ = DisclosureDraft.objects.update_or_create(request=request, defaults={"answers": clean_answers(answers), "saved_at": at})
    return draft


@transaction.atomic
def press(request: DisclosureRequest, step: Step, typed: Mapping[str, Any], earlier: Sequence[Row], *, at: datetime) -> DisclosureDraft:
    """What a button of the form does to the draft. The rows are those of the draft, whatever the page knew: two presses at once lose nothing."""
    _need_open(request, at)
    draft = DisclosureDraft.objects.select_for_update().filter(request=request).first()
    answers = {**typed, "rows": draft.answers.get("rows", []) if draft else []}
    return save_draft(request, after(step, answers, earlier), at)


@transaction.atomic
def sign(request: DisclosureRequest, answers: Mapping[str, Any], signed_name: str, ip: str | None, at: datetime) -> Disclosure:
    """Sign what was typed: one disclosure for all open requests of this person. Sent twice, the second finds it signed.

    It has to be an answer (disclosure.not_answered), under the definition that holds today (disclosure.definition_changed), and signed by name.
    """
    if request.disclosure is not None:
        return request.disclosure
    _need_open(request, at)
    given = clean_answers(answers)
    asked = asked_about(request, at)
    if given["definition"] != asked.definition.key:
        raise Refused("disclosure.definition_changed", "The definition of an ineligible company has changed. Read it, then sign.")
    if problem := answers_problem(given, asked.since, asked.today):
        raise Refused("disclosure.not_answered", problem)
    if sum(letter.isalpha() for letter in signed_name) < 2:
        raise Refused("disclosure.not_signed", "Type your full name to sign.")
    disclosure = _write(
        request.person,
        [_declared(row, request, at) for row in given["rows"]],
        is_none=given["has"] == "no",
        definition_version=asked.definition.key,
        asked_from=asked.since,
        discusses_off_label={"yes": True, "no": False}.get(given["off_label"]),
        signed_name=signed_name.strip()[:200],
        signed_ip=ip,
        at=at,
    )
    won = DisclosureRequest.objects.filter(pk=request.pk, answered_at__isnull=True).update(answered_at=at, disclosure=disclosure)
    if not won:
        raise Refused("disclosure.answered", "This disclosure was signed a moment ago.", reverse("disclosure:form", args=[request.uuid]))
    request.person.disclosure_requests.filter(answered_at__isnull=True).update(answered_at=at, disclosure=disclosure)
    DisclosureDraft.objects.filter(request__person=request.person).delete()
    write_entry("disclosure.sign", by=request.person.printed_name, at=at, about=disclosure, detail={"rows": len(given["rows"])})
    return disclosure


def _need_open(request: DisclosureRequest, at: datetime) -> None:
    # The row is locked, or on SQLite the whole database: of two that sign at once, the second finds it signed.
    now = DisclosureRequest.objects.select_for_update().get(pk=request.pk)
    if link_state(now, at) != LinkState.OPEN:
        message = "This link was used or has run out. Nothing more can be changed with it."
        raise Refused("disclosure.link_closed", message, reverse("disclosure:form", args=[request.uuid]))


def _declared(row: Mapping[str, Any], request: DisclosureRequest, at: datetime) -> dict[str, Any]:
    company = find_or_record_company(row["company"], is_sample=request.person.is_sample, by=request.person.printed_name, at=at)
    return {
        "company": company,
        "nature": row["nature"],
        "has_ended": row["is_over"] == "yes",
        "began_on": first_day(month_of(row["began"]) or ""),
        "ended_on": first_day(month_of(row["ended"]) or ""),
        "is_institutional": row["is_institutional"],
        "detail": row["detail"],
    }


@transaction.atomic
def sign_disclosure(
    person: Person,
    relationships: Sequence[tuple[Company, str, bool] | tuple[Company, str, bool, str]],
    *,
    is_none: bool,
    definition_version: str,
    signed_name: str,
    by: str = "",
    at: datetime,
) -> Disclosure:
    """What a person declared elsewhere, taken over from files: rows of (company, nature, has ended, detail), or explicitly none.

    `by` is who took it over; without it, it was the person.

    Silence is neither (disclosure.not_answered). The same declaration under the same definition, signed earlier within twelve months, is
    returned instead of a second one.
    """
    if is_none == bool(relationships):
        raise Refused("disclosure.not_answered", "Give every financial relationship, or say that there are none: one of the two.")
    for row in relationships:
        if row[1] not in NATURES:
            raise Refused("disclosure.unknown_nature", f"There is no nature {row[1]!r} of a financial relationship.")
    names = ("company", "nature", "has_ended", "detail")
    rows: list[dict[str, Any]] = [{"detail": "", **dict(zip(names, row, strict=False))} for row in relationships]
    last = latest_disclosure(person)
    if last is not None and last.definition_version == definition_version and last.signed_at <= at and (at - last.signed_at).days <= 365:
        declared = {(one.company_id, one.nature, one.has_ended, one.detail) for one in last.relationships.all()}
        if last.is_none == is_none and declared == {(row["company"].pk, row["nature"], row["has_ended"], row["detail"]) for row in rows}:
            return last
    disclosure = _write(
        person, rows, is_none=is_none, definition_version=definition_version, signed_name=signed_name, method="bundle", at=at,
        asked_from=None, discusses_off_label=None, signed_ip=None,
    )  # fmt: skip
    write_entry("disclosure.sign_disclosure", by=by or signed_name, at=at, about=disclosure, detail={"rows": len(rows)})
    return disclosure


def _write(person: Person, rows: Sequence[dict[str, Any]], *, at: datetime, **facts: Any) -> Disclosure:
    """The disclosure with its rows, one per company and nature: two names of one company become one row, ongoing if either is."""
    disclosure = Disclosure.objects.create(person=person, signed_at=at, **facts)
    merged: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        known = merged.setdefault((row["company"].pk, row["nature"]), row)
        known["has_ended"] = known["has_ended"] and row["has_ended"]
    FinancialRelationship.objects.bulk_create(FinancialRelationship(disclosure=disclosure, **row) for row in merged.values())
    return disclosure
