"""Requirements: what counts, what is missing, by when; the pages, which are their owner's alone; the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client

from preceptor.accounts.models import User
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import Cycle, Requirement
from preceptor.catalog.models import Edition
from preceptor.catalog.queries import Filters, catalogue
from preceptor.credit.actions import (
    add_external_credit,
    claim_credit,
    follow_own,
    follow_requirement,
    leave_requirement,
    reverse_award,
    roll_over,
)
from preceptor.credit.models import TrackedRequirement
from preceptor.credit.queries import requirement_warnings, tracker_of
from preceptor.credit.rules import (
    EVER,
    REVERSAL_REASONS,
    Credit,
    Tag,
    begin_of,
    days_left,
    end_after,
    next_cycle,
    progress,
    tags_of,
    urgency,
    why_no_cycle,
)
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests.credit.conftest import NOW, House, claim_for

TODAY = NOW.date()
D = Decimal


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def asked(**changes: Any) -> Requirement:
    values: dict[str, Any] = {
        "key": "r", "label": "R", "authority": "A", "jurisdiction": "US", "professions": (), "asks": "", "amount": D(8), "unit_one": "hour", "unit_many": "hours",
        "cycle": Cycle.CHOSEN, "valid_from": EVER, "source": "A test, which is no source",
    }  # fmt: skip
    return Requirement(**{**values, **changes})


def credit(key: str = "a", amount: str = "1", **changes: Any) -> Credit:
    values: dict[str, Any] = {
        "key": key,
        "occasion": key,
        "on": TODAY,
        "system": "ama_pra_1",
        "amount": D(amount),
        "minutes_per_unit": 60,
        "profession": "physician",
    }
    return Credit(**{**values, **changes})


MATE = {"topics": ("mate",), "cycle": Cycle.ONCE}
TAGGED = (Tag("mate", D(30), "US", ("physician",)),)
# requirement, credits, (here, self-reported, missing)
COUNTS: list[tuple[str, dict[str, Any], list[Credit], tuple[str, str, str]]] = [
    ("nothing yet", {}, [], ("0", "0", "8")),
    ("whole amounts add up", {}, [credit("a", "3.5"), credit("b", "1")], ("4.5", "0", "3.5")),
    ("self-reported counts, apart", {}, [credit("a", "3"), credit("b", "2", is_self_reported=True)], ("3", "2", "3")),
    ("more than is needed", {}, [credit("a", "9")], ("9", "0", "0")),
    ("only what a system list names", {"systems": ("ancc",)}, [credit("a", "3"), credit("b", "2", system="ancc")], ("2", "0", "6")),
    ("before and after the cycle", {}, [credit("a", on=TODAY - timedelta(days=31)), credit("b", on=TODAY + timedelta(days=31))], ("0", "0", "8")),
    ("first and last day", {}, [credit("a", on=TODAY - timedelta(days=30)), credit("b", on=TODAY + timedelta(days=30))], ("2", "0", "6")),
    ("one activity, two kinds of credit", {}, [credit("a", "1", occasion="x"), credit("b", "2", occasion="x")], ("2", "0", "6")),
    ("a topic counts its minutes", MATE, [credit("a", "1", tags=TAGGED)], ("0.5", "0", "7.5")),
    ("at most what was claimed", MATE, [credit("a", "0.25", tags=TAGGED)], ("0.25", "0", "7.75")),
    ("no tag, nothing", MATE, [credit("a", "5")], ("0", "0", "8")),
    ("a tag for others", MATE, [credit("a", "1", tags=TAGGED, profession="pharmacist")], ("0", "0", "8")),
    ("a tag of another law", MATE, [credit("a", "1", tags=(Tag("mate", D(30), "FL"),))], ("0", "0", "8")),
    ("participation gives no amount", MATE, [credit("a", "0", system="participation", tags=TAGGED)], ("0", "0", "8")),
    ("thirds of an hour add up before rounding", MATE, [credit(k, "1", tags=(Tag("mate", D(20)),)) for k in "abc"], ("1", "0", "7")),
    ("a third alone is rounded down", MATE, [credit("a", "1", tags=(Tag("mate", D(20)),))], ("0.33", "0", "7.67")),
    ("self-reported hours of an unknown unit", MATE, [credit("a", "9", system="", minutes_per_unit=0, tags=(Tag("mate", D(480)),), is_self_reported=True)], ("0", "8", "0")),
    ("an unknown unit counts nowhere else", {}, [credit("a", "9", system="", minutes_per_unit=0)], ("0", "0", "8")),
    ("contact hours of fifty minutes", {"minutes_per_unit": 50}, [credit("a", "1")], ("1.2", "0", "6.8")),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "credits", "expected"), [row[1:] for row in COUNTS], ids=[row[0] for row in COUNTS])
def test_what_counts(requirement: dict[str, Any], credits: list[Credit], expected: tuple[str, str, str]) -> None:
    found = progress(asked(**requirement), TODAY - timedelta(days=30), TODAY + timedelta(days=30), credits)
    assert (found.whole.here, found.whole.self_reported, found.whole.missing) == tuple(map(D, expected))
    assert found.is_met is (found.whole.missing == 0) and (found.whole.percent == 100) is found.is_met
    assert sum(one.amount for one in found.counted) <= found.whole.done


def test_a_part_has_to_be_there_too() -> None:
    requirement = asked(amount=D(100), parts={"pharmacology": "25"}, cycle=Cycle.MONTHS, cycle_months=60)
    many = [credit(str(n), "10", contained={"pharmacology": D(2)}) for n in range(10)]
    found = progress(requirement, EVER, TODAY, many)
    assert not found.whole.missing and found.parts[0].missing == 5 and not found.is_met
    assert progress(requirement, EVER, TODAY, [*many, credit("x", "5", tags=(Tag("pharmacology", D(300)),))]).is_met


DAYS = [
    # cycle, months, ends, → first day
    ("once", 0, date(2027, 6, 27), EVER),
    ("chosen", 0, date(2027, 6, 30), None),
    ("months", 60, date(2030, 6, 30), date(2025, 7, 1)),
    ("months", 24, date(2027, 1, 14), date(2025, 1, 15)),
    ("months", 12, date(2028, 2, 29), date(2027, 3, 1)),
    ("months", 12, date(2027, 2, 28), date(2026, 3, 1)),
]


@pytest.mark.parametrize(("cycle", "months", "ends", "begins"), DAYS)
def test_the_first_day_follows_from_the_last(cycle: str, months: int, ends: date, begins: date | None) -> None:
    assert begin_of(asked(cycle=Cycle(cycle), cycle_months=months), ends) == begins


NEXT = [
    ("months", 24, date(2025, 1, 15), date(2027, 1, 14), (date(2027, 1, 15), date(2029, 1, 14))),
    ("months", 12, date(2027, 3, 1), date(2028, 2, 29), (date(2028, 3, 1), date(2029, 2, 28))),
    ("fixed", 24, date(2025, 1, 1), date(2026, 12, 31), (date(2027, 1, 1), date(2028, 12, 31))),
    ("chosen", 0, date(2024, 7, 1), date(2026, 6, 30), (date(2026, 7, 1), date(2028, 6, 30))),
    ("chosen", 0, date(2026, 1, 5), date(2026, 1, 14), (date(2026, 1, 15), date(2026, 1, 24))),
    ("chosen", 0, date(2090, 1, 1), date(2099, 12, 31), None),
    ("once", 0, EVER, date(2026, 12, 31), None),
]


@pytest.mark.parametrize(("cycle", "months", "begins", "ends", "expected"), NEXT)
def test_the_next_cycle(cycle: str, months: int, begins: date, ends: date, expected: tuple[date, date] | None) -> None:
    assert next_cycle(asked(cycle=Cycle(cycle), cycle_months=months), begins, ends) == expected


@pytest.mark.parametrize(
    ("day", "end"), [(date(2026, 6, 30), date(2026, 6, 30)), (date(2026, 7, 1), date(2027, 6, 30)), (date(2026, 1, 1), date(2026, 6, 30))]
)
def test_a_fixed_day_ends_everybodys_cycle(day: date, end: date) -> None:
    assert end_after(asked(cycle=Cycle.FIXED, cycle_months=12, cycle_ends="06-30"), day) == end


@pytest.mark.parametrize(
    ("left", "is_met", "expected", "words"),
    [
        (91, False, "", "91 days left"), (90, False, "soon", "90 days left"), (31, False, "soon", "31 days left"), (30, False, "urgent", "30 days left"),
        (1, False, "urgent", "1 day left"), (0, False, "urgent", "ends today"), (-1, False, "over", "ended 1 day ago"), (-1, True, "", "ended 1 day ago"), (5, True, "", "5 days left"),
    ],
)  # fmt: skip
def test_when_it_is_warned(left: int, is_met: bool, expected: str, words: str) -> None:
    ends = TODAY + timedelta(days=left)
    assert (urgency(ends, is_met, TODAY), days_left(ends, TODAY)) == (expected, words)


def test_tags_of_an_edition_are_read_as_they_were_typed() -> None:
    rows = [
        {"topic": "MATE", "jurisdiction": "US", "professions": ["physician"], "minutes": 45}, {"topic": "implicit-bias", "jurisdiction": "CA", "minutes": 10},
        {"topic": "mate", "minutes": 0}, {"topic": "mate", "minutes": "60"}, {"minutes": 5}, {"topic": 3, "minutes": 5},
    ]  # fmt: skip
    assert tags_of(rows) == (Tag("mate", D(45), "US", ("physician",)), Tag("implicit_bias", D(10), "CA"))


def test_days_that_are_no_cycle() -> None:
    assert why_no_cycle(TODAY, TODAY, TODAY) == ""
    assert why_no_cycle(TODAY, TODAY - timedelta(days=1), TODAY) and why_no_cycle(TODAY, date(2060, 1, 1), TODAY)


# --- with awards -------------------------------------------------------------------------------------------------------------------------


def pack_requirement(key: str) -> Requirement:
    return pack_on(TODAY).requirements[key]


def tagged(house: House, slug: str, **tag: Any) -> Edition:
    """An edition that is tagged with the MATE Act's topic."""
    tags = [{"topic": "mate", "jurisdiction": "US", "professions": ["physician"], "minutes": 45, **tag}]
    return house.edition(slug, title=f"Activity {slug}", state_topics=tags)


