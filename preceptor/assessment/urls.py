"""Where the room's pages hang. Both tests have the same pages, each behind the door of its own step."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from preceptor.assessment import views
from preceptor.assessment.queries import STEPS
from preceptor.assessment.rules import Purpose
from preceptor.journey.access import at_step

app_name = "assessment"


def _pages(purpose: Purpose) -> list[URLPattern]:
    def page(rest: str, view: Callable[..., HttpResponseBase], name: str = "") -> URLPattern:
        door = at_step(STEPS[purpose])(view)
        return path(f"activities/<slug:slug>/{purpose}-test/{rest}", door, {"purpose": purpose}, name=f"{purpose}_test{name}")

    return [
        page("", views.enter),
        page("question/<int:n>/", views.question, "_question"),
        page("review/", views.review, "_review"),
        page("finish/", views.finish, "_finish"),
        page("result/", views.result, "_result"),
    ]


urlpatterns = [
    *_pages(Purpose.PRE),
    *_pages(Purpose.POST),
    path("activities/<slug:slug>/pre-test/skip/", at_step(STEPS[Purpose.PRE])(views.skip), {"purpose": Purpose.PRE}, name="pre_test_skip"),
    path(
        "activities/<slug:slug>/post-test/again/",
        at_step(STEPS[Purpose.POST])(views.again),
        {"purpose": Purpose.POST},
        name="post_test_again",
    ),
]
