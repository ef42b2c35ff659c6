"""The end of an edition is the end of its last day in the provider's zone; the moment at which the server receives a request decides."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from preceptor.assessment.models import Attempt
from preceptor.catalog.models import Edition
from preceptor.credit.models import Award, LateClaim
from preceptor.journey.models import FrontMatterSeen, Participation
from preceptor.journey.queries import ends_at
from tests.journeys.walking import BEHIND_THE_DOOR, Walker, edition_with_lecture
from tests.make import user

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def edition() -> Iterator[Edition]:
    """Published on START; ends some months later."""
    with time_machine.travel(START, tick=False):
        yield edition_with_lecture()


def last_moment(edition: Edition) -> datetime:
    """The last second of the last day, in the provider's zone."""
    end = ends_at(edition)
    assert end is not None and end.astimezone(ZoneInfo("America/New_York")).hour == 0
    return end - SECOND


def then(walker: Walker, at: datetime) -> time_machine.travel:
    """That moment, with a session that has not run out by then."""
    traveller = time_machine.travel(at, tick=False)
    with time_machine.travel(at, tick=False):
        walker.client.force_login(walker.user)
    return traveller


def test_one_may_begin_and_claim_in_the_last_second(edition: Edition) -> None:
    walker, newcomer = Walker(user()), Walker(user("new@sample.example"))
    walker.to_claim()
    with then(walker, last_moment(edition)), then(newcomer, last_moment(edition)):
        assert newcomer.begin().headers["Location"] == newcomer.url("assessment:pre_test")
        assert walker.claim().headers["Location"] == walker.url("credit:certificate")
    award = Award.objects.get()
    assert award.completed_on == START.astimezone(ZoneInfo("America/New_York")).date(), "the day of the last step, not of the claim"
    assert award.claimed_at == last_moment(edition)


def test_a_second_later_nobody_begins(edition: Edition) -> None:
    walker = Walker(user())
    fragment = walker.get("journey:begin").context["page"].fragment.sha256  # type: ignore[attr-defined]
    with then(walker, last_moment(edition) + SECOND):
        page = walker.get("journey:begin")
        assert b"No new learners" in page.content and b'name="fragment"' not in page.content
        refused = walker.post("journey:begin", data={"fragment": fragment})
        assert (refused.status_code, refused.headers["Location"]) == (303, walker.url("journey:activity"))
        assert b"This activity has ended and takes no new learners." in walker.get("journey:activity").content
        by_script = walker.post("journey:begin", data={"fragment": fragment}, **SCRIPT)
        assert (by_script.status_code, by_script.json()["code"]) == (409, "journey.expired")  # type: ignore[attr-defined]
    assert not Participation.objects.exists() and not FrontMatterSeen.objects.exists()


def test_an_attempt_finished_a_second_later_is_kept_and_earns_nothing(edition: Edition) -> None:
    walker = Walker(user()).to_post_test()
    with then(walker, last_moment(edition)):
        walker.answer()
    with then(walker, last_moment(edition) + SECOND):
        finished = walker.finish()
        assert finished.headers["Location"] == walker.url("assessment:post_test_result")
        result = walker.get("assessment:post_test_result").content.decode()
        assert "ended" in result and "no credit" in result
        assert walker.get("evaluation:evaluation").status_code == 303, "what was late opens nothing"
    attempt = Attempt.objects.get()
    assert (attempt.is_late, attempt.is_passed, attempt.correct, attempt.submitted_at) == (True, True, 3, last_moment(edition) + SECOND)
    assert not walker.participation.lines.filter(step="post_test").exists()


