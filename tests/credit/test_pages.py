"""Claim, certificate, verification and transcript as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.accounts.models import User
from preceptor.credit.actions import claim_credit, typeset_certificate
from preceptor.credit.models import Award, LateClaim, TranscriptFile
from preceptor.credit.rules import face_of
from preceptor.jobs.actions import run_due
from preceptor.kernel.serials import grouped, new_serial
from preceptor.mail.models import Letter
from tests.credit.conftest import DEGREES, NOW, STEPS, House, claim_for
from tests.pdf_words import compact, words_of_pdf

CLAIM = "/activities/breast-cancer/claim/"
CERTIFICATE = "/activities/breast-cancer/certificate/"
GIVES = {
    "physician": ("ama_pra_1", "0.50"),
    "physician_assistant": ("aapa_1", "0.25"),
    "nurse_practitioner": ("aanp", "0.75"),
    "registered_nurse": ("ancc", "0.75"),
    "pharmacist": ("acpe_p", "0.75"),
    "pharmacy_technician": ("participation", "0.00"),
    "other": ("participation", "0.00"),
}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    """All pages are asked for at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield


def sign_in(user: User) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(user)
    return client


def typed(profession: str = "physician", **changes: str) -> dict[str, str]:
    """What the browser of a learner sends: all panels, whatever is shown."""
    values = {
        "profession": profession, "given_name": "Riley", "family_name": "Sample", "credentials": DEGREES.get(profession, "MD"), "attested": "on",
        "amount-physician-ama_pra_1": "0.50", "amount-physician_assistant-aapa_1": "0.25", "system-nurse_practitioner": "aanp",
        "nabp_eprofile-pharmacist-acpe_p": "123456", "birth_mmdd-pharmacist-acpe_p": "0704",
    }  # fmt: skip
    return {**values, **changes}


@pytest.mark.parametrize("profession", GIVES)
def test_each_profession_claims_its_own(house: House, profession: str) -> None:
    user = house.learner(profession)
    house.participation(user, house.edition())
    client = sign_in(user)
    page = client.get(CLAIM).content.decode()
    assert "What stands between" not in page and 'name="attested" id="id_attested"' in page.replace(' class=""', "")
    answer = client.post(CLAIM, typed(profession))
    assert (answer.status_code, answer.headers["Location"]) == (303, CERTIFICATE)
    award = Award.objects.get()
    assert (award.system, award.amount) == (GIVES[profession][0], Decimal(GIVES[profession][1]))
    assert client.get(CERTIFICATE).status_code == 200


def test_the_page_presets_the_maximum_and_ticks_nothing(house: House) -> None:
    user = house.learner()
    house.participation(user, house.edition())
    page = sign_in(user).get(CLAIM).content.decode()
    checked = re.findall(r"<input[^>]*\bchecked[^>]*>", page)
    names = sorted(re.search(r'name="([^"]+)"', control)[1] for control in checked if 'name="look"' not in control)  # type: ignore[index]
    assert names == ["amount-physician-ama_pra_1", "amount-physician_assistant-aapa_1", "profession", "system-nurse_practitioner"]
    assert 'value="0.75" data-words="Claim 0.75 credits and e-mail my certificate" checked' in page
    assert 'type="checkbox"' in page and not [control for control in checked if "checkbox" in control]


def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(house: House) -> None:
    user = house.learner("pharmacist")
    house.participation(user, house.edition())
    wrong = typed("pharmacist", attested="", given_name="", credentials="PharmD, BCPS", **{"birth_mmdd-pharmacist-acpe_p": "3103"})
    answer = sign_in(user).post(CLAIM, {key: value for key, value in wrong.items() if value})
    page = answer.content.decode()
    assert answer.status_code == 200 and not Award.objects.exists()
    for field in ("id_attested", "id_given_name", "id_birth_mmdd-pharmacist-acpe_p"):
        assert f'id="{field}_error"' in page and f'href="#{field}"' in page
    assert "Enter a month from 01 to 12" in page and 'value="3103"' in page and 'value="PharmD, BCPS"' in page


