"""Twenty at once against PostgreSQL: one attempt, one grade, one line."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from preceptor.assessment import actions
from preceptor.assessment.models import Answer, Attempt
from preceptor.assessment.rules import Purpose
from preceptor.catalog.rules import Step
from preceptor.evaluation.actions import save_draft, send_evaluation
from preceptor.evaluation.models import BiasReport, Draft, Response
from preceptor.evaluation.rules import Intent, Verdict
from preceptor.journey.models import Participation, StepLine
from preceptor.kernel.refusals import Refused
from tests.assessment.world import NOW, World, client_of, make_world

POST = Purpose.POST
MANY = 20
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    """A world that other connections see."""
    if connection.vendor != "postgresql":
        pytest.skip("needs TEST_DATABASE_URL")
    return make_world()


def at_once(deed: Callable[[int], object]) -> list[object]:
    """Twenty threads, each with its own connection, let go together; exceptions are results too."""
    gate = threading.Barrier(MANY)

    def run(number: int) -> object:
        gate.wait()
        try:
            return deed(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def answered(world: World, right: int = 8) -> Participation:
    """All questions answered, nothing finished."""
    participation = world.at_post_test()
    for position, asked in enumerate(world.items(), 1):
        option = "b" if position <= right else "a"
        actions.save_answer(participation, POST, number=1, item=asked.uuid, option=option, is_flagged=None, at=NOW)
    return participation


def fresh(participation: Participation) -> Participation:
    """As each request would fetch it."""
    return Participation.objects.select_related("edition__activity__provider", "user").get(pk=participation.pk)


def test_twenty_finishes_are_one_graded_attempt(world: World) -> None:
    participation = answered(world)
    results = at_once(lambda _: actions.submit_attempt(fresh(participation), POST, number=1, at=NOW))
    assert {(type(r).__name__, getattr(r, "correct", None), getattr(r, "is_passed", None)) for r in results} == {("Attempt", 8, True)}
    assert Attempt.objects.count() == 1
    assert StepLine.objects.filter(step=Step.POST_TEST).count() == 1


def test_twenty_finishes_over_http_all_lead_to_the_result(world: World) -> None:
    participation = answered(world)
    clients = [client_of(participation) for _ in range(MANY)]
    answers = at_once(lambda n: clients[n].post(world.url(POST, "finish"), {"attempt": 1}))
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, world.url(POST, "result"))}  # type: ignore[attr-defined]
    assert Attempt.objects.count() == 1


def test_twenty_first_answers_begin_one_attempt(world: World) -> None:
    participation, asked = world.at_post_test(), world.items()[0]
    results = at_once(
        lambda n: actions.save_answer(fresh(participation), POST, number=1, item=asked.uuid, option="abcd"[n % 4], is_flagged=None, at=NOW)
    )
    assert not [r for r in results if isinstance(r, Exception)], results
    assert (Attempt.objects.count(), Answer.objects.count()) == (1, 1)


def test_twenty_retries_begin_one_attempt(world: World) -> None:
    participation = answered(world, right=3)
    actions.submit_attempt(participation, POST, number=1, at=NOW)
    results = at_once(lambda _: actions.start_attempt(fresh(participation), at=NOW).pk)
    assert len(set(results)) == 1
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_answers_and_finish_at_once_never_change_what_was_graded(world: World) -> None:
    participation = answered(world, right=10)
    items = world.items()

    def deed(number: int) -> object:
        if number % 2:
            return actions.submit_attempt(fresh(participation), POST, number=1, at=NOW)
        return actions.save_answer(fresh(participation), POST, number=1, item=items[number // 2].uuid, option="c", is_flagged=None, at=NOW)

    results = at_once(deed)
    assert {type(r) for r in results if isinstance(r, Exception)} <= {Refused}
    attempt = Attempt.objects.get()
    assert attempt.correct == attempt.answers.filter(option="b").count() == attempt.answers.filter(is_correct=True).count()
    assert attempt.answers.filter(is_correct__isnull=True).count() == 0


@pytest.mark.parametrize("has_draft", [True, False])
def test_twenty_evaluations_are_one_response(world: World, has_draft: bool) -> None:
    participation = world.at_evaluation()
    if has_draft:
        save_draft(participation, {"overall": ["5"]}, at=NOW)
    verdict = Verdict({"describe": 5}, 5, Intent.NO, (), (), False, bias_text="Slide 3")
    results = at_once(lambda _: send_evaluation(fresh(participation), verdict, at=NOW))
    assert sorted(map(str, results)) == ["False"] * (MANY - 1) + ["True"], results
    assert (Response.objects.count(), BiasReport.objects.count(), Draft.objects.count()) == (1, 1, 0)


def test_drafts_and_sending_at_once_leave_no_draft(world: World) -> None:
    participation = world.at_evaluation()
    verdict = Verdict({"describe": 5}, 5, Intent.NO, (), (), True)

    def deed(number: int) -> object:
        if number == 7:
            return send_evaluation(fresh(participation), verdict, at=NOW)
        return save_draft(fresh(participation), {"overall": [str(number)]}, at=NOW)

    results = at_once(deed)
    assert {type(r) for r in results if isinstance(r, Exception)} <= {Refused}, results
    assert (Response.objects.count(), Draft.objects.count()) == (1, 0)
