"""Commercial support: agreement, checklist, ledger, account, acknowledgement."""

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from preceptor.compliance.actions import new_edition
from preceptor.disclosure.actions import (
    add_expense,
    check_clauses,
    reconcile,
    record_amount,
    record_company,
    record_support,
    remove_support,
    sign_agreement,
)
from preceptor.disclosure.models import CommercialSupport, Reconciliation, SupportExpense
from preceptor.disclosure.queries import account_of, agreement_clauses, support_sentences
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests import make
from tests.disclosure.asking import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.astimezone(ZoneInfo("America/New_York")).date()
PDF = b"%PDF-1.7 sample agreement"


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def support():
    edition = make.draft_edition(support=[])
    company = record_company("giver", "Sample Giver, Inc.", "ineligible", "Invented.", products=["Samplumab"], by=make.BY, at=NOW)
    return record_support(edition, company, "monetary", amount_cents=100_000, by=make.BY, at=NOW)


def all_clauses(support):
    return dict.fromkeys(agreement_clauses(support.edition, NOW), True)


def refused(code, deed, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        deed(*args, **kwargs, by=make.BY, at=NOW)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("eligibility", "kind", "nature", "amount", "code"),
    [
        ("eligible", "monetary", "", None, "disclosure.not_commercial"),
        ("ineligible", "in_kind", "", None, "disclosure.support_nature"),
        ("ineligible", "in_kind", "Loan of a scanner, 9 USD", None, "disclosure.support_nature"),
        ("ineligible", "in_kind", "Vials of samplumab", None, "disclosure.support_nature"),
        ("ineligible", "in_kind", "Loan of a scanner", 100, "disclosure.value_of_in_kind"),
        ("ineligible", "gift", "", None, "disclosure.unknown_support"),
    ],
)
def test_support_that_cannot_be_recorded(eligibility, kind, nature, amount, code):
    edition = make.draft_edition(support=[])
    company = record_company("giver", "Sample Giver", eligibility, "Invented.", products=["Samplumab"], by=make.BY, at=NOW)
    refused(code, record_support, edition, company, kind, nature, amount_cents=amount)
    assert not edition.support.exists()


def test_support_in_kind_has_no_value_in_the_database_either(support):
    with pytest.raises(IntegrityError), transaction.atomic():
        CommercialSupport.objects.filter(pk=support.pk).update(kind="in_kind")


def test_the_acknowledgement_is_generated(support):
    record_support(support.edition, support.company, "in_kind", "loan of a scanner", by=make.BY, at=NOW)
    assert support_sentences(support.edition) == [
        "This activity is supported by an educational grant from Sample Giver, Inc.",
        "This activity is supported in kind by Sample Giver, Inc.: loan of a scanner.",
    ]
    assert "100" not in str(support_sentences(support.edition))


def test_an_agreement_is_kept_by_its_hash_and_served_to_staff_only(support, tmp_path):
    sign_agreement(support, ContentFile(PDF, name="../../evil.html"), TODAY, TODAY - timedelta(days=1), by=make.BY, at=NOW)
    digest = hashlib.sha256(PDF).hexdigest()
    assert support.agreement.name == f"agreements/{digest[:2]}/{digest}.pdf" and support.agreement_sha256 == digest
    assert (tmp_path / support.agreement.name).read_bytes() == PDF
    url = reverse("disclosure:agreement", args=[support.uuid])
    assert Client().get(url).status_code == 302
    learner, staff = Client(), Client()
    learner.force_login(make.user())
    staff.force_login(make.user("staff@sample.example", is_staff=True))
    assert learner.get(url).status_code == 404 and learner.get(f"/media/{support.agreement.name}").status_code == 404
    answer = staff.get(url)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert staff.get(reverse("disclosure:agreement", args=["00000000-0000-4000-8000-000000000000"])).status_code == 404


@pytest.mark.parametrize("data", [b"<html>", b"MZ\x90", b"", b" %PDF-1.7"])
def test_what_is_no_document_is_refused(support, data, tmp_path):
    refused("disclosure.agreement_file", sign_agreement, support, ContentFile(data, name="a.pdf"), TODAY, TODAY)
    assert not (tmp_path / "agreements").exists()


def test_agreements_that_are_not_executed(support):
    refused("disclosure.no_agreement", sign_agreement, support, None, TODAY, TODAY)
    refused(
        "disclosure.no_agreement", lambda *args, **kwargs: sign_agreement(*args, note="In the safe.", **kwargs), support, None, TODAY, TODAY
    )
    assert not CommercialSupport.objects.exclude(pk=support.pk, signed_supporter_on=None).exists() and not support.agreement_note
    refused("disclosure.signature_ahead", sign_agreement, support, ContentFile(PDF), TODAY, TODAY + timedelta(days=1))
    big = ContentFile(PDF)
    big.size = 21 * 1024 * 1024
    refused("disclosure.agreement_file", sign_agreement, support, big, TODAY, TODAY)


def test_every_clause_is_answered(support):
    refused("disclosure.clauses_open", check_clauses, support, {})
    refused("disclosure.clauses_open", check_clauses, support, {**all_clauses(support), "more": True})
    check_clauses(support, {**all_clauses(support), "no_suggestions": False}, by=make.BY, at=NOW)
    support.refresh_from_db()
    assert support.clauses["no_suggestions"] is False and support.clauses_checked_by == make.BY


