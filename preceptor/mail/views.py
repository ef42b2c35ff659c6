"""The mailbox: what the demo's sink has caught. Only on this machine, only while letters go to the sink.

And what mail providers call to say what became of letters: only who proves to be the provider that the settings name.
"""

from __future__ import annotations

from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from preceptor.mail.access import at_home, from_provider, with_caught_letter
from preceptor.mail.actions import record_reports
from preceptor.mail.adapters.mailbox import CaughtLetter, caught_letters
from preceptor.mail.rules import Report, Taken

# A letter's own styles are inline, as mail clients want them; so its HTML gets a frame with a policy of its own, and can run and load nothing.
LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


@require_safe
@never_cache
@at_home
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every caught letter, the newest first."""
    return render(request, "mail/mailbox.html", {"letters": caught_letters()})


@require_safe
@never_cache
@with_caught_letter
def mailbox_letter(request: HttpRequest, letter: CaughtLetter) -> HttpResponse:
    """One letter: headers, HTML in a frame, text, attachments."""
    return render(request, "mail/mailbox_letter.html", {"letter": letter})


@require_safe
@never_cache
@csp(LETTER_POLICY)
@xframe_options_sameorigin
@with_caught_letter
def mailbox_html(request: HttpRequest, letter: CaughtLetter) -> HttpResponse:
    """The letter's HTML for the frame; its links open in the whole window."""
    return HttpResponse(letter.html.replace("<head>", '<head><base target="_top">', 1))


@require_safe
@never_cache
@with_caught_letter
def mailbox_attachment(request: HttpRequest, letter: CaughtLetter, number: int) -> HttpResponse:
    """One attachment, to download."""
    file = next((a for a in letter.attachments if a.number == number), None)
    if file is None:
        raise Http404
    return HttpResponse(
        file.data,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{_plain_name(file.name)}"'},
    )


def _plain_name(name: str) -> str:
    """A file name that cannot break out of its header."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name) or "attachment"


@from_provider
def events(request: HttpRequest, reports: list[Report]) -> HttpResponse:
    """Delivered, delayed, come back. A letter that is being posted at this moment has the provider come again."""
    taken = record_reports(reports, at=timezone.now())
    if Taken.TOO_EARLY in taken:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    return HttpResponse()
