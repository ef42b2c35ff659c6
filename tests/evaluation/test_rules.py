"""The rules of evaluations as tables."""

import random
from datetime import UTC, datetime

import pytest

from preceptor.evaluation.rules import (
    Intent,
    Verdict,
    month_of,
    months_to_shuffle,
    required_rows,
    required_taps,
    shuffled_batches,
    spec_problems,
)


@pytest.mark.parametrize(("objectives", "rows", "taps"), [(0, 0, 4), (1, 1, 5), (5, 5, 9), (8, 8, 12), (9, 8, 12), (20, 8, 12)])
def test_never_more_than_twelve_taps(objectives: int, rows: int, taps: int) -> None:
    assert (required_rows(objectives), required_taps(objectives)) == (rows, taps)


@pytest.mark.parametrize(
    ("at", "month", "months"),
    [
        (datetime(2026, 11, 22, 3, tzinfo=UTC), "2026-11", ["2026-11", "2026-10"]),
        (datetime(2027, 1, 1, 3, tzinfo=UTC), "2027-01", ["2027-01", "2026-12"]),
    ],
)
def test_months(at: datetime, month: str, months: list[str]) -> None:
    assert month_of(at) == month
    assert months_to_shuffle(at) == months


def test_batches_hold_every_row_once_in_another_order() -> None:
    batches = shuffled_batches(range(1000), size=300, chance=random.Random(1))
    assert [len(batch) for batch in batches] == [300, 300, 300, 100]
    flat = [row for batch in batches for row in batch]
    assert sorted(flat) == list(range(1000)) and flat != list(range(1000))


def test_the_anonymous_part_holds_choices_only() -> None:
    verdict = Verdict({"describe": 4}, 5, Intent.WILL, ("Change",), (), False, bias_text="TEXT", bias_name="NAME", commitments=("Change",))
    assert set(verdict.anonymous()) == {"objectives", "overall", "intent", "changes", "barriers", "is_balanced"}
    assert "TEXT" not in str(verdict.anonymous()) and "NAME" not in str(verdict.anonymous())


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"changes": ["A"], "barriers": ["B"]}, ""),
        ({"changes": ["A"]}, "lists no barriers"),
        ({"changes": [], "barriers": ["B"]}, "lists no changes"),
        ({"changes": ["A", "A "], "barriers": ["B"]}, "empty, doubled"),
        ({"changes": ["A", " "], "barriers": ["B"]}, "empty, doubled"),
        ({"changes": ["x" * 301], "barriers": ["B"]}, "longer than 300"),
    ],
)
def test_forms_of_a_bundle(spec: dict[str, object], says: str) -> None:
    problems = spec_problems(spec)
    assert (says in " ".join(problems)) if says else problems == []
