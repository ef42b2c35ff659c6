"""Requirements that a learner follows: their own alone."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.accreditation.queries import pack_on
from preceptor.credit.actions import change_tracked, follow_own, follow_requirement, leave_requirement, resume_requirement, roll_over
from preceptor.credit.adapters.calendar import calendar_bytes
from preceptor.credit.forms import CycleForm, OwnRequirementForm
from preceptor.credit.models import TrackedRequirement
from preceptor.credit.queries import calendar_days, own_tracked, removed_tracked, tracked_row, tracker_of
from preceptor.credit.views.answers import attachment
from preceptor.journey.queries import today_here
from preceptor.ui.answers import see_other

PAGE = "credit:requirements"


def _own(request: SignedInRequest, uuid: UUID, *, is_removed: bool = False) -> TrackedRequirement:
    row = own_tracked(request.user, uuid, is_removed=is_removed)
    if row is None:
        raise Http404("no such requirement of this person")
    return row


def _kept(request: SignedInRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return see_other(reverse(PAGE))


@signed_in
@require_safe
def requirements(request: SignedInRequest) -> HttpResponse:
    """How far each requirement is met, by when, and what else there is to follow."""
    undo = removed_tracked(request.user, request.GET.get("left", ""))
    context = {"section": "requirements", "tracker": tracker_of(request.user, timezone.now()), "undo": undo}
    return render(request, "credit/requirements.html", context)


@signed_in
@require_safe
def requirements_ics(request: SignedInRequest) -> HttpResponse:
    """Their last days as a calendar, with reminders."""
    at = timezone.now()
    return attachment(calendar_bytes(calendar_days(request.user, at), at=at), "text/calendar; charset=utf-8", "requirements.ics")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_follow(request: SignedInRequest, key: str) -> HttpResponse:
    """Follow one of the packs: its days."""
    at = timezone.now()
    requirement = pack_on(today_here(at)).requirements.get(key)
    if requirement is None:
        raise Http404("no such requirement")
    form = CycleForm(request.POST if request.method == "POST" else None, requirement=requirement, today=today_here(at))
    if form.is_bound and form.is_valid():
        follow_requirement(request.user, requirement, form.cleaned_data["begins_on"], form.cleaned_data["ends_on"], at=at)
        return _kept(request, f"You follow: {requirement.label}.")
    return render(request, "credit/requirement_form.html", {"section": "requirements", "form": form, "requirement": requirement})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_own(request: SignedInRequest) -> HttpResponse:
    """Follow one of one's own words."""
    at = timezone.now()
    form = _own_form(request)
    if form.is_bound and form.is_valid():
        follow_own(request.user, **form.cleaned_data, at=at)
        return _kept(request, f"You follow: {form.cleaned_data['title']}.")
    return render(request, "credit/requirement_form.html", {"section": "requirements", "form": form})


def _own_form(request: SignedInRequest, held: TrackedRequirement | None = None) -> OwnRequirementForm:
    today = today_here(timezone.now())
    typed = request.POST if request.method == "POST" else None
    return OwnRequirementForm(typed, pack=pack_on(today), today=today, profession=request.user.profession, held=held)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Other days; of one of one's own words everything."""
    at, held = timezone.now(), _own(request, uuid)
    row = tracked_row(held, at)
    typed = request.POST if request.method == "POST" else None
    form = _own_form(request, held) if row.is_own else CycleForm(typed, requirement=row.requirement, today=today_here(at), held=held)
    if form.is_bound and form.is_valid():
        change_tracked(held, at=at, **form.cleaned_data)
        return _kept(request, "The change is kept.")
    context = {"section": "requirements", "form": form, "requirement": row.requirement, "held": held}
    return render(request, "credit/requirement_form.html", context)


@signed_in
@require_POST
def requirement_next(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Begin the next cycle."""
    begun = roll_over(_own(request, uuid), at=timezone.now())
    return _kept(request, f"The next cycle is begun: from {begun.begins_on:%m/%d/%Y} to {begun.ends_on:%m/%d/%Y}.")


@signed_in
@require_POST
def requirement_leave(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Follow it no more, with a way back."""
    held = _own(request, uuid)
    leave_requirement(held, at=timezone.now())
    return see_other(f"{reverse(PAGE)}?left={held.uuid}")


@signed_in
@require_POST
def requirement_resume(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Follow it again."""
    resume_requirement(_own(request, uuid, is_removed=True), at=timezone.now())
    return _kept(request, "You follow it again.")
