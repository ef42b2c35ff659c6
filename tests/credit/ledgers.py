"""A small ledger in which everything happened once, and ways to tamper with it that the house itself has none for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction

from preceptor.credit.actions import append_line, claim_credit, correct_award, reinstate_award, reverse_award, seal_ledger
from preceptor.credit.adapters.credential_keys import sign_bytes
from preceptor.credit.models import Award, LedgerHead, LedgerLine, LedgerSeal, PersonalPart
from preceptor.credit.queries import LedgerCheck, default_seal_files, line_rows, verify_ledger
from preceptor.credit.rules import (
    GENESIS,
    REINSTATEMENT_REASONS,
    REVERSAL_REASONS,
    STAFF_REASONS,
    Flaw,
    LineKind,
    PartKind,
    hash_of,
    seal_bytes,
    seal_time,
)
from preceptor.kernel.triggers import drop_sql
from tests.credit.conftest import NOW, House, claim_for

KEPT = [
    "credit_award", "credit_lateclaim", "credit_certificateletter", "credit_ledgerline", "credit_ledgerseal", "credit_reportmark",
    "credit_personalpart", "credit_certificatefile", "credit_credentialfile",
]  # fmt: skip


def flaws(seals: list[Path] | None = None, *, with_files: bool = True) -> list[Flaw]:
    """Everything that is wrong."""
    return list(verify_ledger(default_seal_files() if seals is None else seals, LedgerCheck(), with_files=with_files))


def run(*statements: str) -> None:
    """SQL, as somebody with a shell on the database."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def tampering() -> Iterator[None]:
    """A database whose triggers are dropped and whose foreign keys are not looked at, until the end of the block."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            run("SET CONSTRAINTS ALL IMMEDIATE")
        for table in KEPT:
            for operation in ("UPDATE", "DELETE"):
                run(*drop_sql(connection.vendor, table, operation))
        run(*drop_sql(connection.vendor, "credit_ledgerline", "INSERT", label="retention"))
        if connection.vendor == "postgresql":
            run("SET LOCAL session_replication_role = replica")
        yield
        transaction.set_rollback(True)
    if connection.vendor == "postgresql":
        run("SET LOCAL session_replication_role = origin")


def rehash(*, with_head: bool = True) -> None:
    """Make every hash anew, as somebody would who wants the chain to fit again."""
    previous = GENESIS
    for row in list(line_rows()):
        number = row[2]
        run(f"UPDATE credit_ledgerline SET previous = '{previous}' WHERE number = {number}")
        values = next(found for found in line_rows() if found[2] == number)[2:]
        previous = hash_of(values)
        run(f"UPDATE credit_ledgerline SET hash = '{previous}' WHERE number = {number}")
    if with_head:
        run(f"UPDATE credit_ledgerhead SET number = {row[2]}, hash = '{previous}'")


def reseal() -> None:
    """Sign the seals in the database anew over what stands there now, with the house's own key."""
    hashes = dict(LedgerLine.objects.values_list("number", "hash"))
    for seal in LedgerSeal.objects.all():
        if seal.number not in hashes:
            run(f"DELETE FROM credit_ledgerseal WHERE number = {seal.number}")
            continue
        _, signature = sign_bytes(seal_bytes(seal.number, hashes[seal.number], seal_time(seal.at)))
        run(f"UPDATE credit_ledgerseal SET hash = '{hashes[seal.number]}', signature = '{signature.hex()}' WHERE number = {seal.number}")


def small_ledger(house: House) -> dict[str, Award]:
    """Ten lines, sealed at 6 and 10.

    1 plain · 2 corrected by 3 · 4 reversed by 5 · 6 taken back by 7, reinstated by 8 · 9 whose name is erased by 10
    """
    edition, staff = house.edition(), house.learner(email="staff@sample.example")

    def claim() -> Award:
        return claim_credit(house.participation(house.learner(), edition), claim_for(), at=NOW, request_key="form")

    awards = {"plain": claim(), "corrected": claim()}
    awards["correction"] = correct_award(
        awards["corrected"], claim_for(amount="0.5"), by=staff, reason=STAFF_REASONS[2], at=NOW + timedelta(hours=1)
    )
    awards["reversed"] = claim()
    reverse_award(awards["reversed"], by=staff, reason=REVERSAL_REASONS[0], at=NOW + timedelta(hours=2))
    awards["reinstated"] = claim()
    seal_ledger(at=NOW + timedelta(hours=3))
    reverse_award(awards["reinstated"], by=staff, reason=REVERSAL_REASONS[0], at=NOW + timedelta(hours=4))
    reinstate_award(awards["reinstated"], by=staff, reason=REINSTATEMENT_REASONS[0], at=NOW + timedelta(hours=5))
    awards["erased"] = claim()
    append_line(LineKind.ERASURE, awards["erased"], by="system", at=NOW + timedelta(days=7 * 365), erased=PartKind.NAME)
    PersonalPart.objects.filter(award=awards["erased"], kind=PartKind.NAME).delete()
    seal_ledger(at=NOW + timedelta(days=7 * 365 + 2))
    assert LedgerHead.objects.get().number == LedgerLine.objects.count() == 10
    assert list(LedgerSeal.objects.order_by("number").values_list("number", flat=True)) == [6, 10]
    return awards
