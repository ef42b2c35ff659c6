"""Twenty at once, on a real database server: one part opened, one choice kept, one line written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections

from preceptor.catalog.rules import Step
from preceptor.content.actions import answer_decision, open_part, save_progress
from preceptor.content.models import CaseAnswer, PartProgress
from preceptor.content.rules import Basis, seconds_in
from preceptor.journey.models import Participation, StepLine
from tests.content.conftest import AT, after, begun, draft, learner, part, published

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def participation(folder: Path) -> Participation:
    """A learner inside; rows that other connections can see."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite in memory has one connection")
    return begun(learner(), published(draft(), folder))


def at_once(act: Callable[[int], object], times: int = 20) -> None:
    """Call it from as many threads, each with a connection of its own."""

    def run(n: int) -> object:
        try:
            return act(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        list(pool.map(run, range(times)))


def test_one_choice_is_kept(participation: Participation) -> None:
    case = part(participation.edition, "case")
    at_once(lambda n: answer_decision(participation, case, decision="d1", option="ab"[n % 2], at=AT))
    assert CaseAnswer.objects.count() == 1
    assert PartProgress.objects.count() == 1


def test_one_line_is_written(participation: Participation) -> None:
    parts = list(participation.edition.parts.all())
    at_once(lambda n: open_part(participation, parts[n % len(parts)], basis=Basis.MEASURED, at=AT))
    assert PartProgress.objects.count() == len(parts)
    assert StepLine.objects.filter(participation=participation, step=Step.CONTENT).count() == 1


def test_reports_that_arrive_together_all_count(participation: Participation) -> None:
    lecture = part(participation.edition, "lecture")
    open_part(participation, lecture, basis=Basis.MEASURED, at=AT)
    at_once(lambda n: save_progress(participation, lecture, position=n * 5.0, ranges=[(n * 5.0, n * 5.0 + 5)], at=after(200)))
    assert seconds_in(PartProgress.objects.get().watched) == 100
