"""Who may write and who may publish at the staff's desk."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone

from preceptor.accounts.actions import give_duty
from preceptor.accounts.queries import duties_of
from preceptor.accounts.rules import DUTIES
from preceptor.kernel.refusals import Refused
from preceptor.logbook.queries import entries_about
from tests.make import BY, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_migrated(db: None) -> None:
    """What the migration makes. On PostgreSQL a transactional test before this one has emptied every table, also of what migrations put in."""
    import_module("preceptor.accounts.migrations.0003_duties").make(apps, None)
    import_module("preceptor.accounts.migrations.0005_keep_the_links").make_group(apps, None)


def test_the_groups_are_there_from_the_beginning() -> None:
    assert set(DUTIES.values()) <= set(Group.objects.values_list("name", flat=True))


def test_a_duty_is_given_once_and_kept_in_the_logbook() -> None:
    staff = user("staff@sample.example", "other", is_staff=True)
    assert duties_of(staff) == frozenset()
    for _ in range(2):
        give_duty(staff, "author", by=BY, at=timezone.now())
    assert duties_of(staff) == {"author"}
    assert entries_about(staff).filter(verb="accounts.give_duty").count() == 1


def test_only_staff_have_duties() -> None:
    learner = user()
    for who, duty in ((learner, "author"), (user("staff@sample.example", "other", is_staff=True), "king")):
        with pytest.raises(Refused, match="Only staff"):
            give_duty(who, duty, by=BY, at=timezone.now())
    learner.groups.add(Group.objects.get(name=DUTIES["author"]))
    assert duties_of(learner) == frozenset(), "a group alone does not make staff"


def test_a_superuser_has_all_of_them_while_active() -> None:
    boss = user("boss@sample.example", "other", is_staff=True)
    boss.is_superuser = True
    assert duties_of(boss) == set(DUTIES)
    boss.is_active = False
    assert duties_of(boss) == frozenset()
