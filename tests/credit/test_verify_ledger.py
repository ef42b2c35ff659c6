"""Whatever is done to the ledger behind the house's back is found, and the row is named. On both databases."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from preceptor.credit.actions import seal_ledger
from preceptor.credit.adapters import credential_keys
from preceptor.credit.adapters.seal_files import add_seals
from preceptor.credit.models import Award, CertificateFile, LedgerLine, LedgerSeal, PersonalPart
from preceptor.credit.queries import kept_seals
from preceptor.credit.rules import AWARD_COLUMNS, LINE_COLUMNS
from preceptor.kernel.hashing import sha256_of
from tests.credit.conftest import NOW, House
from tests.credit.ledgers import KEPT, flaws, rehash, reseal, run, small_ledger, tampering

OTHER = "'" + "ab" * 32 + "'"
LINE_CHANGES = {
    "kind": "'erasure'", "at": "'2026-01-01 00:00:00'", "by": "'system'", "reason": "'Something else.'", "commitments": "'{}'", "erased": "'name'",
    "previous": OTHER, "hash": OTHER,
}  # fmt: skip
AWARD_CHANGES = {
    "uuid": "'00000000000000000000000000000001'", "serial": "'0000000000000000A'", "participation_id": "999", "user_id": "999", "activity_id": "999",
    "edition_id": "999", "system": "'ancc'", "slot": "'abim'", "amount": "0.25", "completed_on": "'2026-01-01'", "claimed_at": "'2026-01-01 00:00:00'",
    "frozen_sha256": OTHER, "supersedes_id": "id", "request_key": "'another'", "status_index": "1000000",
}  # fmt: skip


@pytest.fixture
def ledger(house: House, settings: object, tmp_path: Path) -> dict[str, Award]:
    """The small ledger, with its seals in a file of its own."""
    settings.LEDGER_SEALS_FILE = str(tmp_path / "seals.jsonl")  # type: ignore[attr-defined]
    awards = small_ledger(house)
    assert flaws() == []
    return awards


def told() -> set[tuple[str, int | None]]:
    """Codes and numbers of everything that is wrong."""
    return {(flaw.code, flaw.number) for flaw in flaws()}


def test_the_tables_of_this_test_are_those_that_are_hashed() -> None:
    assert {*LINE_CHANGES, "number"} == {*LINE_COLUMNS, "hash"} and {*AWARD_CHANGES, "id"} == set(AWARD_COLUMNS)


@pytest.mark.parametrize("column", LINE_CHANGES)
def test_any_altered_column_of_a_line_is_named(ledger: dict[str, Award], column: str) -> None:
    with tampering():
        run(f'UPDATE credit_ledgerline SET "{column}" = {LINE_CHANGES[column]} WHERE number = 5')
        found = flaws()
    altered = [flaw for flaw in found if flaw.code == "ledger.altered"]
    assert [flaw.number for flaw in altered] == [5]
    assert altered[0].serial == ledger["reversed"].serial and "Line 5" in altered[0].message and altered[0].serial in altered[0].message


@pytest.mark.parametrize("column", AWARD_CHANGES)
def test_any_altered_column_of_an_award_is_named(ledger: dict[str, Award], column: str) -> None:
    with tampering():
        run(f'UPDATE credit_award SET "{column}" = {AWARD_CHANGES[column]} WHERE id = {ledger["plain"].pk}')
        found = flaws()
    assert {flaw.number for flaw in found if flaw.code == "ledger.altered"} == {1}
    # Every line of an award covers it: one that was taken back and reinstated is named three times.
    with tampering():
        run(f'UPDATE credit_award SET "{column}" = {AWARD_CHANGES[column]} WHERE id = {ledger["reinstated"].pk}')
        assert {flaw.number for flaw in flaws() if flaw.code == "ledger.altered"} == {6, 7, 8}


def _part(ledger: dict[str, Award], name: str, kind: str = "name") -> str:
    return f"award_id = {ledger[name].pk} AND kind = '{kind}'"


Tamper = Callable[[dict[str, Award]], None]
CASES: dict[str, tuple[Tamper, set[tuple[str, int | None]]]] = {
    "an amount that rounds to the same": (
        lambda ledger: run(f"UPDATE credit_award SET amount = 0.7501 WHERE id = {ledger['plain'].pk}"),
        {("ledger.altered", 1)} if connection.vendor == "sqlite" else set(),
    ),
    "frozen words": (
        lambda ledger: run(f"UPDATE credit_award SET frozen = replace(frozen, 'breast', 'lung') WHERE id = {ledger['plain'].pk}"),
        {("award.frozen", 1)},
    ),
    "frozen words with their digest": (
        lambda ledger: run(
            f"UPDATE credit_award SET frozen = '{{}}', frozen_sha256 = '{sha256_of('{}')}' WHERE id = {ledger['plain'].pk}"
        ),
        {("ledger.altered", 1)},
    ),
    "a name": (
        lambda ledger: run(f"UPDATE credit_personalpart SET data = replace(data, 'Riley', 'Robin') WHERE {_part(ledger, 'reversed')}"),
        {("part.altered", 4)},
    ),
    "a salt": (
        lambda ledger: run(f"UPDATE credit_personalpart SET salt = 'x' WHERE {_part(ledger, 'plain', 'identifiers')}"),
        {("part.altered", 1)},
    ),
    "a personal part that is missing": (
        lambda ledger: run(f"DELETE FROM credit_personalpart WHERE {_part(ledger, 'plain')}"),
        {("part.missing", 1)},
    ),
    "a personal part too many": (
        lambda ledger: run(
            f"INSERT INTO credit_personalpart (award_id, kind, salt, data) VALUES ({ledger['plain'].pk}, 'other', '', '{{}}')"
        ),
        {("part.extra", 1)},
    ),
    "a personal part of nobody": (
        lambda ledger: run("INSERT INTO credit_personalpart (award_id, kind, salt, data) VALUES (999999, 'name', '', '{}')"),
        {("part.orphan", None)},
    ),
    "an erased part with other words": (
        lambda ledger: run(
            f"INSERT INTO credit_personalpart (award_id, kind, salt, data) VALUES ({ledger['erased'].pk}, 'name', '', '{{}}')"
        ),
        {("part.altered", 9)},
    ),
    "a missing line": (lambda ledger: run("DELETE FROM credit_ledgerline WHERE number = 5"), {("ledger.gap", 5), ("standing.differs", 4)}),
    "missing lines": (
        lambda ledger: run("DELETE FROM credit_ledgerline WHERE number IN (7, 8)"),
        {("ledger.gap", 7)},
    ),
    "a line taken out and the rest moved up": (
        lambda ledger: run(
            "DELETE FROM credit_ledgerline WHERE number = 5", *(f"UPDATE credit_ledgerline SET number = {n - 1} WHERE number = {n}" for n in range(6, 11))
        ),
        {("ledger.link", 5), *(("ledger.altered", n) for n in range(5, 10)), ("ledger.tail", 10), ("ledger.rehashed", 6), ("standing.differs", 4)},
    ),
    "an award with its line and all": (
        lambda ledger: run(
            f"DELETE FROM credit_standing WHERE award_id = {ledger['plain'].pk}", f"DELETE FROM credit_personalpart WHERE award_id = {ledger['plain'].pk}",
            "DELETE FROM credit_ledgerline WHERE number = 1", f"DELETE FROM credit_award WHERE id = {ledger['plain'].pk}",
        ),
        {("ledger.gap", 1)},
    ),
    "an award's row": (
        lambda ledger: run(f"DELETE FROM credit_award WHERE id = {ledger['plain'].pk}"),
        {("ledger.no_award", 1), ("part.orphan", None), ("standing.differs", None)},
    ),
    "a cut tail": (
        lambda ledger: run("DELETE FROM credit_ledgerline WHERE number > 8"),
        {("ledger.tail", 9), ("award.no_line", None), ("standing.differs", None)},
    ),
    "a missing head": (lambda ledger: run("DELETE FROM credit_ledgerhead"), {("ledger.head", 10)}),
    "a head set back": (lambda ledger: run("UPDATE credit_ledgerhead SET number = 9"), {("ledger.head", 10)}),
    "a head with another hash": (lambda ledger: run(f"UPDATE credit_ledgerhead SET hash = {OTHER}"), {("ledger.head", 10)}),
    "an altered seal": (lambda ledger: run("UPDATE credit_ledgerseal SET signature = replace(signature, 'a', 'b') WHERE number = 6"), {("seal.signature", 6)}),
    "a seal that is no hex": (lambda ledger: run("UPDATE credit_ledgerseal SET signature = 'x' WHERE number = 6"), {("seal.signature", 6)}),
    "a seal moved in time": (lambda ledger: run("UPDATE credit_ledgerseal SET at = '2026-01-01 00:00:00' WHERE number = 6"), {("seal.signature", 6)}),
    "a seal by another key": (
        lambda ledger: run("UPDATE credit_ledgerseal SET key_id = 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' WHERE number = 6"),
        {("seal.key", 6)},
    ),
    "a seal taken away": (lambda ledger: run("DELETE FROM credit_ledgerseal WHERE number = 6"), {("seal.missing", 6)}),
    "what stands, taken away": (
        lambda ledger: run(f"DELETE FROM credit_standing WHERE award_id = {ledger['plain'].pk}"),
        {("standing.differs", 1)},
    ),
    "what was taken back, standing": (
        lambda ledger: run(
            "INSERT INTO credit_standing (user_id, activity_id, system, participation_id, slot, award_id) SELECT user_id, activity_id, system,"
            f" participation_id, slot, id FROM credit_award WHERE id = {ledger['reversed'].pk}"
        ),
        {("standing.differs", 4)},
    ),
    "what was corrected, standing in its correction's place": (
        lambda ledger: run(f"UPDATE credit_standing SET award_id = {ledger['corrected'].pk} WHERE award_id = {ledger['correction'].pk}"),
        {("standing.differs", 2), ("standing.differs", 3)},
    ),
    "another person's": (
        lambda ledger: run(f"UPDATE credit_standing SET user_id = {ledger['reversed'].user_id} WHERE award_id = {ledger['plain'].pk}"),
        {("standing.differs", 1)},
    ),
    "another credit's": (
        lambda ledger: run(f"UPDATE credit_standing SET system = 'ancc' WHERE award_id = {ledger['plain'].pk}"),
        {("standing.differs", 1)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_tampering_is_found_and_named(ledger: dict[str, Award], case: str) -> None:
    tamper, expected = CASES[case]
    with tampering():
        tamper(ledger)
        assert told() == expected
    assert flaws() == []


def test_an_award_that_was_put_in_has_no_line(ledger: dict[str, Award]) -> None:
    columns = ", ".join(name for name in (*AWARD_COLUMNS, "frozen") if name not in {"id", "uuid", "serial", "request_key", "status_index"})
    with tampering():
        run(
            f"INSERT INTO credit_award (uuid, serial, request_key, status_index, {columns}) SELECT '00000000000000000000000000000002',"
            f" '0000000000000000A', '', 999999, {columns} FROM credit_award WHERE id = {ledger['plain'].pk}"
        )
        assert [(flaw.code, flaw.serial) for flaw in flaws()] == [("award.no_line", "0000000000000000A")]


def _insert_line(ledger: dict[str, Award], number: int, kind: str = "reversal") -> None:
    run(
        "INSERT INTO credit_ledgerline (number, kind, award_id, at, by, reason, commitments, erased, previous, hash)"
        f" SELECT {number}, '{kind}', award_id, at, 'system', 'x', commitments, '', {OTHER}, {OTHER} FROM credit_ledgerline WHERE number = 1"
    )


def test_a_line_put_in_is_found(ledger: dict[str, Award]) -> None:
    with tampering():
        run(*(f"UPDATE credit_ledgerline SET number = {n + 1} WHERE number = {n}" for n in range(10, 4, -1)))
        _insert_line(ledger, 5)
        found = told()
        assert {("ledger.link", 5), ("ledger.altered", 5), ("ledger.altered", 6), ("ledger.rehashed", 6)} <= found
        # With every hash made anew, what was sealed tells; and what the line says does not fit what stands.
        rehash()
        assert told() == {("ledger.rehashed", 6), ("standing.differs", 1)}


def test_a_line_put_in_at_the_end_is_found(ledger: dict[str, Award]) -> None:
    with tampering():
        _insert_line(ledger, 11)
        assert told() == {("ledger.link", 11), ("ledger.altered", 11), ("ledger.head", 11), ("standing.differs", 1)}
        rehash(with_head=False)
        assert told() == {("ledger.head", 11), ("standing.differs", 1)}


def test_a_history_that_cannot_be_is_found(ledger: dict[str, Award]) -> None:
    with tampering():
        _insert_line(ledger, 11, "reinstatement")
        rehash()
        assert told() == {("ledger.history", 1)}


def test_a_cut_tail_is_found_with_its_head_set_back(ledger: dict[str, Award]) -> None:
    with tampering():
        for table in ("standing", "personalpart"):
            run(f"DELETE FROM credit_{table} WHERE award_id = {ledger['erased'].pk}")
        run("DELETE FROM credit_ledgerline WHERE number > 8", f"DELETE FROM credit_award WHERE id = {ledger['erased'].pk}")
        run(f"UPDATE credit_ledgerhead SET number = 8, hash = '{LedgerLine.objects.get(number=8).hash}'")
        assert told() == {("ledger.tail", 9)}
        # And with the seal taken out of the database, the file still knows.
        run("DELETE FROM credit_ledgerseal WHERE number = 10")
        assert told() == {("ledger.tail", 9), ("seal.missing", 10)}
        assert flaws(seals=[]) == []


def test_a_chain_made_anew_is_found_by_the_seals(ledger: dict[str, Award]) -> None:
    with tampering():
        run("UPDATE credit_ledgerline SET reason = 'It was taken back in error.' WHERE number = 5")
        rehash()
        found = [flaw for flaw in flaws() if flaw.code == "ledger.rehashed"]
        assert told() == {("ledger.rehashed", 6)} and len(found) == 2
        assert any("in the database" in flaw.message for flaw in found) and any("outside of the database" in flaw.message for flaw in found)
        # Whoever has the house's key signs the seals anew too; the file outside has the last word.
        reseal()
        assert [flaw.code for flaw in flaws(seals=[])] == []
        assert told() == {("ledger.rehashed", 6)}


def test_an_altered_certificate_is_found(ledger: dict[str, Award]) -> None:
    CertificateFile.objects.create(award=ledger["plain"], data=b"%PDF-1.7 sample", sha256=sha256_of(b"%PDF-1.7 sample"), made_at=NOW)
    assert flaws() == []
    with tampering():
        new = "x'255044'" if connection.vendor == "sqlite" else "'\\x255044'"
        run(f"UPDATE credit_certificatefile SET data = {new}")
        assert [(flaw.code, flaw.serial) for flaw in flaws()] == [("file.altered", ledger["plain"].serial)]
        assert flaws(with_files=False) == []


def test_an_erased_part_that_is_there_is_found(house: House, ledger: dict[str, Award]) -> None:
    with tampering():
        values = PersonalPart.objects.get(award=ledger["plain"], kind="name")
        number, previous = 11, LedgerLine.objects.get(number=10).hash
        run(
            "INSERT INTO credit_ledgerline (number, kind, award_id, at, by, reason, commitments, erased, previous, hash) SELECT"
            f" {number}, 'erasure', {values.award_id}, at, 'system', '', commitments, 'name', '{previous}', {OTHER} FROM credit_ledgerline WHERE number = 1"
        )
        rehash()
        assert told() == {("part.not_erased", 1)}


# --- the databases' own word ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", KEPT)
def test_the_database_refuses_to_change_or_delete(ledger: dict[str, Award], table: str) -> None:
    CertificateFile.objects.create(award=ledger["plain"], data=b"x", sha256=sha256_of(b"x"), made_at=NOW)
    made = {
        "credit_lateclaim": f"(uuid, participation_id, at, system, amount, reasons) SELECT uuid, participation_id, claimed_at, system, amount, '[]' FROM credit_award WHERE id = {ledger['plain'].pk}",
        "credit_reportmark": f"(award_id, receiver, at, by, note) SELECT id, 'x', claimed_at, 'x', '' FROM credit_award WHERE id = {ledger['plain'].pk}",
        "credit_credentialfile": f"(award_id, document, jwt, key_id, made_at) SELECT id, '', '', '', claimed_at FROM credit_award WHERE id = {ledger['plain'].pk}",
    }
    if table in made:
        run(f"INSERT INTO {table} {made[table]}")
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match=rf"{table} (is append-only|does not change|goes with a line of erasure only)"),
            transaction.atomic(),
        ):
            run(statement)


# --- the command ----------------------------------------------------------------------------------------------------------------------------


def command(*arguments: str) -> tuple[int, str, str]:
    """Exit status and what was said."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_says_what_it_checked(ledger: dict[str, Award]) -> None:
    status, out, err = command()
    assert (status, err) == (0, "")
    assert "10 lines up to number 10, 6 awards, 11 personal parts, 0 PDFs of certificates" in out
    assert "4 awards stand: ama_pra_1 2.75" in out
    assert "2 seals in the database, 2 outside" in out and credential_keys.proof_key_id() in out and "Verified: nothing is wrong." in out
    assert command("--quiet") == (0, "", "")


