"""The form that a link opens, and the agreements' door for staff."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.accreditation.queries import main_provider
from preceptor.disclosure.access import by_link, let_in, no_link, staff_only, unhurried
from preceptor.disclosure.actions import press, send_new_link, sign
from preceptor.disclosure.forms import DisclosureForm
from preceptor.disclosure.models import CommercialSupport, DisclosureRequest
from preceptor.disclosure.queries import FormFacts, form_facts, link_state, request_of_token
from preceptor.disclosure.rules import LinkState, Step, step_of
from preceptor.kernel.documents import SCANS
from preceptor.ui.days import clock_time
from preceptor.ui.middleware import wants_json


def _go(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The only address with the token in it: it lets this browser in and leads on, so that the token stands in no page, Referer or error log.

    Any method is answered alike, since a refused one would be logged with its address; only a GET opens something.
    """
    found = request_of_token(token.strip("/"))
    if found is None:
        return _go(reverse("disclosure:link"))
    if request.method == "GET":
        let_in(request, found, timezone.now())
    return _go(reverse("disclosure:form", args=[found.uuid]))


@require_safe
def link(request: HttpRequest) -> HttpResponse:
    """A link that opens nothing."""
    return no_link(request)


@require_POST
@unhurried
def new_link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for a new link, from a page whose link opens nothing any more. It goes to the address on record; the answer is always the same."""
    send_new_link(uuid, at=timezone.now())
    return _go(reverse("disclosure:link_sent"))


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, whether or not there was somebody to write to."""
    return _kept_out(render(request, "disclosure/link_sent.html", {"provider": main_provider()}))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def form(request: HttpRequest, asked: DisclosureRequest) -> HttpResponse:
    """Fill in, in as many sittings as it takes; save, add, take over, remove, sign. What is typed is kept at every press."""
    at = timezone.now()
    facts = form_facts(asked, at)
    if link_state(asked, at) != LinkState.OPEN:
        return _closed(request, asked, facts)
    step = step_of(request.POST.get("do", ""))
    typed = _form(facts, step, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, asked, facts, typed)
    if not typed.is_valid():
        press(asked, Step("save"), typed.typed(), facts.earlier, at=at)
        return _page(request, asked, form_facts(asked, at), typed, status=422)
    if step.verb == "sign":
        sign(asked, typed.answers(), typed.cleaned_data["signed_name"], get_adapter().get_client_ip(request), at)
        return _go(reverse("disclosure:done", args=[asked.uuid]))
    press(asked, step, typed.typed(), facts.earlier, at=at)
    if wants_json(request):
        return JsonResponse({"at": at.isoformat(), "clock": clock_time(at, str(facts.zone))})
    return _go(reverse("disclosure:form", args=[asked.uuid]) + ("#send" if step.verb == "save" else "#relationships"))


def _form(facts: FormFacts, step: Step, data: Any = None) -> DisclosureForm:
    return DisclosureForm(data, step=step, kept=facts.answers, asked=facts.asked, asks_off_label=facts.asks_off_label)


def _page(request: HttpRequest, asked: DisclosureRequest, facts: FormFacts, typed: DisclosureForm, *, status: int = 200) -> HttpResponse:
    context = {"asked": asked, "facts": facts, "form": typed, "provider": facts.provider}
    response = render(request, "disclosure/form.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _closed(request: HttpRequest, asked: DisclosureRequest, facts: FormFacts) -> HttpResponse:
    if asked.answered_at is not None:
        return _go(reverse("disclosure:done", args=[asked.uuid]))
    return _kept_out(
        render(request, "disclosure/expired.html", {"asked": asked, "provider": facts.provider, "zone": str(facts.zone)}, status=410)
    )


@require_safe
@by_link
def done(request: HttpRequest, asked: DisclosureRequest) -> HttpResponse:
    """What was signed, and what to do about a change; before the signature, the form."""
    if asked.disclosure is None:
        return _go(reverse("disclosure:form", args=[asked.uuid]))
    facts = form_facts(asked, timezone.now())
    context = {"asked": asked, "disclosure": asked.disclosure, "rows": facts.signed, "provider": facts.provider, "zone": str(facts.zone)}
    return _kept_out(render(request, "disclosure/done.html", context))


def _kept_out(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@staff_only
def agreement(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """The executed agreement, for staff: as a download, never shown within a page of ours."""
    support = get_object_or_404(CommercialSupport, uuid=uuid)
    if not support.agreement.name:
        raise Http404
    ending = support.agreement.name.rpartition(".")[2]
    media_type = next((kind.media_type for kind in SCANS if f".{ending}" in kind.endings), "application/octet-stream")
    response = FileResponse(
        support.agreement.open("rb"), as_attachment=True, filename=f"agreement-{support.uuid}.{ending}", content_type=media_type
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
