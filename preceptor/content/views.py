"""The learning pages: door, form, action, answer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.catalog.rules import Step
from preceptor.content.access import at_part
from preceptor.content.actions import answer_decision, attest_part, open_part, save_progress
from preceptor.content.adapters.answers import bytes_answer, file_answer
from preceptor.content.forms import ChoiceForm, ProgressForm
from preceptor.content.models import MediaFile, Part, Printable
from preceptor.content.queries import case_steps, content_state, lecture_of, part_to_resume, part_url, reference_numbers, references_of
from preceptor.content.rules import Basis, PartKind
from preceptor.journey.access import Visit, at_step
from preceptor.journey.queries import next_url
from preceptor.ui.answers import see_other


@require_safe
@at_step(Step.CONTENT)
def learn(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Goes to the part where the learner left off."""
    wanted = part_to_resume(visit.participation)
    if wanted is None:
        raise Http404("This edition has no content.")
    return see_other(part_url(visit.participation, wanted))


@require_http_methods(["GET", "HEAD", "POST"])
@at_part
def part(request: HttpRequest, visit: Visit, part: Part) -> HttpResponseBase:
    """One part: lecture, reading or case. Looking at it (GET) records nothing; going on with the button (POST) does."""
    if request.method == "POST":
        attest_part(visit.participation, part, at=visit.at)
        row = content_state(visit.participation, part).next_row
        return see_other(row.url if row else next_url(visit.participation))
    return render(request, "content/part.html", _page(request, visit, part))


@require_POST
@at_part
def opened(request: HttpRequest, visit: Visit, part: Part) -> HttpResponseBase:
    """The page's script says that the part is on screen."""
    open_part(visit.participation, part, basis=Basis.MEASURED, at=visit.at)
    return _panel(request, visit, part)


@require_POST
@at_part
def progress(request: HttpRequest, visit: Visit, part: Part) -> HttpResponseBase:
    """A report of the player."""
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"code": "content.bad_report", "message": "The player's report could not be read."}, status=400)
    save_progress(visit.participation, part, **form.report(), at=visit.at)
    return _panel(request, visit, part)


@require_POST
@at_part
def answer(request: HttpRequest, visit: Visit, part: Part) -> HttpResponseBase:
    """A choice at a decision point of a case; without a choice the page says so beside the question."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return render(request, "content/part.html", _page(request, visit, part) | {"form": form}, status=422)
    answer_decision(visit.participation, part, **form.cleaned_data, at=visit.at)
    return see_other(f"{part_url(visit.participation, part)}#decision-{form.cleaned_data['decision']}")


@require_safe
@at_step(Step.CONTENT)
def media(request: HttpRequest, visit: Visit, uuid: str, name: str) -> HttpResponseBase:
    """A file of the learner's edition, in ranges. The name in the address is for people; the file is found by its id."""
    file = get_object_or_404(MediaFile, uuid=uuid, part__edition=visit.edition)
    return file_answer(request, file)


@require_safe
@at_step(Step.CONTENT)
def printable(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The printable copy; while it is being typeset, a page that says so and looks again by itself."""
    made = Printable.objects.filter(edition=visit.edition).first()
    if made is None:
        page = render(request, "content/printable.html", {"corridor": visit.corridor, "edition": visit.edition}, status=202)
        page.headers["Refresh"] = "4"
        return page
    return bytes_answer(request, bytes(made.data), "application/pdf", made.sha256, f"{visit.activity.slug}.pdf")


def _page(request: HttpRequest, visit: Visit, part: Part) -> dict[str, Any]:
    """What part.html shows."""
    state = content_state(visit.participation, part)
    row = next(row for row in state.rows if row.is_current)
    is_lecture = part.kind == PartKind.LECTURE
    steps = case_steps(visit.participation, part) if part.kind == PartKind.CASE else []
    return {
        "corridor": visit.corridor,
        "edition": visit.edition,
        "activity": visit.activity,
        "part": part,
        "row": row,
        "state": state,
        "refs": reference_numbers(visit.edition),
        "references": references_of(visit.edition, part, steps),
        "lecture": lecture_of(visit.participation, part, row.progress, start=request.GET.get("t", "")) if is_lecture else None,
        "steps": steps,
        "is_case_done": bool(steps) and all(step.is_answered for step in steps),
    }


def _panel(request: HttpRequest, visit: Visit, part: Part) -> JsonResponse:
    """What the page's script shows after a report: the time, the marks and the panel as it is now."""
    state = content_state(visit.participation, part)
    row = next(row for row in state.rows if row.is_current)
    lecture = lecture_of(visit.participation, part, row.progress) if part.kind == PartKind.LECTURE else None
    return JsonResponse(
        {
            "saved": visit.at.isoformat(),
            "chapters": [chapter.is_watched for chapter in lecture.chapters] if lecture else [],
            "panel": render_to_string("content/_panel.html", {"state": state}, request),
            "tabs": render_to_string("content/_tabs.html", {"state": state}, request),
        }
    )
