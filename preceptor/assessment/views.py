"""Pages of the tests. Both tests use the same views; `purpose` comes from the URL table."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from preceptor.assessment.actions import save_answer, skip_pre_test, start_attempt, submit_attempt
from preceptor.assessment.forms import AnswerForm, AttemptForm
from preceptor.assessment.queries import NAMES, Sitting, page_url, refs_of, result_of, sitting_on, where_url
from preceptor.assessment.rules import Purpose
from preceptor.catalog.rules import Step
from preceptor.journey.access import Visit
from preceptor.journey.queries import next_url, step_url
from preceptor.journey.rules import PAGES, next_step, zone_name
from preceptor.ui.answers import see_other, wants_json
from preceptor.ui.days import clock_time


def _page(request: HttpRequest, visit: Visit, name: str, purpose: Purpose, **context: object) -> HttpResponse:
    base = {
        "corridor": visit.corridor,
        "edition": visit.edition,
        "slug": visit.activity.slug,
        "zone": visit.activity.provider.time_zone,
        "zone_name": zone_name(visit.activity.provider.time_zone, visit.at),
        "purpose": purpose,
        "test_name": NAMES[purpose],
        "is_pre": purpose is Purpose.PRE,
        "pages": {name: f"assessment:{purpose}_test_{name}" for name in ("question", "review", "finish", "result")},
    }
    response = render(request, f"assessment/{name}.html", base | context)
    response.headers["Cache-Control"] = "no-store"  # going back shows what is saved, not what was
    return response


@require_GET
def enter(request: HttpRequest, visit: Visit, *, purpose: Purpose) -> HttpResponse:
    """Where the learner is in the test: a question, the review or the result."""
    return HttpResponseRedirect(where_url(visit.participation, purpose) or next_url(visit.participation))


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, visit: Visit, *, purpose: Purpose, n: int) -> HttpResponse:
    """One question. Its answer is saved as it is chosen (script) and by the button (form)."""
    if request.method == "POST":
        return _save(request, visit, purpose, n)
    sitting = sitting_on(visit.participation, purpose)
    if sitting is None or not 1 <= n <= sitting.total:
        return HttpResponseRedirect(where_url(visit.participation, purpose) or next_url(visit.participation))
    saved = sitting.attempt and sitting.attempt.answers.filter(item_id=sitting.questions[n - 1].item_id).first()
    context = {"sitting": sitting, "question": sitting.questions[n - 1], "saved_at": saved.saved_at if saved else None}
    return _page(request, visit, "question", purpose, n=n, before=n - 1, after=n + 1 if n < sitting.total else 0, **context)


def _save(request: HttpRequest, visit: Visit, purpose: Purpose, n: int) -> HttpResponse:
    given = AnswerForm.read(request)
    sitting = save_answer(
        visit.participation,
        purpose,
        number=given["attempt"],
        item=given["item"],
        option=given["option"],
        is_flagged=given["flag"],
        at=visit.at,
    )
    if wants_json(request):
        return JsonResponse(_state(sitting, visit))
    return see_other(
        page_url(visit.edition, purpose, "question", n + 1) if n < sitting.total else page_url(visit.edition, purpose, "review")
    )


def _state(sitting: Sitting, visit: Visit) -> dict[str, object]:
    """What the script needs to bring the page up to date."""
    clock = clock_time(visit.at, visit.activity.provider.time_zone)
    return {"at": visit.at.isoformat(), "clock": clock, "missing": sitting.missing, "flagged": sitting.flagged, "total": sitting.total}


@require_GET
def review(request: HttpRequest, visit: Visit, *, purpose: Purpose) -> HttpResponse:
    """Every question with its saved answer, before finishing."""
    sitting = sitting_on(visit.participation, purpose)
    if sitting is None:
        return HttpResponseRedirect(where_url(visit.participation, purpose) or next_url(visit.participation))
    return _page(request, visit, "review", purpose, sitting=sitting)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, visit: Visit, *, purpose: Purpose) -> HttpResponse:
    """Finish and grade. A reload without the form leads to where the learner is."""
    if request.method == "GET":
        return enter(request, visit, purpose=purpose)
    submit_attempt(visit.participation, purpose, number=AttemptForm.read(request)["attempt"], at=visit.at)
    return see_other(page_url(visit.edition, purpose, "result"))


@require_GET
def result(request: HttpRequest, visit: Visit, *, purpose: Purpose) -> HttpResponse:
    """What the last finished attempt came to."""
    found = result_of(visit.participation, purpose)
    if found is None:
        return HttpResponseRedirect(where_url(visit.participation, purpose) or next_url(visit.participation))
    step = next_step(visit.participation.plan, visit.lines) or Step.CERTIFICATE
    context = {
        "result": found,
        "refs": refs_of(visit.edition),
        "next_url": step_url(step, visit.edition),
        "next_label": PAGES[step].verb,
        "is_evaluation_next": step is Step.EVALUATION,
        "content_url": step_url(Step.CONTENT, visit.edition),
    }
    return _page(request, visit, "result", purpose, **context)


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, visit: Visit, *, purpose: Purpose) -> HttpResponse:
    """Take the post-test again."""
    if request.method == "GET":
        return enter(request, visit, purpose=purpose)
    start_attempt(visit.participation, at=visit.at)
    return see_other(page_url(visit.edition, purpose))


@require_http_methods(["GET", "POST"])
def skip(request: HttpRequest, visit: Visit, *, purpose: Purpose) -> HttpResponse:
    """Go on without the pre-test."""
    if request.method == "GET":
        return enter(request, visit, purpose=purpose)
    skip_pre_test(visit.participation, at=visit.at)
    return see_other(next_url(visit.participation))
