"""The pages: what is shown, what is not shown yet, and that no request is a dead end."""

import json
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.assessment.models import Answer, Attempt
from preceptor.assessment.rules import Purpose
from preceptor.catalog.rules import Step
from preceptor.journey.actions import complete_step
from preceptor.journey.models import StepLine
from preceptor.journey.queries import next_url
from tests.assessment.world import NOW, World, answer_all, client_of, item, make_world, take

pytestmark = pytest.mark.django_db
POST, PRE = Purpose.POST, Purpose.PRE
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}
KEY_MARKS = ("RATIONALE", "is_correct", '"answer":', "Correct answer", "Your answer,")


@pytest.fixture
def browser(world: World) -> Client:
    """Signed in, at the post-test."""
    return client_of(world.at_post_test())


def test_the_test_opens_at_its_first_question_without_a_press(world: World, browser: Client) -> None:
    response = browser.get(world.url(POST), follow=True)
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == world.url(POST, "question", 1)
    assert "<b>Question 1</b> of 10" in page
    assert "Answer at least 7 of 10 correctly (70%) to pass." in page
    assert "Save and go to question 2" in page
    assert not re.search(r'name="option"[^>]*checked', page)
    assert not Attempt.objects.exists(), "looking begins nothing"


def test_an_answer_is_saved_as_it_is_chosen(world: World, browser: Client) -> None:
    asked = world.items()[2]
    data = {"attempt": 1, "item": str(asked.uuid), "option": "c"}
    response = browser.post(world.url(POST, "question", 3), data, **SCRIPT)
    state = json.loads(response.content)
    assert response.status_code == 200
    assert state["missing"] == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert state["clock"].endswith("M")
    assert Answer.objects.get().option == "c"
    page = browser.get(world.url(POST, "question", 3)).content.decode()
    assert re.search(r"Saved at <time[^>]*>\d+:\d\d [AP]M E[SD]T</time>", page)
    assert 'value="c" checked' in page


def test_the_form_does_the_same_without_script(world: World, browser: Client) -> None:
    data = {"attempt": 1, "item": str(world.items()[0].uuid), "option": "a", "flag": "1"}
    response = browser.post(world.url(POST, "question", 1), data)
    assert (response.status_code, response.headers["Location"]) == (303, world.url(POST, "question", 2))
    page = browser.get(world.url(POST, "question", 2)).content.decode()
    assert 'Answered: <span data-count="answered">1</span>' in page
    assert 'Flagged: <span data-count="flagged">1</span>' in page


def test_resume_at_the_first_unanswered(world: World, browser: Client) -> None:
    for position in (1, 2, 5):
        browser.post(world.url(POST, "question", position), {"attempt": 1, "item": str(world.items()[position - 1].uuid), "option": "a"})
    assert browser.get(world.url(POST)).headers["Location"] == world.url(POST, "question", 3)
    answer_all(browser, world, POST, right=10)
    assert browser.get(world.url(POST)).headers["Location"] == world.url(POST, "review")


def test_finish_waits_and_says_for_what(world: World, browser: Client) -> None:
    browser.post(world.url(POST, "question", 1), {"attempt": 1, "item": str(world.items()[0].uuid), "option": "a"})
    page = browser.get(world.url(POST, "review")).content.decode()
    assert "disabled" in page
    assert "Questions 2, 3, 4, 5, 6, 7, 8, 9 and 10 still need a saved answer." in page
    assert world.url(POST, "question", 9) in page
    response = browser.post(world.url(POST, "finish"), {"attempt": 1}, follow=True)
    assert response.redirect_chain == [(world.url(POST, "review"), 303)]
    assert not Attempt.objects.filter(submitted_at__isnull=False).exists()


def test_below_the_mark(world: World, browser: Client) -> None:
    page = take(browser, world, POST, right=6)
    assert "Not passed yet" in page
    assert "You answered 6 of 10 correctly" in page
    assert "You need at least 7 of 10." in page
    assert "Take the post-test again" in page
    assert "/learn/reading/#first-line-therapy" in page
    assert "/learn/lecture/?t=95" in page
    assert not any(mark in page for mark in KEY_MARKS)
    assert "of 2)" not in page, "two items are too few for a count"


