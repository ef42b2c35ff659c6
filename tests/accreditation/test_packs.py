"""The packs: complete, dated, sourced; a broken one is one clear error with file and line."""

import re
import shutil
from dataclasses import fields
from datetime import date

import pytest

from preceptor.accreditation.adapters.packs import DATA, BrokenPack, read_library
from preceptor.accreditation.apps import AccreditationConfig
from preceptor.accreditation.checks import packs_are_whole
from preceptor.accreditation.queries import doubts_about, pack_on, unconfirmed_on

DAY = date(2026, 11, 22)


def test_every_entry_has_a_source_and_certainty():
    library = read_library()
    assert all(getattr(library, item.name) for item in fields(library))
    for entry in library.entries():
        assert len(entry.source) > 10 and entry.certainty in {"confirmed", "unconfirmed"} and not entry.is_own


def test_nurses_practitioners_and_technicians_are_apart():
    pack = pack_on(DAY)
    assert list(pack.professions) == [
        "physician", "physician_assistant", "nurse_practitioner", "registered_nurse", "pharmacist", "pharmacy_technician", "other",
    ]  # fmt: skip
    boards = ["abim", "aba", "abohns", "abos", "abp", "abpath", "abpmr", "abs", "abts"]
    assert list(pack.systems) == [
        "ama_pra_1", "aapa_1", "ancc", "aanp", "acpe_p", "acpe_t", "ipce", *(f"moc_{board}" for board in boards), "participation",
    ]  # fmt: skip
    assert set(boards) == set(pack.boards) and all(pack.systems[f"moc_{board}"].certainty == "unconfirmed" for board in boards)


def test_only_physicians_receive_ama_credit():
    assert pack_on(DAY).systems["ama_pra_1"].professions == ("physician",)


def test_pharmacy_needs_profile_and_birthday_others_nothing():
    needs = {key: system.learner_identifiers for key, system in pack_on(DAY).systems.items() if not system.board}
    assert {key for key, wanted in needs.items() if wanted} == {"acpe_p", "acpe_t"}
    assert needs["acpe_p"] == ("nabp_eprofile", "birth_mmdd")


def test_what_is_not_valid_yet_is_not_there():
    assert "aapa_1" not in pack_on(date(2016, 1, 1)).systems


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("npi", "1234567893", True),
        ("npi", "1234567890", False),
        ("birth_mmdd", "0229", True),
        ("birth_mmdd", "0230", False),
        ("birth_mmdd", "1304", False),
        ("nabp_eprofile", "1234567", True),
        ("nabp_eprofile", "12a", False),
        ("state_license", "CA A12345", True),
    ],
)
def test_identifiers(kind, value, fits):
    assert pack_on(DAY).identifiers[kind].accepts(value) is fits


