"""The rules of tests as tables that a compliance officer can read."""

import pytest

from preceptor.assessment.rules import (
    Keyed,
    ObjectiveResult,
    Past,
    Purpose,
    attempts_left,
    grade,
    in_words,
    is_shuffled,
    item_problems,
    may_see_key,
    may_start,
    may_start_pre_test,
    missing_positions,
    objectives_to_review,
    option_order,
    results_by_objective,
    rounded_percent,
)
from preceptor.catalog.rules import needed_correct, reaches
from tests.assessment.world import item

ITEMS = [Keyed(1, "x", "a"), Keyed(2, "x", "b"), Keyed(3, "y", "c")]
FAILED, PASSED = Past(is_passed=False), Past(is_passed=True)


@pytest.mark.parametrize(
    ("answers", "correct", "right"),
    [
        ({1: "a", 2: "b", 3: "c"}, 3, {1, 2, 3}),
        ({1: "a", 2: "c", 3: "c"}, 2, {1, 3}),
        ({1: "a"}, 1, {1}),
        ({}, 0, set()),
        ({1: "A", 2: "", 3: "c "}, 0, set()),
        ({9: "a"}, 0, set()),
    ],
)
def test_grading(answers: dict[int, str], correct: int, right: set[int]) -> None:
    graded = grade(ITEMS, answers)
    assert (graded.correct, graded.total, graded.right) == (correct, 3, right)


@pytest.mark.parametrize(
    ("correct", "total", "mark", "passes", "needed"),
    [
        (7, 10, 70, True, 7),
        (6, 10, 70, False, 7),
        (4, 5, 70, True, 4),
        (3, 5, 70, False, 4),
        (2, 3, 67, False, 3),
        (2, 3, 66, True, 2),
        (29, 41, 70, True, 29),
        (28, 41, 70, False, 29),
        (0, 10, 0, True, 0),
        (10, 10, 100, True, 10),
        (0, 0, 70, False, 0),
    ],
)
def test_pass_mark_is_compared_in_integers(correct: int, total: int, mark: int, passes: bool, needed: int) -> None:
    assert reaches(correct, total, mark) is passes
    assert needed_correct(mark, total) == needed


@pytest.mark.parametrize(
    ("past", "cap", "grants", "may", "left", "key"),
    [
        ([], None, 0, True, None, False),
        ([FAILED], None, 0, True, None, False),
        ([FAILED] * 9, None, 0, True, None, False),
        ([FAILED, PASSED], None, 0, False, None, True),
        ([], 3, 0, True, 3, False),
        ([FAILED, FAILED], 3, 0, True, 1, False),
        ([FAILED, FAILED, FAILED], 3, 0, False, 0, True),
        ([FAILED, FAILED, FAILED], 3, 1, True, 1, False),
        ([FAILED, FAILED, FAILED, FAILED], 3, 1, False, 0, True),
        ([PASSED], 3, 0, False, 2, True),
        ([FAILED], 1, 0, False, 0, True),
    ],
)
def test_attempts_and_key(past: list[Past], cap: int | None, grants: int, may: bool, left: int | None, key: bool) -> None:
    assert may_start(past, cap, grants) is may
    assert attempts_left(len(past), cap, grants) == left
    assert may_see_key(past, cap, grants) is key


@pytest.mark.parametrize(("submitted", "closed", "may"), [(0, False, True), (0, True, False), (1, True, False), (1, False, False)])
def test_pre_test_is_taken_once(submitted: int, closed: bool, may: bool) -> None:
    assert may_start_pre_test(submitted, is_closed=closed) is may


@pytest.mark.parametrize(("total", "tells"), [(1, False), (2, False), (3, True), (10, True)])
def test_small_objectives_tell_no_counts(total: int, tells: bool) -> None:
    assert ObjectiveResult("x", 0, total).may_count is tells


def test_objectives_to_review_are_those_with_a_miss() -> None:
    results = results_by_objective(ITEMS, {1, 2})
    assert [(r.objective, r.correct, r.total) for r in results] == [("x", 2, 2), ("y", 0, 1)]
    assert [r.objective for r in objectives_to_review(results)] == ["y"]


def test_order_of_options() -> None:
    keys = list("abcd")
    assert option_order(keys, seed="s", is_shuffled=False) == keys
    shuffled = {seed: tuple(option_order(keys, seed=seed, is_shuffled=True)) for seed in map(str, range(50))}
    assert all(sorted(order) == keys for order in shuffled.values())
    assert len(set(shuffled.values())) > 10
    assert tuple(option_order(keys, seed="7", is_shuffled=True)) == shuffled["7"]
    assert keys == list("abcd")


@pytest.mark.parametrize(("purpose", "number", "shuffled"), [(Purpose.PRE, 1, False), (Purpose.POST, 1, False), (Purpose.POST, 2, True)])
def test_only_retries_are_shuffled(purpose: Purpose, number: int, shuffled: bool) -> None:
    assert is_shuffled(purpose, number) is shuffled


def test_missing_answers() -> None:
    assert missing_positions([11, 12, 13], {12}) == [1, 3]
    assert [in_words(n) for n in ([1], [1, 2], [4, 8, 9])] == ["1", "1 and 2", "4, 8 and 9"]
    assert in_words([]) == ""


@pytest.mark.parametrize(("correct", "total", "percent"), [(2, 3, 67), (1, 3, 33), (1, 2, 50), (0, 0, 0), (10, 10, 100), (1, 8, 13)])
def test_percent_for_looking_at(correct: int, total: int, percent: int) -> None:
    assert rounded_percent(correct, total) == percent


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, ""),
        ({"question": " "}, "has no question"),
        ({"rationale": ""}, "has no rationale"),
        ({"answer": "z"}, "keyed to an option that does not exist"),
        ({"options": [{"key": "b", "text": "One"}]}, "two or more options"),
        ({"options": [{"key": "b", "text": "One"}, {"key": "b", "text": "Two"}]}, "each with its own key"),
        ({"options": [{"key": "a", "text": "Same"}, {"key": "b", "text": "Same"}]}, "empty or doubled"),
        ({"objective": "other"}, "names an objective that the activity does not have"),
        ({"references": ["unknown"]}, "not in the bibliography"),
    ],
)
def test_items_of_a_bundle(change: dict[str, object], says: str) -> None:
    problems = item_problems(item(1, **change), {"describe"}, {"guide"})
    assert (says in " ".join(problems)) if says else problems == []
