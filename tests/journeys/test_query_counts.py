"""A page asks the database as often for 30 rows as for one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.assessment.rules import Purpose
from preceptor.catalog.actions import index_edition
from preceptor.catalog.models import Activity, CreditOffer, Edition, Objective, RoleHolder
from preceptor.catalog.rules import EditionState
from preceptor.credit.models import Award, PersonalPart, Standing
from preceptor.journey.models import Participation, StepLine
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.serials import new_serial
from preceptor.mail.adapters.mailbox import keep
from tests.assessment.world import client_of, item, make_world, take
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user

pytestmark = pytest.mark.django_db
MANY = 30


def copies(edition: Edition, count: int) -> list[Edition]:
    """More activities like this one, published, with offers, people and objectives."""
    made = []
    for number in range(count):
        activity = Activity.objects.create(provider=edition.activity.provider, slug=f"copy-{number}", is_sample=True)
        kept = {
            f.attname: getattr(edition, f.attname)
            for f in Edition._meta.concrete_fields
            if f.name not in ("id", "uuid", "activity", "state")
        }
        copy = Edition.objects.create(activity=activity, state=EditionState.DRAFT, **kept)
        for model in (CreditOffer, RoleHolder, Objective):
            names = [f.attname for f in model._meta.concrete_fields if f.name not in ("id", "uuid", "edition")]
            for row in model._default_manager.filter(edition=edition):
                model._default_manager.create(edition=copy, **{name: getattr(row, name) for name in names})
        Edition.objects.filter(pk=copy.pk).update(state=EditionState.PUBLISHED)
        index_edition(copy)
        made.append(copy)
    return made


def queries(client: Client, url: str) -> int:
    """How often one look at a page asks; the second look counts, when everything that is kept in memory is there."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(captured)


def completed(walker: Walker, edition: Edition) -> None:
    """As if the person had been through an edition: the same lines and an award like the one they have."""
    theirs = Participation.objects.get(user=walker.user, edition__activity__slug="tiny")
    participation = Participation.objects.create(user=walker.user, edition=edition, plan=edition.plan, begun_at=theirs.begun_at)
    for line in theirs.lines.all():
        StepLine.objects.create(participation=participation, step=line.step, at=line.at, evidence=line.evidence, is_skipped=line.is_skipped)
    award = Award.objects.get(participation=theirs)
    serial = new_serial()
    frozen = json.dumps(json.loads(award.frozen) | {"serial": serial, "activity": edition.activity.slug})
    made = Award.objects.create(
        serial=serial, participation=participation, user=walker.user, activity=edition.activity, edition=edition, system=award.system, slot=award.slot,
        amount=award.amount, completed_on=award.completed_on, claimed_at=award.claimed_at, frozen=frozen, frozen_sha256=sha256_of(frozen),
        status_index=Award.objects.count(),
    )  # fmt: skip
    for part in award.personal_parts.all():
        PersonalPart.objects.create(award=made, kind=part.kind, salt=part.salt, data=part.data)
    Standing.objects.create(
        user=walker.user, activity=edition.activity, system=award.system, participation=participation, slot=award.slot, award=made
    )


def begun(walker: Walker, edition: Edition) -> None:
    """Under way: one line."""
    participation = Participation.objects.create(user=walker.user, edition=edition, plan=edition.plan, begun_at=timezone.now())
    StepLine.objects.create(participation=participation, step="front_matter", at=timezone.now(), evidence={})


def test_course_listing() -> None:
    edition = edition_with_lecture()
    walker = Walker(user()).to_content()
    urls = ["/activities/", "/activities/?q=tiny", "/activities/?credit=ama_pra_1&sort=title", "/activities/?q=nothing-has-this"]
    one = {(who, url): queries(client, url) for url in urls for who, client in (("anybody", Client()), ("learner", walker.client))}
    for copy in copies(edition, MANY):
        begun(walker, copy)
    many = {(who, url): queries(client, url) for url in urls for who, client in (("anybody", Client()), ("learner", walker.client))}
    assert many == one


def test_home_and_transcript() -> None:
    edition = edition_with_lecture()
    walker = Walker(user()).to_certificate()
    first, *others = copies(edition, 2 * MANY)
    begun(walker, first)
    one = {url: queries(walker.client, url) for url in ("/home/", "/transcript/", "/transcript/?year=2026")}
    for number, copy in enumerate(others):
        (begun if number % 2 else completed)(walker, copy)
    assert {url: queries(walker.client, url) for url in one} == one
    assert Award.objects.filter(user=walker.user).count() > MANY


def test_activity_page_with_related_activities_and_past_the_begin() -> None:
    edition = edition_with_lecture()
    walker = Walker(user()).to_content()
    url = walker.url("journey:activity")
    many = copies(edition, MANY)
    edition.related.set([many[0].activity])
    one = queries(Client(), url), queries(walker.client, url)
    edition.related.set([copy.activity for copy in many])
    assert (queries(Client(), url), queries(walker.client, url)) == one


def test_mailbox(settings: Any, tmp_path: Path) -> None:
    settings.HAS_MAIL_SINK, settings.MAIL_SINK_DIR = True, tmp_path
    keep(b"Subject: One\r\nTo: a@sample.example\r\n\r\nText\r\n")
    one = queries(Client(), "/mailbox/")
    for number in range(MANY):
        keep(f"Subject: {number}\r\nTo: a@sample.example\r\n\r\nText\r\n".encode())
    assert queries(Client(), "/mailbox/") == one


@pytest.mark.parametrize("page", ["result", "review", "question"])
def test_a_test_with_thirty_questions(page: str) -> None:
    def count(slug: str, questions: int) -> int:
        world = make_world(slug=slug, items=[item(n) for n in range(1, questions + 1)])
        participation = world.at_post_test(f"{slug}@sample.example")
        client = client_of(participation)
        if page == "result":
            take(client, world, Purpose.POST, right=questions)
        return queries(client, world.url(Purpose.POST, page, *([1] if page == "question" else [])))

    assert count("small", 3) == count("large", MANY)


@pytest.mark.parametrize("name", ["certificate", "claim", "evaluation"])
def test_a_step_page_does_not_ask_more_when_the_person_has_done_more(name: str) -> None:
    edition = edition_with_lecture()
    to: dict[str, Callable[[Walker], Walker]] = {
        "certificate": Walker.to_certificate,
        "claim": Walker.to_claim,
        "evaluation": Walker.to_evaluation,
    }
    walker = to[name](Walker(user()))
    url = f"/activities/tiny/{name}/"
    one = queries(walker.client, url)
    for copy in copies(edition, MANY):
        begun(walker, copy)
    assert queries(walker.client, url) == one