def test_mate_hours_add_up_from_awards_and_self_reported_credit(house: House) -> None:
    user = house.learner()
    award = claim_credit(house.participation(user, tagged(house, "one")), claim_for(amount="0.50"), at=NOW)
    claim_credit(house.participation(user, house.edition("two")), claim_for(), at=NOW)
    values = {
        "title": "A course", "provider": "P", "system": "", "own_words": "DEA hours", "amount": D(8), "completed_on": date(2024, 1, 1), "note": "",
        "topic": "mate", "topic_minutes": 420,
    }  # fmt: skip
    add_external_credit(user, values, None, at=NOW)
    follow_requirement(user, pack_requirement("us_mate"), EVER, TODAY + timedelta(days=20), at=NOW)
    [row] = tracker_of(user, NOW).current
    assert (row.whole.here, row.whole.self_reported, row.whole.missing) == ("0.5", "7.0", "0.5") and row.urgency == "urgent"
    assert [one.title.partition(":")[0] for one in row.counted] == ["Activity one", "A course (P)"]
    reverse_award(award, reason=REVERSAL_REASONS[0], by=house.learner(), at=NOW)
    assert tracker_of(user, NOW).current[0].whole.here == "0.0", "what was taken back counts nowhere"


def test_the_catalogue_shows_what_would_count(house: House) -> None:
    tagged(house, "one")
    house.edition("two")
    user = house.learner()
    follow_requirement(user, pack_requirement("us_mate"), EVER, TODAY + timedelta(days=20), at=NOW)
    [row] = tracker_of(user, NOW).current
    assert row.catalogue_query == "asked=mate"
    assert [row.slug for row in catalogue(Filters(asked=("mate",)), TODAY).rows] == ["one"]
    page = Client().get(f"/activities/?{row.catalogue_query}").content.decode()
    assert "Activity one" in page and "1 course" in page and "Opioid and other substance use disorders" in page
    own = follow_own(user, "Mine", "ama_pra_1", D(50), TODAY, TODAY, at=NOW)
    assert next(row for row in tracker_of(user, NOW).current if row.tracked == own).catalogue_query == "credit=ama_pra_1"


