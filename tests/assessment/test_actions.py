"""What is written, and what is refused."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from preceptor.assessment import actions
from preceptor.assessment.models import Answer, Attempt, AttemptGrant
from preceptor.assessment.queries import facts, result_of, sitting_on
from preceptor.assessment.rules import Purpose
from preceptor.catalog.rules import Step
from preceptor.journey.actions import complete_step
from preceptor.journey.models import Participation, Progress, StepLine
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests.assessment.world import NOW, World, item, make_world, ten_items

pytestmark = pytest.mark.django_db
POST, PRE = Purpose.POST, Purpose.PRE
LATE = datetime(2100, 1, 2, tzinfo=UTC)


def save(participation: Participation, asked: uuid.UUID, option: str = "b", **changes: Any) -> None:
    """One answer, as the page sends it."""
    given = {"number": 1, "item": asked, "option": option, "is_flagged": None, "at": NOW} | changes
    actions.save_answer(participation, given.pop("purpose", POST), **given)


def take(
    world: World, participation: Participation, right: int, *, number: int = 1, purpose: Purpose = POST, at: datetime = NOW
) -> Attempt:
    """A whole attempt."""
    for position, asked in enumerate(world.items(), 1):
        save(participation, asked.uuid, "b" if position <= right else "c", number=number, purpose=purpose, at=at)
    return actions.submit_attempt(participation, purpose, number=number, at=at)


def test_items_are_taken_or_refused_whole(db: None) -> None:
    world = make_world()
    assert facts(world.edition) == {"items": 10, "items_per_objective": {"describe": 6, "recall": 2, "plan": 2}}
    with pytest.raises(Refused) as refused:
        actions.import_items(world.edition, ten_items())
    assert refused.value.code == "assessment.edition_published"


def test_every_problem_of_a_bundle_is_named_at_once(db: None) -> None:
    with pytest.raises(Refused) as refused:
        make_world(items=[item(1, answer="z"), item(2, objective="nothing"), item(2)])
    assert refused.value.code == "assessment.bad_items"
    assert [reason.message.split(" ", 2)[1] for reason in refused.value.reasons] == ["q01", "q02", "q02"]


def test_published_items_refuse_change(world: World) -> None:
    for deed in (lambda: world.edition.items.update(answer="a"), lambda: world.edition.items.all().delete()):
        with pytest.raises(DatabaseError, match="published"), transaction.atomic():
            deed()


def test_submitted_attempts_refuse_change(world: World) -> None:
    attempt = take(world, world.at_post_test(), 8)
    one = attempt.answers.all()[0]
    deeds = [
        lambda: Attempt.objects.filter(pk=attempt.pk).update(correct=10),
        lambda: Attempt.objects.filter(pk=attempt.pk).update(submitted_at=None),
        lambda: Answer.objects.filter(pk=one.pk).update(option="b"),
        lambda: Answer.objects.filter(pk=one.pk).delete(),
        lambda: Answer.objects.create(attempt=attempt, item=make_other_item(world), option="a", saved_at=NOW),
    ]
    for deed in deeds:
        with pytest.raises(DatabaseError, match="submitted attempt"), transaction.atomic():
            deed()


def make_other_item(world: World) -> Any:
    """Any item: what counts is that the insert is refused."""
    return world.items()[0]


def test_passing_writes_the_line_with_its_evidence(world: World) -> None:
    participation = world.learner()
    take(world, participation, 4, purpose=PRE)
    complete_step(participation, Step.CONTENT, evidence={}, at=NOW)
    attempt = take(world, participation, 7)
    assert attempt.is_passed
    evidence = StepLine.objects.get(participation=participation, step=Step.POST_TEST).evidence
    assert evidence == {"attempt": str(attempt.uuid), "number": 1, "correct": 7, "total": 10, "pass_mark": 70, "pre_correct": 4}
    assert StepLine.objects.get(participation=participation, step=Step.PRE_TEST).evidence["correct"] == 4


def test_below_the_mark_writes_no_line(world: World) -> None:
    participation = world.at_post_test()
    assert take(world, participation, 6).is_passed is False
    assert not StepLine.objects.filter(participation=participation, step=Step.POST_TEST).exists()


def test_late_is_kept_and_earns_nothing(world: World) -> None:
    participation = world.at_post_test()
    attempt = take(world, participation, 10, at=LATE)
    assert attempt.is_late and attempt.is_passed
    assert not StepLine.objects.filter(participation=participation, step=Step.POST_TEST).exists()


def test_finishing_twice_is_one_attempt(world: World) -> None:
    participation = world.at_post_test()
    first = take(world, participation, 6)
    assert actions.submit_attempt(participation, POST, number=1, at=NOW).pk == first.pk
    assert Attempt.objects.count() == 1


def test_unanswered_questions_are_named(world: World) -> None:
    participation = world.at_post_test()
    for asked in world.items()[:8]:
        save(participation, asked.uuid)
    with pytest.raises(Refused) as refused:
        actions.submit_attempt(participation, POST, number=1, at=NOW)
    assert refused.value.code == "assessment.unanswered"
    assert refused.value.message == "Questions 9 and 10 still need a saved answer."
    assert refused.value.next_url == world.url(POST, "review")


def test_answers_may_change_until_finished(world: World) -> None:
    participation, asked = world.at_post_test(), world.items()[0]
    save(participation, asked.uuid, "a")
    save(participation, asked.uuid, "c", is_flagged=True)
    save(participation, asked.uuid, "", is_flagged=None)
    sitting = sitting_on(participation, POST)
    assert sitting is not None
    assert (sitting.questions[0].chosen, sitting.flagged, sitting.first_missing, sitting.number) == ("c", [1], 2, 1)
    assert Progress.objects.get(participation=participation).label == "Resume post-test at question 2"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": uuid.uuid4()}, "assessment.foreign_item"),
        ({"option": "z"}, "assessment.unknown_option"),
        ({"number": 2}, "assessment.unknown_attempt"),
    ],
)
def test_foreign_values_are_refused(world: World, changes: dict[str, Any], code: str) -> None:
    participation = world.at_post_test()
    with pytest.raises(Refused) as refused:
        save(participation, **({"asked": changes.pop("item", world.items()[0].uuid)} | changes))
    assert refused.value.code == code
    assert refused.value.next_url
    assert not Answer.objects.exists()


def test_a_stale_tab_gets_the_result(world: World) -> None:
    participation = world.at_post_test()
    take(world, participation, 6)
    actions.start_attempt(participation, at=NOW)
    with pytest.raises(Refused) as refused:
        save(participation, world.items()[0].uuid, number=1)
    assert (refused.value.code, refused.value.next_url) == ("assessment.attempt_finished", world.url(POST, "result"))


def test_retry_shuffles_options_and_keeps_the_versions(world: World) -> None:
    participation = world.at_post_test()
    first = take(world, participation, 6)
    second = actions.start_attempt(participation, at=NOW)
    assert actions.start_attempt(participation, at=NOW).pk == second.pk
    assert [row[0] for row in second.order] == [row[0] for row in first.order]
    assert second.order != first.order
    assert all(row[1] == list("abcd") for row in first.order)


def test_first_attempts_of_both_tests_are_kept_as_pairs_of_the_same_item_version(world: World) -> None:
    participation = world.learner()
    take(world, participation, 4, purpose=PRE)
    complete_step(participation, Step.CONTENT, evidence={}, at=NOW)
    take(world, participation, 6)
    actions.start_attempt(participation, at=NOW)
    take(world, participation, 10, number=2)
    firsts = Answer.objects.filter(attempt__participation=participation, attempt__number=1)
    kept = {(a.item.version, a.attempt.purpose): a.is_correct for a in firsts.select_related("item", "attempt")}
    versions = {asked.version for asked in world.items()}
    assert kept.keys() == {(version, purpose) for version in versions for purpose in (PRE, POST)}
    assert [sum(kept[version, purpose] for version in versions) for purpose in (PRE, POST)] == [4, 6]


def test_pre_test_closes_when_the_content_opens(world: World) -> None:
    participation = world.learner()
    save(participation, world.items()[0].uuid, purpose=PRE)
    complete_step(participation, Step.PRE_TEST, evidence={"closed_by": "content"}, at=NOW, is_skipped=True)
    for deed in (
        lambda: save(participation, world.items()[1].uuid, purpose=PRE),
        lambda: actions.submit_attempt(participation, PRE, number=1, at=NOW),
    ):
        with pytest.raises(Refused, match="closed") as refused:
            deed()
        assert refused.value.next_url
    assert sitting_on(participation, PRE) is None
    assert result_of(participation, PRE) is None


def test_capped_policy_grants_and_key(db: None) -> None:
    world = make_world(max_attempts=2)
    participation = world.at_post_test()
    take(world, participation, 5)
    result = result_of(participation, POST)
    assert result and result.may_retry and result.left == 1 and not result.is_key_open and not result.answers
    with pytest.raises(Refused) as early:
        actions.grant_attempt(participation, by="staff@sample.example", reason="Outage", at=NOW)
    assert early.value.code == "assessment.grant_not_needed"
    actions.start_attempt(participation, at=NOW)
    take(world, participation, 6, number=2)
    result = result_of(participation, POST)
    assert result and not result.may_retry and result.is_key_open and len(result.answers) == 10
    with pytest.raises(Refused) as refused:
        actions.start_attempt(participation, at=NOW)
    assert refused.value.code == "assessment.no_attempts_left"
    with pytest.raises(Refused, match="Say why"):
        actions.grant_attempt(participation, by="staff@sample.example", reason=" ", at=NOW)
    with pytest.raises(Refused) as own:
        actions.grant_attempt(participation, by="Riley", reason="I wish", at=NOW, granted_by=participation.user)
    assert own.value.code == "assessment.own_attempt"
    actions.grant_attempt(participation, by="staff@sample.example", reason="Power outage during the test", at=NOW)
    assert Entry.objects.get(verb="assessment.grant_attempt").reason == "Power outage during the test"
    assert actions.start_attempt(participation, at=NOW).number == 3
    assert take(world, participation, 9, number=3).is_passed
    with pytest.raises(DatabaseError), transaction.atomic():
        AttemptGrant.objects.all().delete()


def test_passed_is_not_taken_again(world: World) -> None:
    participation = world.at_post_test()
    take(world, participation, 7)
    with pytest.raises(Refused) as refused:
        actions.start_attempt(participation, at=NOW)
    assert refused.value.code == "assessment.already_passed"


def test_small_objectives_give_no_counts(world: World) -> None:
    participation = world.at_post_test()
    take(world, participation, 5)
    result = result_of(participation, POST)
    assert result is not None
    assert {row.objective: row.count for row in result.to_review} == {
        "Describe therapy.": "5 of 6",
        "Recall options.": "",
        "Plan care.": "",
    }
    assert [link.label for link in result.to_review[0].links] == ["Read “First line therapy”", "Watch from 1:35"]
    assert result.to_review[0].links[1].url.endswith("/learn/lecture/?t=95")
