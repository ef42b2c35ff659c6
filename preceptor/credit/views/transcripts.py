"""The transcript, on screen and as files. All of them show what the filters in the address say."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.credit.actions import order_record, order_transcript
from preceptor.credit.forms import TranscriptForm
from preceptor.credit.queries import CSV_COLUMNS, csv_rows, record_of, requirement_warnings, transcript_of
from preceptor.credit.rules import MOST_IN_RECORD, SAMPLE_MARK, SELF_REPORTED_NOTE
from preceptor.credit.views.answers import attachment, making, pdf_answer
from preceptor.kernel.tables import csv_bytes


@signed_in
@require_safe
def transcript(request: SignedInRequest) -> HttpResponse:
    """All credit of the person, per type and period; self-reported credit apart; and what is unfinished."""
    at = timezone.now()
    record = record_of(request.user, at)
    form = TranscriptForm(request.GET, record)
    context = {
        "section": "credit",
        "record": record,
        "form": form,
        "shown": transcript_of(record, form.filters()),
        "query": form.query(),
        "warnings": requirement_warnings(request.user, at),
        "most_in_record": MOST_IN_RECORD,
        "sample_mark": SAMPLE_MARK,
        "told_note": SELF_REPORTED_NOTE,
    }
    return render(request, "credit/transcript.html", context)


@signed_in
@require_safe
def transcript_pdf(request: SignedInRequest) -> HttpResponse:
    """As signed PDF; until it is made, a page that looks again by itself."""
    at = timezone.now()
    record = record_of(request.user, at)
    file = order_transcript(record, TranscriptForm(request.GET, record).filters(), at=at)
    return making(request, "transcript") if file.data is None else pdf_answer(bytes(file.data), "transcript.pdf")


@signed_in
@require_safe
def transcript_clr(request: SignedInRequest) -> HttpResponse:
    """As signed learner record; until it is made, a page that looks again by itself."""
    at = timezone.now()
    record = record_of(request.user, at)
    file = order_record(record, TranscriptForm(request.GET, record).filters(), at=at)
    return making(request, "learner record") if file.data is None else attachment(bytes(file.data), "application/vc", "transcript.clr.json")


@signed_in
@require_safe
def transcript_csv(request: SignedInRequest) -> HttpResponse:
    """As a table, for spreadsheets."""
    record = record_of(request.user, timezone.now())
    shown = transcript_of(record, TranscriptForm(request.GET, record).filters())
    return attachment(csv_bytes(CSV_COLUMNS, csv_rows(shown)), "text/csv; charset=utf-8", "transcript.csv")