def test_pharmacology_hours_of_an_offer_are_a_part(house: House) -> None:
    user = house.learner("nurse_practitioner")
    edition = house.edition(offers={"aanp": "0.75"}, sub_amounts={"rx": "0.50"})
    claim_credit(house.participation(user, edition), claim_for("nurse_practitioner", "aanp"), at=NOW)
    follow_requirement(user, pack_requirement("aanpcb_renewal"), date(2025, 1, 1), date(2029, 12, 31), at=NOW)
    [row] = tracker_of(user, NOW).current
    assert (row.whole.here, row.parts[0].here, row.parts[0].label) == ("0.75", "0.5", "Pharmacology hours") and row.is_unconfirmed
    assert row.parts[0].catalogue_query == "asked=pharmacology" and not row.whole.catalogue_query
    client = Client()
    client.force_login(user)
    assert 'href="/activities/?asked=pharmacology">Courses that count<span' in client.get("/transcript/requirements/").content.decode()


def test_requirements_are_suggested_by_profession(house: House) -> None:
    assert {entry.key for entry in tracker_of(house.learner("pharmacist"), NOW).suggested} == set()
    suggested = {entry.key for entry in tracker_of(house.learner("nurse_practitioner"), NOW).suggested}
    assert suggested == {"us_mate", "aanpcb_renewal"}


