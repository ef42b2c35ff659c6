"""Which step comes next and which doors are open: tables that a compliance officer can read."""

from datetime import UTC, date, datetime

import pytest

from preceptor.catalog.rules import Step, needed_correct, reaches, usual_plan
from preceptor.journey.rules import end_of_day, is_ending, is_over, may_enter, next_step, step_status, zone_name

PLAN = usual_plan(has_pre_test=True)
F, P, C, T, E, K, Z = PLAN


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([], F),
        ([F], P),
        ([F, P], C),
        ([F, P, C], T),
        ([F, P, C, T], E),
        ([F, P, C, T, E], K),
        ([F, P, C, T, E, K], Z),
        (PLAN, None),
        ([F, C], P),
    ],
)
def test_next_step_is_the_first_not_done(done: list[str], expected: str | None) -> None:
    assert next_step(PLAN, done) == expected


@pytest.mark.parametrize(
    ("step", "done", "is_open"),
    [
        (F, [], True),
        (C, [], False),
        (P, [F], True),
        (C, [F], False),  # the pre-test is neither taken nor skipped yet: seen content would make it measure nothing
        (C, [F, P], True),
        (T, [F, P], False),
        (T, [F, P, C], True),
        (E, [F, P, C], False),
        (E, [F, P, C, T], True),
        (K, [F, P, C, T], False),
        (K, [F, P, C, T, E], True),
        (Z, [F, P, C, T, E], False),
        (Z, [F, P, C, T, E, K], True),
        (C, [F, P, C, T, E, K, Z], True),  # what is done stays open to look at
    ],
)
def test_doors(step: str, done: list[str], is_open: bool) -> None:
    assert may_enter(step, PLAN, done) is is_open


def test_a_step_that_is_not_in_the_plan_has_no_door() -> None:
    assert not may_enter(Step.PRE_TEST, usual_plan(has_pre_test=False), [F])


@pytest.mark.parametrize(
    ("day", "zone", "moment", "over"),
    [
        (date(2026, 2, 25), "America/New_York", datetime(2026, 2, 26, 4, 59, 59, tzinfo=UTC), False),
        (date(2026, 2, 25), "America/New_York", datetime(2026, 2, 26, 5, 0, 0, tzinfo=UTC), True),
        (date(2026, 7, 1), "America/New_York", datetime(2026, 7, 2, 4, 0, 0, tzinfo=UTC), True),  # summer time
        (date(2026, 2, 25), "Pacific/Honolulu", datetime(2026, 2, 26, 9, 59, 59, tzinfo=UTC), False),
        (None, "UTC", datetime(2026, 2, 26, tzinfo=UTC), False),
    ],
)
def test_the_end_is_the_end_of_the_last_day_in_the_providers_zone(day: date | None, zone: str, moment: datetime, over: bool) -> None:
    assert is_over(day, zone, moment) is over


@pytest.mark.parametrize(("days_before", "said"), [(31, False), (30, True), (1, True), (0, False)])
def test_the_end_is_said_from_thirty_days_before(days_before: int, said: bool) -> None:
    end = end_of_day(date(2026, 6, 30), "UTC")
    assert is_ending(date(2026, 6, 30), "UTC", end.fromtimestamp(end.timestamp() - days_before * 86400, UTC)) is said


def test_the_zone_is_named_as_people_know_it() -> None:
    assert zone_name("America/New_York", datetime(2026, 1, 1, tzinfo=UTC)) == "EST"


@pytest.mark.parametrize(
    ("step", "done", "skipped", "word"),
    [(C, [F], [], "now"), (F, [F], [], "done"), (P, [F, P], [P], "skipped"), (P, [F], [], "opt"), (T, [F], [], "todo")],
)
def test_the_word_in_the_track(step: str, done: list[str], skipped: list[str], word: str) -> None:
    assert step_status(step, C, PLAN, done, skipped) == word


@pytest.mark.parametrize(
    ("mark", "total", "needed"),
    [(70, 10, 7), (70, 5, 4), (70, 3, 3), (70, 7, 5), (100, 10, 10), (0, 10, 0), (75, 8, 6), (67, 3, 3), (66, 3, 2)],
)
def test_needed_is_the_least_that_reaches_the_mark(mark: int, total: int, needed: int) -> None:
    assert needed_correct(mark, total) == needed
    assert reaches(needed, total, mark)
    assert needed == 0 or not reaches(needed - 1, total, mark)