def test_a_claim_a_second_later_is_kept_and_earns_nothing(edition: Edition) -> None:
    walker = Walker(user()).to_claim()
    form = walker.claim_form()
    with then(walker, last_moment(edition) + SECOND):
        for _ in range(2):
            answer = walker.post("credit:claim", data=form)
            assert answer.status_code in (303, 409) and not Award.objects.exists()
            said = walker.client.get(answer.headers["Location"]).content if answer.status_code == 303 else answer.content
            assert b"A claim that arrives after that gives no credit." in said
        assert b"ended" in walker.get("credit:claim").content
        by_script = walker.post("credit:claim", data=form, **SCRIPT)
        assert by_script.status_code == 409
        assert by_script.json()["reasons"][0]["code"] == "credit.edition_ended"  # type: ignore[attr-defined]
    late = LateClaim.objects.order_by("pk").first()
    assert late is not None and (late.at, late.system) == (last_moment(edition) + SECOND, "ama_pra_1")
    assert late.reasons[0]["code"] == "credit.edition_ended"
    assert not walker.participation.lines.filter(step="claim").exists()


def test_from_30_days_before_every_step_says_when_with_the_zone(edition: Edition) -> None:
    pages = [
        "journey:activity", "assessment:pre_test_question", "assessment:pre_test_review", "content:part", "assessment:post_test_question",
        "assessment:post_test_review", "assessment:post_test_result", "evaluation:evaluation", "credit:claim",
    ]  # fmt: skip
    arguments: dict[str, list[object]] = {
        "assessment:pre_test_question": [1],
        "assessment:post_test_question": [1],
        "content:part": ["reading"],
    }
    last = edition.ends_on
    assert last is not None
    day = f"{last:%B} {last.day}, {last.year}"
    for at, is_said in ((last_moment(edition) - timedelta(days=30), False), (last_moment(edition) + SECOND - timedelta(days=30), True)):
        walker = Walker(user(f"at{is_said}@sample.example"))
        with then(walker, at):
            steps = iter([walker.begin, walker.skip, walker.learn, walker.answer, walker.finish, walker.evaluate])
            told: dict[str, bool] = {}
            while len(told) < len(pages):
                for name in pages:
                    page = walker.get(name, *arguments.get(name, []))
                    if page.status_code == 200 and name not in told:
                        text = page.content.decode()
                        told[name] = f"by the end of {day}" in text and ("EST" in text or "EDT" in text)
                if (step := next(steps, None)) is None:
                    break
                step()
        assert told == dict.fromkeys(pages, is_said), at
        with then(walker, at):
            assert (f"by the end of {day}" in walker.client.get("/home/").content.decode()) is is_said


def test_an_expired_activity_stays_readable_and_says_so(edition: Edition) -> None:
    walker, stranger = Walker(user()).to_content(), Client()
    with then(walker, last_moment(edition) + timedelta(days=100)):
        for client in (stranger, walker.client):
            page = client.get(walker.url("journey:activity")).content.decode()
            assert "This activity ended on" in page and "Alex Sample, MD" in page and "Start this activity" not in page
        reading = walker.get("content:part", "reading")
        assert reading.status_code == 200 and BEHIND_THE_DOOR[0].encode() in reading.content
        assert b"gives no credit any more" in reading.content
        assert b"ended" in walker.client.get("/home/").content
        assert stranger.get("/activities/").status_code == 200


def test_who_is_stranded_is_offered_the_newer_edition_and_begins_it_from_its_start(edition: Edition) -> None:
    walker, finisher = Walker(user()).to_evaluation(), Walker(user("done@sample.example")).to_certificate()
    after = last_moment(edition) + timedelta(days=2)
    with then(walker, after), then(finisher, after):
        newer = edition_with_lecture()
        assert newer.number == edition.number + 1
        assert walker.edition == newer
        for name in ("evaluation:evaluation", "content:learn", "assessment:post_test"):
            assert walker.get(name).headers["Location"] == walker.url("journey:begin"), name
        assert b"nothing of the earlier one counts towards it" in walker.get("journey:begin").content
        assert walker.get("journey:activity").status_code == 200
        walker.to_certificate()
        assert Award.objects.get(user=walker.user).edition == newer
        assert finisher.get("credit:certificate").status_code == 200, "who has a certificate keeps it"
    assert list(Participation.objects.filter(user=walker.user).order_by("pk").values_list("edition", flat=True)) == [edition.pk, newer.pk]
    assert Participation.objects.get(edition=edition, user=walker.user).lines.count() == 4, "what was done stays on record"
