"""A link that opens nothing any more: a further one goes to the address on record, and nobody learns anything by asking for it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from preceptor.catalog.models import Person
from preceptor.disclosure.access import OPENED
from preceptor.disclosure.actions import send_new_link, sign
from preceptor.disclosure.models import DisclosureLink, DisclosureRequest
from preceptor.disclosure.rules import may_send_link
from preceptor.disclosure.rules.asking import LINKS_A_DAY, LINKS_AN_HOUR
from preceptor.logbook.models import Entry
from preceptor.mail.models import Letter
from tests.disclosure.asking import NOW, asked, opened, typed

pytestmark = pytest.mark.django_db
NONE = {"has": "no", "definition": "ineligible-company-2020-12"}


@pytest.fixture(autouse=True)
def _own_counts():
    cache.clear()


def button_on(client, page):
    """The address that the page's button posts to."""
    return client.get(page).text.partition('action="')[2].partition('"')[0]


def test_after_a_link_has_run_out_a_new_one_leads_on_and_the_old_one_stays_shut():
    request, letter = asked()
    client, form = opened(letter)
    client.post(form, typed(do="save", company="Sample Nov"))
    DisclosureRequest.objects.update(expires_at=NOW - timedelta(days=1))
    page = client.get(form)
    assert page.status_code == 410 and not Letter.objects.exclude(pk=letter.pk).exists()
    answer = client.post(button_on(client, form))
    assert answer.status_code == 303 and answer.headers["Location"] == reverse("disclosure:link_sent")
    assert "Look into your mail" in client.get(answer.headers["Location"]).text
    new = Letter.objects.exclude(pk=letter.pk).get()
    assert new.recipient == request.person.email
    browser, new_form = opened(new)
    assert "Sample Nov" in browser.get(new_form).text
    assert client.get(form).status_code == 410 and opened(letter)[0].get(form).status_code == 410
    assert client.get(new_form).status_code == 404
    line = Entry.objects.get(verb="disclosure.send_new_link")
    assert (line.by, line.detail["was"]) == (request.person.printed_name, "expired")


def test_after_an_answer_a_new_form_is_sent_with_the_answers_to_start_from():
    request, letter = asked()
    client, form = opened(letter)
    client.post(form, typed(do="sign", has="no"))
    client.post(button_on(client, f"{form}done/"))
    new = request.person.disclosure_requests.exclude(pk=request.pk).get()
    assert set(new.role_holders.all()) == set(request.role_holders.all()) and new.answered_at is None
    page = opened(Letter.objects.latest("pk"))[0].get(reverse("disclosure:form", args=[new.uuid]))
    assert "In your last disclosure" in page.text
    request.refresh_from_db()
    assert request.disclosure is not None
    client.post(reverse("disclosure:new_link", args=[request.uuid]))
    assert request.person.disclosure_requests.count() == 2


def test_a_form_that_was_open_for_too_long_offers_it_too():
    _, letter = asked()
    client, form = opened(letter)
    session = client.session
    session[OPENED] = {key: (timezone.now() - timedelta(days=1)).isoformat() for key in session[OPENED]}
    session.save()
    assert client.get(form).status_code == 404
    client.post(button_on(client, form))
    assert Letter.objects.count() == 2


def test_nobody_learns_anything_by_asking():
    request, _ = asked()
    for prepare in (
        lambda: None,
        lambda: Person.objects.filter(pk=request.person_id).update(email=""),
        lambda: DisclosureRequest.objects.update(expires_at=NOW - timedelta(days=1)),
        lambda: Person.objects.filter(pk=request.person_id).update(email="new@sample.example"),
        lambda: sign(DisclosureRequest.objects.latest("pk"), NONE, "Sam Sample", None, timezone.now()),
    ):
        prepare()
        told = [Client().post(reverse("disclosure:new_link", args=[uuid])) for uuid in (request.uuid, uuid4())]
        assert {(one.status_code, one.headers["Location"], one.content) for one in told} == {(303, reverse("disclosure:link_sent"), b"")}
    assert set(Letter.objects.values_list("recipient", flat=True)) == {"new@sample.example"}


def test_a_get_sends_nothing_and_a_foreign_site_neither():
    request, _ = asked()
    url = reverse("disclosure:new_link", args=[request.uuid])
    assert Client().get(url).status_code == 405 and Client(enforce_csrf_checks=True).post(url).status_code == 403
    assert Letter.objects.count() == 1


def test_letters_and_visitors_are_limited():
    request, _ = asked()
    for _ in range(12):
        last = Client().post(reverse("disclosure:new_link", args=[request.uuid]))
    assert last.status_code == 429
    assert DisclosureLink.objects.count() == LINKS_AN_HOUR == Letter.objects.count()
    for hours in range(1, 20):
        send_new_link(request.uuid, at=timezone.now() + timedelta(hours=hours))
    assert DisclosureLink.objects.count() == LINKS_A_DAY == Entry.objects.filter(verb="disclosure.send_new_link").count() + 1


@pytest.mark.parametrize(
    ("minutes", "may"),
    [([], True), ([1, 2], True), ([1, 2, 3], False), ([61, 62, 63], True), ([*range(70, 78)], False), ([1500] * 9, True)],
)
def test_so_many_an_hour_and_a_day(minutes, may):
    assert may_send_link([NOW - timedelta(minutes=one) for one in minutes], NOW) is may