# --- pages -------------------------------------------------------------------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_requirement_is_followed_rolled_over_left_and_taken_up_again(house: House) -> None:
    user = house.learner()
    client = client_of(user)
    assert "Unconfirmed." in client.get("/transcript/requirements/").content.decode(), "the packs' mark is shown"
    url = "/transcript/requirements/follow/fl_controlled/"
    assert client.post(url, {"begins_on": "2024-12-01", "ends_on": "2026-11-30"}).status_code == 303
    assert client.post(url, {"begins_on": "2024-12-01", "ends_on": "2026-11-30"}).status_code == 303
    tracked = TrackedRequirement.objects.get()
    page = client.get("/transcript/requirements/").content.decode()
    assert "0.0 of 2.0 hours" in page and "8 days left" in page and "A list of state requirements of 2019" in page
    for where in ("/transcript/", "/home/"):
        assert "8 days left" in client.get(where).content.decode(), where
    assert client.post(f"/transcript/requirements/{tracked.uuid}/next/").status_code == 303
    assert client.post(f"/transcript/requirements/{tracked.uuid}/next/").status_code == 303
    [first, second] = TrackedRequirement.objects.order_by("ends_on")
    assert (second.begins_on, second.ends_on) == (date(2026, 12, 1), date(2028, 11, 30))
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        tracker = tracker_of(user, NOW + timedelta(days=30))
        assert ([row.tracked for row in tracker.current], [row.tracked for row in tracker.past]) == ([second], [first])
        assert "Past cycles" in client_of(user).get("/transcript/requirements/").content.decode()
    answer = client.post(f"/transcript/requirements/{second.uuid}/leave/")
    assert "You no longer follow" in client.get(answer.headers["Location"]).content.decode()
    assert client.post(f"/transcript/requirements/{second.uuid}/resume/").status_code == 303
    assert TrackedRequirement.objects.filter(removed_at=None).count() == 2
    verbs = list(Entry.objects.filter(verb__startswith="credit.").order_by("pk").values_list("verb", "by"))
    assert verbs == [
        (f"credit.{verb}", "learner") for verb in ("follow_requirement", "follow_requirement", "leave_requirement", "resume_requirement")
    ]


def test_one_of_ones_own_words(house: House) -> None:
    user = house.learner()
    client = client_of(user)
    typed = {"title": "My license <b>", "system": "ama_pra_1", "amount": "50", "begins_on": "2025-01-01", "ends_on": "2026-12-31"}
    for _ in range(2):  # a double click
        assert client.post("/transcript/requirements/own/", typed).status_code == 303
    claim_credit(house.participation(user, house.edition()), claim_for(), at=NOW)
    page = client.get("/transcript/requirements/").content.decode()
    assert "My license &lt;b&gt;" in page and "0.75 of 50.0 AMA PRA Category 1 Credits™" in page and "49.25 missing" in page
    tracked = TrackedRequirement.objects.get()
    assert client.post(f"/transcript/requirements/{tracked.uuid}/", {**typed, "amount": "0.5"}).status_code == 303
    assert "Met:" in client.get("/transcript/requirements/").content.decode() and not requirement_warnings(user, NOW)


BAD = [
    ("follow/fl_controlled/", {"begins_on": "", "ends_on": ""}, "Fill this in: Last day of the cycle"),
    ("follow/fl_controlled/", {"begins_on": "2026-12-01", "ends_on": "2026-01-01"}, "The cycle ends before it begins"),
    ("follow/fl_controlled/", {"begins_on": "2026-12-01", "ends_on": "2070-01-01"}, "within the next 15 years"),
    ("follow/fl_controlled/", {"begins_on": "2026-02-30", "ends_on": "2026-12-01"}, "Give a day, like 2026-11-22"),
    ("follow/us_mate/", {"ends_on": "1949-01-01"}, "Give a day between 1950 and 2099"),
    ("own/", {"title": "", "system": "ama_pra_1", "amount": "5", "begins_on": "2026-01-01", "ends_on": "2026-12-01"}, "Fill this in: What is it for?"),
    ("own/", {"title": "t", "system": "participation", "amount": "5", "begins_on": "2026-01-01", "ends_on": "2026-12-01"}, "Select a valid choice"),
    ("own/", {"title": "t", "system": "ama_pra_1", "amount": "0", "begins_on": "2026-01-01", "ends_on": "2026-12-01"}, "Give an amount above zero"),
    ("own/", {"title": "t", "system": "ama_pra_1", "amount": "NaN", "begins_on": "2026-01-01", "ends_on": "2026-12-01"}, "Enter a number"),
    ("own/", {"title": "t", "system": "ama_pra_1", "amount": "1e9", "begins_on": "2026-01-01", "ends_on": "2026-12-01"}, "less than or equal to 1000"),
    ("own/", {"title": "t\x00", "system": "ama_pra_1", "amount": "5", "begins_on": "2026-01-01", "ends_on": "2026-12-01"}, "Null characters"),
]  # fmt: skip


