"""Doors of the public pages: verification is open to all, but not without end."""

from collections.abc import Callable
from functools import wraps

# The public consume() lets every GET pass; this is the same function with its own limits, counted in the shared cache.
from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# A desk that checks a pile of certificates stays below it; somebody who tries numbers does not.
LIMITS = {"verify": "30/m/ip,300/h/ip"}


def unhurried(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a visitor through as often as LIMITS say; then 429, whether or not the serial exists. Search engines are told to stay away."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: str) -> HttpResponse:
        allowed = consume(request, app="preceptor.credit", action="verify", config=LIMITS, limit_get=True)
        response = view(request, **kwargs) if allowed else render(request, "429.html", status=429)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        return response

    return door
