"""The certificate: on screen, as paper, by e-mail."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.catalog.rules import Step
from preceptor.credit.actions import file_name, order_paper, send_again
from preceptor.credit.queries import award_of, certificate_desk, fate_of, fortune_of, has_file, own_award
from preceptor.credit.rules import PAPER
from preceptor.credit.views.answers import making, paper, pdf_answer
from preceptor.journey.access import Visit, at_step
from preceptor.ui.answers import see_other


@at_step(Step.CERTIFICATE)
@require_safe
def certificate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The certificate on screen, at once, with what became of its letter, and what can still be done about it."""
    award = award_of(visit.participation)
    if award is None:
        raise Http404("no award")
    context = {
        "visit": visit,
        "corridor": visit.corridor,
        "fate": fate_of(award, visit.at),
        "has_file": has_file(award),
        "desk": certificate_desk(award, visit.at),
        **paper(award),
    }
    return render(request, "credit/certificate.html", context)


@at_step(Step.CERTIFICATE)
@require_POST
def send(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Once more by e-mail."""
    award = award_of(visit.participation)
    if award is None:
        raise Http404("no award")
    send_again(award, visit.user, at=visit.at)
    messages.success(request, f"Your certificate is on its way to {visit.user.email}.")
    return see_other(reverse("credit:certificate", args=[visit.activity.slug]))


@signed_in
@require_safe
def sheet(request: SignedInRequest, serial: str) -> HttpResponse:
    """The certificate at full size, to look at and print."""
    award = own_award(request.user, serial)
    if award is None:
        raise Http404("no such certificate of this person")
    return render(request, "credit/sheet.html", {"fortune": fortune_of(award), **paper(award)})


@signed_in
@require_safe
def pdf(request: SignedInRequest, serial: str) -> HttpResponse:
    """The PDF, for its owner only; until it is made, a page that looks again by itself."""
    award = own_award(request.user, serial)
    if award is None:
        raise Http404("no such certificate of this person")
    file = order_paper(award, request.GET.get("paper", PAPER), at=timezone.now())
    if file is None:
        return making(request, "certificate")
    return pdf_answer(bytes(file.data), file_name(award))