def test_bad_input_is_told_beside_its_field_and_kept(house: House) -> None:
    client = client_of(house.learner())
    for url, typed, sentence in BAD:
        answer = client.post(f"/transcript/requirements/{url}", typed)
        page = answer.content.decode()
        assert answer.status_code == 200 and sentence in page, (url, typed)
        if typed["ends_on"]:
            assert f'value="{typed["ends_on"]}"' in page
    assert not TrackedRequirement.objects.exists()
    assert client.get("/transcript/requirements/follow/nothing/").status_code == 404
    assert client.get("/transcript/requirements/?left=%00").status_code == 200


def test_another_learners_requirements_do_not_exist(house: House) -> None:
    owner, stranger = house.learner(), house.learner()
    tracked = follow_own(owner, "Mine", "ama_pra_1", D(50), TODAY, TODAY, at=NOW)
    client = client_of(stranger)
    for end in ("", "next/", "leave/", "resume/"):
        url = f"/transcript/requirements/{tracked.uuid}/{end}"
        assert client.post(url).status_code == 404 and Client().post(url).status_code == 302
    assert client.get(f"/transcript/requirements/{tracked.uuid}/").status_code == 404
    leave_requirement(tracked, at=NOW)
    assert client.post(f"/transcript/requirements/{tracked.uuid}/resume/").status_code == 404
    assert "Mine" not in client.get(f"/transcript/requirements/?left={tracked.uuid}").content.decode()
    for name in ("leave", "next", "resume"):
        assert client_of(owner).get(f"/transcript/requirements/{tracked.uuid}/{name}/").status_code == 405


def test_what_is_asked_once_has_no_next_cycle(house: House) -> None:
    tracked = follow_requirement(house.learner(), pack_requirement("us_mate"), EVER, TODAY, at=NOW)
    with pytest.raises(Refused) as refused:
        roll_over(tracked, at=NOW)
    assert refused.value.code == "credit.no_next_cycle" and refused.value.next_url


def test_a_requirement_that_left_the_packs_stays_readable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    user = house.learner()
    follow_requirement(user, pack_requirement("us_mate"), EVER, TODAY + timedelta(days=9), at=NOW)
    pack = pack_on(TODAY)
    monkeypatch.setattr("preceptor.credit.queries.requirements.pack_on", lambda day: replace(pack, requirements={}))
    assert tracker_of(user, NOW).current[0].requirement.label.startswith("Opioid")
    TrackedRequirement.objects.update(requirement="never_heard_of")
    assert tracker_of(user, NOW).current[0].requirement.label == "never_heard_of"


def test_the_calendar_is_read_by_a_calendar_library(house: House) -> None:
    user = house.learner()
    title = "My license; with, marks \\ and a title that is so long that its line has to be folded, Ärztekammer"
    own = follow_own(user, title, "ama_pra_1", D(50), date(2026, 1, 1), date(2026, 12, 31), at=NOW)
    follow_own(user, "Over", "ama_pra_1", D(50), date(2025, 1, 1), date(2025, 12, 31), at=NOW)
    answer = client_of(user).get("/transcript/requirements.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8" and "attachment" in answer.headers["Content-Disposition"]
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")) and b"\n" not in answer.content.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(answer.content)
    [event] = calendar.walk("VEVENT")
    assert event["SUMMARY"] == f"Last day: {title}" and "missing: 50.0" in event["DESCRIPTION"]
    assert (
        event["DTSTART"].dt == date(2026, 12, 31) and event["DTEND"].dt == date(2027, 1, 1) and event["DTSTART"].params["VALUE"] == "DATE"
    )
    assert event["DTSTAMP"].dt == NOW.replace(microsecond=0) and re.fullmatch(rf"requirement-{own.uuid}@.+", event["UID"])
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-90), timedelta(days=-30)]
    assert client_of(user).get("/transcript/requirements.ics").content == answer.content
    assert icalendar.Calendar.from_ical(client_of(house.learner()).get("/transcript/requirements.ics").content).walk("VEVENT") == []