class Terminal(io.StringIO):
    """A place where somebody looks on."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_command_says_how_far_it_is(ledger: dict[str, Award]) -> None:
    seen, quiet = Terminal(), Terminal()
    call_command("verify_ledger", stdout=io.StringIO(), stderr=seen)
    call_command("verify_ledger", "--quiet", stdout=io.StringIO(), stderr=quiet)
    assert "lines  ██████████████████████████████ 10 of 10" in seen.getvalue() and "awards" in seen.getvalue()
    assert quiet.getvalue() == ""


def test_the_command_ends_with_one_and_names_the_row(ledger: dict[str, Award]) -> None:
    with tampering():
        run("UPDATE credit_ledgerline SET reason = 'x' WHERE number = 5")
        status, out, err = command("--quiet")
    assert status == 1 and out == (
        f"ledger.altered: Line 5 (certificate {ledger['reversed'].serial}) is not what was written: a column of the line or of its award was altered.\n"
    )
    assert "NOT VERIFIED: 1 thing is wrong" in err


def test_a_letters_attachment_is_as_good_as_the_file(ledger: dict[str, Award], tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    add_seals(letter, kept_seals()[-1:])
    letter.write_text(f"Please keep this letter.\n\n{letter.read_text()}\n{{not a seal\n")
    status, out, _ = command("--seals", str(letter))
    assert status == 0 and "2 seals in the database, 1 outside" in out and "1 lines there could not be read" in out
    with tampering():
        run("UPDATE credit_ledgerline SET reason = 'x' WHERE number = 5")
        rehash()
        reseal()
        status, out, _ = command("--seals", str(letter))
    assert status == 1 and "ledger.rehashed: Line 10" in out


def test_a_file_that_is_not_there_is_one_sentence(ledger: dict[str, Award], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be read"):
        command("--seals", str(tmp_path / "nothing"))


def _cut(file: Path) -> None:
    file.write_text(file.read_text().split("\n", 1)[1])


def _garble(file: Path) -> None:
    file.write_text(file.read_text().replace('"signature"', '"sig', 1))


@pytest.mark.parametrize("spoil", [Path.unlink, _cut, _garble, lambda file: file.write_text("")])
def test_the_houses_own_file_of_seals_that_lost_some_is_told(
    ledger: dict[str, Award], tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "seals.jsonl")
    with time_machine.travel(NOW + timedelta(hours=4), tick=False):
        assert command("--quiet")[0] == 0, "the file may be as late as an hour, and a little"
    with time_machine.travel(NOW + timedelta(hours=6), tick=False):
        status, out, _ = command("--quiet")
        assert status == 1 and out.startswith("seal.not_outside: The seal at line 6 is in the database, and not in the file outside of it")
        seal_ledger(at=NOW + timedelta(hours=6))
        assert command("--quiet") == (0, "", ""), "the next hour's job makes up for it"


def test_a_forged_seal_outside_is_told(ledger: dict[str, Award], tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    values = json.loads(Path(tmp_path / "seals.jsonl").read_text().splitlines()[0]) | {"hash": "ab" * 32}
    forged.write_text(json.dumps(values))
    assert [(flaw.code, flaw.number) for flaw in flaws([forged])] == [("seal.signature", 6), ("ledger.rehashed", 6)]


def test_seals_of_a_retired_key_still_fit(ledger: dict[str, Award]) -> None:
    before = LedgerSeal.objects.first()
    credential_keys.rotate(credential_keys.PROOFS)
    assert before and before.key_id != credential_keys.proof_key_id() and flaws() == []
