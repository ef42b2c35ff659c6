"""What learners are told: relevant relationships with ineligible companies, row by row; nothing else."""

import pytest
from django.db import DatabaseError, transaction

from preceptor.catalog.models import Person
from preceptor.disclosure.actions import sign_disclosure
from preceptor.disclosure.models import Company, Disclosure, FinancialRelationship, Relevance
from preceptor.disclosure.queries import disclosure_digest, mitigation_sentence, people_rows, support_sentences
from preceptor.disclosure.rules import support_sentence
from preceptor.kernel.refusals import Refused
from tests import make

pytestmark = pytest.mark.django_db


def test_only_relevant_relationships_with_ineligible_companies_are_told():
    edition = make.draft_edition()
    faculty, planner, reviewer = people_rows(edition)
    assert faculty.printed_name == "Alex Sample, MD" and faculty.roles == ["faculty"]
    assert faculty.relationships == [("Consultant", "Sample Company, Inc.")]
    assert not planner.has_relevant and not reviewer.has_relevant
    assert "Sample Press" not in str(people_rows(edition))


def test_mitigation_is_told_only_where_something_was_mitigated():
    assert mitigation_sentence(make.draft_edition()) == "All relevant financial relationships have been mitigated."
    none = {key: {"none": True} for key in ("tiny-faculty", "tiny-planner", "tiny-reviewer")}
    edition = make.draft_edition("none", disclosures=none)
    assert mitigation_sentence(edition) == ""


@pytest.mark.parametrize(
    ("company", "kind", "nature", "said"),
    [
        ("Sample Co", "monetary", "", "This activity is supported by an educational grant from Sample Co."),
        ("Sample, Inc.", "monetary", "", "This activity is supported by an educational grant from Sample, Inc."),
        ("Sample, Inc.", "in_kind", "loan of equipment", "This activity is supported in kind by Sample, Inc.: loan of equipment."),
    ],
)
def test_support_is_acknowledged_by_name_and_nature(company, kind, nature, said):
    assert support_sentence(company, kind, nature) == said


def test_digest_changes_with_what_is_told():
    first = make.draft_edition()
    again = make.draft_edition("again")
    assert disclosure_digest(first) == disclosure_digest(again)
    assert disclosure_digest(make.draft_edition("unsupported", support=[])) != disclosure_digest(first)
    assert support_sentences(first) == ["This activity is supported by an educational grant from Sample Company, Inc."]


def test_silence_is_not_none():
    make.draft_edition()
    person = Person.objects.get(key="tiny-planner")
    at = Disclosure.objects.latest("signed_at").signed_at
    with pytest.raises(Refused, match="Give every financial relationship"):
        sign_disclosure(person, [], is_none=False, definition_version="x", signed_name="x", at=at)
    company = Company.objects.get(key="tiny-company")
    with pytest.raises(Refused, match="no nature"):
        sign_disclosure(person, [(company, "friend", False)], is_none=False, definition_version="x", signed_name="x", at=at)


def test_the_same_declaration_is_kept_once():
    make.draft_edition()
    make.draft_edition("again")
    assert Disclosure.objects.count() == 3


TOLD = [
    ("a relevant relationship with an ineligible company", {}, ["Alex Sample, MD", "Consultant: Sample Company, Inc."], []),
    ("what has ended", {"ended": True}, ["Consultant: Sample Company, Inc."], []),
    ("nature per company, never pooled", {"nature": "speaker"}, ["Speaker: Sample Company, Inc."], ["and/or"]),
    (
        "an irrelevant relationship",
        {"relevant": False, "mitigation": None},
        ["Alex Sample, MD"],
        ["Sample Company, Inc.:", "Consultant"],
    ),
    (
        "another nature, by its plain detail",
        {"nature": "other", "detail": "expert witness"},
        ["Expert witness: Sample Company, Inc."],
        ["Other"],
    ),
    ("an undecided relationship", {"relevant": None, "rationale": None, "mitigation": None}, [], ["Consultant"]),
    (
        "the rationale and the note stay inside",
        {"rationale": "Private thoughts."},
        [],
        ["Private thoughts", "Reviewed by Casey", "sells samples"],
    ),
    (
        "an eligible company",
        {"company": "tiny-press", "nature": "royalties"},
        ["Alex Sample, MD"],
        ["Royalties", "Sample Press"],
    ),
    ("one that is not mitigated yet", {"mitigation": None}, ["Consultant: Sample Company, Inc."], ["mitigated"]),
    ("one that is", {}, ["All relevant financial relationships have been mitigated."], []),
]


@pytest.mark.parametrize(("changes", "said", "unsaid"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_what_learners_are_told(changes, said, unsaid):
    given = {
        "company": "tiny-company", "nature": "consultant", "ended": False, "relevant": True, "rationale": "The company sells samples.",
        "mitigation": {"method": "independent_review", "note": "Reviewed by Casey Sample."},
    }  # fmt: skip
    relationship = {name: value for name, value in (given | changes).items() if value is not None}
    edition = make.draft_edition(
        "told",
        disclosures={
            "tiny-faculty": {"none": False, "relationships": [relationship]}, "tiny-planner": {"none": True}, "tiny-reviewer": {"none": True},
        },
    )  # fmt: skip
    rows = people_rows(edition)
    text = "\n".join(
        [
            *(f"{nature}: {company}" for row in rows for nature, company in row.relationships),
            *support_sentences(edition),
            mitigation_sentence(edition),
        ]
    )
    told = f"{rows[0].printed_name}\n{text}"
    assert all(words in told for words in said), told
    # Never: amounts of support, products by their trade names, marks and links; nor anything that was decided inside.
    for words in [*unsaid, "10000", "$", "Samplumab", "™", "®", "http", "<", "significant", "Oncology", "Sells sample"]:
        assert words not in told, words


@pytest.mark.parametrize("model", [Disclosure, FinancialRelationship, Relevance])
def test_the_database_keeps_what_was_declared(model):
    make.published_edition()
    for deed in (lambda: model.objects.all().delete(), lambda: model.objects.update(**{_some_field(model): "changed"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def _some_field(model):
    return {Disclosure: "signed_name", FinancialRelationship: "nature", Relevance: "rationale"}[model]
