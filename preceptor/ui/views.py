"""The shell's own pages: error pages and the choice of light or dark."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from preceptor.ui.answers import error_answer, wants_json
from preceptor.ui.answers import too_many as too_many
from preceptor.ui.look import LOOK_COOKIE, LOOK_COOKIE_SECONDS, look_of


@csrf_exempt  # It sets one of three cosmetic values; a token here would give every anonymous visitor a cookie on every page.
@require_POST
def set_look(request: HttpRequest) -> HttpResponse:
    """Keeps the choice of light or dark for a year, and goes back to where the person was."""
    response = HttpResponseRedirect(_local_path(request, request.POST.get("next", "")))
    response.status_code = 303
    response.set_cookie(
        LOOK_COOKIE, look_of(request.POST.get("look")), max_age=LOOK_COOKIE_SECONDS, samesite="Lax", secure=request.is_secure()
    )
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return error_answer(request, 400, "bad_request", "The request could not be read.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not with this account."""
    return error_answer(request, 403, "permission_denied", "This account may not open this page.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing at this address, or nothing that this person may know of."""
    return error_answer(request, 404, "not_found", "There is no page at this address.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token does not fit: a stale tab, a sign-in elsewhere, or cookies switched off. Says what to do; links back."""
    if wants_json(request):
        return JsonResponse({"code": "stale_form", "message": "This page is out of date. Load it again.", "next": ""}, status=403)
    back = _local_path(request, request.headers.get("Referer", ""), request.get_full_path())
    return render(request, "ui/stale_form.html", {"back_url": back}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without context, so it works when little else does."""
    if wants_json(request):
        return JsonResponse({"code": "server_error", "message": "Something failed on our side. Try again in a minute."}, status=500)
    return HttpResponseServerError(render_to_string("500.html"))


def _local_path(request: HttpRequest, candidate: str, otherwise: str = "/") -> str:
    """The candidate if it is an address of this site, else `otherwise`: no open redirect."""
    is_ours = url_has_allowed_host_and_scheme(candidate, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return candidate if candidate and is_ours else otherwise
