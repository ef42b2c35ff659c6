"""Every action writes in one transaction, and one line of its own in the logbook: an action that is not on this list fails the test."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from preceptor.disclosure import actions
from preceptor.disclosure.models import Company, DisclosureRequest, Exclusion, FinancialRelationship, Relevance
from preceptor.disclosure.queries import agreement_clauses
from preceptor.logbook.models import Entry
from tests import make
from tests.disclosure.asking import NOW, asked, holder, person

pytestmark = pytest.mark.django_db
SIGNED = {"by": make.BY, "at": NOW}
TODAY = NOW.astimezone(ZoneInfo("America/New_York")).date()
SOON = (NOW + timedelta(days=9)).date()
# Not for themselves: reads, a step of the actions of others (copy_part, find_or_record_company), what a person types before signing,
# and the clock, which does what `remind` does.
WITHOUT = {"need_draft", "open_request", "copy_part", "find_or_record_company", "save_draft", "press", "remind_everybody"}


def company(eligibility="ineligible"):
    return actions.record_company("new", "Sample New, Inc.", eligibility, "Invented.", **SIGNED)


def case(nature):
    """A relationship and a role of its person, on a draft."""
    who = person()
    signed = actions.sign_disclosure(who, [(company(), nature, False)], is_none=False, definition_version="x", signed_name="Sam", at=NOW)
    return signed.relationships.get(), holder(make.draft_edition(), who)


def support(amount=1000):
    return actions.record_support(make.draft_edition(support=[]), company(), "monetary", amount_cents=amount, **SIGNED)


def asking():
    who = person()
    return who, [holder(make.draft_edition(), who)]


def answer():
    return {"has": "no", "definition": "ineligible-company-2020-12"}


# name → (what it needs, the deed)
DEEDS = {
    "record_company": (lambda: (), lambda: company()),
    "decide_eligibility": (lambda: (company(),), lambda one: actions.decide_eligibility(one, "eligible", "A press.", **SIGNED)),
    "describe_company": (lambda: (company(),), lambda one: actions.describe_company(one, products=["Samplumab"], **SIGNED)),
    "add_alias": (lambda: (company(),), lambda one: actions.add_alias(one, "Novel Samples", **SIGNED)),
    "decide_relevance": (
        lambda: case("consultant"), lambda row, role: actions.decide_relevance(row, role, is_relevant=False, rationale="No.", **SIGNED)
    ),
    "decide_exclusion": (
        lambda: case("employee"), lambda row, role: actions.decide_exclusion(row, role, "excluded", "Its payroll.", "Robin Sample", **SIGNED)
    ),
    "request_disclosure": (asking, lambda who, roles: actions.request_disclosure(who, roles, due_on=SOON, **SIGNED)),
    "remind": (lambda: asked()[:1], lambda request: actions.remind(request, **SIGNED)),
    "send_new_link": (lambda: asked()[:1], lambda request: actions.send_new_link(request.uuid, at=NOW)),
    "sign": (lambda: asked()[:1], lambda request: actions.sign(request, answer(), "Sam Sample", None, NOW)),
    "sign_disclosure": (
        lambda: (person(),),
        lambda who: actions.sign_disclosure(who, [], is_none=True, definition_version="x", signed_name="Sam", at=NOW),
    ),
    "record_support": (
        lambda: (make.draft_edition(support=[]), company()), lambda edition, one: actions.record_support(edition, one, "monetary", **SIGNED)
    ),
    "record_amount": (lambda: (support(),), lambda held: actions.record_amount(held, 2000, **SIGNED)),
    "remove_support": (lambda: (support(),), lambda held: actions.remove_support(held, "Typed twice.", **SIGNED)),
    "sign_agreement": (
        lambda: (support(),), lambda held: actions.sign_agreement(held, ContentFile(b"%PDF-1"), TODAY, TODAY, **SIGNED)
    ),
    "check_clauses": (
        lambda: (support(),), lambda held: actions.check_clauses(held, dict.fromkeys(agreement_clauses(held.edition, NOW), True), **SIGNED)
    ),
    "add_expense": (lambda: (support(),), lambda held: actions.add_expense(held, "production", 5, "Sample Studio", TODAY, **SIGNED)),
    "reconcile": (lambda: (support(0),), lambda held: actions.reconcile(held, sent_on=TODAY, **SIGNED)),
}  # fmt: skip


def kept():
    """Every row of the room, as it stands."""
    return {model: list(model.objects.order_by("pk").values()) for model in apps.get_app_config("disclosure").get_models()}


def test_every_action_is_on_the_list():
    assert set(actions.__all__) == set(DEEDS) | WITHOUT


@pytest.mark.parametrize("name", DEEDS)
def test_each_writes_one_line_of_its_own(name, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    needs, deed = DEEDS[name]
    things, before = needs(), kept()
    lines = Entry.objects.count()
    deed(*things)
    assert kept() != before
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True))[lines:] == [f"disclosure.{name}"]


@pytest.mark.parametrize("name", DEEDS)
def test_without_its_line_nothing_is_written(name, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    needs, deed = DEEDS[name]
    things, before = needs(), kept()

    def broken(*args, **kwargs):
        raise RuntimeError("the logbook is full")

    for module in ("companies", "decisions", "links", "requests", "support"):
        monkeypatch.setattr(f"preceptor.disclosure.actions.{module}.write_entry", broken)
    with pytest.raises(RuntimeError):
        deed(*things)
    assert kept() == before


@pytest.mark.parametrize("model", [Relevance, Exclusion])
def test_nothing_further_is_decided_on_a_published_edition(model):
    edition = make.published_edition()
    role = edition.role_holders.first()
    relationship = FinancialRelationship.objects.filter(disclosure__person=role.person).first()
    facts = {"is_relevant": False, "rationale": "x"} if model is Relevance else {"outcome": "excluded", "evidence": "x", "approver": "x"}
    with pytest.raises(DatabaseError, match="nothing is decided on a published edition"), transaction.atomic():
        model.objects.create(relationship=relationship, role_holder=role, decided_by="x", decided_at=timezone.now(), **facts)
    assert connection.vendor in {"sqlite", "postgresql"} and DisclosureRequest.objects.count() == 0 and Company.objects.exists()