BREAKS = [
    ("systems.yaml", "rounding: nearest", "rounding: upwards", "systems.yaml, line 6: rounding"),
    ("systems.yaml", '  step: "0.25"', '  stepp: "0.25"', "systems.yaml, line 6: unknown field 'stepp'"),
    ("systems.yaml", '  step: "0.25"\n', "", "systems.yaml, line 6: the field 'step' is missing"),
    ("systems.yaml", "slots: [provider, format, amount]", "slots: [provider, amount]", "line 6: slots: {format} is used but not listed"),
    ("systems.yaml", "designates this {format} for", "designates this {fromat} for", "line 6: designation: there is no slot {fromat}"),
    ("systems.yaml", "certificate_fields: [name,", "certificate_fields: [nom,", "line 6: certificate_fields: a certificate has no 'nom'"),
    ("systems.yaml", "reporting_clock_days: 60", "reporting_clock_days: soon", "reporting_clock_days: int is expected"),
    ("systems.yaml", "body: ama", "body: amaa", "line 6: ama_pra_1: there is no body 'amaa'"),
    ("formats.yaml", "code: live", "code: enduring_material", "formats.yaml, line 4: 'enduring_material' is given for 2006-01-01 already"),
    ("systems.yaml", "- key: participation", "- key: attendance", "the system 'participation' is missing"),
    ("systems.yaml", "valid_from: 2017-09-29", "valid_from: 2017-09-29\n  valid_to: 2016-01-01", "valid_to: it ends before it begins"),
    ("vocabulary.yaml", "severity: error", "severity: bad", "vocabulary.yaml, line 3: severity: 'bad'"),
    ("vocabulary.yaml", "commercial interests?", "commercial (interests", "no regular expression"),
    ("activity_numbers.yaml", '"01":', "01:", "codes: names with texts are expected"),
    ("systems.yaml", "professions: [physician]", "professions: [surgeon]", "there is no profession 'surgeon'"),
    ("kinds.yaml", "grants: [aapa_1]", "grants: [aapa_2]", "there is no credit system 'aapa_2'"),
    ("professions.yaml", "{code: physician,", "{code: physician, code: twice,", "professions.yaml, line 2: the key 'code' is given twice"),
    ("formats.yaml", "valid_from: 2006-01-01", "valid_from: long ago", "formats.yaml, line 3: valid_from: a date is expected"),
    ("requirements.yaml", "cycle: once", "cycle: sometimes", "requirements.yaml, line 6: cycle: 'sometimes'"),
    (
        "requirements.yaml",
        "cycle: once",
        "cycle: months",
        "requirements.yaml, line 6: cycle_months: a cycle of the kind months needs its length",
    ),
    ("requirements.yaml", "cycle: once", "cycle: once\n  cycle_months: 12", "cycle_months: a cycle of the kind once has none"),
    ("requirements.yaml", "cycle: once", "cycle: fixed\n  cycle_months: 24", "line 6: cycle_ends: a fixed cycle ends on a day of the year"),
    ("requirements.yaml", "cycle: once", "cycle: fixed\n  cycle_months: 24\n  cycle_ends: 02-30", "line 6: cycle_ends: a fixed cycle ends"),
    ("requirements.yaml", "cycle: once", "cycle: once\n  cycle_ends: 12-31", "line 6: cycle_ends: a fixed cycle ends"),
    ("requirements.yaml", "  amount: 8", "  amount: many", "requirements.yaml, line 6: amount: "),
    ("requirements.yaml", "  amount: 8", "  amount: 0", "line 6: amount and minutes_per_unit must be above zero"),
    ("requirements.yaml", "topics: [mate]", "topics: [mates]", "line 6: us_mate: there is no topic 'mates'"),
    (
        "requirements.yaml",
        '{pharmacology: "25"}',
        '{pharmacology: "250"}',
        "parts: pharmacology: a number above zero and not above the amount",
    ),
    ("requirements.yaml", '{pharmacology: "25"}', '{rx: "25"}', "aanpcb_renewal: there is no topic 'rx'"),
    ("definitions.yaml", "  lookback_months: 24", "  lookback_months: [24", "definitions.yaml, line"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BREAKS)
def test_a_broken_pack_is_one_clear_error(tmp_path, file, old, new, message):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(BrokenPack, match=re.escape(message)):
        read_library(folder)


def test_a_missing_pack_is_said(tmp_path):
    with pytest.raises(BrokenPack, match="bodies.yaml: No such file"):
        read_library(tmp_path)


def test_check_reads_the_packs(monkeypatch):
    assert packs_are_whole(None) == []

    def broken():
        raise BrokenPack("systems.yaml, line 4: rounding")

    monkeypatch.setattr("preceptor.accreditation.checks.library", broken)
    (error,) = packs_are_whole(None)
    assert "systems.yaml, line 4" in error.msg


def test_nothing_starts_with_a_broken_pack(monkeypatch):
    def broken():
        raise BrokenPack("systems.yaml, line 4: rounding")

    monkeypatch.setattr("preceptor.accreditation.apps.library", broken)
    config = AccreditationConfig.create("preceptor.accreditation")
    with pytest.raises(SystemExit, match=r"^Preceptor cannot start. A pack cannot be used: systems.yaml, line 4: rounding$"):
        config.ready()


OWN = """- key: sample_hours
  body: ama
  label: Sample hours
  unit_one: sample hour
  unit_many: sample hours
  step: "0.5"
  minutes_per_unit: 50
  rounding: down
  claim_mode: claimed
  professions: [other]
  learner_identifiers: []
  optional_identifiers: []
  is_credit: true
  certificate_title: Certificate of Credit
  designation: "{provider} offers {amount}."
  slots: [provider, amount]
  certificate_fields: [name, amount]
  max_months: 12
  valid_from: 2026-01-01
  source: "Our own pack, for a test"
"""


def test_a_provider_adds_packs_of_its_own(tmp_path):
    (tmp_path / "systems.yaml").write_text(OWN)
    pack = read_library(own=tmp_path).on(DAY)
    assert pack.systems["sample_hours"].is_own and not pack.systems["ama_pra_1"].is_own
    assert pack.systems["sample_hours"].professions == ("other",)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("systems.yaml", OWN.replace("step:", "stepp:"), "own/systems.yaml, line 1: unknown field 'stepp'"),
        ("systems.yaml", OWN.replace("[other]", "[surgeon]"), "own/systems.yaml, line 1: sample_hours: there is no profession 'surgeon'"),
        ("systems.yaml", OWN.replace("sample_hours", "ama_pra_1"), "ama_pra_1: it is not for the profession 'other'"),
        ("sistems.yaml", OWN, "own/sistems.yaml, line 1: there is no such pack"),
        ("systems.yaml", OWN + "  is_own: false\n", "unknown field 'is_own'"),
    ],
)
def test_own_packs_are_held_to_the_same_schema(tmp_path, file, text, message):
    own = tmp_path / "own"
    own.mkdir()
    (own / file).write_text(text)
    with pytest.raises(BrokenPack, match=re.escape(message)):
        read_library(own=own)


