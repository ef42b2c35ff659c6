"""The room's doors: for whoever opened the link of a request, and for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

# The public consume() has no limits of a room's own; this is the same function, counted in the shared cache.
from allauth.core.internal.ratelimit import consume
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.accreditation.queries import main_provider
from preceptor.disclosure.models import DisclosureRequest
from preceptor.disclosure.rules import SITTING

# In the session: {uuid of a request: when its link was opened}. The link itself is kept nowhere, and stands in no further address.
OPENED = "disclosure_opened"

# A department behind one address stays below it; somebody who tries does not.
LIMITS = {"new_link": "10/m/ip,40/h/ip"}

LinkView = Callable[[HttpRequest, DisclosureRequest], HttpResponseBase]


def let_in(request: HttpRequest, asked: DisclosureRequest, at: datetime) -> None:
    """Remember in the session that the link was opened, under a new session key: nobody's earlier key leads here."""
    opened = {uuid: moment for uuid, moment in request.session.get(OPENED, {}).items() if _is_fresh(moment, at)}
    request.session.cycle_key()
    request.session[OPENED] = {**opened, str(asked.uuid): at.isoformat()}


def by_link(view: LinkView) -> Callable[..., HttpResponseBase]:
    """Only for whoever opened the link of this request in this browser, within half a day. Unknown and foreign ones get one and the same answer."""

    @wraps(view)
    def door(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
        opened = request.session.get(OPENED, {}).get(str(uuid))
        asked = DisclosureRequest.objects.select_related("person", "disclosure").filter(uuid=uuid).first()
        if asked is None or opened is None or not _is_fresh(opened, timezone.now()):
            return no_link(request, uuid)
        return view(request, asked)

    return door


def unhurried(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a visitor through as often as LIMITS say; then 429, whatever was asked for."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: UUID) -> HttpResponse:
        allowed = consume(request, app="preceptor.disclosure", action="new_link", config=LIMITS)
        return view(request, **kwargs) if allowed else render(request, "429.html", status=429)

    return door


def no_link(request: HttpRequest, uuid: UUID | None = None) -> HttpResponse:
    """The page for a link that does not open anything: what it is, and what to do. With `uuid` of whatever form, a new link can be asked for."""
    response = render(request, "disclosure/no_link.html", {"provider": main_provider(), "uuid": uuid}, status=404)
    response.headers["Cache-Control"] = "no-store"
    return response


def staff_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For signed-in staff; to everybody else who is signed in there is nothing here."""

    @wraps(view)
    def door(request: SignedInRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in(door)


def _is_fresh(moment: str, at: datetime) -> bool:
    return at - datetime.fromisoformat(moment) < SITTING
