"""Claim, certificate, verification, transcript."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.catalog.rules import Step
from preceptor.credit.access import unhurried
from preceptor.credit.actions import claim_credit, file_name, order_transcript, send_again
from preceptor.credit.adapters.qr import qr_inline
from preceptor.credit.forms import ClaimForm, SerialForm, YearForm
from preceptor.credit.models import Award
from preceptor.credit.queries import award_of, award_with_serial, claim_desk, fate_of, has_file, own_award, transcript_for
from preceptor.credit.rules import SAMPLE_MARK, face_of, why_no_serial
from preceptor.journey.access import Visit, at_step
from preceptor.kernel.serials import grouped, normalized


def _paper(award: Award) -> dict[str, Any]:
    face = face_of(award.payload)
    return {"award": award, "face": face, "qr": qr_inline(face.verify_url)}


def _see_other(url: str) -> HttpResponse:
    response = redirect(url)
    response.status_code = 303
    response.headers["Cache-Control"] = "no-store"
    return response


def _making(request: HttpRequest, what: str) -> HttpResponse:
    """Not ready: the browser asks again by itself, without script."""
    response = render(request, "credit/making.html", {"what": what}, status=202)
    response.headers["Refresh"] = "2"
    response.headers["Cache-Control"] = "no-store"
    return response


def _pdf_answer(data: bytes, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": disposition, "Cache-Control": "private, no-cache"}
    )


@at_step(Step.CLAIM)
def claim(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The claim; whoever has claimed already is shown the certificate. Who goes to their address first finds on return what they typed."""
    onward = _see_other(reverse("credit:certificate", args=[visit.activity.slug]))
    if award_of(visit.participation):
        return onward
    desk = claim_desk(visit.participation, visit.at)
    draft = f"claim_draft:{visit.participation.uuid}"
    form = ClaimForm(request.POST or None, desk=desk, draft=request.session.get(draft))
    if form.is_bound and (way := form.way()):
        request.session[draft] = form.draft()
        return _see_other(way)
    if form.is_bound and form.is_valid():
        claim_credit(visit.participation, form.claim, at=visit.at)
        request.session.pop(draft, None)
        return onward
    return render(request, "credit/claim.html", {"visit": visit, "corridor": visit.corridor, "form": form, "desk": desk})


@at_step(Step.CERTIFICATE)
@require_safe
def certificate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The certificate on screen, at once, with what became of its letter."""
    award = award_of(visit.participation)
    if award is None:
        raise Http404("no award")
    context = {"visit": visit, "corridor": visit.corridor, "fate": fate_of(award, visit.at), "has_file": has_file(award), **_paper(award)}
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
    return _see_other(reverse("credit:certificate", args=[visit.activity.slug]))


@signed_in
@require_safe
def sheet(request: SignedInRequest, serial: str) -> HttpResponse:
    """The certificate at full size, to look at and print."""
    award = own_award(request.user, serial)
    if award is None:
        raise Http404("no such certificate of this person")
    return render(request, "credit/sheet.html", _paper(award))


@signed_in
@require_safe
def pdf(request: SignedInRequest, serial: str) -> HttpResponse:
    """The PDF, for its owner only; until it is made, a page that looks again by itself."""
    award = own_award(request.user, serial)
    if award is None:
        raise Http404("no such certificate of this person")
    if not has_file(award):
        return _making(request, "certificate")
    return _pdf_answer(bytes(award.certificate_file.data), file_name(award))


@unhurried
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Type a serial."""
    form = SerialForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("credit:verification", serial=form.cleaned_data["serial"])
    return render(request, "credit/verify.html", {"form": form})


@unhurried
@require_safe
def verification(request: HttpRequest, serial: str) -> HttpResponse:
    """Is it valid? Then what is printed on it, and nothing else."""
    award = award_with_serial(serial)
    typed = grouped(normalized(serial)) if not why_no_serial(serial) else serial
    context = {
        "form": SerialForm({"serial": typed}),
        "face": face_of(award.payload) if award else None,
        "typed": typed,
        "at": timezone.now(),
        "award": award,
    }
    return render(request, "credit/verification.html", context, status=200 if award else 404)


@signed_in
@require_safe
def transcript(request: SignedInRequest) -> HttpResponse:
    """All credit of the person, per type, and what is unfinished."""
    form = YearForm(request.GET or None)
    record = transcript_for(request.user, form.chosen(), at=timezone.now())
    return render(request, "credit/transcript.html", {"record": record, "sample_mark": SAMPLE_MARK})


@signed_in
@require_safe
def transcript_pdf(request: SignedInRequest) -> HttpResponse:
    """The transcript as PDF; until it is made, a page that looks again by itself."""
    file = order_transcript(request.user, YearForm(request.GET or None).chosen(), at=timezone.now())
    if file.data is None:
        return _making(request, "transcript")
    return _pdf_answer(bytes(file.data), "transcript.pdf")
