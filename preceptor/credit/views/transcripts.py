"""The transcript."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.credit.actions import order_transcript
from preceptor.credit.forms import YearForm
from preceptor.credit.queries import transcript_for
from preceptor.credit.rules import SAMPLE_MARK
from preceptor.credit.views.answers import making, pdf_answer


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
        return making(request, "transcript")
    return pdf_answer(bytes(file.data), "transcript.pdf")
