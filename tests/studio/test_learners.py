"""Learners of an edition: found, replayed byte for byte, let try again."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.assessment.models import AttemptGrant
from preceptor.journey.models import FrontMatterSeen, Participation
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user
from tests.studio.test_publication import url

pytestmark = pytest.mark.django_db


def test_what_was_shown_is_replayed_byte_for_byte(editor: Client) -> None:
    edition = edition_with_lecture()
    walker = Walker(user())
    before = walker.get("journey:begin").content
    walker.begin()
    seen = FrontMatterSeen.objects.get()
    assert seen.fragment.html.encode() in before
    page = editor.get(url(edition, "replay", walker.participation.uuid, 1))
    assert seen.fragment.html.encode() in page.content, "the very bytes that the server sent"
    assert seen.fragment_id in page.content.decode()
    beyond = editor.get(url(edition, "replay", walker.participation.uuid, 2))
    assert beyond.status_code == 303


def test_somebody_who_failed_for_good_is_let_try_again(editor: Client) -> None:
    edition = edition_with_lecture(max_attempts=1)
    walker = Walker(user()).to_post_test()
    page = url(edition, "learner", walker.participation.uuid)
    early = editor.post(page, {"reason": "Because."})
    assert early.status_code == 422
    assert b"still has an attempt left" in early.content
    walker.answer(right=0)
    walker.finish()
    assert editor.post(page, {"reason": ""}).status_code == 422
    assert editor.post(page, {"reason": "The power failed."}).status_code == 303
    grant = AttemptGrant.objects.get()
    assert (grant.reason, grant.by) == ("The power failed.", "Sidney Sample (editor@sample.example)")


def test_learners_are_found_by_name(editor: Client) -> None:
    edition = edition_with_lecture()
    for number in range(3):
        Walker(user(f"learner{number}@sample.example", family_name=f"Sample{number}")).begin()
    counts = []
    page = url(edition, "learners")
    editor.get(page)
    for q in ("", "sample2", "nobody"):
        with CaptureQueriesContext(connection) as seen:
            html = editor.get(page, {"q": q}).content.decode()
        counts.append(len(seen))
        assert ("learner1@sample.example" in html) == (q == "")
    assert max(counts) - min(counts) <= 1
    assert "Nobody by that name" in html
    assert Participation.objects.count() == 3


def test_the_list_asks_the_same_number_of_questions_for_more_activities(editor: Client) -> None:
    edition_with_lecture()
    editor.get("/studio/activities/")
    with CaptureQueriesContext(connection) as one:
        editor.get("/studio/activities/")
    for slug in ("second", "third"):
        edition_with_lecture(slug=slug)
    with CaptureQueriesContext(connection) as three:
        assert editor.get("/studio/activities/").status_code == 200
    assert len(one) == len(three)
