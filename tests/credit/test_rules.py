"""The one credit decision as tables that a compliance officer can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import systems_for
from preceptor.catalog.rules import Step, usual_plan
from preceptor.credit.rules import Deadlines, Profile, Wish, is_about_the_form, letters_pause, warnings_about, why_no_serial, why_not_yet
from preceptor.kernel.serials import new_serial, with_check

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
PACK = pack_on(NOON.date())
PLAN = usual_plan(has_pre_test=True)
DONE = [Step.FRONT_MATTER, Step.CONTENT, Step.POST_TEST, Step.EVALUATION]
OPEN = Deadlines(date(2027, 6, 30), None, "America/New_York")
NUMBERS = {
    "nabp_eprofile": "123456",
    "birth_mmdd": "0704",
    "npi": "1234567893",
    "nccpa_id": "12345",
    "aanp_number": "12345",
    "state_license": "CT 12345",
    "abim_id": "123456",
    "abp_id": "123456",
}


def profile(profession: str = "physician", **changes: object) -> Profile:
    """Somebody with everything in order."""
    values: dict[str, object] = {
        "profession": profession, "given_name": "Riley", "family_name": "Sample", "credentials": "MD", "is_verified": True,
        "kinds": PACK.identifiers, "identifiers": NUMBERS, "has_degrees": profession != "other",
    }  # fmt: skip
    return Profile(**{**values, **changes})  # type: ignore[arg-type]


def wish(system: str = "ama_pra_1", amount: str = "0.75", maximum: str | None = "0.75", *, attested: bool = True) -> Wish:
    """A claim of a system's credit."""
    return Wish(PACK.systems[system], Decimal(maximum) if maximum else None, Decimal(amount), attested)


def codes(
    offer: Wish | None = None,
    who: Profile | None = None,
    *,
    done: list[Step] = DONE,
    earlier: frozenset[str] = frozenset(),
    deadlines: Deadlines = OPEN,
    at: datetime = NOON,
) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in why_not_yet(PLAN, done, offer or wish(), who or profile(), earlier, deadlines, at)]


