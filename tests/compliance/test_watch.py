"""The clock: alerts once per mark, old disclosures, withdrawal after 36 months; corrections to everyone; links, and nothing but links of the net."""

import socket
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from preceptor.compliance.actions import check_links, daily_review, send_correction, watch
from preceptor.compliance.adapters import links
from preceptor.compliance.models import Alert, LinkCheck
from preceptor.compliance.queries import activity_status, judge
from preceptor.compliance.rules import GateStage, mark_reached
from preceptor.disclosure import actions as disclosure
from preceptor.disclosure.models import Disclosure
from preceptor.jobs.rules import CLOCKWORKS
from preceptor.journey.models import Participation
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from preceptor.mail.models import Letter
from tests import make


def letters(kind):
    return Letter.objects.filter(kind=kind)


@pytest.mark.parametrize(("left", "mark"), [(121, None), (120, 120), (61, 120), (60, 60), (31, 60), (30, 30), (1, 30), (0, 30), (-1, None)])
def test_marks(left, mark):
    assert mark_reached(date(2027, 1, 1) + timedelta(days=left), date(2027, 1, 1)) == mark


@pytest.mark.django_db
def test_the_staff_are_told_once_per_mark_also_when_a_day_was_missed():
    edition, at = make.published_edition(), timezone.now()
    make.user("staff@sample.example", "other", is_staff=True)
    make.user("more@sample.example", "other", is_staff=True)
    daily_review(at=at)
    assert not letters("compliance.alert").exists()
    counts = []
    for days in (209, 211, 212, 275, 276, 305, 329):  # the end comes on day 330: 120, 60 and 30 days before it are days 210, 270, 300
        daily_review(at=at + timedelta(days=days))
        counts.append(Alert.objects.filter(rule_id="EXP-003").count())
    assert counts == [0, 1, 1, 2, 2, 3, 3]
    first = Alert.objects.filter(rule_id="EXP-003").order_by("pk")[0]
    assert first.mark.endswith(": 120") and first.letters == 2
    assert set(letters("compliance.alert").values_list("recipient", flat=True)) == {"staff@sample.example", "more@sample.example"}
    assert Entry.objects.filter(verb="compliance.alert", about=str(edition.uuid)).exists()
    assert "compliance.daily_review" in CLOCKWORKS


@pytest.mark.django_db
def test_without_staff_the_provider_is_told():
    make.published_edition()
    daily_review(at=timezone.now() + timedelta(days=215))
    assert set(letters("compliance.alert").values_list("recipient", flat=True)) == {"office@sample.example"}


@pytest.mark.django_db
def test_what_is_36_months_old_is_withdrawn_from_credit():
    edition, at = make.published_edition("old", dates={"release": -30, "review": -30, "end": 1060}), timezone.now()
    daily_review(at=at + timedelta(days=1060))
    edition.refresh_from_db()
    assert activity_status(edition, at) == "published"
    daily_review(at=at + timedelta(days=1069))
    edition.refresh_from_db()
    assert activity_status(edition, at) == "withdrawn" and edition.stage_changes.last().by == "system"


@pytest.mark.django_db
def test_a_disclosure_grows_old_until_it_is_renewed():
    edition, at = make.published_edition(), timezone.now()
    daily_review(at=at + timedelta(days=280))
    assert {alert.mark.split(",")[0] for alert in Alert.objects.filter(rule_id="DISC-009")} == {
        "Alex Sample",
        "Robin Sample",
        "Casey Sample",
    }
    counted = Alert.objects.filter(rule_id="DISC-009").count()
    daily_review(at=at + timedelta(days=281))
    assert Alert.objects.filter(rule_id="DISC-009").count() == counted == 3
    later = at + timedelta(days=285)
    planner = edition.role_holders.get(role="planner").person
    disclosure.sign_disclosure(
        planner, [], is_none=True, definition_version=Disclosure.objects.first().definition_version, signed_name="Robin Sample", at=later
    )
    old = {one.where for one in judge(edition, at=later, stage=GateStage.SCHEDULED).findings if one.rule_id == "DISC-009"}
    assert old == {"Alex Sample, MD", "Casey Sample, MD"}


@pytest.mark.django_db
def test_a_correction_goes_to_everyone_who_ever_engaged(client):
    edition, at = make.published_edition(), timezone.now()
    people = [make.user(f"p{n}@sample.example") for n in range(3)]
    for user in people[:2]:
        Participation.objects.create(user=user, edition=edition, plan=edition.plan, begun_at=at)
    notice = send_correction(edition, "A dose", "The dose on slide 4 was wrong.", by=make.BY, at=at)
    assert notice.recipients == 2
    assert set(letters("compliance.correction").values_list("recipient", flat=True)) == {"p0@sample.example", "p1@sample.example"}
    letter = letters("compliance.correction").first()
    assert "slide 4" in letter.text and "slide 4" in letter.html and "A dose" in letter.subject and letter.about == str(notice.uuid)
    with pytest.raises(Refused):
        send_correction(edition, "A dose", "  ", by=make.BY, at=at)