def test_at_the_mark(world: World, browser: Client) -> None:
    page = take(browser, world, POST, right=7)
    assert "Passed" in page
    assert "You needed at least 7 of 10." in page
    assert "RATIONALE-1" in page and "RATIONALE-10" in page
    assert "#ref-1" in page
    assert next_url(world.edition.participations.get()) in page
    assert "Take the post-test again" not in page


def test_the_gain_is_shown_after_passing(world: World) -> None:
    participation = world.learner()
    browser = client_of(participation)
    page = take(browser, world, PRE, right=4)
    assert "You answered 4 of 10 correctly" in page
    assert "not counted for credit" in page
    assert not any(mark in page for mark in KEY_MARKS)
    complete_step(participation, Step.CONTENT, evidence={}, at=NOW)
    assert "Pre-test 4 of 10, now 8 of 10." in take(browser, world, POST, right=8)


def test_the_key_never_reaches_the_browser_before_it_may(world: World) -> None:
    participation = world.learner()
    browser = client_of(participation)
    seen = [browser.get(world.url(PRE, "question", n)).content.decode() for n in range(1, 11)]
    answer_all(browser, world, PRE, right=5)
    seen.append(browser.get(world.url(PRE, "review")).content.decode())
    browser.post(world.url(PRE, "finish"), {"attempt": 1})
    seen.append(browser.get(world.url(PRE, "result")).content.decode())
    complete_step(participation, Step.CONTENT, evidence={}, at=NOW)
    answer_all(browser, world, POST, right=5)
    seen += [browser.get(world.url(POST, "question", n)).content.decode() for n in range(1, 11)]
    data = {"attempt": 1, "item": str(world.items()[0].uuid), "option": "b"}
    seen.append(browser.post(world.url(POST, "question", 1), data, **SCRIPT).content.decode())
    browser.post(world.url(POST, "finish"), {"attempt": 1})
    seen += [browser.get(world.url(POST, page)).content.decode() for page in ("result", "")]
    for page in seen:
        assert not any(mark in page for mark in KEY_MARKS)


def test_pre_test_is_skipped_with_one_press(world: World) -> None:
    participation = world.learner()
    browser = client_of(participation)
    page = browser.get(world.url(PRE), follow=True).content.decode()
    assert "Skip the pre-test" in page
    response = browser.post(world.url(PRE, "skip"))
    assert response.status_code == 303
    assert StepLine.objects.get(participation=participation, step=Step.PRE_TEST).is_skipped
    assert browser.post(world.url(PRE, "skip")).headers["Location"] == response.headers["Location"]
    again = browser.post(world.url(PRE, "question", 1), {"attempt": 1, "item": str(world.items()[0].uuid), "option": "a"}, follow=False)
    assert (again.status_code, again.headers["Location"]) == (303, next_url(participation))


def test_an_open_pre_test_closes_when_it_is_skipped(world: World) -> None:
    participation = world.learner()
    browser = client_of(participation)
    answer_all(browser, world, PRE, right=5)
    complete_step(participation, Step.PRE_TEST, evidence={}, at=NOW, is_skipped=True)
    assert browser.post(world.url(PRE, "finish"), {"attempt": 1}).status_code == 303
    assert Attempt.objects.get().submitted_at is None
    assert browser.get(world.url(PRE, "question", 1)).status_code == 302
    assert not any(mark in browser.get(world.url(PRE), follow=True).content.decode() for mark in KEY_MARKS)


