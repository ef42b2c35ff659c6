"""The corridor's doors: who, which participation, is this door open? Otherwise one redirect to where they belong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from preceptor.accounts.access import sign_in_first
from preceptor.accounts.models import User
from preceptor.catalog.models import Activity, Edition
from preceptor.catalog.rules import Step
from preceptor.journey.models import Participation, StepLine
from preceptor.journey.queries import corridor_of, lines_of, next_url, standing_of, wanted_fragment
from preceptor.journey.rules import Corridor, may_enter
from preceptor.ui.middleware import wants_json

P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """What a view behind a door is given."""

    user: User
    participation: Participation
    edition: Edition
    activity: Activity
    lines: dict[Step, StepLine]
    corridor: Corridor
    at: datetime


View = Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase]


def _see_other(request: HttpRequest, url: str, code: str, message: str) -> HttpResponse:
    """One redirect to where they belong (303), or a 409 for a script; the message is said once on arrival."""
    if wants_json(request):
        return JsonResponse({"code": code, "message": message, "next": url}, status=409)
    if message:
        messages.info(request, message)
    return HttpResponseRedirect(url, status=303, headers={"Cache-Control": "no-store"})


def _visit(request: HttpRequest, slug: str, step: Step) -> Visit | HttpResponseBase:
    activity = get_object_or_404(Activity.objects.select_related("provider"), slug=slug)
    if not request.user.is_authenticated:
        return sign_in_first(request, "" if request.method in {"GET", "HEAD"} else reverse("journey:activity", args=[slug]))
    at = timezone.now()
    standing = standing_of(request.user, activity, at)
    if standing is None:
        raise Http404("nothing published")
    # What was on its way when the edition ended is received on that edition, where it is kept, earns nothing and says why (EXP-001).
    late = standing.earlier if request.method == "POST" else None
    participation = late or standing.participation
    if participation is None or (late is None and wanted_fragment(participation.edition, participation, at)):
        return _see_other(request, reverse("journey:begin", args=[slug]), "journey.front_matter", "")
    lines = lines_of(participation)
    if not may_enter(step, participation.plan, lines):
        return _see_other(request, next_url(participation), "journey.step_shut", "That step is not open yet. This is where you go on.")
    corridor = corridor_of(participation, step, at)
    return Visit(request.user, participation, participation.edition, activity, lines, corridor, at)


def at_step(step: Step) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """The door of a step: signed in, front matter seen, and the step open in this learner's plan."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, slug: str, **kwargs: Any) -> HttpResponseBase:
            visit = _visit(request, slug, step)
            return view(request, visit, *args, **kwargs) if isinstance(visit, Visit) else visit

        return guarded

    return decorate
