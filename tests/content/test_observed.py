"""How long learners really needed: only whole sittings count, and nobody's name is needed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from preceptor.catalog.queries import worksheet_of
from preceptor.content.models import PartProgress
from preceptor.content.queries import observed_minutes
from preceptor.content.rules import active_minutes
from preceptor.journey.models import Participation, StepLine
from tests import make


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [([600.0, 300.0], "15"), ([600.0, 4000.0], None), ([600.0, None], None), ([], None), ([-1.0, 60.0], None), ([3600.0], "60")],
)
def test_active_time_is_that_of_whole_sittings(spans, minutes):
    assert active_minutes(spans) == (Decimal(minutes) if minutes else None)


@pytest.mark.django_db
def test_the_median_of_those_who_are_known_stands_beside_the_estimate(django_assert_num_queries):
    edition, at = make.published_edition(), timezone.now()
    for number, (reading, test) in enumerate([(10, 5), (20, 5), (90, 5), (30, None)]):
        held = Participation.objects.create(user=make.user(f"l{number}@sample.example"), edition=edition, plan=edition.plan, begun_at=at)
        for part in edition.parts.all():
            PartProgress.objects.create(
                participation=held, part=part, opened_at=at, completed_at=at + timedelta(minutes=reading), updated_at=at
            )
        done = at + timedelta(minutes=reading)
        StepLine.objects.create(participation=held, step="content", at=done)
        if test is not None:
            StepLine.objects.create(participation=held, step="post_test", at=done + timedelta(minutes=test))
    with django_assert_num_queries(2):
        found = observed_minutes(edition)
    assert sorted(found) == [Decimal(25), Decimal(45)]
    assert worksheet_of(edition, found).observed_median == Decimal("35.00")
