"""How the desk answers: a page with its edition around it, or on to the next page with a word on what was done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from preceptor.studio.desk import Desk, Seat


def show(request: HttpRequest, template: str, seat: Seat, section: str = "", /, **context: Any) -> HttpResponse:
    """The page; 422 when one of its forms was refused."""
    shown = [one for value in context.values() for one in (value if isinstance(value, list | tuple) else [value])]
    has_errors = any(isinstance(one, forms.Form) and one.is_bound and one.errors for one in shown)
    place = {"desk": seat, "edition": seat.edition} if isinstance(seat, Desk) else {}
    return render(
        request, f"studio/{template}.html", {"seat": seat, "section": section, **place, **context}, status=422 if has_errors else 200
    )


def go(request: HttpRequest, url: str, said: str) -> HttpResponse:
    """303 to the next page, with a word on what was done."""
    messages.success(request, said)
    return HttpResponse(status=303, headers={"Location": url})


def sent(request: HttpRequest, name: str) -> Any:
    """The typed values when the form `name` of a page of several was sent, else None."""
    return request.POST if request.method == "POST" and request.POST.get("do") == name else None
