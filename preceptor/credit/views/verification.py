"""Verification: open to all."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.credit.access import takes_a_file, unhurried
from preceptor.credit.actions import ask_check
from preceptor.credit.adapters.credential_keys import issuer_did
from preceptor.credit.forms import CheckForm, SerialForm
from preceptor.credit.queries import check_result, check_with, verification_of
from preceptor.credit.rules import why_no_serial
from preceptor.kernel.serials import grouped, normalized
from preceptor.ui.answers import see_other


@unhurried("form")
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Type a serial, or hand in a file."""
    form = SerialForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("credit:verification", serial=form.cleaned_data["serial"])
    return render(request, "credit/verify.html", {"form": form, **_page()})


@unhurried("verify")
@require_safe
def verification(request: HttpRequest, serial: str) -> HttpResponse:
    """Is it valid? Then what is printed on it, and nothing else."""
    found = verification_of(serial)
    typed = grouped(normalized(serial)) if not why_no_serial(serial) else serial
    context = {"form": SerialForm({"serial": typed}), "found": found, "typed": typed, "at": timezone.now(), **_page()}
    return render(request, "credit/verification.html", context, status=200 if found else 404)


@unhurried("check")
@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Hand in a file or a text; whoever loads this address anew is shown the form."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is None:
        return redirect("credit:verify")
    if form.is_valid():
        row = ask_check(form.cleaned_data["kind"], form.cleaned_data["data"], at=timezone.now())
        return see_other(reverse("credit:checked", args=[row.uuid]))
    return render(request, "credit/verify.html", {"form": SerialForm(), **_page(form)})


@unhurried("result")
@require_safe
def checked(request: HttpRequest, uuid: str) -> HttpResponse:
    """What became of it; until a worker has looked, a page that looks again by itself."""
    row = check_with(uuid)
    if row is None:
        raise Http404("no such check, or none any more")
    if row.result is None:
        response = render(request, "credit/checking.html", status=202)
        response.headers["Refresh"] = "2"
        return response
    context = {"form": SerialForm(), "result": check_result(row), "at": timezone.now(), **_page()}
    return render(request, "credit/checked.html", context)


def _page(check_form: CheckForm | None = None) -> dict[str, Any]:
    """What every page of verification shows below the answer."""
    return {"check_form": check_form or CheckForm(), "issuer": issuer_did()}