@pytest.mark.parametrize(
    "change",
    [
        {"amount-physician-ama_pra_1": "1.00"},
        {"amount-physician-ama_pra_1": "0.3"},
        {"amount-physician-ama_pra_1": "NaN"},
        {"amount-physician-ama_pra_1": ""},
        {"profession": "astronaut"},
        {"profession": ""},
        {"profession": "nurse_practitioner", "system-nurse_practitioner": "ama_pra_1", "sure-nurse_practitioner": "on"},
    ],
)
def test_a_forged_form_gives_nothing(house: House, change: dict[str, str]) -> None:
    user = house.learner()
    house.participation(user, house.edition())
    assert sign_in(user).post(CLAIM, typed(**change)).status_code == 200
    assert not Award.objects.exists()


def test_another_profession_needs_its_own_tick(house: House) -> None:
    user = house.learner("other")
    house.participation(user, house.edition())
    client = sign_in(user)
    page = client.post(CLAIM, typed("physician")).content.decode()
    assert 'id="id_sure-physician_error"' in page and not Award.objects.exists()
    assert client.post(CLAIM, typed("physician", **{"sure-physician": "on"})).status_code == 303


def test_an_unverified_address_is_said_with_the_way_there_and_back(house: House) -> None:
    user = house.learner(is_verified=False)
    house.participation(user, house.edition())
    client = sign_in(user)
    way = 'name="go" value="credit.address_unverified"'
    assert way in client.get(CLAIM).content.decode()
    page = client.post(CLAIM, typed(family_name="Kept")).content.decode()
    assert way in page and 'value="Kept"' in page and not Award.objects.exists()
    answer = client.post(CLAIM, typed(go="credit.address_unverified"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/account/verify/?next={CLAIM}")
    user.emailaddress_set.update(verified=True)
    assert client.post(CLAIM, typed()).status_code == 303


@pytest.mark.parametrize("go", ["address", "credit.address_unverified"])
def test_who_goes_to_their_address_finds_everything_typed_on_return_but_no_statement(house: House, go: str) -> None:
    user = house.learner("nurse_practitioner", is_verified=False)
    house.participation(user, house.edition())
    client = sign_in(user)
    changes = {"system-nurse_practitioner": "ancc", "given_name": "", "credentials": "DNP, Kept", "amount-physician-ama_pra_1": "0.25"}
    answer = client.post(CLAIM, typed("pharmacist", **{"sure-pharmacist": "on", "go": go, **changes}))
    assert answer.headers["Location"] == f"/account/verify/?next={CLAIM}" and not Award.objects.exists()
    form = client.get(CLAIM).context["form"]
    kept = {name: str(form[name].value()) for name in (*changes, "profession", "birth_mmdd-pharmacist-acpe_p")}
    assert kept == {**changes, "profession": "pharmacist", "birth_mmdd-pharmacist-acpe_p": "0704"}
    page = client.get(CLAIM).content.decode()
    checked = [control for control in re.findall(r"<input[^>]*\bchecked[^>]*>", page) if "checkbox" in control]
    assert checked == [] and 'value="DNP, Kept"' in page
    user.emailaddress_set.update(verified=True)
    assert client.post(CLAIM, typed("pharmacist", **{"sure-pharmacist": "on"})).status_code == 303
    assert not any(key.startswith("claim_draft") for key in dict(client.session.items()))


def test_what_was_kept_is_only_shown_where_it_still_fits_and_only_ways_of_the_page_are_gone(house: House) -> None:
    user = house.learner()
    house.participation(user, house.edition())
    client = sign_in(user)
    client.post(CLAIM, typed(go="address", **{"amount-physician-ama_pra_1": "9.00", "profession": "astronaut"}))
    form = client.get(CLAIM).context["form"]
    assert (form["profession"].value(), form["amount-physician-ama_pra_1"].value()) == ("physician", "0.75")
    for forged in ("https://evil.example/", "//evil.example", "credit.unknown", ""):
        assert client.post(CLAIM, typed(go=forged, given_name="")).status_code == 200


def test_a_stale_tab_is_shown_the_certificate(house: House) -> None:
    user = house.learner()
    house.participation(user, house.edition())
    client = sign_in(user)
    client.post(CLAIM, typed())
    for answer in (client.get(CLAIM), client.post(CLAIM, typed(**{"amount-physician-ama_pra_1": "0.25"}))):
        assert (answer.status_code, answer.headers["Location"]) == (303, CERTIFICATE)
    assert Award.objects.get().amount == Decimal("0.5") and Letter.objects.count() == 1


def test_a_late_claim_is_kept_and_told_why(house: House) -> None:
    user = house.learner()
    house.participation(user, house.edition(ends_on=NOW.date() - timedelta(days=1)))
    client = sign_in(user)
    assert "gives no credit" in client.get(CLAIM).content.decode()
    answer = client.post(CLAIM, typed())
    assert answer.status_code == 409 and "This activity ended on November 21, 2026" in answer.content.decode()
    assert LateClaim.objects.count() == 1 and not Award.objects.exists()


def test_before_the_evaluation_the_door_is_shut(house: House) -> None:
    user = house.learner()
    house.participation(user, house.edition(), steps=STEPS[:3])
    client = sign_in(user)
    for path in (CLAIM, CERTIFICATE):
        assert client.get(path).headers["Location"] == "/activities/breast-cancer/evaluation/"
        assert client.post(path, typed()).status_code == 303
    assert not Award.objects.exists()


def test_a_certificate_is_its_owners_alone(house: House) -> None:
    user, other = house.learner(), house.learner()
    award = claim_credit(house.participation(user, house.edition()), claim_for(), at=NOW)
    typeset_certificate(award=award.pk, at=NOW)
    serial = face_of(award.payload).serial
    for path in (f"/certificates/{serial}.pdf", f"/certificates/{serial}/"):
        assert sign_in(user).get(path).status_code == 200
        assert sign_in(other).get(path).status_code == 404
        assert Client().get(path).status_code == 302
    answer = sign_in(user).get(f"/certificates/{serial}.pdf")
    assert answer.content.startswith(b"%PDF") and "private" in answer.headers["Cache-Control"]
    house.participation(other, award.edition)
    assert sign_in(other).get(CERTIFICATE).status_code == 303
    assert sign_in(other).post(f"{CERTIFICATE}send/").status_code == 303 and Letter.objects.count() == 1


def test_until_the_pdf_is_made_the_page_looks_again_by_itself(house: House) -> None:
    user = house.learner()
    award = claim_credit(house.participation(user, house.edition()), claim_for(), at=NOW)
    client, path = sign_in(user), f"/certificates/{face_of(award.payload).serial}.pdf"
    waiting = client.get(path)
    assert waiting.status_code == 202 and waiting.headers["Refresh"] == "2" and "http-equiv" not in waiting.content.decode()
    assert "The PDF is being made" in client.get(CERTIFICATE).content.decode()
    typeset_certificate(award=award.pk, at=NOW)
    assert client.get(path).headers["Content-Type"] == "application/pdf"
    assert "The PDF is ready" in client.get(CERTIFICATE).content.decode()


def test_sending_again_shows_what_became_of_it(house: House) -> None:
    user = house.learner()
    claim_credit(house.participation(user, house.edition()), claim_for(), at=NOW - timedelta(minutes=5))
    client = sign_in(user)
    page = client.post(f"{CERTIFICATE}send/", follow=True).content.decode()
    assert "Your certificate is on its way" in page and Letter.objects.count() == 2
    page = client.post(f"{CERTIFICATE}send/", follow=True).content.decode()
    assert "less than a minute ago" in page and Letter.objects.count() == 2
    assert client.get(f"{CERTIFICATE}send/").status_code == 405


def test_anybody_can_verify_by_serial_however_it_is_typed(house: House) -> None:
    award = claim_credit(house.participation(house.learner(), house.edition()), claim_for(amount="0.5"), at=NOW)
    printed = face_of(award.payload).serial
    for way in (printed, award.serial, award.serial.lower()):
        answer = Client().get(f"/verify/{way}/")
        page = answer.content.decode()
        assert answer.status_code == 200 and "This certificate is valid" in page and "Riley Sample, MD" in page
        assert (
            award.user.email not in page and "noindex" in answer.headers["X-Robots-Tag"] and "no-store" in answer.headers["Cache-Control"]
        )
    answer = Client().get("/verify/", {"serial": f" {printed.lower().replace('-', ' ')} "})
    assert answer.headers["Location"] == f"/verify/{printed}/"
    answer = Client().get("/verify/", {"serial": award.payload["verify_url"]})
    assert answer.headers["Location"] == f"/verify/{printed}/", "the whole address, as it is copied"


def test_an_unknown_serial_is_told_and_a_slip_is_explained(house: House) -> None:
    unknown = Client().get(f"/verify/{grouped(new_serial())}/")
    assert unknown.status_code == 404 and "No certificate has this serial" in unknown.content.decode()
    slip = Client().get("/verify/", {"serial": "7K4M-2QXD"})
    assert slip.status_code == 200 and "17 characters" in slip.content.decode()
    assert Client().get("/verify/%3Cscript%3E/").status_code == 404


def test_what_is_no_serial_is_not_looked_for(house: House) -> None:
    """An address of any length or kind answers 404."""
    browser = sign_in(house.learner())
    for nonsense in ("%00", "A" * 200, "..%2f"):
        assert [browser.get(f"/certificates/{nonsense}{end}").status_code for end in ("/", ".pdf")] == [404, 404]
        assert Client().get(f"/verify/{nonsense}/").status_code == 404


def test_years_without_credit_make_no_files_of_their_own(house: House) -> None:
    browser = sign_in(house.learner())
    for year in range(1990, 2000):
        assert browser.get(f"/transcript.pdf?year={year}").status_code == 202
    assert TranscriptFile.objects.count() == 1


def test_verification_is_slowed_down(house: House) -> None:
    client = Client()
    answers = {client.get("/verify/AAAA-BBBB-CCCC-DDDD-E/").status_code for _ in range(30)}
    limited = client.get("/verify/AAAA-BBBB-CCCC-DDDD-E/")
    assert answers == {404} and limited.status_code == 429 and "Too many tries" in limited.content.decode()
    assert Client().get("/verify/").status_code == 200, "the form alone looks nothing up"


def test_the_transcript_adds_up_each_credit_type_alone(house: House) -> None:
    user = house.learner("nurse_practitioner")
    for slug, system, amount in (
        ("one", "ancc", "0.75"),
        ("two", "ancc", "0.75"),
        ("three", "aanp", "0.75"),
        ("four", "participation", "0"),
    ):
        edition = house.edition(slug, title=f"Activity {slug}")
        claim_credit(house.participation(user, edition), claim_for("nurse_practitioner", system, amount), at=NOW)
    old = NOW - timedelta(days=400)
    claim_credit(
        house.participation(user, house.edition("five", title="Activity five"), at=old), claim_for("nurse_practitioner", "ancc"), at=old
    )
    house.participation(user, house.edition("six", title="Activity six"), steps=STEPS[:2])
    client = sign_in(user)
    page = client.get("/transcript/?year=2026").content.decode()
    totals = re.findall(r'<p class="credit-n">([^<]+)</p><p><b>([^<]+)</b>', page)
    assert sorted(totals) == [("0.75", "AANP contact hours"), ("1", "Certificate of participation"), ("1.5", "ANCC contact hours")]
    assert "Activity five" not in page and "Go to the post-test" in page
    everything = client.get("/transcript/?year=nonsense").content.decode()
    assert "2.25" in everything and "Activity five" in everything


def test_an_empty_transcript_says_why_and_where_to_go(house: House) -> None:
    page = sign_in(house.learner()).get("/transcript/").content.decode()
    assert "Nothing claimed yet" in page and "/activities/" in page
    assert Client().get("/transcript/").status_code == 302


def test_the_transcript_as_pdf(house: House) -> None:
    user = house.learner()
    award = claim_credit(house.participation(user, house.edition()), claim_for(), at=NOW)
    client = sign_in(user)
    assert client.get("/transcript.pdf?year=2026").headers["Refresh"] == "2"
    assert client.get("/transcript.pdf?year=2026").status_code == 202
    run_due(at=NOW)
    words = compact(words_of_pdf(client.get("/transcript.pdf?year=2026").content))
    for expected in (
        "Riley Sample, MD",
        "0.75 AMA PRA Category 1 Credits™",
        face_of(award.payload).serial,
        "November 22, 2026",
        "Completed in 2026.",
    ):
        assert compact(expected) in words
    assert client.get("/transcript.pdf").status_code == 202


def test_queries_do_not_grow_with_rows(house: House) -> None:
    few, many = house.learner(), house.learner()
    for user, count in ((few, 1), (many, 30)):
        for number in range(count):
            edition = house.edition(f"{user.pk}-{number}")
            claim_credit(house.participation(user, edition), claim_for(), at=NOW)
            house.participation(user, house.edition(f"{user.pk}-{number}-open"), steps=STEPS[:2])
    counts = []
    for user in (few, many):
        client = sign_in(user)
        client.get("/transcript/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/transcript/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
