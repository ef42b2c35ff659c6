"""The learner desk (records): find a person, see everything about them, put accounts together, part them, ask for erasure."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of, links_between, standing_links
from preceptor.accreditation.queries import main_provider
from preceptor.logbook.queries import entries_about
from preceptor.records import actions
from preceptor.records.queries import erasure_plan, merge_preview, people_found, requests_of, side_of, unmerge_preview
from preceptor.studio.access import WRITE, staff
from preceptor.studio.desk import REGISTRAR, Seat
from preceptor.studio.forms.records import FindForm, ReasonForm
from preceptor.studio.pages import go, show

PER_PAGE = 25


def _zone() -> str:
    provider = main_provider()
    return provider.time_zone if provider else "UTC"


def _url(name: str, *accounts: User) -> str:
    return reverse(f"studio:{name}", args=[one.uuid for one in accounts])


@staff(duty=REGISTRAR, is_private=True)
def people(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Find somebody."""
    form = FindForm(request.GET)
    found = people_found(form.typed())
    page = Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page"))
    return show(request, "people", seat, found=found, page=page, q=form.typed(), finder=form)


@staff(duty=REGISTRAR, is_private=True)
def human(request: HttpRequest, seat: Seat, account: str) -> HttpResponse:
    """One person over all of their accounts; `?q=` looks for another account of theirs."""
    held = get_object_or_404(User, uuid=account)
    side, typed = side_of(held, seat.at), FindForm(request.GET).typed()
    others = people_found(typed).rows.exclude(pk__in=[one.pk for one in side.accounts])[:10] if typed else []
    links, entries = links_between(side.accounts), entries_about(*side.accounts)[:20]
    parted = {line.merged_id: line for line in standing_links(side.accounts)}
    names = {str(one.uuid): one.email for one in side.accounts} if len(side.accounts) > 1 else {}
    return show(
        request, "human", seat, names=names, side=side, links=links, entries=entries, plan=erasure_plan(held), others=others, q=typed, zone=_zone(),
        requests=requests_of(held), parted=parted, finder=FindForm(request.GET),
    )  # fmt: skip


@staff(WRITE, duty=REGISTRAR, is_private=True)
def merge(request: HttpRequest, seat: Seat, account: str, other: str) -> HttpResponse:
    """What putting the other account to this one would do, and doing it."""
    kept, merged = get_object_or_404(User, uuid=account), get_object_or_404(User, uuid=other)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, statement="Both accounts belong to one person, and I have read what will happen"
    )
    if form.does(lambda typed: actions.merge_people(kept, merged, by=seat.user, reason=typed["reason"], at=seat.at, signed=seat.by)):
        return go(request, _url("human", kept), "The accounts are one person’s now. Both addresses were told.")
    preview = merge_preview(kept, merged, seat.at, by=seat.user)
    return show(request, "merge", seat, preview=preview, form=form, swap=_url("merge", merged, kept), zone=_zone())


@staff(WRITE, duty=REGISTRAR, is_private=True)
def unmerge(request: HttpRequest, seat: Seat, account: str) -> HttpResponse:
    """What parting this account from the one that it was put to would do, and doing it."""
    held = get_object_or_404(User, uuid=account)
    preview = unmerge_preview(held, seat.at, by=seat.user)
    if preview is None:
        return go(request, _url("human", held), "This account stands by itself.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        statement="These accounts are not one person’s, and I have read what will happen",
    )
    if form.does(lambda typed: actions.unmerge_people(held, by=seat.user, reason=typed["reason"], at=seat.at, signed=seat.by)):
        return go(request, _url("human", held), "The accounts are separate again. Both addresses were told.")
    return show(request, "unmerge", seat, preview=preview, held=held, form=form, zone=_zone())


@staff(WRITE, duty=REGISTRAR, is_private=True)
def erase(request: HttpRequest, seat: Seat, account: str) -> HttpResponse:
    """Ask for a person's erasure on their behalf, or withdraw it while it waits."""
    held = identities_of(get_object_or_404(User, uuid=account))[0]
    if request.POST.get("do") == "keep":
        actions.withdraw_erasure(held, by=seat.by, at=seat.at)
        return go(request, _url("human", held), "The erasure is withdrawn.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None, statement="This person asked for it, and I have made sure that it was they"
    )
    if form.does(lambda typed: actions.request_erasure(held, by=seat.by, reason=typed["reason"], at=seat.at)):
        return go(request, _url("human", held), "The erasure is asked for. The person was told, and can keep the account for seven days.")
    return show(request, "erase", seat, held=held, plan=erasure_plan(held), form=form, zone=_zone())