LINES = [
    ("learner_travel", 100, "A learner", "disclosure.learner_expense"),
    ("learner_honoraria", 100, "A learner", "disclosure.learner_expense"),
    ("learner_lodging", 100, "A hotel", "disclosure.learner_expense"),
    ("learner_expenses", 100, "A learner", "disclosure.learner_expense"),
    ("yacht", 100, "A harbor", "disclosure.unknown_expense"),
    ("production", 0, "A studio", "disclosure.expense_incomplete"),
    ("production", 100, " ", "disclosure.expense_incomplete"),
    ("production", 100_001, "A studio", "disclosure.overspent"),
    ("production", -1, "A studio", "disclosure.overspent"),
]


@pytest.mark.parametrize(("kind", "cents", "payee", "code"), LINES)
def test_what_support_is_never_spent_on(support, kind, cents, payee, code):
    refused(code, add_expense, support, kind, cents, payee, TODAY)
    assert not support.expenses.exists()


def test_the_ledger_is_mended_by_lines_and_has_to_balance(support):
    for cents in (70_000, -20_000):
        add_expense(support, "production", cents, "Sample Studio", TODAY, by=make.BY, at=NOW)
    assert account_of(support).left == 50_000
    refused("disclosure.unbalanced", reconcile, support, sent_on=TODAY)
    refused("disclosure.unbalanced", reconcile, support, sent_on=TODAY, returned_cents=49_999)
    refused("disclosure.reconciliation_incomplete", reconcile, support, sent_on=TODAY + timedelta(days=1), returned_cents=50_000)
    reconcile(support, sent_on=TODAY, returned_cents=50_000, by=make.BY, at=NOW)
    assert account_of(support).is_balanced
    for model in (SupportExpense, Reconciliation):
        for deed in (lambda model=model: model.objects.update(by="x"), lambda model=model: model.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                deed()
    refused("disclosure.support_spent", remove_support, support, "Wrong company.")


def test_in_kind_is_not_spent_and_support_goes_with_a_reason(support):
    kind = record_support(support.edition, support.company, "in_kind", "loan of a scanner", by=make.BY, at=NOW)
    refused("disclosure.nothing_received", add_expense, kind, "production", 1, "x", TODAY)
    refused("disclosure.no_reason", remove_support, kind, " ")
    remove_support(kind, "Typed twice.", by=make.BY, at=NOW)
    assert support.edition.support.count() == 1


def test_after_publication_only_the_ledger_goes_on():
    make.published_edition()
    support = CommercialSupport.objects.select_related("edition").get()
    refused("disclosure.published", sign_agreement, support, ContentFile(PDF), TODAY, TODAY)
    refused("disclosure.published", check_clauses, support, all_clauses(support))
    refused("disclosure.published", record_support, support.edition, support.company, "monetary")
    add_expense(support, "production", 5, "Sample Studio", TODAY, by=make.BY, at=NOW)
    edition_id = support.edition_id
    for change in ({"nature": "x"}, {"clauses": {}}, {"signed_provider_on": None}, {"agreement_note": "x"}, {"company_id": None}):
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            CommercialSupport.objects.filter(edition=edition_id).update(**change)


def test_the_money_of_a_copied_support_is_recorded_and_goes_on_after_publication():
    edition = make.published_edition()
    support = CommercialSupport.objects.get(edition=edition)
    add_expense(support, "production", 40_000, "Sample Studio", TODAY, by=make.BY, at=NOW)
    record_amount(support, 50_000, by=make.BY, at=NOW)
    assert account_of(CommercialSupport.objects.get(pk=support.pk)).left == 10_000
    assert Entry.objects.get(verb="disclosure.record_amount").detail == {"before": 1_000_000, "amount_cents": 50_000}
    refused("disclosure.overspent", record_amount, support, 39_999)
    copied = CommercialSupport.objects.get(edition=new_edition(edition, by=make.BY, at=NOW))
    refused("disclosure.nothing_received", add_expense, copied, "production", 1, "A studio", TODAY)
    record_amount(copied, 7_500, by=make.BY, at=NOW)
    add_expense(copied, "production", 7_500, "Sample Studio", TODAY, by=make.BY, at=NOW)
    in_kind = record_support(copied.edition, copied.company, "in_kind", "loan of a scanner", by=make.BY, at=NOW)
    refused("disclosure.value_of_in_kind", record_amount, in_kind, 5)


def test_days_of_signatures_are_the_providers(support):
    """At three in the morning of Greenwich, it is still the day before in New York."""
    early = datetime(2026, 6, 2, 3, tzinfo=UTC)
    with pytest.raises(Refused) as caught:
        sign_agreement(support, ContentFile(PDF), early.date(), early.date(), by=make.BY, at=early)
    assert caught.value.code == "disclosure.signature_ahead"
    day = early.date() - timedelta(days=1)
    assert sign_agreement(support, ContentFile(PDF), day, day, by=make.BY, at=early).signed_provider_on == day
