"""The claim."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from preceptor.catalog.rules import Step
from preceptor.credit.actions import claim_credit
from preceptor.credit.forms import ClaimForm
from preceptor.credit.queries import award_of, claim_desk
from preceptor.credit.views.answers import see_other
from preceptor.journey.access import Visit, at_step


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
        claim_credit(visit.participation, form.claim, at=visit.at)
        request.session.pop(draft, None)
        return onward
    return render(request, "credit/claim.html", {"visit": visit, "corridor": visit.corridor, "form": form, "desk": desk})
