"""Numbers of activities, approvals, lapsed accreditations, who reports: predicates that the gate, the desk and the claim share."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import (
    approval_gaps,
    designation_statement,
    has_lapsed,
    identifier_doubts,
    identifier_problems,
    is_approved_on,
    parsed_uan,
    reporting_gap,
)
from preceptor.kernel.credits import Decimal

DAY = date(2026, 11, 22)
PACK = pack_on(DAY)
UAN = "1234-0000-26-001-H01-P"


@dataclass
class Held:
    kind: str
    number: str = "SAMPLE"
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


@dataclass
class Offer:
    system: str
    identifier: str = ""
    approved_from: date | None = date(2026, 11, 1)
    valid_to: date | None = date(2027, 10, 31)
    evidence: str = "letter.pdf"
    reporting: dict[str, str] = field(default_factory=dict)


JOINT, AAPA = Held("joint_accreditation"), Held("aapa_authorized")

NUMBERS = [
    # system, number, what is said (nothing = it fits)
    ("acpe_p", UAN, ""),
    ("acpe_t", "1234-0000-26-001-H01-T", ""),
    ("acpe_p", "JA1234567-0000-26-001-H01-P", ""),
    ("acpe_p", "", "needs its number"),
    ("acpe_p", "1234-0000-26-001-H01", "This is no Universal Activity Number"),
    ("acpe_p", "12345-0000-26-001-H01-P", "This is no Universal Activity Number"),
    ("acpe_p", "JA12-0000-26-001-H01-P", "This is no Universal Activity Number"),
    ("acpe_p", "1234-0000-25-001-H01-P", "The year of the number is 25"),
    ("acpe_p", "1234-0000-26-001-L01-P", "The letter L is not for this format"),
    ("acpe_p", "1234-0000-26-001-H42-P", "There is no topic 42"),
    ("acpe_p", "1234-0000-26-001-H01-T", "this offer needs one that ends in P"),
    ("acpe_p", "1234-9999-26-001-H01-P", "stands for joint providership"),
    ("moc_abim", "123456789", ""),
    ("moc_abim", "12345", "This is no ACCME activity ID"),
    ("ama_pra_1", "", ""),
    ("aanp", "", "needs its number"),
]


@pytest.mark.parametrize(("system", "number", "said"), NUMBERS)
def test_the_number_of_an_offer(system, number, said):
    found = identifier_problems(PACK, PACK.systems[system], number, format="enduring_material", released_on=DAY, has_partners=False)
    assert (said in found[0]) if said else found == []


def test_a_sole_number_does_not_fit_partners():
    system = PACK.systems["acpe_p"]
    (said,) = identifier_problems(PACK, system, UAN, format="enduring_material", released_on=DAY, has_partners=True)
    assert "0000 stands for a sole provider" in said
    assert identifier_problems(PACK, system, UAN, format="enduring_material", released_on=None) == []


@pytest.mark.parametrize(
    ("number", "is_doubtful"),
    [(UAN, False), ("JA1234567-0000-26-001-H01-P", True), ("1234-0000-26-0001-H01-P", True), ("1234-0000-26-001-B01-P", True)],
)
def test_the_form_of_a_jointly_accredited_provider_is_marked_unconfirmed(number, is_doubtful):
    assert bool(identifier_doubts(PACK, PACK.systems["acpe_p"], number)) is is_doubtful


def test_a_number_is_taken_to_pieces():
    uan = parsed_uan(UAN)
    assert uan and (uan.provider, uan.year, uan.letter, uan.topic, uan.audience) == ("1234", "26", "H", "01", "P")
    assert parsed_uan("x") is None


GAPS = [
    (Offer("ama_pra_1", approved_from=None, valid_to=None, evidence=""), [JOINT], []),
    (Offer("aapa_1"), [JOINT, AAPA], []),
    (Offer("aapa_1"), [JOINT], ["number"]),
    (Offer("aapa_1", identifier="A-1"), [JOINT], []),
    (Offer("aapa_1", valid_to=None), [AAPA], ["dates"]),
    (Offer("aapa_1", approved_from=date(2028, 1, 1)), [AAPA], ["dates"]),
    (Offer("aapa_1", evidence=""), [AAPA], ["evidence"]),
    (Offer("aanp", approved_from=None, valid_to=None, evidence=""), [JOINT], ["number", "dates", "evidence"]),
    (Offer("ancc"), [JOINT], []),
    (Offer("ancc"), [Held("joint_accreditation", number="")], ["number"]),
    (Offer("ancc"), [Held("joint_accreditation", valid_to=date(2026, 11, 21))], ["number"]),
    (Offer("acpe_p", identifier=UAN, evidence=""), [JOINT], ["evidence"]),
    (Offer("moc_abim", identifier="123456789"), [JOINT], []),
]


@pytest.mark.parametrize(("offer", "held", "gaps"), GAPS)
def test_what_is_missing_of_an_approval(offer, held, gaps):
    assert approval_gaps(PACK, offer, held, DAY) == gaps
    assert is_approved_on(PACK, offer, held, DAY) is (not gaps)


def test_an_approval_that_has_not_begun_approves_nothing():
    assert not is_approved_on(PACK, Offer("aapa_1", approved_from=date(2026, 11, 23)), [AAPA], DAY)


LAPSED = [
    ("ama_pra_1", [JOINT], False),
    ("ama_pra_1", [AAPA], True),
    ("aapa_1", [JOINT], True),
    ("aapa_1", [JOINT, AAPA], False),
    ("aanp", [JOINT], False),
    ("aanp", [], True),
    ("ama_pra_1", [Held("joint_accreditation", valid_to=DAY)], False),
    ("ama_pra_1", [Held("joint_accreditation", valid_to=date(2026, 11, 21))], True),
    ("ama_pra_1", [Held("joint_accreditation", valid_from=date(2026, 11, 23))], True),
]


@pytest.mark.parametrize(("system", "held", "is_lapsed"), LAPSED)
def test_a_lapsed_accreditation_ends_its_credit(system, held, is_lapsed):
    assert has_lapsed(PACK, system, held, DAY) is is_lapsed


@pytest.mark.parametrize(
    ("system", "reporting", "said"),
    [
        ("ama_pra_1", {}, ""),
        ("acpe_p", {}, "Say who reports it to CPE Monitor (60 days from participation)"),
        ("acpe_p", {"by": "installation"}, ""),
        ("acpe_p", {"by": "hand"}, "by hand, and how"),
        ("acpe_p", {"by": "hand", "who": "Kim Sample", "how": "  "}, "by hand, and how"),
        ("acpe_p", {"by": "hand", "who": "Kim Sample", "how": "upload"}, ""),
        ("aapa_1", {"by": "somebody"}, "Say who reports it to AAPA"),
        ("moc_abim", {}, "Say who reports it to PARS, for the ABIM"),
    ],
)
def test_a_reporting_clock_wants_an_answer(system, reporting, said):
    found = reporting_gap(PACK.systems[system], reporting)
    assert (said in found) if said else found == ""


def test_pharmacology_hours_stand_in_the_statement():
    said = designation_statement(PACK, "aanp", "P", "enduring_material", Decimal("0.75"), "S-1", sub_amounts={"rx": "0.50"})
    assert "approved for 0.75 AANP contact hours, including 0.5 pharmacology hours, of continuing education" in said
    plain = designation_statement(PACK, "aanp", "P", "enduring_material", Decimal("0.75"), "S-1")
    assert "0.75 AANP contact hours of continuing" in plain


def test_a_board_without_known_wording_has_no_statement():
    assert "MOC points in the American Board of Internal Medicine" in designation_statement(
        PACK, "moc_abim", "P", "enduring_material", Decimal("0.75"), "123456789"
    )
    assert designation_statement(PACK, "moc_abs", "P", "enduring_material", Decimal("0.75"), "123456789") == ""
