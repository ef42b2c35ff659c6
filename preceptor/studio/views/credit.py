"""Completions: the list to report from, one award with its history, and what can be done about it."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from preceptor.accounts.queries import identities_of
from preceptor.accreditation.queries import main_provider, pack_on
from preceptor.catalog.queries import newest_titles
from preceptor.credit import actions
from preceptor.credit.models import Award
from preceptor.credit.queries import (
    COLUMNS,
    award_for_staff,
    completions,
    counts_in,
    fate_of,
    fortune_of,
    is_own,
    receivers,
    receivers_told,
    standing_in,
)
from preceptor.credit.rules import face_of
from preceptor.kernel.serials import grouped, is_serial, normalized
from preceptor.kernel.tables import csv_bytes
from preceptor.studio.access import WRITE, staff
from preceptor.studio.desk import REGISTRAR, Seat
from preceptor.studio.forms.credit import CorrectForm, ReinstateForm, ReportedForm, ReverseForm, ScopeForm, file_stem
from preceptor.studio.pages import go, sent, show

PER_PAGE = 50


def _asked(request: HttpRequest, seat: Seat) -> tuple[ScopeForm, Any]:
    provider = main_provider()
    today = seat.at.astimezone(ZoneInfo(provider.time_zone if provider and provider.time_zone else "UTC")).date()
    return ScopeForm(request.GET, pack=pack_on(today), titles=newest_titles()), today


@staff(WRITE, duty=REGISTRAR, is_private=True)
def completed(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everyone who completed something, with counts, and what is not reported yet; those that are ticked can be marked as reported."""
    scope, today = _asked(request, seat)
    rows = standing_in(scope.scope, today)
    form = ReportedForm(request.POST if request.method == "POST" else None, receivers=receivers(today))
    serials = [serial for serial in request.POST.getlist("serial")[:PER_PAGE] if is_serial(serial)]
    chosen = Award.objects.filter(serial__in=serials, standing__isnull=False)
    if form.does(lambda typed: actions.mark_all_reported(chosen, typed["receiver"], by=seat.user, at=seat.at, note=typed["note"])):
        return go(request, request.get_full_path(), "They are marked as reported.")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": list(completions(page, today)),
        "counts": counts_in(scope.scope, today),
        "own": [one.pk for one in identities_of(seat.user)],
    }
    return show(request, "completions", seat, page=page, scope=scope, form=form, **context)


@staff(("POST",), duty=REGISTRAR)
def completed_csv(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The same list as a file, with the learners' numbers: for who may report, and the logbook says who took it."""
    scope, today = _asked(request, seat)
    rows = [one.cells() for one in completions(standing_in(scope.scope, today), today)]
    actions.note_export(len(rows), request.GET.urlencode(), by=seat.by, at=seat.at)
    name = file_stem(scope.scope, today)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"}
    return HttpResponse(csv_bytes(COLUMNS, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _award(serial: str) -> Award:
    award = award_for_staff(normalized(serial))
    if award is None:
        raise Http404("no such award")
    return award


def _reported(request: HttpRequest, seat: Seat, held: Award) -> ReportedForm:
    system = pack_on(seat.at.date()).systems.get(held.system)
    return ReportedForm(sent(request, "report"), receivers=receivers(seat.at.date()), likely=system.reports_to if system else "")


def _to_tell(award: Award, what: str) -> str:
    """A sentence on who knows of the credit and has to be told; "" where it was reported to nobody."""
    told = ", ".join(receivers_told(award))
    return f" This credit was reported: tell {told} {what}." if told else ""


@staff(WRITE, duty=REGISTRAR, is_private=True)
def award(request: HttpRequest, seat: Seat, serial: str) -> HttpResponse:
    """One award: what it says, what happened to it, and what can be done: report, take back, reinstate."""
    held = _award(serial)
    here = reverse("studio:award", args=[grouped(held.serial)])
    reported, reverse_, reinstate = (
        _reported(request, seat, held), ReverseForm(sent(request, "reverse")), ReinstateForm(sent(request, "reinstate")),
    )  # fmt: skip
    if reported.does(lambda typed: actions.mark_reported(held, typed["receiver"], by=seat.user, at=seat.at, note=typed["note"])):
        return go(request, here, "It is marked as reported.")
    if reverse_.does(lambda typed: actions.reverse_award(held, by=seat.user, reason=typed["reason"], note=typed["note"], at=seat.at)):
        said = "The certificate is taken back. Verification and transcript say so from now on."
        return go(request, here, said + _to_tell(held, "that it was taken back"))
    if reinstate.does(lambda typed: actions.reinstate_award(held, by=seat.user, reason=typed["reason"], note=typed["note"], at=seat.at)):
        return go(request, here, "The certificate stands again.")
    return show(
        request, "award", seat, held=held, face=face_of(held.payload), fortune=fortune_of(held), fate=fate_of(held, seat.at),
        reported=reported, reverse_form=reverse_, reinstate=reinstate, is_own=is_own(held, seat.user),
    )  # fmt: skip


@staff(WRITE, duty=REGISTRAR, is_private=True)
def correct(request: HttpRequest, seat: Seat, serial: str) -> HttpResponse:
    """Put right what a certificate says: a new one supersedes it, and goes to the learner."""
    held = _award(serial)
    pack = pack_on(held.completed_on)
    offered = list(held.edition.offers.values_list("system", flat=True))
    form = CorrectForm(request.POST if request.method == "POST" else None, award=held, pack=pack, systems=offered)
    if form.does(
        lambda typed: actions.correct_award(held, form.claim, by=seat.user, reason=typed["reason"], note=typed["note"], at=seat.at)
    ):
        made = held.superseded_by
        said = "The corrected certificate is on its way to the learner." + _to_tell(held, "of the correction")
        return go(request, reverse("studio:award", args=[grouped(made.serial)]), said)
    return show(request, "award_correct", seat, held=held, face=face_of(held.payload), form=form, is_own=is_own(held, seat.user))
