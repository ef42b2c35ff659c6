"""Asking and answering: letters with links, drafts, the signature."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from preceptor.catalog.models import Person
from preceptor.disclosure.actions import decide_eligibility, open_request, remind, remind_everybody, request_disclosure, save_draft, sign
from preceptor.disclosure.adapters.links import TokenMask
from preceptor.disclosure.models import Company, Disclosure, DisclosureDraft, DisclosureLink, DisclosureRequest
from preceptor.disclosure.queries import board, company_named
from preceptor.jobs.models import Job
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from preceptor.mail.models import Letter
from tests import make
from tests.disclosure.asking import CONSULTANT, NOW, address_in, asked, holder, opened, person, typed

pytestmark = pytest.mark.django_db


def token_in(letter):
    return address_in(letter).removeprefix("/disclosure/").strip("/")


def test_a_letter_asks_and_its_token_is_nowhere_else():
    request, letter = asked()
    token = token_in(letter)
    assert letter.recipient == "new@sample.example" and "no answer does not count as none" in letter.text
    assert "A tiny activity" in letter.text and token in letter.html
    assert request.links.get().token_sha256 not in letter.text
    kept = [
        *Entry.objects.values_list("detail", "reason"),
        *Job.objects.values_list("arguments", "key"),
        *DisclosureLink.objects.values_list(),
    ]
    assert token not in str(kept) and token.split(".")[0] not in str(kept)


def test_a_get_consumes_nothing_and_the_token_goes_no_further():
    request, letter = asked()
    for _ in range(3):
        client = Client()
        first = client.get(address_in(letter))
        assert (
            first.status_code == 303 and first.headers["Referrer-Policy"] == "no-referrer" and first.headers["Cache-Control"] == "no-store"
        )
        assert token_in(letter) not in first.headers["Location"]
        page = client.get(first.headers["Location"])
        assert page.status_code == 200 and token_in(letter) not in page.text and "primary business is producing" in page.text
        assert page.headers["Cache-Control"] == "no-store"
    request.refresh_from_db()
    assert (
        request.answered_at is None
        and not DisclosureDraft.objects.exists()
        and not Disclosure.objects.filter(person=request.person).exists()
    )


@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
@pytest.mark.parametrize("token", ["x", "a.b", "…", "a/b/c.d", "%00", "form", "0" * 300])
def test_unknown_links_get_one_answer_and_no_log_line_with_them(token, method, caplog):
    answer = getattr(Client(), method)(f"/disclosure/{token}/")
    assert answer.status_code == 303 and answer.headers["Location"] == reverse("disclosure:link")
    assert token not in caplog.text or len(token) == 1


def test_unknown_and_foreign_requests_get_the_same_page():
    request, letter = asked()
    client, _ = opened(letter)
    other_request, _ = request_disclosure(
        other := person("other", "o@sample.example"),
        [holder(request.role_holders.get().edition, other)],
        due_on=request.due_on,
        by=make.BY,
        at=NOW,
    )
    known = client.get(reverse("disclosure:form", args=[other_request.uuid]))
    unknown = client.get(reverse("disclosure:form", args=["00000000-0000-4000-8000-000000000000"]))
    assert known.status_code == unknown.status_code == 404

    def without_id(page):
        return (
            page.text.replace(page.headers["X-Request-ID"], "")
            .replace(page.request["PATH_INFO"], "")
            .replace(str(page.context["csrf_token"]), "")
        )

    assert without_id(known) == without_id(unknown) and "Send me a new link" in known.text
    assert client.post(reverse("disclosure:form", args=[other_request.uuid]), typed(do="sign")).status_code == 404
    assert Client().get(reverse("disclosure:done", args=[request.uuid])).status_code == 404


def test_another_purposes_signature_opens_nothing():
    from django.core.signing import Signer  # noqa: PLC0415 - settings must be there

    _, letter = asked()
    secret = token_in(letter).split(".")[0]
    for forged in (secret, Signer(sep=".").sign(secret), Signer(salt="other", sep=".").sign(secret), f"{secret}.{'a' * 43}"):
        assert open_request(forged, NOW) is None
    assert open_request(token_in(letter), NOW) is not None


def test_a_link_runs_out_and_a_reminder_revives_it():
    request, letter = asked(due_in=20)
    client, form = opened(letter)
    late = request.expires_at + timedelta(seconds=1)
    assert open_request(token_in(letter), late) is None
    DisclosureRequest.objects.filter(pk=request.pk).update(expires_at=NOW - timedelta(days=1))
    page = client.get(form)
    assert page.status_code == 410 and "This link has run out" in page.text and "Send me a new link" in page.text
    assert client.post(form, typed(do="sign")).status_code == 410
    request.refresh_from_db()
    again = remind(request, by=make.BY, at=NOW)
    assert open_request(token_in(again), NOW) == request and open_request(token_in(letter), NOW) == request
    assert "still missing" in again.text


def test_typed_in_several_sittings_and_signed():
    request, letter = asked()
    client, form = opened(letter)
    assert client.post(form, typed(has="", company="Sample Nov", confirm="", signed_name="")).headers["Location"] == f"{form}#send"
    client, form = opened(letter)  # another day, another browser
    assert 'value="Sample Nov"' in client.get(form).text
    saved = client.post(form, typed(**CONSULTANT), headers={"x-requested-with": "fetch", "accept": "application/json"})
    assert saved.json()["at"]
    assert client.post(form, typed(**CONSULTANT, do="add")).status_code == 303
    assert "Consultant. From June 2025. Ongoing." in client.get(form).text
    done = client.post(form, typed(do="sign"), REMOTE_ADDR="198.51.100.7", headers={"x-forwarded-for": "203.0.113.9"})
    assert done.headers["Location"] == reverse("disclosure:done", args=[request.uuid])
    disclosure = Disclosure.objects.get(person=request.person)
    row = disclosure.relationships.get()
    assert (disclosure.signed_name, disclosure.signed_ip, disclosure.is_none) == ("Sam Sample", "198.51.100.7", False)
    assert disclosure.definition_version == "ineligible-company-2020-12" and disclosure.discusses_off_label is False
    assert (row.company.name, row.nature, row.company.eligibility) == ("Sample Novelties, Inc.", "consultant", "undetermined")
    assert not DisclosureDraft.objects.exists()
    request.refresh_from_db()
    assert request.disclosure == disclosure
    assert "Signed as Sam Sample" in client.get(done.headers["Location"]).text
    for again in (client.get(form), client.post(form, typed(do="sign"))):
        assert again.headers["Location"] == done.headers["Location"]
    assert Disclosure.objects.filter(person=request.person).count() == 1
    client, form = opened(letter)
    assert "Your disclosure is signed" in client.get(client.get(form).headers["Location"]).text


WRONG = [
    ({"has": ""}, "No answer is not the same as none"),
    ({"has": "yes"}, "Add each relationship, or answer No"),
    ({"has": "no", "confirm": ""}, "Confirm that your disclosure is complete"),
    ({"has": "no", "signed_name": " "}, "Type your full name to sign"),
    ({"has": "no", "off_label": ""}, "Say whether you will discuss"),
    ({"has": "no", "definition": "older"}, "has changed since you opened this page"),
    ({"has": "yes", "company": "Sample"}, "Choose what the relationship was"),
    ({"has": "no", **CONSULTANT}, "Remove them, or answer Yes"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_is_not_whole_is_kept_and_not_signed(changes, said):
    request, letter = asked()
    client, form = opened(letter)
    page = client.post(form, typed(do="sign", **{**changes}))
    assert page.status_code == 422 and said in page.text
    assert DisclosureDraft.objects.filter(request=request).exists() and not Disclosure.objects.filter(person=request.person).exists()


def test_none_is_an_answer_and_signing_adds_what_was_typed_whole():
    request, letter = asked()
    client, form = opened(letter)
    client.post(form, typed(has="no", do="sign"))
    assert Disclosure.objects.get(person=request.person).is_none
    edition = request.role_holders.get().edition
    second = person("second", "s@sample.example")
    _, letter = request_disclosure(second, [holder(edition, second)], due_on=request.due_on, by=make.BY, at=NOW)
    client, form = opened(letter)
    client.post(form, typed(**CONSULTANT, do="sign"))
    assert Disclosure.objects.get(person=second).relationships.count() == 1


def test_actions_refuse_what_pages_would():
    request, _ = asked()
    whole = {"has": "yes", "rows": [CONSULTANT], "definition": "ineligible-company-2020-12"}
    for answers, name, code in [
        ({}, "Sam", "disclosure.definition_changed"),
        ({**whole, "rows": []}, "Sam", "disclosure.not_answered"),
        ({**whole, "has": ""}, "Sam", "disclosure.not_answered"),
        (whole, " 1 ", "disclosure.not_signed"),
    ]:
        with pytest.raises(Refused) as refused:
            sign(request, answers, name, None, NOW)
        assert refused.value.code == code
    with pytest.raises(Refused, match="run out"):
        sign(request, whole, "Sam", None, request.expires_at)
    with pytest.raises(Refused, match="run out"):
        save_draft(request, whole, request.expires_at)
    other_tab = DisclosureRequest.objects.get(pk=request.pk)
    first = sign(request, whole, "Sam Sample", None, NOW)
    with pytest.raises(Refused, match="was used"):
        sign(other_tab, whole, "Sam Sample", None, NOW)
    request.refresh_from_db()
    assert sign(request, whole, "Sam Sample", None, NOW) == first


def test_one_answer_serves_every_open_request_and_joins_are_not_asked_twice():
    request, _ = asked()
    edition = make.draft_edition("other-activity", title="Another activity")
    other = holder(edition, request.person, "planner")
    joined, letter = request_disclosure(request.person, [other], due_on=request.due_on, by=make.BY, at=NOW)
    assert joined == request and request.role_holders.count() == 2 and letter.text.count("Activity:") == 2
    sign(request, {"has": "no", "definition": "ineligible-company-2020-12"}, "Sam Sample", None, NOW)
    for one in (edition, request.role_holders.first().edition):
        row = next(row for row in board(one, at=NOW) if row.person == request.person)
        assert row.disclosure is not None and row.next_thing == ""


def test_last_years_rows_are_offered_for_no_change():
    request, _ = asked()
    whole = {"has": "yes", "rows": [CONSULTANT, {**CONSULTANT, "nature": "speaker"}], "definition": "ineligible-company-2020-12"}
    sign(request, whole, "Sam Sample", None, NOW)
    again, letter = request_disclosure(
        request.person,
        list(request.role_holders.all()),
        due_on=(NOW + timedelta(days=100)).date(),
        by=make.BY,
        at=NOW + timedelta(minutes=1),
    )
    client, form = opened(letter)
    page = client.get(form).text
    assert "Your last disclosure" in page and page.count('value="keep:') == 2 and "No change in all 2" in page
    client.post(form, typed(has="", do="keep"))
    page = client.get(form).text
    assert "Your last disclosure" not in page and page.count('value="remove:') == 2
    client.post(form, typed(do="sign"))
    assert again.person.disclosures.count() == 2
    assert request.person.disclosures.latest("pk").relationships.count() == 2


def test_companies_are_matched_by_name_and_alias_or_recorded_undetermined():
    make.draft_edition()
    request, _ = asked(make.draft_edition("second"))
    rows = [
        {**CONSULTANT, "company": "sample company"},
        {**CONSULTANT, "company": "Sample Press", "nature": "royalties"},
        {**CONSULTANT, "company": "<b>Unheard</b> of®"},
        {**CONSULTANT, "company": "UNHEARD OF", "nature": "speaker"},
    ]
    signed = sign(request, {"has": "yes", "rows": rows, "definition": "ineligible-company-2020-12"}, "Sam Sample", None, NOW)
    names = [row.company.key for row in signed.relationships.order_by("pk")]
    assert names[:2] == ["tiny-company", "tiny-press"]
    new = Company.objects.exclude(key__startswith="tiny").get(eligibility="undetermined", relationships__nature="speaker")
    assert company_named("unheard of") == new
    decide_eligibility(new, "eligible", "A journal.", by=make.BY, at=NOW)
    new.refresh_from_db()
    assert (new.eligibility, new.decided_by, new.decided_on) == ("eligible", make.BY, NOW.date())


def test_who_cannot_be_asked():
    edition = make.draft_edition()
    who = person(email="")
    role = holder(edition, who)
    soon = (NOW + timedelta(days=5)).date()
    for holders, due, code in [
        ([role], soon, "disclosure.no_address"),
        ([], soon, "disclosure.other_person"),
        (list(edition.role_holders.exclude(person=who)[:1]), soon, "disclosure.other_person"),
    ]:
        with pytest.raises(Refused) as refused:
            request_disclosure(who, holders, due_on=due, by=make.BY, at=NOW)
        assert refused.value.code == code
    Person.objects.filter(pk=who.pk).update(email="a@sample.example")
    who.refresh_from_db()
    for due in (role.starts_on, NOW.date() - timedelta(days=2)):
        with pytest.raises(Refused) as refused:
            request_disclosure(who, [role], due_on=due, by=make.BY, at=NOW)
        assert refused.value.code == "disclosure.due_date"
    assert not DisclosureRequest.objects.exists() and not Letter.objects.exists()


def test_the_clock_reminds_on_its_days_and_once():
    request, _ = asked(due_in=20)
    for days, letters in [(1, 0), (12, 0), (13, 1), (14, 1), (18, 2), (20, 3), (23, 4), (23, 4), (60, 5), (80, 5)]:
        remind_everybody(at=NOW + timedelta(days=days))
        remind_everybody(at=NOW + timedelta(days=days, minutes=5))
        sent = Letter.objects.count() - 1
        assert sent == min(letters, sent) and sent <= letters, days
    assert Letter.objects.count() >= 5
    request.refresh_from_db()
    sign_at = NOW + timedelta(days=22)
    sign(request, {"has": "no", "definition": "ineligible-company-2020-12"}, "Sam Sample", None, sign_at)
    with pytest.raises(Refused, match="answered already"):
        remind(DisclosureRequest.objects.get(), by=make.BY, at=sign_at)


def test_silence_is_never_none_on_the_board():
    request, _ = asked()
    edition = request.role_holders.get().edition
    row = next(row for row in board(edition, at=NOW) if row.person == request.person)
    assert row.disclosure is None and row.next_thing == "Wait for the answer" and row.asked_at == NOW and row.due_on == request.due_on
    late = next(row for row in board(edition, at=NOW + timedelta(days=30)) if row.person == request.person)
    assert late.is_overdue and "overdue" in late.next_thing


def test_the_board_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    edition = make.draft_edition()
    with django_assert_max_num_queries(14):
        board(edition, at=NOW)
    for number in range(8):
        holder(edition, person(f"p-{number}", f"p{number}@sample.example"))
    edition.refresh_from_db()
    with django_assert_max_num_queries(14):
        assert len(board(edition, at=NOW)) == 11


def test_tokens_are_masked_in_whatever_is_logged():
    record = logging.LogRecord("django.request", 30, "", 1, "%s: %s", ("Not Found", "/disclosure/abc.def/x?y"), None)
    assert TokenMask().filter(record) and record.getMessage() == "Not Found: /disclosure/…?y"
    record = logging.LogRecord("django.request", 30, "", 1, "%s", ("/disclosure/form/uuid/",), None)
    assert TokenMask().filter(record) and record.getMessage() == "/disclosure/form/uuid/"


def test_signed_disclosures_stay():
    request, _ = asked()
    sign(request, {"has": "no", "definition": "ineligible-company-2020-12"}, "Sam Sample", "192.0.2.1", NOW)
    for deed in (lambda: Disclosure.objects.update(is_none=False), lambda: Disclosure.objects.filter(person=request.person).delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
