"""A newer edition's disclosures are shown once, compared with everything that the learner has been shown (FLOW-004)."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.catalog.models import Edition, FrozenFragment
from preceptor.catalog.rules import EditionState
from preceptor.disclosure.queries import disclosure_digest
from preceptor.journey.actions import begin
from preceptor.journey.models import FrontMatterSeen, Participation
from preceptor.journey.queries import told_by, wanted_fragment
from preceptor.kernel.hashing import sha256_of
from tests import make

pytestmark = pytest.mark.django_db


def later(edition: Edition, told: str | None) -> Edition:
    """The next edition of the activity, published, with front matter of its own; `told` is the hash of what it discloses."""
    number = edition.activity.editions.count() + 1
    text = f"front matter of edition {number}"
    fragment = FrozenFragment.objects.create(sha256=sha256_of(text), html=text, text=text, frozen_at=timezone.now())
    own = ("id", "uuid", "number", "state", "front_matter", "told_sha256")
    kept = {field.attname: getattr(edition, field.attname) for field in Edition._meta.concrete_fields if field.name not in own}
    return Edition.objects.create(**kept, number=number, state=EditionState.PUBLISHED, front_matter=fragment, told_sha256=told)


def go_on(held: Participation, at: datetime) -> int | None:
    """The number of the edition whose disclosures have to be shown before the learner goes on; they are shown, and Begin is pressed."""
    wanted = wanted_fragment(held.edition, held, at)
    if wanted is None:
        return None
    begin(held.user, held.edition, held, fragment=wanted[0].sha256, at=at)
    assert wanted_fragment(held.edition, held, at) is None
    return wanted[1].number


@pytest.fixture
def held() -> Participation:
    """A learner who has begun on the first edition."""
    edition, at = make.published_edition(), timezone.now()
    assert edition.front_matter is not None
    return begin(make.user(), edition, None, fragment=edition.front_matter.sha256, at=at)


A, B, C = "1" * 64, "2" * 64, "3" * 64


@pytest.mark.parametrize(
    ("second", "third", "shown"),
    [
        (B, B, [2, None]),  # the third says the same as the second, which was shown
        (B, C, [2, 3]),
        (B, "first", [2, None]),  # back to the first ones, which were shown at the start
        ("first", "first", [None, None]),
        ("first", B, [None, 3]),
    ],
)
def test_three_editions(held: Participation, second: str, third: str, shown: list[int | None]) -> None:
    first, at = held.edition, timezone.now()
    assert first.told_sha256
    found = []
    for told in (second, third):
        later(first, first.told_sha256 if told == "first" else told)
        found.append(go_on(held, at))
    assert found == shown
    assert list(FrontMatterSeen.objects.order_by("pk").values_list("edition__number", flat=True)) == [1, *filter(None, shown)]


def test_who_never_saw_the_second_edition_sees_the_third(held: Participation) -> None:
    later(held.edition, B)
    later(held.edition, B)
    assert go_on(held, timezone.now()) == 3


def test_what_is_told_is_frozen_at_publication_and_never_changes() -> None:
    edition = make.published_edition()
    assert edition.told_sha256 == disclosure_digest(edition) == told_by(edition)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(told_sha256=A)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(told_sha256=None)


def test_an_edition_from_before_hashes_were_frozen_is_counted_and_may_be_given_its_hash_once(held: Participation) -> None:
    second = later(held.edition, None)
    assert told_by(second) == disclosure_digest(second)
    Edition.objects.filter(pk=second.pk).update(told_sha256=A)
    for change in ({"told_sha256": B}, {"title": "Another"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Edition.objects.filter(pk=second.pk).update(**change)


def test_a_door_reads_the_hash_and_does_not_count_it_anew(held: Participation) -> None:
    later(held.edition, B)
    go_on(held, timezone.now())
    later(held.edition, B)
    fresh = Participation.objects.select_related("edition__activity__provider").get(pk=held.pk)
    with CaptureQueriesContext(connection) as asked:
        assert wanted_fragment(fresh.edition, fresh, timezone.now()) is None
    assert not [query["sql"] for query in asked if 'FROM "disclosure_' in query["sql"]] and len(asked) <= 5
