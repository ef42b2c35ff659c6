"""A house that had awards before there was a ledger keeps every one of them, word for word, and its chain verifies. On both databases."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from preceptor.credit.models import Award, LedgerHead, LedgerLine, Standing
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.serials import new_serial
from preceptor.kernel.triggers import drop_sql
from tests.credit.conftest import NOW, House
from tests.credit.ledgers import flaws, run

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("credit", "0002_keep_the_awards")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Take the database to these migrations: the models as they were there."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def back_then() -> Iterator[Any]:
    """The models of the day before the ledger; the database is taken to today again, whatever happens."""
    latest = list(MigrationExecutor(connection).loader.graph.leaf_nodes())
    yield lambda: migrate(BEFORE)
    for table in ("credit_award", "credit_certificatefile"):
        for operation in ("UPDATE", "DELETE"):
            run(*drop_sql(connection.vendor, table, operation))
    MigrationExecutor(connection).migrate(latest)
    if connection.vendor == "sqlite":
        _empty()


def _empty() -> None:
    """SQLite knows no TRUNCATE, so its triggers would refuse what the test framework does after a test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    run(*(f'DROP TRIGGER "{name}"' for name, _ in triggers))
    call_command("flush", interactive=False, verbosity=0)
    run(*(sql for _, sql in triggers))


def old_payload(serial: str, number: int, system: str, amount: str) -> dict[str, Any]:
    """What was frozen in version 1, with names that ask for care."""
    name = ["Zoë O'Brien", "Nguyễn Thị Ánh", 'Quo"te \\ Slash', "محمد علي"][number % 4]
    return {
        "version": 1, "serial": serial, "verify_url": f"https://sample.example/verify/{serial}/", "printed_name": f"{name}, MD", "name": name,
        "credentials": "MD", "profession": "physician", "profession_label": "Physician", "title": "Café\u2028 & more", "activity": "a", "edition": 1,
        "activity_number": "", "format": "enduring_material", "format_label": "Enduring material", "format_statement": "enduring material",
        "provider": {"name": "Elm", "address": "1 Main", "email": "e@example.org", "phone": ""}, "completed_on": "2026-11-01",
        "claimed_at": NOW.isoformat(), "system": system, "system_label": "x", "is_credit": True, "amount": amount, "unit": "x", "unit_one": "x",
        "unit_many": "xs", "certificate_title": "Certificate of Credit", "offer_number": "", "offer_number_label": "Approval number",
        "sub_amounts": [["a", "0.25"]], "statements": {"accreditation": ["s"], "designation": "d", "designated": "e"},
        "identifiers": {"npi": "123"} if number % 2 else {}, "is_sample": False,
    }  # fmt: skip


def test_every_award_becomes_a_line_and_keeps_every_word(make_house: Callable[..., House], back_then: Callable[[], Any]) -> None:
    house = make_house("Elm Street Medical Education", is_sample=False)
    participations = [house.participation(house.learner(), house.edition(f"activity-{n}")) for n in range(8)]
    Old = back_then().get_model("credit", "Award")
    before: dict[str, tuple[dict[str, Any], uuid.UUID, Any]] = {}
    for number, participation in enumerate(participations):
        system, amount = ("ama_pra_1", "0.75") if number % 2 else ("ancc", "0.50")
        serial = new_serial()
        payload = old_payload(serial, number, system, amount)
        at = NOW + timedelta(seconds=number, microseconds=-number)
        row = Old.objects.create(
            serial=serial, participation_id=participation.pk, user_id=participation.user_id, activity_id=participation.edition.activity_id,
            edition_id=participation.edition_id, system=system, amount=Decimal(amount), completed_on=date(2026, 11, 1), claimed_at=at,
            payload=payload, payload_sha256=sha256_of(payload),
        )  # fmt: skip
        before[serial] = (payload, row.uuid, at)
    with pytest.raises(DatabaseError):
        Old.objects.update(amount=Decimal("1.00"))
    migrate([("credit", "0005_keep_the_ledger")])
    assert Award.objects.count() == LedgerLine.objects.count() == Standing.objects.count() == LedgerHead.objects.get().number == 8
    for award in Award.objects.all():
        payload, unique, at = before.pop(award.serial)
        assert award.payload == payload and sha256_of(award.payload) == sha256_of(payload)
        assert (award.uuid, award.claimed_at, award.standing.slot) == (unique, at, "credit")
    assert not before and flaws([]) == []
    assert list(LedgerLine.objects.values_list("number", "award__pk")) == list(
        enumerate(Award.objects.order_by("pk").values_list("pk", flat=True), 1)
    )
