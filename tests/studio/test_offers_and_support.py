"""Credit with its approvals, time, partners; support with its agreement, clauses and ledger; texts, dates, planning; files."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from preceptor.catalog.models import CreditOffer, Edition
from preceptor.disclosure.models import CommercialSupport, Company
from preceptor.disclosure.queries import agreement_clauses
from preceptor.studio import access
from tests.studio.test_publication import url

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def pdf(name: str = "agreement.pdf", data: bytes = b"%PDF-1.7 a sample") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def test_texts_are_previewed_without_being_kept_and_then_saved(draft: Edition, editor: Client) -> None:
    typed = {name: getattr(draft, name) for name in ("title", "summary", "description", "need", "audience")}
    page = url(draft, "texts")
    shown = editor.post(page, {**typed, "need": "A **strong** need.", "do": "preview"})
    assert b"<strong>strong</strong>" in shown.content
    draft.refresh_from_db()
    assert "strong" not in draft.need
    missing = editor.post(page, {**typed, "title": ""})
    assert missing.status_code == 422
    assert editor.post(page, {**typed, "need": "A **strong** need."}).status_code == 303
    draft.refresh_from_db()
    assert draft.need == "A **strong** need."
    assert "Sidney Sample (editor@sample.example)" in draft.written_by


def test_dates_and_policy(draft: Edition, editor: Client) -> None:
    page = url(draft, "dates")
    typed = {
        "released_on": "2026-10-01", "reviewed_on": "2026-10-01", "ends_on": "2026-09-01", "pass_mark": "75", "max_attempts": "3",
        "grace_hours": "24", "fee_cents": "12.50", "medium": "Online", "format": "enduring_material", "professions": ["physician", "pharmacist"],
        "do": "save",
    }  # fmt: skip
    wrong = editor.post(page, typed)
    assert "ends_on" in wrong.context["form"].errors
    assert editor.post(page, typed | {"ends_on": "2027-09-01"}).status_code == 303
    draft.refresh_from_db()
    assert (draft.pass_mark, draft.max_attempts, draft.grace_hours, draft.fee_cents) == (75, 3, 24, 1250)
    assert draft.professions == ["physician", "pharmacist"]


def test_planning_keeps_what_it_does_not_ask_for(draft: Edition, editor: Client) -> None:
    Edition.objects.filter(pk=draft.pk).update(practice=draft.practice | {"kept_beside": "None."})
    assert editor.post(url(draft, "planning"), {"do": "save", "gap": "A gap.", "competencies": "patient care\nteamwork"}).status_code == 303
    draft.refresh_from_db()
    assert draft.practice["kept_beside"] == "None."
    assert draft.practice["competencies"] == ["patient care", "teamwork"]


def test_an_offer_with_its_approval_letter(draft: Edition, editor: Client) -> None:
    offer = draft.offers.get(system="aapa_1")
    page = url(draft, "offer", offer.uuid)
    typed = {
        "amount": f"{offer.amount}",
        "approved_from": f"{TODAY()}",
        "valid_to": f"{TODAY() + timedelta(days=300)}",
        "reporting_by": "hand",
    }
    typed |= {"reporting_who": "Sample Staff", "reporting_how": "by roster"}
    assert editor.post(page, typed | {"amount": "0.33"}).context["form"].errors["amount"]
    assert editor.post(page, typed | {"evidence": pdf("letter.exe")}).context["form"].errors["evidence"]
    assert editor.post(page, typed | {"evidence": pdf("letter.pdf")}).status_code == 303
    offer.refresh_from_db()
    assert offer.reporting == {"by": "hand", "who": "Sample Staff", "how": "by roster"}
    got = editor.get(url(draft, "evidence", offer.uuid))
    assert got["Content-Disposition"].startswith("attachment")
    assert b"".join(got.streaming_content) == b"%PDF-1.7 a sample"  # type: ignore[attr-defined]
    assert editor.post(url(draft, "offer_remove", offer.uuid)).status_code == 303
    new = editor.post(url(draft, "offer_new"), typed | {"system": "aapa_1"})
    assert new.status_code == 303
    assert CreditOffer.objects.get(edition=draft, system="aapa_1").amount == offer.amount


def test_a_file_that_is_too_large_is_told_beside_its_field(draft: Edition, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "FILE_LIMIT", 10_000)
    monkeypatch.setattr(access, "_ROOM", 1_000)
    support = CommercialSupport.objects.get(edition=draft)
    sent = {"do": "agreement", "agreement-supporter_on": "2026-01-02", "agreement-provider_on": "2026-01-03"}
    large = editor.post(url(draft, "support_one", support.uuid), sent | {"agreement-file": pdf(data=b"%PDF-" + b"x" * 20_000)})
    assert large.status_code == 422
    assert "larger than 20 MB" in large.context["agreement"].errors["file"][0]


def test_a_form_with_a_file_needs_its_token(draft: Edition, editor: Client) -> None:
    support = CommercialSupport.objects.get(edition=draft)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(url(draft, "support_one", support.uuid), {"do": "agreement", "agreement-file": pdf()}).status_code == 403


def test_no_other_form_takes_a_file(draft: Edition, editor: Client) -> None:
    typed = {name: getattr(draft, name) for name in ("title", "summary", "description", "need", "audience")}
    answer = editor.post(url(draft, "texts"), typed | {"copyright": pdf()})
    assert answer.status_code in {303, 422}
    assert not getattr(answer.wsgi_request, "is_file_too_large", False)


def test_pilot_and_partners(draft: Edition, editor: Client) -> None:
    page = url(draft, "offers")
    assert editor.post(page, {"do": "pilot", "minutes": "ten"}).status_code == 422
    assert editor.post(page, {"do": "pilot", "minutes": "40, 50, 60"}).status_code == 303
    draft.refresh_from_db()
    assert Decimal(draft.worksheet["minutes"]) == 50
    html = editor.get(page).content.decode()
    assert "more than 25% away" in html
    assert editor.post(page, {"do": "partners", "joint": "Sample Society\nSample Society"}).status_code == 422
    assert editor.post(page, {"do": "partners", "joint": "Sample Society", "accredited": "Sample College"}).status_code == 303
    assert list(draft.partners.values_list("name", "is_accredited")) == [("Sample Society", False), ("Sample College", True)]
    statements = editor.get(url(draft, "statements")).content.decode()
    assert "Sample Society" in statements
    assert "Wording not confirmed" in statements


def test_support_from_recording_to_reconciliation(draft: Edition, editor: Client) -> None:
    page, company = url(draft, "support"), Company.objects.get(key="tiny-company")
    kind = {"support-company": company.uuid, "support-kind": "in_kind"}
    assert "nature" in editor.post(page, kind | {"support-nature": "Devices worth $5"}).context["form"].errors
    assert editor.post(page, kind | {"support-nature": "loan of equipment"}).status_code == 303
    support = CommercialSupport.objects.get(kind="monetary")
    one = url(draft, "support_one", support.uuid)
    signed = {"do": "agreement", "agreement-supporter_on": "2026-01-02", "agreement-provider_on": "2026-01-03"}
    assert editor.post(one, signed | {"agreement-file": pdf(data=b"MZ not a pdf")}).context["agreement"].errors["file"]
    assert editor.post(one, signed | {"agreement-file": pdf()}).status_code == 303
    support.refresh_from_db()
    assert support.agreement_sha256
    assert editor.post(one, {"do": "clauses", "clauses-in_writing": "yes"}).status_code == 422
    assert (
        editor.post(one, {"do": "clauses"} | {f"clauses-{key}": "yes" for key in agreement_clauses(draft, timezone.now())}).status_code
        == 303
    )
    ledger = url(draft, "support_ledger", support.uuid)
    line = {"do": "expense", "kind": "production", "payee": "Sample Studio", "spent_on": f"{TODAY() - timedelta(days=1)}"}
    assert editor.post(ledger, line | {"amount_cents": "20000"}).context["expense"].errors["amount_cents"]
    assert editor.post(ledger, line | {"amount_cents": "9000.10"}).status_code == 303
    account = {"do": "account", "account-sent_on": f"{TODAY() - timedelta(days=1)}"}
    assert editor.post(ledger, account | {"account-returned_cents": "0"}).context["account"].errors["returned_cents"]
    assert editor.post(ledger, account | {"account-returned_cents": "999.90"}).status_code == 303
    html = editor.get(ledger).content.decode()
    assert "USD 9,000.10" in html
    received = {"do": "received", "received-amount_cents": "9000"}
    assert editor.post(ledger, received).context["received"].errors["amount_cents"]
    assert editor.post(ledger, received | {"received-amount_cents": "12000"}).status_code == 303
    assert "USD 12,000.00" in editor.get(ledger).content.decode()
    kept = editor.post(url(draft, "support_remove", support.uuid), {"reason": "A mistake."})
    assert kept.status_code == 422, "something was spent"
    in_kind = CommercialSupport.objects.get(kind="in_kind")
    assert editor.post(url(draft, "support_remove", in_kind.uuid), {"reason": "A mistake."}).status_code == 303


def test_provider_accreditation_and_packs(draft: Edition, editor: Client) -> None:
    provider = draft.activity.provider
    page = "/studio/provider/"
    kept = ("name", "address", "email", "privacy_policy", "disclosure_policy", "accessibility_policy")
    facts = {f"provider-{name}": getattr(provider, name) for name in kept} | {"provider-time_zone": "Mars/Olympus", "do": "provider"}
    assert editor.post(page, facts).context["facts"].errors["time_zone"]
    assert editor.post(page, facts | {"provider-time_zone": "America/Chicago", "provider-needs_second_person": "on"}).status_code == 303
    provider.refresh_from_db()
    assert (provider.time_zone, provider.needs_second_person) == ("America/Chicago", True)
    further = {"do": "new", "new-kind": "ancc_direct", "new-valid_from": "2026-01-01", "new-valid_to": "2025-01-01"}
    assert editor.post(page, further).context["further"].errors["valid_to"]
    assert editor.post(page, further | {"new-valid_to": ""}).status_code == 303
    held = provider.accreditations.get(kind="ancc_direct")
    ended = editor.post(f"{page}accreditations/{held.uuid}/", {"do": "end", "on": "2026-12-31", "reason": "Not renewed."})
    assert ended.status_code == 303
    held.refresh_from_db()
    assert f"{held.valid_to}" == "2026-12-31"
    assert b"joint_accreditation" in editor.get("/studio/packs/").content


def test_nothing_is_read_of_a_file_from_somebody_who_may_not_send_it(
    draft: Edition, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    support = CommercialSupport.objects.get(edition=draft)
    monkeypatch.setattr(access.OneFile, "handle_raw_input", lambda *args, **kwargs: pytest.fail("it was read"))
    for client, status in ((Client(), 302), (reader, 403)):
        assert client.post(url(draft, "support_one", support.uuid), {"agreement-file": pdf()}).status_code == status
