"""Letters: what was sent to whom and what became of it; and work that was given up."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.accreditation.queries import house_zone
from preceptor.jobs.actions import revive_job
from preceptor.jobs.models import Job
from preceptor.jobs.queries import dead_jobs, health
from preceptor.logbook.queries import entries_about
from preceptor.mail.actions import resend_letter
from preceptor.mail.models import Letter
from preceptor.mail.queries import letter_fate, letters_wished
from preceptor.mail.rules import ENDED, is_secret
from preceptor.studio.access import WRITE, staff
from preceptor.studio.desk import Seat
from preceptor.studio.forms.mail import LettersForm, ResendForm, ReviveForm
from preceptor.studio.pages import go, show

PER_PAGE = 50


@staff()
def letters(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every letter, the newest first; looked for by address, kind, state and day."""
    zone = house_zone()
    form = LettersForm(request.GET, zone=zone)
    page = Paginator(letters_wished(form.wish), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(letter, letter_fate(letter, at=seat.at, zone=zone)) for letter in page]
    return show(request, "letters", seat, form=form, page=page, rows=rows, zone=zone, dead=health(seat.at).dead)


@staff(WRITE)
def letter(request: HttpRequest, seat: Seat, letter: str) -> HttpResponse:
    """One letter: its words (those with a code or personal link excepted), what happened to it, and sending it again."""
    held = get_object_or_404(Letter.objects.select_related("resent_from"), uuid=letter)
    form = ResendForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: resend_letter(held, reason=typed["reason"], **seat.signed)):
        return go(request, reverse("studio:letter", args=[held.uuid]), "It is queued to be sent again.")
    files = [(file.name, max(len(file.data) // 1024, 1)) for file in held.attachments.order_by("pk")]
    zone = house_zone()
    fate = letter_fate(held, at=seat.at, zone=zone)
    may_resend = seat.is_author and held.state in ENDED and not is_secret(held.kind)
    return show(
        request, "letter", seat,
        held=held, form=form, fate=fate, events=held.events.order_by("pk"), files=files, is_secret=is_secret(held.kind),
        may_resend=may_resend, again=held.resent.order_by("pk"), entries=entries_about(held), zone=zone,
    )  # fmt: skip


@staff()
def work(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Work that was given up, with its reason."""
    page = Paginator(dead_jobs(), PER_PAGE).get_page(request.GET.get("page"))
    return show(request, "work", seat, page=page, queue=health(seat.at), zone=house_zone())


@staff(WRITE)
def job(request: HttpRequest, seat: Seat, job: str) -> HttpResponse:
    """One piece of work: why it was given up, and trying it again."""
    held = get_object_or_404(Job, uuid=job)
    form = ReviveForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: revive_job(held, reason=typed["reason"], **seat.signed)):
        return go(request, reverse("studio:work"), "It is tried again.")
    return show(request, "job", seat, held=held, form=form, entries=entries_about(held), zone=house_zone())
