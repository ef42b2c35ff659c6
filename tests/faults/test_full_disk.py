"""The disk is full: the page says so instead of pretending, nothing is half kept, and the same press works once there is room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from preceptor.assessment.models import Answer
from preceptor.credit.models import Award
from preceptor.jobs.models import Job
from preceptor.journey.models import StepLine
from preceptor.mail.models import Letter
from tests.journeys.walking import Walker
from tests.make import published_edition, user

ROOM = 2**31 - 2  # pages: SQLite's usual bound, as large as the pragma reads
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's own tests hold its full disk; ours is a limit of SQLite"),
]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@contextmanager
def full_disk() -> Iterator[None]:
    """The database file may not grow by a single page: what SQLite then says is what it says on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (bytes BLOB)")  # takes the free pages that there are
        while cursor.execute("PRAGMA freelist_count").fetchone() != (0,):
            cursor.execute("INSERT INTO filler VALUES (zeroblob(4000))")
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {ROOM}")


def kept() -> dict[str, int]:
    """How many rows there are of what a learner must not lose, or get twice."""
    return {model.__name__: model._default_manager.count() for model in (Answer, StepLine, Award, Letter, Job)}


def test_a_claim_on_a_full_disk_leaves_nothing_half_done_and_works_when_there_is_room() -> None:
    published_edition()
    walker = Walker(user("anna@hospital.example", profession="physician")).to_claim()
    walker.client.raise_request_exception = False
    form = walker.claim_form()
    before = kept()
    with full_disk():
        answers = [walker.post("credit:claim", data=form) for _ in range(3)]
    refused = [answer for answer in answers if answer.status_code != 303]
    assert all(answer.status_code == 500 and "<h1" in answer.content.decode() for answer in refused)
    assert len(refused) == 3, "no page was left, so no claim went through"
    assert kept() == before
    assert walker.post("credit:claim", data=form).status_code == 303
    after = kept()
    assert (after["Award"], after["Letter"]) == (before["Award"] + 1, before["Letter"] + 1)
    assert walker.get("credit:certificate").status_code == 200