def test_finishing_twice_and_going_back(world: World, browser: Client) -> None:
    take(browser, world, POST, right=6)
    doubled = browser.post(world.url(POST, "finish"), {"attempt": 1})
    assert (doubled.status_code, doubled.headers["Location"]) == (303, world.url(POST, "result"))
    assert browser.get(world.url(POST, "question", 4)).headers["Location"] == world.url(POST, "result")
    stale = {"attempt": 1, "item": str(world.items()[0].uuid), "option": "a"}
    answer = browser.post(world.url(POST, "question", 1), stale, follow=True)
    assert answer.redirect_chain[0] == (world.url(POST, "result"), 303)
    assert "no longer change" in answer.content.decode()
    told = json.loads(browser.post(world.url(POST, "question", 1), stale, **SCRIPT).content)
    assert (told["code"], told["next"]) == ("assessment.attempt_finished", world.url(POST, "result"))
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("page", ["finish", "again"])
def test_a_reload_without_the_form_is_no_dead_end(world: World, browser: Client, page: str) -> None:
    assert browser.get(world.url(POST, page)).headers["Location"] == world.url(POST, "question", 1)
    assert not Attempt.objects.exists()


def test_retrying_twice_begins_one_attempt(world: World, browser: Client) -> None:
    take(browser, world, POST, right=6)
    for _ in range(2):
        assert browser.post(world.url(POST, "again")).headers["Location"] == world.url(POST)
    assert Attempt.objects.count() == 2
    assert "Passed" in take(browser, world, POST, right=9, attempt=2)


def test_another_learners_attempt_is_out_of_reach(world: World, browser: Client) -> None:
    take(browser, world, POST, right=9)
    other = client_of(world.at_post_test("other@sample.example"))
    assert "RATIONALE" not in other.get(world.url(POST, "result"), follow=True).content.decode()
    refused = other.post(world.url(POST, "finish"), {"attempt": 1}, follow=True)
    assert "answer the questions first" in refused.content.decode()
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"attempt": "x", "item": "y"}, {"attempt": 1, "item": "not-a-uuid", "option": "a"}])
def test_unreadable_requests_are_answered(world: World, browser: Client, data: dict[str, str]) -> None:
    response = browser.post(world.url(POST, "question", 1), data, follow=True)
    assert response.status_code == 200
    assert "could not be read" in response.content.decode()


def test_capped_policy_says_what_is_left(db: None) -> None:
    world = make_world(max_attempts=2)
    browser = client_of(world.at_post_test())
    page = take(browser, world, POST, right=3)
    assert "Attempts left: 1 of 2." in page
    browser.post(world.url(POST, "again"))
    page = take(browser, world, POST, right=3, attempt=2)
    assert "All 2 attempts are used." in page and "mailto:cme@sample.example" in page
    assert "RATIONALE-4" in page
    assert "Take the post-test again" not in page
    assert browser.post(world.url(POST, "again"), follow=True).redirect_chain[0] == (world.url(POST, "result"), 303)


def test_late_says_why_and_is_kept(db: None) -> None:
    world = make_world(ends_on=date(2026, 12, 31))
    participation = world.at_post_test()
    with time_machine.travel(datetime(2027, 1, 2, 15, 0, tzinfo=UTC), tick=False):
        page = take(client_of(participation), world, POST, right=9)
    assert "Passed, after the end" in page
    assert "This attempt earns no credit." in page
    assert "January 2, 2027, 10:00 AM EST, after the activity ended on December 31, 2026" in page
    assert "Find another activity" in page
    assert Attempt.objects.get().is_late
    assert not StepLine.objects.filter(participation=participation, step=Step.POST_TEST).exists()


@pytest.mark.parametrize("page", ["question", "review", "result"])
def test_pages_do_not_ask_more_for_more_items(db: None, page: str) -> None:
    counts = []
    for size in (3, 30):
        world = make_world(items=[item(n) for n in range(1, size + 1)], slug=f"sample-{size}")
        browser = client_of(world.at_post_test(f"learner{size}@sample.example"))
        if page == "result":
            take(browser, world, POST, right=size)
        else:
            answer_all(browser, world, POST, right=1)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(world.url(POST, page, *([2] if page == "question" else []))).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
