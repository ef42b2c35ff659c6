"""The room's door: pages for people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.core import ratelimit
from allauth.core.ratelimit import respond_429
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme

from preceptor.accounts.models import User
from preceptor.ui.middleware import wants_json

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request whose user is known. Only a type: `signed_in` promises it."""

    user: User  # type: ignore[assignment]


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only signed-in people through; others sign in first and come back to where they were going. Scripts get a 401."""

    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(cast(SignedInRequest, request), *args, **kwargs)
        return sign_in_first(request)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], wraps(view)(door))


def sign_in_first(request: HttpRequest, way_back: str = "") -> HttpResponseBase:
    """The way to the sign-in page and back to where they were going; for a script a 401 with both."""
    answer = redirect_to_login(way_back or _way_back(request))
    if wants_json(request):
        message = "Sign in again to go on. What you saved is kept."
        return JsonResponse({"code": "accounts.sign_in", "message": message, "next": answer.url}, status=401)
    return answer


def limited(action: str) -> Callable[[View[P]], View[P]]:
    """Answer 429 when this action was sent too often (ACCOUNT_RATE_LIMITS); only sending counts, looking does not."""

    def around(view: View[P]) -> View[P]:
        def door(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method in ("GET", "HEAD") or ratelimit.consume(request, action=action):
                return view(request, *args, **kwargs)
            return respond_429(request)

        return cast(View[P], wraps(view)(door))

    return around


def _way_back(request: HttpRequest) -> str:
    """A page that can be asked for again: this one, or the one whose form was sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    return referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}) else "/"
