"""Verification: open to all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preceptor.credit.access import unhurried
from preceptor.credit.forms import SerialForm
from preceptor.credit.queries import award_with_serial
from preceptor.credit.rules import face_of, why_no_serial
from preceptor.kernel.serials import grouped, normalized


@unhurried
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Type a serial."""
    form = SerialForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("credit:verification", serial=form.cleaned_data["serial"])
    return render(request, "credit/verify.html", {"form": form})


@unhurried
@require_safe
def verification(request: HttpRequest, serial: str) -> HttpResponse:
    """Is it valid? Then what is printed on it, and nothing else."""
    award = award_with_serial(serial)
    typed = grouped(normalized(serial)) if not why_no_serial(serial) else serial
    context = {
        "form": SerialForm({"serial": typed}),
        "face": face_of(award.payload) if award else None,
        "typed": typed,
        "at": timezone.now(),
        "award": award,
    }
    return render(request, "credit/verification.html", context, status=200 if award else 404)
