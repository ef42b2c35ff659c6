"""The board, asking, deciding, ruling; nobody decides about themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.models import Company, DisclosureRequest, Exclusion, FinancialRelationship, Relevance
from preceptor.mail.models import Letter
from tests.studio.conftest import at_desk, member
from tests.studio.test_publication import url

pytestmark = pytest.mark.django_db


def relationship_of(edition: Edition, company: str) -> FinancialRelationship:
    return FinancialRelationship.objects.get(company__key=company, disclosure__person__roles__edition=edition)


def newcomer(edition: Edition, key: str = "new-author", role: str = "author") -> RoleHolder:
    person = Person.objects.create(key=key, given_name="Nico", family_name="Sample", email=f"{key}@people.sample.example", is_sample=True)
    starts = timezone.localdate() + timedelta(days=30)
    return RoleHolder.objects.create(edition=edition, person=person, role=role, printed_name="Nico Sample", position=9, starts_on=starts)


def test_somebody_new_is_missing_asked_and_reminded(draft: Edition, editor: Client) -> None:
    holder = newcomer(draft)
    board = editor.get(url(draft, "board"))
    assert b"1 of 4" in board.content
    assert b"Ask for the disclosure" in board.content
    page = url(draft, "person", holder.person.uuid)
    late = editor.post(page, {"do": "ask", "due_on": f"{timezone.localdate() + timedelta(days=40)}"})
    assert late.status_code == 422
    assert "due_on" in late.context["ask"].errors, "the refusal stands beside the field"
    assert editor.post(page, {"do": "ask", "due_on": f"{timezone.localdate() + timedelta(days=20)}"}).status_code == 303
    assert DisclosureRequest.objects.get().person == holder.person
    assert editor.post(url(draft, "remind", holder.person.uuid), {"next": "board"})["Location"] == url(draft, "board")
    assert editor.post(url(draft, "remind_all")).status_code == 303
    assert Letter.objects.filter(kind="disclosure.request").count() == 3
    shown = editor.get(page).content.decode()
    token = next(iter(Letter.objects.filter(kind="disclosure.request"))).text.split("/disclosure/")[1].split("/")[0]
    assert token not in shown, "the link stands in the letter alone"


def test_who_was_not_asked_is_not_reminded(draft: Edition, editor: Client) -> None:
    holder = newcomer(draft)
    assert editor.post(url(draft, "remind", holder.person.uuid)).status_code == 404


def test_address_and_start_of_a_role(draft: Edition, editor: Client) -> None:
    holder = newcomer(draft)
    page = url(draft, "person", holder.person.uuid)
    assert editor.post(page, {"do": "contact", "email": "nowhere"}).status_code == 422
    assert editor.post(page, {"do": "contact", "email": "nico@people.sample.example"}).status_code == 303
    day = timezone.localdate() + timedelta(days=12)
    assert editor.post(page, {"do": "roles", f"roles-{holder.uuid}": f"{day}"}).status_code == 303
    holder.refresh_from_db()
    holder.person.refresh_from_db()
    assert (holder.starts_on, holder.person.email) == (day, "nico@people.sample.example")


def test_relevance_is_decided_with_reasons_and_a_fitting_mitigation(draft: Edition, editor: Client) -> None:
    held = relationship_of(draft, "tiny-company")
    holder = draft.role_holders.get(person__key="tiny-faculty")
    page = url(draft, "relationship", held.uuid)
    html = editor.get(page).content.decode()
    assert "Suggestion:" in html
    name = f"relevance-{holder.uuid}"
    sent = {"do": name, f"{name}-is_relevant": "yes", f"{name}-rationale": "It sells what is taught.", f"{name}-method": "evidence_only"}
    undated = editor.post(page, sent)
    assert undated.status_code == 422
    before = Relevance.objects.count()
    day = timezone.localdate() - timedelta(days=1)
    assert editor.post(page, sent | {f"{name}-mitigated_on": f"{day}"}).status_code == 303
    assert Relevance.objects.count() == before + 1, "the earlier decision stays"
    latest = Relevance.objects.latest("pk")
    assert (latest.mitigation_method, latest.decided_by) == ("evidence_only", "Sidney Sample (editor@sample.example)")
    assert b"Every decision so far: 2" in editor.get(page).content


def test_an_employee_is_ruled_on(draft: Edition, editor: Client) -> None:
    source = relationship_of(draft, "tiny-company")
    held = FinancialRelationship.objects.create(disclosure=source.disclosure, company=source.company, nature="employee")
    holder = draft.role_holders.get(person__key="tiny-faculty")
    page = url(draft, "relationship", held.uuid)
    assert b"ruling missing" in editor.get(page).content
    name = f"exclusion-{holder.uuid}"
    sent = {
        "do": name,
        f"{name}-outcome": "unrelated",
        f"{name}-evidence": "Looked at its products.",
        f"{name}-approver": "Alex Sample, MD",
    }
    own = editor.post(page, sent)
    assert own.status_code == 422, "nobody approves their own exception"
    assert editor.post(page, sent | {f"{name}-approver": "Casey Sample, MD"}).status_code == 303
    assert Exclusion.objects.get().outcome == "unrelated"


def test_nobody_decides_about_themselves(draft: Edition) -> None:
    herself = member("alex@sample.example", "author")
    Person.objects.filter(key="tiny-faculty").update(user=herself)
    held = relationship_of(draft, "tiny-company")
    holder = draft.role_holders.get(person__key="tiny-faculty")
    name = f"relevance-{holder.uuid}"
    sent = {"do": name, f"{name}-is_relevant": "no", f"{name}-rationale": "I say so."}
    answer = at_desk(herself).post(url(draft, "relationship", held.uuid), sent)
    assert answer.status_code == 422
    assert b"This is about yourself" in answer.content
    assert not Relevance.objects.filter(decided_by__contains="alex@").exists()


def test_a_company_is_recorded_decided_described_and_named(draft: Edition, editor: Client) -> None:
    assert editor.post("/studio/companies/", {"do": "new", "name": "Sample Devices, LLC"}).status_code == 303
    company = Company.objects.get(name="Sample Devices, LLC")
    page = f"/studio/companies/{company.uuid}/"
    assert editor.post(page, {"do": "eligibility", "eligibility-eligibility": "ineligible"}).status_code == 422
    decided = {"do": "eligibility", "eligibility-eligibility": "ineligible", "eligibility-basis": "Makes devices used on patients."}
    assert editor.post(page, decided).status_code == 303
    assert editor.post(page, {"do": "company", "company-business_lines": "Devices\n\nOncology", "company-products": ""}).status_code == 303
    taken = editor.post(page, {"do": "alias", "alias-alias": "Sample Company"})
    assert taken.status_code == 422
    assert editor.post(page, {"do": "alias", "alias-alias": "SaDev"}).status_code == 303
    company.refresh_from_db()
    assert (company.eligibility, company.business_lines, company.aliases) == ("ineligible", ["Devices", "Oncology"], ["SaDev"])
    assert company.decided_by == "Sidney Sample (editor@sample.example)"


def test_the_board_asks_the_same_number_of_questions_for_more_people(draft: Edition, editor: Client) -> None:
    counts = []
    for more in (1, 6):
        for number in range(more):
            newcomer(draft, key=f"more-{more}-{number}")
        for name in ("board", "edition"):
            editor.get(url(draft, name))
            with CaptureQueriesContext(connection) as seen:
                assert editor.get(url(draft, name)).status_code == 200
            counts.append((name, len(seen)))
    assert counts[0] == counts[2], counts
    assert counts[1] == counts[3], counts
