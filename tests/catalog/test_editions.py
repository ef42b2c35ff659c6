"""A published edition never changes: actions refuse it, and so does the database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from preceptor.catalog import actions
from preceptor.catalog.models import Citation, CreditOffer, Edition, FrozenFragment, Objective, RoleHolder
from preceptor.catalog.queries import current_edition
from preceptor.catalog.rules import Worksheet, length_band, needed_correct, posting_weights, reaches
from preceptor.compliance.actions import publish
from preceptor.kernel.refusals import Refused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Objective, Citation, RoleHolder, CreditOffer])
def test_the_database_refuses_changes_to_the_rows_of_a_published_edition(model):
    edition = make.published_edition()
    row = model.objects.filter(edition=edition).first()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(position=99)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()
    row.pk, row.uuid = None, None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"}, {"pass_mark": 60}, {"ends_on": date(2030, 1, 1)}, {"plan": []}, {"state": "draft"}, {"minutes": 90},
        {"state": "withdrawn", "title": "Another"}, {"worksheet": {}},
    ],
)  # fmt: skip
def test_the_database_refuses_changes_to_a_published_edition(change):
    edition = make.published_edition()
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**change)


def test_it_may_be_withdrawn_and_nothing_else():
    edition, at = make.published_edition(), timezone.now()
    actions.withdraw_edition(edition, by=make.BY, at=at, reason="new evidence")
    assert edition.state == "withdrawn"
    with pytest.raises(Refused):
        actions.withdraw_edition(edition, by=make.BY, at=at, reason="again")
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(state="published")
    assert current_edition(edition.activity, at) is None


def test_a_frozen_fragment_stays():
    make.published_edition()
    for deed in (lambda: FrozenFragment.objects.update(html="x"), lambda: FrozenFragment.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_actions_refuse_a_published_edition():
    edition = make.published_edition()
    for deed in (
        lambda: actions.add_objectives(edition, []),
        lambda: actions.add_citations(edition, []),
        lambda: actions.save_offer(edition, "ipce", Decimal(1), by=make.BY, at=timezone.now()),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "catalog.is_published"


def test_there_is_one_draft():
    make.draft_edition()
    with pytest.raises(Refused) as refused:
        make.draft_edition()
    assert refused.value.code == "catalog.has_draft"


def test_the_newest_released_edition_is_current():
    at = timezone.now()
    first = make.published_edition(at=at - timedelta(days=300))
    second = make.published_edition(at=at)
    assert (first.number, second.number) == (1, 2)
    assert current_edition(first.activity, at) == second
    assert current_edition(first.activity, first.released_on) == first
    assert current_edition(first.activity, first.released_on - timedelta(days=1)) is None


def test_a_copy_carries_texts_but_no_dates_offers_or_decisions():
    edition, at = make.published_edition(), timezone.now()
    copy = actions.copy_edition(edition, by=make.BY, at=at)
    assert copy.title == edition.title and copy.objectives.count() == 2 and copy.role_holders.count() == 3 and copy.citations.count() == 1
    assert copy.ends_on is None and not copy.offers.exists() and not copy.support.exists()


def test_publishing_twice_is_refused():
    edition = make.published_edition()
    with pytest.raises(Refused):
        publish(edition, by=make.BY, at=timezone.now())


def test_worksheet_counts_items_once_and_tells_its_numbers():
    sheet = Worksheet(media_seconds=0, words=3774, items=16, difficulty=Decimal("2.5"))
    assert sheet.minutes == Decimal("61.94")  # the worked example of the published formula
    demo = Worksheet(media_seconds=245, words=3625, items=10, difficulty=Decimal(2))
    assert demo.minutes == Decimal("43.75") and demo.whole_minutes == 44
    assert demo.lines()[0] == "Lectures: 4 min 05 s of media" and "3625 words" in demo.lines()[1]
    assert Worksheet(0, 0, 0, Decimal(5)).minutes == 0
    assert Worksheet(0, 10, 0, Decimal(1)).minutes == 0


@pytest.mark.parametrize(
    ("correct", "total", "mark", "is_reached"),
    [(7, 10, 70, True), (6, 10, 70, False), (4, 5, 70, True), (3, 5, 70, False), (0, 0, 70, False)],
)
def test_the_pass_mark_is_compared_by_integers(correct, total, mark, is_reached):
    assert reaches(correct, total, mark) is is_reached
    assert (total > 0 and correct >= needed_correct(mark, total)) is is_reached


def test_length_bands_and_weights():
    assert [length_band(n) for n in (1, 15, 16, 30, 31, 60, 61)] == ["15", "15", "30", "30", "60", "60", "over"]
    weights = posting_weights({"title": ["a"], "text": ["a", "b", "b"]})
    assert weights["a"] > weights["b"] > 0
