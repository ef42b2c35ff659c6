"""The claim, its correction, and points of a board beside it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from preceptor.catalog.rules import Step
from preceptor.credit.actions import claim_credit, correct_claim
from preceptor.credit.forms import ClaimForm, chosen_before
from preceptor.credit.queries import award_of, boards_desk, claim_desk
from preceptor.journey.access import Visit, at_step
from preceptor.ui.answers import see_other


@at_step(Step.CLAIM)
def claim(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The claim; whoever has claimed already is shown the certificate. Who goes to their address first finds on return what they typed."""
    onward = see_other(reverse("credit:certificate", args=[visit.activity.slug]))
    if award_of(visit.participation):
        return onward
    desk = claim_desk(visit.participation, visit.at)
    draft = f"claim_draft:{visit.participation.uuid}"
    form = ClaimForm(request.POST or None, desk=desk, draft=request.session.get(draft))
    if form.is_bound and (way := form.way()):
        request.session[draft] = form.draft()
        return see_other(way)
    if form.is_bound and form.is_valid():
        claim_credit(visit.participation, form.claim, at=visit.at, request_key=form.request_key)
        request.session.pop(draft, None)
        return onward
    return render(request, "credit/claim.html", {"visit": visit, "corridor": visit.corridor, "form": form, "desk": desk})


@at_step(Step.CERTIFICATE)
def correct(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The same form once more, for who picked the wrong type or amount."""
    award = award_of(visit.participation)
    if award is None:
        raise Http404("no award")
    desk = claim_desk(visit.participation, visit.at, corrected=award)
    form = ClaimForm(request.POST or None, desk=desk, draft=chosen_before(award))
    if form.is_bound and form.is_valid():
        correct_claim(award, form.claim, at=visit.at, request_key=form.request_key)
        return see_other(reverse("credit:certificate", args=[visit.activity.slug]))
    context = {"visit": visit, "corridor": visit.corridor, "form": form, "desk": desk, "corrected": award}
    return render(request, "credit/claim.html", context)


@at_step(Step.CERTIFICATE)
def boards(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Points of a board, beside the credit that was claimed."""
    onward = see_other(reverse("credit:certificate", args=[visit.activity.slug]))
    desk = boards_desk(visit.participation, visit.at)
    if desk is None:
        return onward
    form = ClaimForm(request.POST or None, desk=desk)
    if form.is_bound and form.is_valid():
        claim_credit(visit.participation, form.claim, at=visit.at, request_key=form.request_key)
        return onward
    context = {"visit": visit, "corridor": visit.corridor, "form": form, "desk": desk, "is_beside": True}
    return render(request, "credit/claim.html", context)
