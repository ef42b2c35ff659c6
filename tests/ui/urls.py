"""Addresses for the shell's own tests: the product's other rooms stay out of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from preceptor.kernel.refusals import Reason, Refused
from preceptor.ui.answers import too_many
from tests.ui.forms import Registration


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/plain.html")


def sheet(request: HttpRequest) -> HttpResponse:
    steps = [
        {"label": word, "status": status, "url": "/page/"}
        for word, status in zip("ABCDE", ["done", "skipped", "now", "opt", "todo"], strict=True)
    ]
    text = "Text [@k] with *weight*.\n\n## Part {#part}\n\n| Drug | n |\n|---|--:|\n| T | 20 |\n\n- one\n- two"
    context = {
        "form": Registration(request.GET or None),
        "text": text,
        "refs": {"k": 1},
        "corridor": {"brief": "Step 3 of 5: C", "steps": steps},
    }
    return render(request, "sheet.html", context)


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("credit.not_yet", "Send the evaluation first.", next_url="/evaluation/", next_label="Go to the evaluation")


def refuse_with_reasons(request: HttpRequest) -> HttpResponse:
    reasons = [
        Reason("credit.no_evaluation", "The evaluation is not sent.", "/evaluation/", "Go to the evaluation"),
        Reason("credit.late", "It is <late>."),
    ]
    raise Refused("credit.not_yet", "Two things are missing.", next_url="/evaluation/", reasons=reasons)


def refuse_here(request: HttpRequest) -> HttpResponse:
    raise Refused("journey.shut", "This step is shut.", next_url=request.get_full_path())


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def many(request: HttpRequest) -> HttpResponse:
    return too_many(request)


urlpatterns = [
    path("", include("preceptor.ui.urls")),
    path("page/", page),
    path("sheet/", sheet),
    path("refuse/", refuse),
    path("reasons/", refuse_with_reasons),
    path("here/", refuse_here),
    path("fail/", fail),
    path("many/", many),
]
handler404 = "preceptor.ui.views.not_found"
handler500 = "preceptor.ui.views.server_error"