def test_packs_folder_must_be_there(tmp_path):
    with pytest.raises(BrokenPack, match="PACKS_DIR is no folder"):
        read_library(own=tmp_path / "nowhere")


def test_the_later_entry_holds_and_an_own_one_may_replace_the_wording(tmp_path):
    (tmp_path / "systems.yaml").write_text(OWN.replace("sample_hours", "moc_abs").replace("[other]", "[physician]"))
    systems = read_library(own=tmp_path).on(DAY).systems
    assert systems["moc_abs"].is_own and systems["moc_abs"].designation
    assert not read_library(own=tmp_path).on(date(2025, 1, 1)).systems["moc_abs"].is_own


def test_the_staff_can_ask_what_is_unconfirmed():
    found = {(name, key) for name, key, _ in unconfirmed_on(DAY)}
    assert ("systems", "acpe_p") in found and ("systems", "ama_pra_1") not in found and ("kinds", "joint_accreditation") in found
    assert ("kinds", "joint_accreditation: with partners") in found and not any(key.startswith("acpe_direct") for _, key in found)
    assert any(key.startswith("uan: This form is to be confirmed") for _, key in found)


def test_the_staff_can_ask_what_of_an_offer_is_in_doubt():
    whole, form = doubts_about("acpe_p", "JA0000000-0000-26-001-H01-P", DAY)
    assert "ACPE contact hours (pharmacists)" in whole and "beginning with JA" in form
    assert doubts_about("acpe_p", "1234-0000-26-001-H01-P", DAY) == [whole]
    assert doubts_about("ama_pra_1", "", DAY) == doubts_about("guild", "1", DAY) == []


def test_where_nobody_is_asked_who_reports_the_pack_says_why():
    credit = [one for one in pack_on(DAY).systems.values() if one.is_credit]
    assert [one.key for one in credit if one.wants_reporting == bool(one.unasked_because)] == []


def test_longest_validity_is_that_of_system_and_format():
    pack = pack_on(DAY)
    months = {key: pack.systems[key].longest_months(pack.formats["enduring_material"]) for key in ("ama_pra_1", "aapa_1", "ancc", "acpe_p")}
    assert months == {"ama_pra_1": 36, "aapa_1": 12, "ancc": 24, "acpe_p": 36}
    assert pack.systems["ama_pra_1"].longest_months(pack.formats["live"]) == 12


def test_approval_and_reporting_are_data():
    systems = pack_on(DAY).systems
    assert {key for key, one in systems.items() if one.needs_approval and not one.board} == {"aapa_1", "ancc", "aanp", "acpe_p", "acpe_t"}
    assert all(one.needs_approval and one.wants_reporting for one in systems.values() if one.board)
    assert systems["acpe_p"].reporting_clock_days == 60 and systems["aapa_1"].wants_reporting