# Who may receive what, where all of it is offered. y = yes.
SYSTEMS = ["ama_pra_1", "aapa_1", "ancc", "aanp", "acpe_p", "acpe_t", "ipce", "moc_abim", "moc_abp", "participation"]
TABLE = """
profession           ama aapa ancc aanp acpe_p acpe_t ipce moc_abim moc_abp participation
physician             y   -    -    -     -      -     y      y        y         y
physician_assistant   -   y    -    -     -      -     y      -        -         y
nurse_practitioner    -   -    y    y     -      -     y      -        -         y
registered_nurse      -   -    y    -     -      -     y      -        -         y
pharmacist            -   -    -    -     y      -     y      -        -         y
pharmacy_technician   -   -    -    -     -      y     y      -        -         y
other                 -   -    -    -     -      -     -      -        -         y
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CASES = [(row[0], system, cell == "y") for row in ROWS for system, cell in zip(SYSTEMS, row[1:], strict=True)]


@pytest.mark.parametrize(("profession", "system", "may"), CASES)
def test_each_profession_receives_its_own_credit_and_no_other(profession: str, system: str, may: bool) -> None:
    amount = "0" if system == "participation" else "0.75"
    assert codes(wish(system, amount), profile(profession)) == ([] if may else ["credit.not_for_profession"])


def test_the_table_names_every_profession_and_system_of_the_pack() -> None:
    assert {row[0] for row in ROWS} == set(PACK.professions) and set(SYSTEMS) <= set(PACK.systems)
    assert all(key.startswith("moc_") and PACK.systems[key].professions == ("physician",) for key in set(PACK.systems) - set(SYSTEMS))


@pytest.mark.parametrize(("profession", "system", "may"), CASES)
def test_the_page_offers_what_the_decision_allows(profession: str, system: str, may: bool) -> None:
    assert (system in [found.key for found in systems_for(PACK, profession, SYSTEMS)]) is may


@pytest.mark.parametrize("system", [key for key in SYSTEMS if key != "participation"])
def test_credit_that_an_activity_does_not_offer_is_not_given(system: str) -> None:
    profession = PACK.systems[system].professions[0]
    found = codes(wish(system, "0.75", None), profile(profession))
    assert "credit.not_offered" in found


@pytest.mark.parametrize(
    ("missing", "codes_"),
    [
        ([], []),
        ([Step.EVALUATION], ["credit.unfinished"]),
        ([Step.POST_TEST, Step.EVALUATION], ["credit.unfinished"] * 2),
        ([Step.FRONT_MATTER], ["credit.unfinished"]),
    ],
)
def test_every_step_before_the_claim_must_be_done(missing: list[Step], codes_: list[str]) -> None:
    assert codes(done=[step for step in DONE if step not in missing]) == codes_


def test_the_pre_test_is_never_asked_for() -> None:
    assert Step.PRE_TEST in PLAN and Step.PRE_TEST not in DONE and codes() == []


@pytest.mark.parametrize(
    ("system", "amount", "maximum", "fits"),
    [
        ("ama_pra_1", "0.25", "0.75", True),
        ("ama_pra_1", "0.5", "0.75", True),
        ("ama_pra_1", "0.75", "0.75", True),
        ("ama_pra_1", "1.0", "0.75", False),
        ("ama_pra_1", "0", "0.75", False),
        ("ama_pra_1", "-0.25", "0.75", False),
        ("ama_pra_1", "0.3", "0.75", False),
        ("ama_pra_1", "0.125", "0.75", False),
        ("ancc", "0.75", "0.75", True),
        ("ancc", "0.5", "0.75", False),
        ("acpe_p", "0.75", "0.75", True),
        ("acpe_p", "0.25", "0.75", False),
        ("participation", "0", None, True),
        ("participation", "0.25", None, False),
    ],
)
def test_amounts(system: str, amount: str, maximum: str | None, fits: bool) -> None:
    who = profile(PACK.systems[system].professions[0])
    assert codes(wish(system, amount, maximum), who) == ([] if fits else ["credit.amount"])


@pytest.mark.parametrize(
    ("system", "changes", "expected"),
    [
        ("acpe_p", {}, []),
        ("acpe_p", {"nabp_eprofile": ""}, ["credit.identifier_missing.nabp_eprofile"]),
        ("acpe_p", {"birth_mmdd": ""}, ["credit.identifier_missing.birth_mmdd"]),
        ("acpe_p", {"birth_mmdd": "1332"}, ["credit.identifier_malformed.birth_mmdd"]),
        ("acpe_p", {"birth_mmdd": "0231"}, ["credit.identifier_malformed.birth_mmdd"]),
        ("acpe_p", {"birth_mmdd": "0229"}, []),
        ("acpe_p", {"nabp_eprofile": "12a"}, ["credit.identifier_malformed.nabp_eprofile"]),
        (
            "acpe_t",
            {"nabp_eprofile": "", "birth_mmdd": ""},
            ["credit.identifier_missing.nabp_eprofile", "credit.identifier_missing.birth_mmdd"],
        ),
        ("ama_pra_1", {"nabp_eprofile": "", "npi": ""}, []),
        ("ama_pra_1", {"npi": "1234567890"}, []),
    ],
)
def test_identifiers_that_the_credit_needs(system: str, changes: dict[str, str], expected: list[str]) -> None:
    who = profile(PACK.systems[system].professions[0], identifiers={**NUMBERS, **changes})
    assert codes(wish(system), who) == expected


def test_an_optional_number_that_was_chosen_must_be_right() -> None:
    wrong = profile(identifiers={"npi": "1234567890"}, wanted_kinds=("npi",))
    assert codes(who=wrong) == ["credit.identifier_malformed.npi"]
    assert codes(who=profile(identifiers={}, wanted_kinds=("npi",))) == ["credit.identifier_missing.npi"]
    assert codes(who=profile(identifiers={"npi": "1234567893"}, wanted_kinds=("npi",))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_verified": False}, ["credit.address_unverified"]),
        ({"given_name": " "}, ["credit.name_missing"]),
        ({"family_name": ""}, ["credit.name_missing"]),
        ({"credentials": ""}, ["credit.degree_missing"]),
        ({"credentials": "", "has_degrees": False}, []),
        ({"is_profession_attested": False}, ["credit.profession_not_attested"]),
        ({"profession": ""}, ["credit.profession_missing"]),
    ],
)
def test_the_person(changes: dict[str, object], expected: list[str]) -> None:
    assert codes(who=profile(**changes)) == expected


def test_the_statement_is_ticked_by_the_learner() -> None:
    assert codes(wish(attested=False)) == ["credit.not_attested"]


def test_the_same_credit_is_given_once_for_an_activity() -> None:
    assert codes(earlier=frozenset({"ama_pra_1"})) == ["credit.already_claimed"]
    assert codes(earlier=frozenset({"participation"})) == []


LAST = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # midnight in New York


@pytest.mark.parametrize(
    ("ends_on", "offer_ends_on", "at", "expected"),
    [
        (date(2026, 11, 22), None, LAST - timedelta(seconds=1), []),
        (date(2026, 11, 22), None, LAST, ["credit.edition_ended"]),
        (date(2027, 1, 1), date(2026, 11, 22), LAST - timedelta(seconds=1), []),
        (date(2027, 1, 1), date(2026, 11, 22), LAST, ["credit.offer_ended"]),
        (date(2026, 11, 22), date(2026, 11, 1), LAST, ["credit.edition_ended"]),
    ],
)
def test_ends_are_days_in_the_providers_zone(ends_on: date, offer_ends_on: date | None, at: datetime, expected: list[str]) -> None:
    assert codes(deadlines=Deadlines(ends_on, offer_ends_on, "America/New_York"), at=at) == expected


def test_faculty_is_warned_not_stopped() -> None:
    assert [reason.code for reason in warnings_about(is_faculty=True)] == ["credit.own_activity"] and warnings_about(is_faculty=False) == []


def test_every_reason_is_a_sentence_and_says_where_to_go_or_is_mended_on_the_form() -> None:
    nobody = profile("", given_name="", credentials="", is_verified=False, is_profession_attested=False, identifiers={})
    over = replace(OPEN, ends_on=date(2026, 1, 1))
    for who in (nobody, profile("physician", identifiers={})):
        for reason in why_not_yet(PLAN, [], wish("acpe_p", "9", attested=False), who, {"acpe_p"}, over, NOON):
            assert reason.message.endswith(".") and (is_about_the_form(reason) or (reason.next_url and reason.next_label)), reason


def test_how_often_a_certificate_is_sent_again() -> None:
    assert letters_pause([], NOON) == ""
    assert letters_pause([NOON - timedelta(seconds=30)], NOON)
    assert letters_pause([NOON - timedelta(minutes=2)], NOON) == ""
    assert letters_pause([NOON - timedelta(hours=n) for n in range(1, 6)], NOON)
    assert letters_pause([NOON - timedelta(hours=25 + n) for n in range(9)], NOON) == ""


SERIAL = with_check("7K4M2QXD9F3TABCD")
ODD = [f"7K4M2QXD9F3TAB{number:02}" for number in range(100)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (SERIAL, ""),
        (SERIAL.lower(), ""),
        (f"{SERIAL[:4]}-{SERIAL[4:8]} {SERIAL[8:12]}-{SERIAL[12:16]}-{SERIAL[16]}", ""),
        ("\u2013".join([SERIAL[:8], SERIAL[8:]]), ""),
        (f"\ufeff{SERIAL[:4]}\u2011{SERIAL[4:8]}\u00a0{SERIAL[8:]}\n", ""),
        (SERIAL[:-1], "17 characters"),
        (SERIAL + "0", "17 characters"),
        (SERIAL.replace("K", "Q", 1), "does not fit"),
        (SERIAL[1] + SERIAL[0] + SERIAL[2:], "does not fit"),
        (SERIAL.replace("K", "U", 1), "never contains U"),
        ("", "17 characters"),
    ],
)
def test_slips_in_a_serial_are_told(typed: str, says: str) -> None:
    assert (says in why_no_serial(typed)) if says else why_no_serial(typed) == ""


def test_letters_that_look_like_numbers_are_read_as_numbers() -> None:
    body = "1000" + new_serial()[:12]
    serial = with_check(body)
    assert why_no_serial("IOOO" + serial[4:]) == "" == why_no_serial("l" + serial[1:])


def test_a_check_character_that_is_a_number_may_be_typed_as_a_letter() -> None:
    zero, one = (next(serial for serial in map(with_check, ODD) if serial[-1] == number) for number in "01")
    assert why_no_serial(zero[:-1] + "O") == "" == why_no_serial(one[:-1] + "I") == why_no_serial(one[:-1] + "l")
