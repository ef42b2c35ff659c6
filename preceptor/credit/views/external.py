"""Credit from elsewhere: its holder's alone."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.accreditation.queries import pack_on
from preceptor.credit.access import takes_a_proof
from preceptor.credit.actions import (
    Proof,
    add_external_credit,
    change_external_credit,
    remove_external_credit,
    restore_external_credit,
)
from preceptor.credit.forms import ExternalCreditForm
from preceptor.credit.models import ExternalCredit
from preceptor.credit.queries import external_credits_of, external_row, own_external_credit, removed_external_credit, told_totals
from preceptor.credit.rules import SELF_REPORTED_NOTE, step_doubt
from preceptor.journey.queries import today_here
from preceptor.ui.answers import see_other

LIST = "credit:external"


def _own(request: SignedInRequest, uuid: UUID, *, is_removed: bool = False) -> ExternalCredit:
    row = own_external_credit(request.user, uuid, is_removed=is_removed)
    if row is None:
        raise Http404("no such credit of this person")
    return row


def _form(request: SignedInRequest, held: ExternalCredit | None = None) -> ExternalCreditForm:
    today, is_sent = today_here(timezone.now()), request.method == "POST"
    typed = (request.POST, request.FILES) if is_sent else (None, None)
    return ExternalCreditForm(
        *typed, pack=pack_on(today), today=today, held=held, is_too_large=getattr(request, "is_file_too_large", False)
    )


def _proof(form: ExternalCreditForm) -> Proof | None:
    typed = form.cleaned_data
    return Proof(typed["proof_data"], typed["proof_kind"], typed["proof"].name) if typed.get("proof") else None


def _saved(request: SignedInRequest, form: ExternalCreditForm, sentence: str) -> HttpResponse:
    """Back to the list, with a doubt about the amount where it is no step of its system."""
    messages.success(request, sentence)
    system = form.systems.get(form.cleaned_data["system"])
    if system and (doubt := step_doubt(form.cleaned_data["amount"], system.step, system.label)):
        messages.warning(request, doubt)
    return see_other(reverse(LIST))


@signed_in
@require_safe
def external(request: SignedInRequest) -> HttpResponse:
    """What the learner wrote down, with the way to add more; the one that was removed last can be brought back."""
    today = today_here(timezone.now())
    rows = [external_row(credit, today) for credit in external_credits_of(request.user)]
    undo = removed_external_credit(request.user, request.GET.get("removed", ""))
    context = {"section": "self", "rows": rows, "totals": told_totals(rows), "undo": undo, "told_note": SELF_REPORTED_NOTE}
    return render(request, "credit/external.html", context)


@signed_in
@takes_a_proof
@require_http_methods(["GET", "HEAD", "POST"])
def external_add(request: SignedInRequest) -> HttpResponse:
    """Write down credit from elsewhere."""
    form = _form(request)
    if form.is_bound and form.is_valid():
        add_external_credit(request.user, form.values(), _proof(form), at=timezone.now())
        return _saved(request, form, "The credit is on your record, marked as self-reported.")
    return render(request, "credit/external_form.html", {"section": "self", "form": form})


@signed_in
@takes_a_proof
@require_http_methods(["GET", "HEAD", "POST"])
def external_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Write it down otherwise."""
    held = _own(request, uuid)
    form = _form(request, held)
    if form.is_bound and form.is_valid():
        drops = bool(form.cleaned_data.get("drops_proof"))
        change_external_credit(held, form.values(), _proof(form), drops_proof=drops, at=timezone.now())
        return _saved(request, form, "The change is kept.")
    return render(request, "credit/external_form.html", {"section": "self", "form": form, "held": held})


@signed_in
@require_safe
def external_proof(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    """The file that was added: to be saved, never shown as a page of ours."""
    held = _own(request, uuid)
    if not held.file or not held.file.storage.exists(str(held.file.name)):
        raise Http404("no file")
    answer = FileResponse(held.file.open("rb"), as_attachment=True, filename=held.file_name, content_type=held.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@signed_in
@require_POST
def external_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take it off the record, with a way back."""
    held = _own(request, uuid)
    remove_external_credit(held, at=timezone.now())
    return see_other(f"{reverse(LIST)}?removed={held.uuid}")


@signed_in
@require_POST
def external_restore(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Bring it back."""
    restore_external_credit(_own(request, uuid, is_removed=True), at=timezone.now())
    messages.success(request, "The credit is on your record again.")
    return see_other(reverse(LIST))
