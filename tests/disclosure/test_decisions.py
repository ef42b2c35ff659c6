"""What the staff decides: relevance, mitigation, exclusion; the history that stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from preceptor.disclosure.actions import (
    add_alias,
    copy_part,
    decide_eligibility,
    decide_exclusion,
    decide_relevance,
    describe_company,
    record_company,
    sign_disclosure,
)
from preceptor.disclosure.models import Company, Exclusion, FinancialRelationship, Relevance
from preceptor.disclosure.queries import board, decision_rows, history_of, people_rows, suggestion
from preceptor.kernel.refusals import Refused
from tests import make
from tests.disclosure.asking import NOW, holder, person

pytestmark = pytest.mark.django_db
BOSS = "Sample Approver"


def declared(nature="employee", *, role="faculty", starts_in=60, eligibility="ineligible"):
    """A new person on a draft, who declared one relationship."""
    edition = make.draft_edition()
    who = person()
    role_holder = holder(edition, who, role, starts_in)
    company = record_company("employer", "Sample Employer", eligibility, "Invented.", is_sample=True, by=make.BY, at=NOW)
    signed = sign_disclosure(
        who, [(company, nature, False)], is_none=False, definition_version="ineligible-company-2020-12", signed_name="Sam", at=NOW
    )
    return signed.relationships.get(), role_holder


def row_of(role_holder):
    return next(row for row in board(role_holder.edition, at=NOW) if row.person == role_holder.person)


RELEVANT = {"is_relevant": True, "rationale": "It sells what is taught."}
MITIGATED = {**RELEVANT, "method": "independent_review", "mitigated_at": NOW}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({**RELEVANT, "rationale": " "}, "disclosure.no_rationale"),
        ({**MITIGATED, "method": "recuse"}, "disclosure.method_unfit"),
        ({**MITIGATED, "method": "magic"}, "disclosure.method_unfit"),
        ({**MITIGATED, "mitigated_at": None}, "disclosure.mitigation_undated"),
        ({**MITIGATED, "method": ""}, "disclosure.mitigation_undated"),
        ({**MITIGATED, "mitigated_at": NOW + timedelta(days=1)}, "disclosure.mitigation_ahead"),
        ({**MITIGATED, "is_relevant": False}, "disclosure.nothing_to_mitigate"),
    ],
)
def test_decisions_on_relevance_are_whole(facts, code):
    relationship, role_holder = declared("consultant")
    with pytest.raises(Refused) as refused:
        decide_relevance(relationship, role_holder, **facts, by=make.BY, at=NOW)
    assert refused.value.code == code and not relationship.relevances.exists()


def test_a_decision_is_about_its_own_person():
    relationship, role_holder = declared("consultant")
    other = role_holder.edition.role_holders.exclude(person=role_holder.person).first()
    with pytest.raises(Refused, match="another person"):
        decide_relevance(relationship, other, **RELEVANT, by=make.BY, at=NOW)


def test_the_newest_decision_holds_and_the_others_stay():
    relationship, role_holder = declared("consultant")
    assert "relevance (1 open)" in row_of(role_holder).next_thing
    decide_relevance(relationship, role_holder, **RELEVANT, by=make.BY, at=NOW)
    assert row_of(role_holder).next_thing.startswith("Mitigate")
    decide_relevance(relationship, role_holder, **MITIGATED, by=make.BY, at=NOW + timedelta(minutes=1))
    assert row_of(role_holder).next_thing == ""
    decide_relevance(relationship, role_holder, is_relevant=False, rationale="Other topic.", by=make.BY, at=NOW + timedelta(minutes=2))
    assert [row.is_relevant for row in history_of(relationship, role_holder)] == [False, True, True]
    assert not next(row for row in people_rows(role_holder.edition) if row.person_key == "new-person").has_relevant


@pytest.mark.parametrize(
    ("role", "starts_in", "said"), [("planner", -1, "only after"), ("planner", None, "not known"), ("faculty", 60, "")]
)
def test_late_mitigation_is_recorded_and_said(role, starts_in, said):
    relationship, role_holder = declared("consultant", role=role, starts_in=starts_in)
    decide_relevance(relationship, role_holder, **MITIGATED, by=make.BY, at=NOW)
    missing = row_of(role_holder).mitigations
    assert (said in missing[0].mitigation_missing) if said else not missing


@pytest.mark.parametrize(
    ("nature", "outcome", "evidence", "approver", "code"),
    [
        ("consultant", "excluded", "x", BOSS, "disclosure.no_exclusion"),
        ("private_stock", "unrelated", "x", BOSS, "disclosure.outcome_unfit"),
        ("employee", "not_owner", "x", BOSS, "disclosure.outcome_unfit"),
        ("employee", "perhaps", "x", BOSS, "disclosure.outcome_unfit"),
        ("employee", "technician", " ", BOSS, "disclosure.no_evidence"),
        ("employee", "technician", "x", " ", "disclosure.no_approver"),
        ("employee", "technician", "x", "Sam Sample, MD", "disclosure.no_approver"),
        ("employee", "technician", "x", "Sam Sample", "disclosure.no_approver"),
        ("employee", "technician", "x", "sam  sample", "disclosure.no_approver"),
        ("employee", "technician", "x", "Dr. SAMPLE, Sam", "disclosure.no_approver"),
        ("employee", "technician", "x", BOSS, ""),
        ("employee", "unrelated", "x", BOSS, ""),
        ("employee", "basic_science", "x", BOSS, ""),
        ("employee", "excluded", "x", BOSS, ""),
        ("private_stock", "excluded", "x", BOSS, ""),
        ("board", "not_owner", "x", BOSS, ""),
        ("executive", "excluded", "x", BOSS, ""),
    ],
)
def test_owners_and_employees_are_out_or_an_exception_with_approver_and_evidence(nature, outcome, evidence, approver, code):
    relationship, role_holder = declared(nature)
    if code:
        with pytest.raises(Refused) as refused:
            decide_exclusion(relationship, role_holder, outcome, evidence, approver, by=make.BY, at=NOW)
        assert refused.value.code == code and not Exclusion.objects.exists()
    else:
        assert row_of(role_holder).next_thing == "Decide on exclusion"
        decide_exclusion(relationship, role_holder, outcome, evidence, approver, by=make.BY, at=NOW)
        assert row_of(role_holder).is_excluded is (outcome == "excluded")


def test_who_is_excluded_is_not_named_to_learners_and_the_record_stays():
    relationship, role_holder = declared()
    decide_relevance(relationship, role_holder, **MITIGATED, by=make.BY, at=NOW)
    decide_exclusion(relationship, role_holder, "excluded", "Employed there.", BOSS, by=make.BY, at=NOW)
    assert "new-person" not in {row.person_key for row in people_rows(role_holder.edition)}
    assert row_of(role_holder).is_excluded and row_of(role_holder).next_thing == ""
    decide_exclusion(relationship, role_holder, "basic_science", "Only methods.", BOSS, by=make.BY, at=NOW + timedelta(minutes=1))
    assert "new-person" in {row.person_key for row in people_rows(role_holder.edition)}
    assert Exclusion.objects.count() == 2


def test_only_the_declaration_that_holds_is_told():
    relationship, role_holder = declared("consultant")
    decide_relevance(relationship, role_holder, **MITIGATED, by=make.BY, at=NOW)

    def told():
        return next(row for row in people_rows(role_holder.edition) if row.person_key == "new-person").relationships

    assert told() == [("Consultant", "Sample Employer")]
    sign_disclosure(
        role_holder.person,
        [],
        is_none=True,
        definition_version="ineligible-company-2020-12",
        signed_name="Sam",
        at=NOW + timedelta(hours=1),
    )
    assert told() == []


def test_a_later_declaration_does_not_change_what_a_published_edition_told():
    edition = make.published_edition()
    before = people_rows(edition)
    who = edition.role_holders.get(role="faculty").person
    sign_disclosure(who, [], is_none=True, definition_version="ineligible-company-2020-12", signed_name="A", at=NOW + timedelta(hours=1))
    assert people_rows(edition) == before and before[0].has_relevant
    with pytest.raises(Refused, match="published edition does not change"):
        decide_relevance(FinancialRelationship.objects.first(), edition.role_holders.get(role="faculty"), **RELEVANT, by=make.BY, at=NOW)


@pytest.mark.parametrize("model", [Relevance, Exclusion])
def test_the_database_keeps_decisions(model):
    relationship, role_holder = declared()
    decide_relevance(relationship, role_holder, **RELEVANT, by=make.BY, at=NOW)
    decide_exclusion(relationship, role_holder, "excluded", "Employed there.", BOSS, by=make.BY, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(decided_by="somebody else")
    role_holder.delete()  # a draft's role may be taken back, with what was decided about it


def test_suggestions_come_with_reasons_and_decide_nothing():
    edition = make.draft_edition(topic={"code": "onc", "label": "Oncology", "area": "Oncology"})
    relationship = FinancialRelationship.objects.get(nature="consultant")
    found = suggestion(relationship, edition)
    assert found.is_relevant is True and "business line “Oncology”" in found.because[0]
    before = Relevance.objects.count()
    describe_company(relationship.company, business_lines=["Dentistry"], products=[], by=make.BY, at=NOW)
    assert suggestion(relationship, edition).is_relevant is False
    parent = record_company("parent", "Sample Parent", "ineligible", "Invented.", business_lines=["Oncology"], by=make.BY, at=NOW)
    describe_company(relationship.company, parent=parent, by=make.BY, at=NOW)
    found = suggestion(relationship, edition)
    assert found.is_relevant is True and f"“Oncology” of Sample Parent, which owns {relationship.company.name}," in found.because[0]
    decide_eligibility(relationship.company, "undetermined", "To be looked at again.", by=make.BY, at=NOW)
    assert suggestion(relationship, edition).is_relevant is None and Relevance.objects.count() == before
    assert any(row.is_undetermined for row in decision_rows(edition))


def test_companies_are_decided_upon_with_basis():
    company = record_company("unknown", "Sample Unknown", by=make.BY, at=NOW)
    assert (company.eligibility, company.decided_by, company.decided_on) == ("undetermined", "", None)
    for arguments, code in [
        (("perhaps", "x"), "disclosure.unknown_eligibility"),
        (("eligible", " "), "disclosure.no_basis"),
    ]:
        with pytest.raises(Refused) as refused:
            decide_eligibility(company, *arguments, by=make.BY, at=NOW)
        assert refused.value.code == code
    with pytest.raises(Refused, match="start-up"):
        decide_eligibility(company, "eligible", "Small.", regulatory_started_on=NOW.date(), by=make.BY, at=NOW)
    with pytest.raises(Refused, match="name only"):
        record_company("logo", "Sample <img>", by=make.BY, at=NOW)
    again = record_company("unknown", "Other name", "eligible", "x", by=make.BY, at=NOW)
    assert again.name == "Sample Unknown" and again.eligibility == "undetermined"


def test_aliases_and_parents():
    one = record_company("one", "Sample One, Inc.", by=make.BY, at=NOW)
    two = record_company("two", "Sample Two", parent=one, by=make.BY, at=NOW)
    add_alias(two, "Sample Deux", by=make.BY, at=NOW)
    add_alias(two, "sample deux.", by=make.BY, at=NOW)
    assert Company.objects.get(key="two").aliases == ["Sample Deux"]
    with pytest.raises(Refused, match="already"):
        add_alias(two, "SAMPLE ONE", by=make.BY, at=NOW)
    with pytest.raises(Refused, match="owned by itself"):
        describe_company(one, parent=two, by=make.BY, at=NOW)


def test_a_copy_carries_no_decision_and_no_agreement():
    old, new = make.draft_edition(), make.draft_edition("other", support=[])
    copy_part(old, new)
    support = new.support.get()
    assert (support.company.key, support.kind) == ("tiny-company", "monetary")
    assert not support.agreement_note and support.signed_supporter_on is None and not support.clauses and support.amount_cents is None
