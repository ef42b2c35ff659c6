"""The door of a part: the content step's door, and then the part of the learner's own edition."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from preceptor.catalog.rules import Step
from preceptor.content.models import Part
from preceptor.journey.access import Visit, at_step

P = ParamSpec("P")


def at_part(view: Callable[Concatenate[HttpRequest, Visit, Part, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives the view the visit and the part that the URL's `key` names; a part of another edition does not exist here (404)."""

    def guarded(request: HttpRequest, visit: Visit, /, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        part = get_object_or_404(Part.objects.prefetch_related("files", "decisions"), edition=visit.edition, key=key)
        return view(request, visit, part, *args, **kwargs)

    return wraps(view)(at_step(Step.CONTENT)(guarded))