@pytest.mark.django_db
def test_people_in_control_of_content_are_told_too():
    people = [
        {"key": "f", "given": "Alex", "family": "Sample", "credentials": "MD", "profession": "physician", "roles": ["faculty"], "email": "F@sample.example"},
        {"key": "n", "given": "Robin", "family": "Sample", "credentials": "RN", "profession": "registered_nurse", "roles": ["planner"]},
        {"key": "r", "given": "Casey", "family": "Sample", "credentials": "MD", "profession": "physician", "roles": ["reviewer"]},
    ]  # fmt: skip
    none = {person["key"]: {"none": True} for person in people}
    reviews = [{"reviewer": "r", "checklist": "all", "accepted": True, "day": -35}]
    edition = make.published_edition("told", people=people, disclosures=none, reviews=reviews)
    notice = send_correction(edition, "A dose", "It was wrong.", by=make.BY, at=timezone.now())
    assert notice.recipients == 1 and letters("compliance.correction").get().recipient == "f@sample.example"


@pytest.mark.django_db
def test_links_are_looked_at_only_where_it_is_switched_on(settings, monkeypatch):
    edition, at = make.draft_edition(), timezone.now()
    edition.citations.update(url="https://doi.org/10.1000/1")
    monkeypatch.setattr(watch, "look_at", lambda one: "dead")
    assert check_links(edition=edition.pk, at=at) == 0 and not LinkCheck.objects.exists()
    assert "BIB-001" in {one.rule_id for one in judge(edition, at=at).findings if one.severity == "info"}
    settings.CHECK_LINKS = True
    assert check_links(edition=edition.pk, at=at) == 1 and LinkCheck.objects.get().state == "dead"
    assert "BIB-001" in {one.rule_id for one in judge(edition, at=at).findings if one.severity == "error"}
    monkeypatch.setattr(watch, "look_at", lambda one: "alive")
    check_links(edition=edition.pk, at=at)
    assert "BIB-001" not in {one.rule_id for one in judge(edition, at=at).findings}


def resolving(monkeypatch, *addresses):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", (address, 80)) for address in addresses])


@pytest.mark.parametrize(
    ("url", "addresses", "may"),
    [
        ("https://doi.org/10.1/x", ["104.26.8.237"], True),
        ("http://doi.org/", ["2606:4700:20::1"], True),
        ("http://inside.example/", ["127.0.0.1"], False),
        ("http://inside.example/", ["10.0.0.7"], False),
        ("http://inside.example/", ["192.168.1.1"], False),
        ("http://metadata.example/", ["169.254.169.254"], False),
        ("http://shared.example/", ["100.64.0.1"], False),
        ("http://inside.example/", ["::1"], False),
        ("http://inside.example/", ["fe80::1%eth0"], False),
        ("http://inside.example/", ["fd00::1"], False),
        ("http://mapped.example/", ["::ffff:127.0.0.1"], False),
        ("http://six.example/", ["2002:7f00:1::"], False),
        ("http://all.example/", ["224.0.0.1"], False),
        ("http://two.example/", ["104.26.8.237", "127.0.0.1"], False),
        ("http://doi.org:8080/", ["104.26.8.237"], False),
        ("ftp://doi.org/", ["104.26.8.237"], False),
        ("file:///etc/passwd", ["104.26.8.237"], False),
    ],
)
def test_only_public_web_addresses_are_asked(monkeypatch, url, addresses, may):
    resolving(monkeypatch, *addresses)
    assert (links.public_address(urlsplit(url)) is not None) is may


def test_nothing_is_connected_to_where_the_address_is_not_public(monkeypatch):
    resolving(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("connected"))
    assert links.look_at("http://inside.example/") == "unknown"


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([(200, "")], "alive"),
        ([(301, "https://b.example/"), (200, "")], "alive"),
        ([(404, ""), (404, "")], "dead"),
        ([(404, ""), (200, "")], "alive"),
        ([(410, ""), (410, "")], "dead"),
        ([(405, ""), (200, "")], "alive"),
        ([(403, ""), (403, "")], "unknown"),
        ([(503, "")], "unknown"),
        ([None], "unknown"),
        ([(302, "http://inside.example/"), None], "unknown"),
        ([(302, "/again")] * 5, "unknown"),
    ],
)
def test_what_an_answer_means(monkeypatch, answers, state):
    given = iter(answers)
    monkeypatch.setattr(links, "_asked", lambda url, method: next(given))
    assert links.look_at("https://a.example/") == state


@pytest.mark.parametrize("error", [TimeoutError("slow"), ConnectionRefusedError(), socket.gaierror("no such name"), ValueError("bad")])
def test_what_cannot_be_reached_is_unknown(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert links.look_at("https://a.example/") == "unknown"
