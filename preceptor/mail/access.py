"""The mailbox's door: it shows sign-in codes, so it opens on this machine only. The provider's door: who proves to be the mail provider."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from preceptor.mail.adapters.mailbox import CaughtLetter, caught_letter
from preceptor.mail.adapters.providers import provider, reports_in

View = Callable[..., HttpResponse]
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def is_at_home(request: HttpRequest) -> bool:
    """Does the request come from this machine itself, through no proxy, while letters go to the sink?"""
    try:
        is_loopback = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return bool(settings.HAS_MAIL_SINK) and is_loopback and not is_forwarded(request)


def is_forwarded(request: HttpRequest) -> bool:
    """Did a proxy hand the request on? Then its loopback address is the proxy's, and says nothing about who asks."""
    return any(name in request.headers for name in FORWARDED)


def at_home(view: View) -> View:
    """404 from anywhere else: such a page does not exist there."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not is_at_home(request):
            raise Http404
        return view(request, **kwargs)

    return guarded


def with_caught_letter(view: Callable[..., HttpResponse]) -> View:
    """`at_home`, and `key` in the URL becomes the letter; 404 when there is none."""

    @at_home
    @wraps(view)
    def guarded(request: HttpRequest, key: str, **kwargs: Any) -> HttpResponse:
        letter: CaughtLetter | None = caught_letter(key)
        if letter is None:
            raise Http404
        return view(request, letter, **kwargs)

    return guarded


def from_provider(view: Callable[..., HttpResponse]) -> View:
    """The view gets the reports of a call that proves to come from the mail provider. 404 while no webhook is on; 400 for anybody else's call.

    It stands outermost: a provider has no session and no token of a form, and proves itself by its secret instead.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        on = provider()
        if on is None:
            raise Http404
        if request.method != "POST":  # some providers ask with HEAD whether anybody is there
            return HttpResponse() if request.method == "HEAD" else HttpResponseNotAllowed(["POST"])
        return view(request, reports_in(request, on), **kwargs)

    return guarded
