"""Statements are verbatim; credit goes to the professions that may receive it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import (
    accreditation_statements,
    designated_sentence,
    designation_statement,
    granted_systems,
    systems_for,
)

DAY = date(2026, 11, 22)
ALL = ("ama_pra_1", "aapa_1", "ancc", "acpe_p", "acpe_t", "aanp", "ipce")


@dataclass
class Held:
    kind: str
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


@pytest.mark.parametrize(
    ("amount", "text", "markdown"),
    [
        ("0.75", "0.75 AMA PRA Category 1 Credits™", "0.75 *AMA PRA Category 1 Credits*™"),
        ("1.00", "1.0 AMA PRA Category 1 Credit™", "1.0 *AMA PRA Category 1 Credit*™"),
        ("1.25", "1.25 AMA PRA Category 1 Credits™", "1.25 *AMA PRA Category 1 Credits*™"),
        ("2", "2.0 AMA PRA Category 1 Credits™", "2.0 *AMA PRA Category 1 Credits*™"),
    ],
)
def test_credit_is_singular_for_exactly_one(amount, text, markdown):
    system = pack_on(DAY).systems["ama_pra_1"]
    assert system.amount_text(Decimal(amount)) == text
    assert system.amount_markdown(Decimal(amount)) == markdown


def test_ama_designation_is_verbatim():
    assert designation_statement(pack_on(DAY), "ama_pra_1", "Sample CME Provider", "enduring_material", Decimal("0.75")) == (
        "The Sample CME Provider designates this enduring material for a maximum of 0.75 *AMA PRA Category 1 Credits*™. "
        "Physicians should claim only the credit commensurate with the extent of their participation in the activity."
    )


def test_the_is_not_doubled():
    said = designation_statement(pack_on(DAY), "ama_pra_1", "The Sample Institute", "enduring_material", Decimal(1))
    assert said.startswith("The Sample Institute designates")


def test_pharmacy_designation_has_number_and_ceus():
    said = designation_statement(pack_on(DAY), "acpe_p", "P", "enduring_material", Decimal("0.75"), "JA0000000-0000-26-001-H01-P")
    assert "0.75 ACPE contact hours (0.075 CEUs)" in said and said.endswith("JA0000000-0000-26-001-H01-P.")


def test_aapa_designation_says_until_when():
    said = designation_statement(pack_on(DAY), "aapa_1", "P", "enduring_material", Decimal("0.5"), valid_to=date(2027, 10, 18))
    assert "Approval is valid until October 18, 2027." in said


def test_participation_is_not_designated():
    pack = pack_on(DAY)
    assert designation_statement(pack, "participation", "P", "enduring_material", Decimal(1)) == ""
    said = designated_sentence(pack.systems["ama_pra_1"], Decimal("0.75"))
    assert said == "The activity was designated for 0.75 *AMA PRA Category 1 Credits*™."
    assert "award" not in said and "earn" not in said


def test_accreditation_statements_stand_alone():
    pack = pack_on(DAY)
    held = [Held("joint_accreditation"), Held("aapa_authorized")]
    (said,) = accreditation_statements(pack, held, DAY, "Sample CME Provider")
    assert said == (
        "In support of improving patient care, Sample CME Provider is jointly accredited by the Accreditation Council for Continuing Medical "
        "Education (ACCME), the Accreditation Council for Pharmacy Education (ACPE), and the American Nurses Credentialing Center (ANCC), to "
        "provide continuing education for the healthcare team."
    )
    (direct,) = accreditation_statements(pack, [Held("accme_direct")], DAY, "Sample Hospital")
    assert direct == (
        "The Sample Hospital is accredited by the Accreditation Council for Continuing Medical Education (ACCME) to provide continuing medical "
        "education for physicians."
    )


def test_partners_are_named_in_the_joint_form():
    (said,) = accreditation_statements(pack_on(DAY), [Held("accme_direct")], DAY, "Sample Hospital", ["One", "Two", "Three"])
    assert "through the joint providership of Sample Hospital and One, Two and Three." in said


def test_a_lapsed_accreditation_gives_nothing():
    lapsed = [Held("joint_accreditation", valid_to=date(2026, 11, 21))]
    assert accreditation_statements(pack_on(DAY), lapsed, DAY, "P") == []
    assert granted_systems(pack_on(DAY), lapsed, DAY) == set()


RIGHT_CREDIT = [
    ("physician", ["ama_pra_1", "ipce", "participation"]),
    ("physician_assistant", ["aapa_1", "ipce", "participation"]),
    ("nurse_practitioner", ["ancc", "aanp", "ipce", "participation"]),
    ("registered_nurse", ["ancc", "ipce", "participation"]),
    ("pharmacist", ["acpe_p", "ipce", "participation"]),
    ("pharmacy_technician", ["acpe_t", "ipce", "participation"]),
    ("other", ["participation"]),
    ("", ["participation"]),
]


@pytest.mark.parametrize(("profession", "keys"), RIGHT_CREDIT)
def test_right_credit_to_the_right_person(profession, keys):
    assert [system.key for system in systems_for(pack_on(DAY), profession, ALL)] == keys


@pytest.mark.parametrize("profession", [row[0] for row in RIGHT_CREDIT if row[0] != "physician"])
def test_nobody_else_receives_ama_credit(profession):
    assert [system.key for system in systems_for(pack_on(DAY), profession, ["ama_pra_1"])] == ["participation"]


@pytest.mark.parametrize(
    ("system", "minutes", "amount"),
    [
        ("ama_pra_1", "43.75", "0.75"), ("ama_pra_1", "37.4", "0.50"), ("ama_pra_1", "37.5", "0.75"), ("ama_pra_1", "7.4", "0.00"),
        ("ancc", "43.75", "0.50"), ("ancc", "60", "1.00"), ("acpe_p", "59.99", "0.75"), ("aapa_1", "52.5", "1.00"),
    ],
)  # fmt: skip
def test_minutes_become_credit_by_the_systems_own_rounding(system, minutes, amount):
    assert pack_on(DAY).systems[system].amount_for(Decimal(minutes)) == Decimal(amount)
