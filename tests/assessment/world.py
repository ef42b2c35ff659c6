"""A small published activity with a test, and learners on it: what the tests of both rooms stand on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accreditation.models import Provider
from preceptor.assessment.actions import import_items
from preceptor.assessment.models import Item
from preceptor.assessment.queries import page_url
from preceptor.assessment.rules import Purpose
from preceptor.catalog.models import Activity, Citation, Edition, FrozenFragment, Objective
from preceptor.catalog.rules import EditionState, Step, usual_plan
from preceptor.evaluation.actions import import_form
from preceptor.journey.actions import begin, complete_step
from preceptor.journey.models import Participation
from preceptor.kernel.hashing import sha256_of

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
SLUG = "sample-activity"
FORM = {"changes": [f"Change number {n}" for n in range(1, 6)], "barriers": [f"Barrier number {n}" for n in range(1, 6)]}


def item(number: int, objective: str = "describe", **changes: Any) -> dict[str, Any]:
    """An item as in assessment.yaml; b is the best answer."""
    options = [{"key": key, "text": f"Option {key} of item {number}"} for key in "abcd"]
    return {
        "key": f"q{number:02}",
        "objective": objective,
        "level": "recall",
        "stem": f"Stem of item {number}.",
        "question": f"Question of item {number}?",
        "options": options,
        "answer": "b",
        "rationale": f"RATIONALE-{number}: option b, as the guideline says [@guide].",
        "references": ["guide"],
        "review": {"part": "reading", "anchor": "first-line-therapy"},
    } | changes


def ten_items() -> list[dict[str, Any]]:
    """Six for "describe", four split over "recall" (two) and "plan" (two)."""
    return [item(n, "describe" if n <= 6 else "recall" if n <= 8 else "plan") for n in range(1, 11)]


@dataclass
class World:
    """The activity and the ways to move on it."""

    edition: Edition

    def learner(self, email: str = "riley@sample.example", *, profession: str = "physician") -> Participation:
        """Somebody who has seen the front matter."""
        user = User.objects.create_user(
            email, "sample-pass-2026", given_name="Riley", family_name="Sample", credentials="MD", profession=profession
        )
        assert self.edition.front_matter is not None
        return begin(user, self.edition, None, fragment=self.edition.front_matter.sha256, at=NOW)

    def at_post_test(self, email: str = "riley@sample.example", **kwargs: Any) -> Participation:
        """Somebody who skipped the pre-test and opened all parts."""
        participation = self.learner(email, **kwargs)
        complete_step(participation, Step.PRE_TEST, evidence={}, at=NOW, is_skipped=True)
        complete_step(participation, Step.CONTENT, evidence={"parts": 1, "basis": "measured"}, at=NOW)
        return participation

    def at_evaluation(self, email: str = "riley@sample.example", **kwargs: Any) -> Participation:
        """Somebody who has passed."""
        participation = self.at_post_test(email, **kwargs)
        complete_step(participation, Step.POST_TEST, evidence={"correct": 8, "total": 10}, at=NOW)
        return participation

    def items(self) -> list[Item]:
        """The items, in order."""
        return list(self.edition.items.order_by("position"))

    def url(self, purpose: Purpose, page: str = "", *args: int) -> str:
        """A page of a test."""
        return page_url(self.edition, purpose, page, *args)


def client_of(participation: Participation) -> Client:
    """A browser that is signed in."""
    client = Client()
    client.force_login(participation.user)
    return client


def make_world(
    *,
    items: list[dict[str, Any]] | None = None,
    max_attempts: int | None = None,
    ends_on: date | None = None,
    slug: str = SLUG,
    extra_objectives: int = 0,
) -> World:
    """Provider, activity, one published edition with test and form."""
    provider = Provider.objects.create(name="Sample Provider", address="1 Sample St", email="cme@sample.example", is_sample=True)
    activity = Activity.objects.create(provider=provider, slug=slug, is_sample=True)
    edition = Edition.objects.create(
        activity=activity,
        number=1,
        title="A sample activity",
        summary="Summary",
        topic="sample",
        topic_label="Sample",
        medium="Online",
        description="D",
        need="N",
        audience="A",
        plan=usual_plan(has_pre_test=True),
        max_attempts=max_attempts,
        released_on=NOW.date() - timedelta(days=30),
        ends_on=ends_on or date(2099, 12, 31),
    )
    for position, (key, verb, text) in enumerate(
        [("describe", "Describe", "therapy."), ("recall", "Recall", "options."), ("plan", "Plan", "care.")], 1
    ):
        review = [{"part": "reading", "anchor": "first-line-therapy"}, {"part": "lecture", "at": 95}]
        Objective.objects.create(edition=edition, key=key, position=position, verb=verb, text=text, review=review)
    for position in range(4, 4 + extra_objectives):
        Objective.objects.create(edition=edition, key=f"more-{position}", position=position, verb="Know", text=f"thing {position}.")
    Citation.objects.create(edition=edition, key="guide", position=1, text="A guideline.", year=2025)
    import_items(edition, ten_items() if items is None else items)
    import_form(edition, FORM)
    fragment, _ = FrozenFragment.objects.get_or_create(
        sha256=sha256_of("front"), defaults={"html": "front", "text": "front", "frozen_at": NOW}
    )
    edition.front_matter, edition.state, edition.published_at = fragment, EditionState.PUBLISHED, NOW
    edition.save()
    return World(edition)


def answer_all(client: Client, world: World, purpose: Purpose, *, right: int, attempt: int = 1) -> None:
    """Answer every question over the pages: the first `right` ones correctly."""
    for position, asked in enumerate(world.items(), 1):
        data = {"attempt": attempt, "item": str(asked.uuid), "option": "b" if position <= right else "a"}
        assert client.post(world.url(purpose, "question", position), data).status_code == 303


def take(client: Client, world: World, purpose: Purpose, *, right: int, attempt: int = 1) -> str:
    """Answer and finish; the page that comes then."""
    answer_all(client, world, purpose, right=right, attempt=attempt)
    response = client.post(world.url(purpose, "finish"), {"attempt": attempt})
    assert response.status_code == 303, response.content
    return client.get(response.headers["Location"]).content.decode()


def home() -> str:
    """Where a signed-in person is at home."""
    return reverse("journey:home")
