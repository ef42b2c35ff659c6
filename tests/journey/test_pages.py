"""The corridor's own pages: days are the provider's, and the number of queries does not grow with rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.accounts.models import User
from preceptor.catalog.actions import relate_activities
from preceptor.catalog.models import Edition
from preceptor.catalog.queries import Filters
from preceptor.catalog.rules import Step
from preceptor.journey.actions import begin, complete_step
from preceptor.journey.models import Participation
from preceptor.journey.queries import completed_on, ends_at
from preceptor.journey.queries.listing import listing_page
from preceptor.journey.queries.pages import home_page
from preceptor.ui.days import short_date
from tests.make import published_edition, user

pytestmark = pytest.mark.django_db
# 9:30 PM on November 22 in New York, where the provider is; in UTC it is the 23rd.
EVENING = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
BEFORE_CLAIM = [Step.PRE_TEST, Step.CONTENT, Step.POST_TEST, Step.EVALUATION]


def on_the_way(who: User, edition: Edition, steps: list[Step], at: datetime) -> Participation:
    """A participation with these steps done at that moment."""
    assert edition.front_matter is not None
    held = begin(who, edition, None, fragment=edition.front_matter.sha256, at=at)
    for step in steps:
        complete_step(held, step, evidence={}, at=at)
    return held


def test_completed_is_the_providers_day_of_the_last_step_before_the_claim() -> None:
    learner, edition = user(), published_edition(at=NOON)
    held = on_the_way(learner, edition, BEFORE_CLAIM, EVENING)
    assert completed_on(held) is None
    claimed = EVENING + timedelta(days=3)
    complete_step(held, Step.CLAIM, evidence={}, at=claimed)
    assert completed_on(held) == date(2026, 11, 22)
    (row,) = home_page(learner, claimed).completed
    assert row.completed_on == date(2026, 11, 22)
    (course,) = listing_page(Filters(), learner, claimed).rows
    assert course.mark is not None and course.mark.text == "Completed Nov 22, 2026"


def test_a_course_is_listed_to_the_end_of_its_last_day_in_the_providers_zone() -> None:
    edition = published_edition(at=NOON)
    end = ends_at(edition)
    assert end is not None and end.astimezone(UTC).hour != 0
    (course,) = listing_page(Filters(), None, end - timedelta(seconds=1)).rows
    assert course.mark is not None and course.mark.text == "Expires today"
    assert listing_page(Filters(), None, end).rows == []


def test_what_has_ended_says_when_on_the_home_page_and_in_the_list(client: Client) -> None:
    learner, edition = user(), published_edition(at=NOON)
    held = on_the_way(learner, edition, BEFORE_CLAIM[:2], NOON)
    end = ends_at(edition)
    assert end is not None and edition.ends_on is not None
    said = f"Ended {short_date(edition.ends_on)}"
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        client.force_login(learner)
        assert said not in client.get("/home/").content.decode()
    with time_machine.travel(end, tick=False):
        page = client.get("/home/").content.decode()
        assert said in page and "gives no credit any more" in page and "See the activity" in page
        assert listing_page(Filters(), learner, end).rows == []
        newer = published_edition(at=end)
        (course,) = listing_page(Filters(), learner, end).rows
        assert course.row.edition_id == newer.pk and course.mark is not None and course.mark.kind == "ended"
        assert course.action.url == "/activities/tiny/" and f"Your edition ended {short_date(edition.ends_on)}" in course.mark.text
        assert "Your edition ended" in client.get("/activities/").content.decode()
    assert held.edition_id == edition.pk


def test_who_claimed_in_time_is_told_completed_and_not_ended(client: Client) -> None:
    learner, edition = user(), published_edition(at=NOON)
    on_the_way(learner, edition, [*BEFORE_CLAIM, Step.CLAIM, Step.CERTIFICATE], NOON)
    end = ends_at(edition)
    assert end is not None
    (row,) = home_page(learner, end).completed
    assert row.ended_on is None and home_page(learner, end).under_way == []


def test_queries_do_not_grow_with_rows() -> None:
    learner, first = user(), published_edition("tiny-0", at=NOON)
    slugs = ["tiny-1"]
    on_the_way(learner, first, BEFORE_CLAIM[:2], NOON)
    on_the_way(learner, published_edition("tiny-1", at=NOON), [*BEFORE_CLAIM, Step.CLAIM, Step.CERTIFICATE], NOON)
    counts = []
    with time_machine.travel(NOON, tick=False):
        for more in (0, 29):
            for number in range(more):
                slugs.append(f"more-{number}")
                steps = [*BEFORE_CLAIM, Step.CLAIM, Step.CERTIFICATE] if number % 2 else BEFORE_CLAIM[:2]
                on_the_way(learner, published_edition(slugs[-1], at=NOON), steps, NOON)
            relate_activities(first, slugs)
            counts.append([asked(learner, address) for address in ("/activities/", "/home/", "/activities/tiny-0/")])
    assert counts[0] == counts[1]


def asked(who: User, address: str) -> int:
    """How many queries a page takes, once caches are warm."""
    client = Client()
    client.force_login(who)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_way_back_to_the_listing_keeps_the_filters(client: Client) -> None:
    """For people who are signed in across pages; for everybody from the listing itself, and never to another site."""
    page = f"/activities/{published_edition(at=NOON).activity.slug}/"
    asked = "/activities/?free=yes&page=2"
    assert f'href="{asked.replace("&", "&amp;")}"' in client.get(page, headers={"referer": f"http://testserver{asked}"}).content.decode()
    assert 'href="/activities/"' in client.get(page, headers={"referer": f"http://evil.example{asked}"}).content.decode()
    client.force_login(user())
    client.get(asked + "&x=" + "y" * 9000)
    assert f'href="{asked.replace("&", "&amp;")}"' in client.get(page).content.decode()


def test_a_passer_by_leaves_nothing_in_our_tables(client: Client) -> None:
    page = f"/activities/{published_edition(at=NOON).activity.slug}/"
    for address in ("/activities/", "/activities/?q=x", page, "/verify/"):
        assert "sessionid" not in client.get(address).cookies
    assert not Session.objects.exists()


def test_the_activity_page_says_what_the_minutes_count_toward(client: Client) -> None:
    tag = {"topic": "pharmacology", "jurisdiction": "US", "professions": ["nurse_practitioner"], "minutes": 5}
    page = f"/activities/{published_edition(at=NOON, state_topics=[tag]).activity.slug}/"
    told = "<dt>Counts toward</dt><dd>Pharmacology hours<small>5 minutes, for nurse practitioners</small>"
    assert told in client.get(page).content.decode()
    client.force_login(user("skyler@sample.example", "nurse_practitioner"))
    assert told in client.get(page).content.decode()
    client.force_login(user("morgan@sample.example", "physician"))
    assert "Counts toward" not in client.get(page).content.decode(), "it is nothing to them"
