"""The learner desk: people are found, compared, put together, parted and erased, each with its reason, by registrars only."""

from __future__ import annotations

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.accounts.actions import (
    change_access,
    change_profession,
    remove_identifier,
    save_address,
    save_identifiers,
    save_name,
)
from preceptor.accounts.models import User
from preceptor.accounts.queries import person_of
from preceptor.credit.models import Award
from preceptor.credit.queries import fortune_of
from preceptor.logbook.actions import write_entry
from preceptor.logbook.models import Entry
from preceptor.records.actions import carry_out_erasures
from preceptor.records.models import ErasureRequest
from preceptor.studio.deeds import DEEDS, detail_words
from tests.house_running import ROOT
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


def test_the_logbook_of_a_person_is_told_in_words(registrar: Client, two: tuple[User, User]) -> None:
    first, second = two
    at = timezone.now()
    save_name(first, "Riley", "Sampleton", "DO", at=at)
    change_profession(first, "pharmacist", "This is my profession", at=at)
    save_identifiers(first, {"npi": "1234567893"}, at=at)
    remove_identifier(first, "npi", at=at)
    group = Group.objects.create(name="Readers")
    change_access(first, is_active=True, is_staff=True, is_superuser=False, groups=[group], by="chief@sample.example", at=at)
    change_access(first, is_active=True, is_staff=False, is_superuser=False, groups=[], by="chief@sample.example", at=at)
    address = EmailAddress.objects.get(user=second)
    save_address(address, "riley@clinic.example", is_verified=True, by="chief@sample.example", at=at)
    write_entry("accounts.something_quite_new", by="system", at=at, about=first, detail={"code": "x"})
    registrar.post(page("merge", first, second), DEED)
    registrar.post(page("erase", first), DEED)
    html = unescape(registrar.get(page("human", first)).content.decode())
    for words in (
        "Account made", "Name or degree changed", "Profession changed", "From Physician to Pharmacist", "Number removed", "Rights changed",
        "Made a member of the staff; put into Readers", "No member of the staff any more; taken out of Readers", "E-mail address changed",
        "From riley@hospital.example to riley@clinic.example", "Accounts put together", "Account riley@clinic.example was put to it",
        "1 certificate taken back because doubled", "Erasure asked for", "Something quite new", "Preceptor", "Robin Sample (registrar@sample.example)",
    ):  # fmt: skip
        assert words in html, words
    log = html.partition('id="log-h"')[2]
    assert f"Account made, {first.email}" in log and "E-mail address changed, riley@clinic.example" in log, "of which account"
    assert not re.search(r"\b(accounts|records|credit)\.[a-z_]+", log) and "npi" not in log and DEED["reason"] in log
    assert re.search(r"Due [A-Z][a-z]+ \d+, \d{4}, \d+:\d\d [AP]M E[SD]T", log), "on the provider's clock"


def test_every_verb_about_a_person_has_words() -> None:
    source = "".join(path.read_text() for room in ("accounts", "records") for path in (ROOT / "preceptor" / room / "actions").glob("*.py"))
    verbs = set(re.findall(r'write_entry\(\s*"((?:accounts|records)\.[a-z_]+)"', source)) - {"accounts.save_group", "accounts.remove_group"}
    assert len(verbs) > 15 and verbs <= set(DEEDS), sorted(verbs - set(DEEDS))
    for verb in DEEDS:
        detail_words(Entry(verb=verb, detail={}), "UTC")  # a line that tells less than today's breaks no page


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
