"""The evaluation's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from preceptor.catalog.rules import Step
from preceptor.evaluation.actions import save_draft, send_evaluation
from preceptor.evaluation.forms import VerdictForm
from preceptor.evaluation.queries import draft_of, form_of, objectives_of
from preceptor.evaluation.rules import AGREEMENT
from preceptor.journey.access import Visit, at_step
from preceptor.journey.queries import next_url, step_url
from preceptor.journey.rules import PAGES, next_step, zone_name
from preceptor.ui.answers import see_other, wants_json
from preceptor.ui.days import clock_time


def _form(visit: Visit, **kwargs: Any) -> VerdictForm:
    return VerdictForm(objectives=objectives_of(visit.edition), offer=form_of(visit.edition), **kwargs)


def _page(request: HttpRequest, visit: Visit, form: VerdictForm, *, status: int = 200) -> HttpResponse:
    draft = draft_of(visit.participation)
    if draft and not form.is_bound:
        form.initial = form.as_initial(draft.answers)
    zone = visit.activity.provider.time_zone
    context = {"corridor": visit.corridor, "slug": visit.activity.slug, "form": form, "draft": draft, "agreement": AGREEMENT}
    context |= {"zone": zone, "zone_name": zone_name(zone, visit.at)}
    response = render(request, "evaluation/evaluation.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@at_step(Step.EVALUATION)
@require_http_methods(["GET", "POST"])
def evaluation(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Fill in and send. A doubled or late request goes on to the next step; nothing is sent twice."""
    if Step.EVALUATION in visit.lines:
        return see_other(next_url(visit.participation)) if request.method == "POST" else _sent(request, visit)
    if request.method != "POST":
        return _page(request, visit, _form(visit))
    form = _form(visit, data=request.POST)
    if not form.is_valid():
        save_draft(visit.participation, form.raw(request.POST), at=visit.at)
        return _page(request, visit, form, status=422)
    send_evaluation(visit.participation, form.verdict(), at=visit.at)
    return see_other(next_url(visit.participation))


def _sent(request: HttpRequest, visit: Visit) -> HttpResponse:
    step = next_step(visit.participation.plan, visit.lines) or Step.CERTIFICATE
    context = {"corridor": visit.corridor, "next_url": step_url(step, visit.edition), "next_label": PAGES[step].verb}
    return render(request, "evaluation/sent.html", context)


@at_step(Step.EVALUATION)
@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep the draft: from the script as it is filled in, or by the Save button."""
    if request.method == "GET":
        return see_other(step_url(Step.EVALUATION, visit.edition))
    save_draft(visit.participation, _form(visit).raw(request.POST), at=visit.at)
    if wants_json(request):
        return JsonResponse({"at": visit.at.isoformat(), "clock": clock_time(visit.at, visit.activity.provider.time_zone)})
    return see_other(step_url(Step.EVALUATION, visit.edition) + "#send")
