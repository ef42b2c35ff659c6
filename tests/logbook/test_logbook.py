"""A line is written with its deed, and stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin import site
from django.db import DatabaseError, transaction
from django.test import RequestFactory

from preceptor.jobs.models import Job
from preceptor.logbook.actions import write_entry
from preceptor.logbook.models import Entry
from preceptor.logbook.queries import entries_about

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def a_thing() -> Job:
    return Job.objects.create(task="tests.thing", run_after=NOW, created_at=NOW)


def test_who_did_what_to_which_thing() -> None:
    one, other = a_thing(), a_thing()
    first = write_entry("jobs.revive", by="Riley Sample", at=NOW, about=one, reason="paper refilled", detail={"attempts": 3})
    second = write_entry("jobs.revive", by="system", at=NOW + timedelta(minutes=1), about=one)
    write_entry("jobs.revive", by="system", at=NOW, about=other)
    write_entry("house.open", by="system", at=NOW)
    assert list(entries_about(one)) == [second, first]
    assert (first.about_type, first.about, first.detail) == ("jobs.Job", str(one.uuid), {"attempts": 3})


@pytest.mark.parametrize("change", [lambda: Entry.objects.update(by="nobody"), lambda: Entry.objects.all().delete()])
def test_the_database_itself_refuses_to_change_a_line(change) -> None:  # type: ignore[no-untyped-def]
    write_entry("house.open", by="system", at=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()
    assert Entry.objects.get().by == "system"


def test_a_deed_undone_leaves_no_line() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        write_entry("house.open", by="system", at=NOW)
        raise RuntimeError
    assert not Entry.objects.exists()


def test_operators_may_only_read() -> None:
    request, admin = RequestFactory().get("/"), site.get_model_admin(Entry)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request)
    assert not admin.has_delete_permission(request)
