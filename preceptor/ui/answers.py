"""Answers that other rooms may give too: an error as a page for a person and as JSON for a program."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render


def wants_json(request: HttpRequest) -> bool:
    """Whether a program or a script asks, rather than a person's browser."""
    if request.headers.get("X-Requested-With"):
        return True
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def see_other(url: str) -> HttpResponse:
    """303: what was sent is dealt with, and this is where one goes on. Kept by no cache, so that going back asks anew."""
    return HttpResponseRedirect(url, status=303, headers={"Cache-Control": "no-store"})


def error_answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    """The error page of that status (templates/<status>.html), or its code and sentence for a program."""
    if wants_json(request):
        return JsonResponse({"code": code, "message": message, "next": ""}, status=status)
    return render(request, f"{status}.html", {"message": message}, status=status)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many tries in a short time."""
    return error_answer(request, 429, "too_many_requests", "There were too many tries in a short time. Wait a few minutes, then try again.")
