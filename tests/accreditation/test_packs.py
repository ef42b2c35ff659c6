"""The packs: complete, dated, sourced; a broken one is one clear error with file and line."""

import shutil
from datetime import date

import pytest

from preceptor.accreditation.adapters.packs import DATA, BrokenPack, read_library
from preceptor.accreditation.checks import packs_are_whole
from preceptor.accreditation.queries import pack_on

DAY = date(2026, 11, 22)


def test_every_entry_has_a_source_and_certainty():
    library = read_library()
    for entries in (
        library.systems,
        library.professions,
        library.identifiers,
        library.formats,
        library.kinds,
        library.terms,
        library.definitions,
    ):
        assert entries
        for entry in entries:
            assert len(entry.source) > 10 and entry.certainty in {"confirmed", "unconfirmed"}


def test_nurses_practitioners_and_technicians_are_apart():
    pack = pack_on(DAY)
    assert list(pack.professions) == [
        "physician", "physician_assistant", "nurse_practitioner", "registered_nurse", "pharmacist", "pharmacy_technician", "other",
    ]  # fmt: skip
    assert list(pack.systems) == ["ama_pra_1", "aapa_1", "ancc", "aanp", "acpe_p", "acpe_t", "ipce", "participation"]


def test_only_physicians_receive_ama_credit():
    assert pack_on(DAY).systems["ama_pra_1"].professions == ("physician",)


def test_pharmacy_needs_profile_and_birthday_others_nothing():
    needs = {key: system.learner_identifiers for key, system in pack_on(DAY).systems.items()}
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
    ("systems.yaml", "rounding: nearest", "rounding: upwards", "systems.yaml, line 4: rounding"),
    ("systems.yaml", '  step: "0.25"', '  stepp: "0.25"', "systems.yaml, line 4: unknown field 'stepp'"),
    ("systems.yaml", "professions: [physician]", "professions: [surgeon]", "there is no profession 'surgeon'"),
    ("kinds.yaml", "grants: [aapa_1]", "grants: [aapa_2]", "there is no credit system 'aapa_2'"),
    ("professions.yaml", "{code: physician,", "{code: physician, code: twice,", "professions.yaml, line 2: the key 'code' is given twice"),
    ("formats.yaml", "valid_from: 2006-01-01", "valid_from: long ago", "formats.yaml, line 2: valid_from: a date is expected"),
    ("definitions.yaml", "  lookback_months: 24", "  lookback_months: [24", "definitions.yaml, line"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BREAKS)
def test_a_broken_pack_is_one_clear_error(tmp_path, file, old, new, message):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(BrokenPack, match=message.replace("[", r"\[")):
        read_library(folder)


def test_a_missing_pack_is_said(tmp_path):
    with pytest.raises(BrokenPack, match="systems.yaml: No such file"):
        read_library(tmp_path)


def test_check_reads_the_packs(monkeypatch):
    assert packs_are_whole(None) == []

    def broken():
        raise BrokenPack("systems.yaml, line 4: rounding")

    monkeypatch.setattr("preceptor.accreditation.checks.library", broken)
    (error,) = packs_are_whole(None)
    assert "systems.yaml, line 4" in error.msg
