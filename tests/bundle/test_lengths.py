"""A text that a column does not hold is one clear line with its file, on every database; never an error of the database."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db.models import Field, Model, PositiveSmallIntegerField

from preceptor.assessment.models import Item
from preceptor.bundle.adapters.folder import read_folder
from preceptor.bundle.rules import shapes
from preceptor.catalog.models import Activity, Citation, CreditOffer, Edition, Objective, Partner, Person, RoleHolder
from preceptor.catalog.rules import LONGEST_CLAIM
from preceptor.content.models import CaseAnswer, Decision, MediaFile, Part
from preceptor.disclosure.models import CommercialSupport, Company, Disclosure, Exclusion, FinancialRelationship, Relevance
from preceptor.evaluation.models import Commitment
from tests import make

# shape and field of a bundle → the columns that it goes to
COLUMNS: dict[str, list[tuple[type[Model], str]]] = {
    "ACTIVITY slug": [(Activity, "slug")],
    "ACTIVITY activity_number": [(Activity, "activity_number")],
    **{f"ACTIVITY {name}": [(Edition, name)] for name in (
        "title", "subtitle", "summary", "format", "medium", "language", "cover", "max_attempts", "content_rule", "derived_from_live",
    )},
    "TOPIC code": [(Edition, "topic")], "TOPIC label": [(Edition, "topic_label")], "TOPIC area": [(Edition, "area")],
    "OBJECTIVE verb": [(Objective, "verb")], "OBJECTIVE level": [(Objective, "level")],
    "PERSON given": [(Person, "given_name")], "PERSON family": [(Person, "family_name")],
    **{f"PERSON {name}": [(Person, name)] for name in ("credentials", "profession", "email")},
    "PERSON title": [(Person, "title"), (RoleHolder, "title")], "PERSON affiliation": [(Person, "affiliation"), (RoleHolder, "affiliation")],
    "RELATIONSHIP nature": [(FinancialRelationship, "nature")], "RELATIONSHIP detail": [(FinancialRelationship, "detail")],
    "MITIGATION method": [(Relevance, "mitigation_method")],
    "EXCLUSION outcome": [(Exclusion, "outcome")], "EXCLUSION approver": [(Exclusion, "approver")],
    "COMPANY name": [(Company, "name")], "COMPANY decided_by": [(Company, "decided_by")],
    "SUPPORT nature": [(CommercialSupport, "nature")], "SUPPORT agreement_note": [(CommercialSupport, "agreement_note")],
    "REFERENCE year": [(Citation, "year")], "REFERENCE url": [(Citation, "url")],
    "ITEM answer": [(Item, "answer")], "OPTION key": [(Item, "answer"), (CaseAnswer, "option")],
    **{f"OFFER {name}": [(CreditOffer, name)] for name in ("system", "identifier", "activity_type", "evidence_note")},
    "PARTNER name": [(Partner, "name")],
    "PART_BASICS title": [(Part, "title")], "PART_BASICS summary": [(Part, "summary")], "PART_BASICS minutes": [(Part, "minutes")],
    "DECISION objective": [(Decision, "objective")],
}  # fmt: skip
MADE = {  # what several fields make, and lists of texts
    "PRINTED_NAME": (RoleHolder, "printed_name"), "SIGNED_NAME": (Disclosure, "signed_name"), "FILE_NAME": (MediaFile, "name"),
    "CHANGE": (Commitment, "text"),
}  # fmt: skip
SHAPES = {name: shape for name, shape in vars(shapes).items() if name.isupper() and isinstance(shape, dict)}
LIMITED = {f"{name} {field}": given[2] for name, shape in SHAPES.items() for field, given in shape.items() if len(given) > 2}


def holds(model: type[Model], name: str) -> int:
    column = model._meta.get_field(name)
    assert isinstance(column, Field)
    return shapes.SMALL if isinstance(column, PositiveSmallIntegerField) else int(column.max_length or 0)


def test_every_limit_is_that_of_its_columns():
    limits = {key: most for key, most in LIMITED.items() if key not in ("REFERENCE doi", "OFFER claim_days")}
    assert {key: min(holds(*column) for column in COLUMNS[key]) for key in limits} == limits and set(COLUMNS) == set(limits)
    assert LIMITED["OFFER claim_days"] == LONGEST_CLAIM < holds(CreditOffer, "claim_days")
    assert LIMITED["REFERENCE doi"] + len("https://doi.org/") == holds(Citation, "url")
    assert {name: holds(*column) for name, column in MADE.items()} == {name: getattr(shapes, name) for name in MADE}


def test_every_short_text_of_a_room_has_its_limit():
    """A column that a bundle fills and that no line here names would come as an error of the database."""
    rooms = (
        Activity,
        Edition,
        Objective,
        Citation,
        Person,
        CreditOffer,
        Partner,
        Company,
        FinancialRelationship,
        CommercialSupport,
        Part,
        Decision,
        Item,
    )
    short = {(model, column.name) for model in rooms for column in model._meta.concrete_fields if getattr(column, "max_length", None)}
    known = {column for columns in COLUMNS.values() for column in columns}
    checked = {
        "key",
        "state",
        "stage",
        "kind",
        "eligibility",
        "uuid",
        "level",
        "version",
        "told_sha256",
    }  # by their own rules, or made by us
    files = {"evidence", "agreement", "agreement_sha256"}
    ours = {(Company, "decided_by"), (CommercialSupport, "clauses_checked_by")}
    assert {(m.__name__, name) for m, name in short - known - ours if name not in checked | files} == set()


def broken(tmp_path: Path, file: str, change: Any) -> list[str]:
    """What reading says of the tiny bundle with one of its files changed."""
    copied = tmp_path / "tiny"
    shutil.copytree(make.BUNDLES / "tiny", copied)
    facts = yaml.safe_load((copied / file).read_text())
    change(facts)
    (copied / file).write_text(json.dumps(facts, default=str))
    return [str(problem) for problem in read_folder(copied).problems]


def person(facts: dict, **changes: str) -> None:
    facts["people"][0].update(changes)


CASES = [
    ("activity.yaml", lambda facts: facts.update(title="x" * 301), "activity: title has more than 300 characters"),
    ("activity.yaml", lambda facts: facts.update(slug="x" * 101), "activity: slug has more than 100 characters"),
    ("activity.yaml", lambda facts: facts["topic"].update(label="x" * 101), "topic: label has more than 100 characters"),
    ("activity.yaml", lambda facts: facts.update(max_attempts=32_768), "activity: max_attempts is larger than 32767"),
    ("activity.yaml", lambda facts: person(facts, title="x" * 201), "people: title has more than 200 characters"),
    ("activity.yaml", lambda facts: person(facts, given="x" * 100, family="y" * 100), "people: name and credentials have more than 200 characters together"),
    ("activity.yaml", lambda facts: facts["companies"][0].update(name="x" * 201), "companies: name has more than 200 characters"),
    ("activity.yaml", lambda facts: facts["support"][0].update(agreement_note="x" * 201), "support: agreement_note has more than 200 characters"),
    ("activity.yaml", lambda facts: facts["offers"].append({"system": "ipce", "identifier": "x" * 61}), "offers: identifier has more than 60 characters"),
    ("activity.yaml", lambda facts: facts["worksheet"].update(pilot_minutes=[40_000]), "worksheet: pilot_minutes must be a list of whole minutes"),
    ("assessment.yaml", lambda facts: facts["items"][0]["options"][0].update(key="x" * 11), "option: key has more than 10 characters"),
    ("references.yaml", lambda facts: facts[0].update(url="https://x.example/" + "x" * 200), "reference: url has more than 200 characters"),
    ("references.yaml", lambda facts: facts[0].update(year=40_000), "reference: year is larger than 32767"),
    ("evaluation.yaml", lambda facts: facts["changes"].append("x" * 301), "changes: a list of texts of at most 300 characters is expected"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "said"), CASES, ids=[said for *_, said in CASES])
def test_what_is_too_long_is_one_line_with_its_file(tmp_path, file, change, said):
    found = broken(tmp_path, file, change)
    assert any(line.startswith(f"{file}, line ") and said in line for line in found), found


def test_what_just_fits_is_read(tmp_path):
    assert (
        broken(tmp_path, "activity.yaml", lambda facts: facts.update(title="x" * 300, medium="y" * 200, derived_from_live="z" * 40)) == []
    )
