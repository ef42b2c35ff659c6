"""The learner desk: people are found, compared, put together, parted and erased, each with its reason, by registrars only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.accounts.actions import save_identifiers
from preceptor.accounts.models import User
from preceptor.accounts.queries import person_of
from preceptor.credit.models import Award
from preceptor.credit.queries import fortune_of
from preceptor.logbook.models import Entry
from preceptor.records.actions import carry_out_erasures
from preceptor.records.models import ErasureRequest
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user
from tests.studio.conftest import at_desk, member

pytestmark = pytest.mark.django_db
DEED = {"reason": "Same license number, confirmed by phone.", "confirmed": "on"}


@pytest.fixture
def registrar(db: None) -> Client:
    return at_desk(member("registrar@sample.example", "registrar", given_name="Robin"))


@pytest.fixture
def two() -> tuple[User, User]:
    """Two accounts of one person, both with the credit of one activity."""
    edition_with_lecture()
    first, second = user("riley@home.example"), user("riley@hospital.example")
    Walker(first).to_certificate()
    Walker(second).to_certificate()
    return first, second


def page(name: str, *accounts: User) -> str:
    first, *more = accounts
    return (
        f"/studio/people/{first.uuid}/"
        + {"human": "", "merge": f"merge/{more[0].uuid if more else ''}/", "unmerge": "part/", "erase": "erase/"}[name]
    )


def test_people_are_found_by_whatever_is_at_hand(registrar: Client, two: tuple[User, User]) -> None:
    first, second = two
    save_identifiers(first, {"npi": "1234567893"}, at=timezone.now())
    serial = Award.objects.get(user=second).serial
    for typed, hit, missed in (
        ("home.example", first, second),
        ("riley hospital", second, first),
        (serial, second, first),
        (f"{serial[:4]}-{serial[4:8]}-{serial[8:12]}-{serial[12:16]}-{serial[16:]}".lower(), second, first),
        ("1234567893", first, second),
    ):
        html = registrar.get("/studio/people/", {"q": typed}).content.decode()
        assert hit.email in html and missed.email not in html, typed
    assert "Nobody was found" in registrar.get("/studio/people/", {"q": "no one\x00 has this"}).content.decode()
    assert first.email not in registrar.get("/studio/people/").content.decode(), "nobody is listed unasked"


def test_only_registrars_are_led_to_people(registrar: Client, reader: Client) -> None:
    assert 'href="/studio/people/"' in registrar.get("/studio/completions/").content.decode()
    assert 'href="/studio/people/"' not in reader.get("/studio/completions/").content.decode()
    assert reader.get("/studio/people/").status_code == 403


def test_two_accounts_are_compared_put_together_and_parted(registrar: Client, two: tuple[User, User]) -> None:
    first, second = two
    early, late = Award.objects.get(user=first), Award.objects.get(user=second)
    found = registrar.get(page("human", first), {"q": "hospital"}).content.decode()
    assert page("merge", first, second) in found
    preview = registrar.get(page("merge", first, second)).content.decode()
    assert "1 credit is doubled" in preview and "Begun by both" in preview
    for wrong in ({}, {"reason": "x"}, {"confirmed": "on", "reason": "  "}):
        assert registrar.post(page("merge", first, second), wrong).status_code == 422
    assert person_of(second) == second
    assert registrar.post(page("merge", first, second), DEED).status_code == 303
    assert person_of(second) == first and not fortune_of(Award.objects.get(pk=late.pk)).counts
    html = registrar.get(page("human", second)).content.decode()
    assert "taken back" in html and "was put to" in html and early.serial[:4] in html
    line = Entry.objects.get(verb="records.merge_people")
    assert line.by == "Robin Sample (registrar@sample.example)" and line.reason == DEED["reason"]
    again = registrar.post(page("merge", first, second), DEED)
    assert again.status_code == 422 and "one person’s already" in again.content.decode().replace("&#x27;", "’").replace("'", "’")
    assert "stand again" in registrar.get(page("unmerge", second)).content.decode()
    assert registrar.post(page("unmerge", second), DEED).status_code == 303
    assert person_of(second) == second and fortune_of(Award.objects.get(pk=late.pk)).counts
    assert registrar.get(page("unmerge", second)).status_code == 303, "it stands by itself: back to the person"


def test_staff_accounts_are_not_put_together(registrar: Client, two: tuple[User, User]) -> None:
    other = member("author@sample.example", "author")
    html = registrar.get(page("merge", two[0], other)).content.decode()
    assert "cannot be put together" in html and "account of the staff" in html and "<form" in html
    assert registrar.post(page("merge", two[0], other), DEED).status_code == 422


def test_erasure_is_asked_for_and_withdrawn(registrar: Client, two: tuple[User, User]) -> None:
    first, _ = two
    assert "Stays until" in registrar.get(page("erase", first)).content.decode()
    assert registrar.post(page("erase", first), {"reason": ""}).status_code == 422
    assert registrar.post(page("erase", first), DEED).status_code == 303
    assert ErasureRequest.objects.get().by == "Robin Sample (registrar@sample.example)"
    assert "is to be erased on" in registrar.get(page("human", first)).content.decode()
    assert registrar.post(page("erase", first), {"do": "keep"}).status_code == 303
    assert ErasureRequest.objects.get().withdrawn_at
    registrar.post(page("erase", first), DEED)
    held = ErasureRequest.objects.get(withdrawn_at=None)
    carry_out_erasures(at=held.due_at)
    html = registrar.get(page("human", first)).content.decode()
    assert "Erased person" in html and "carried out" in html and "riley@home" not in html.partition("Logbook")[0]
    assert registrar.get("/studio/people/", {"q": Award.objects.get(user=first).serial}).content.decode().count("Erased person") == 1
    assert registrar.get(page("erase", first)).status_code == 200


def test_authors_and_publishers_do_not_look_into_records(two: tuple[User, User]) -> None:
    for duty in ("author", "publisher"):
        desk = at_desk(member(f"{duty}@sample.example", duty))
        for name in ("human", "merge", "unmerge", "erase"):
            assert desk.get(page(name, *two)).status_code == 403
            assert desk.post(page(name, *two), DEED).status_code == 403
        assert desk.get("/studio/people/?q=riley").status_code == 403


def test_a_person_with_more_accounts_asks_no_more(registrar: Client, two: tuple[User, User]) -> None:
    first, second = two
    url = page("human", first)
    registrar.get(url)
    with CaptureQueriesContext(connection) as alone:
        registrar.get(url)
    registrar.post(page("merge", first, second), DEED)
    registrar.get(url)
    with CaptureQueriesContext(connection) as both:
        assert registrar.get(url).status_code == 200
    assert len(both) <= len(alone) + 2
