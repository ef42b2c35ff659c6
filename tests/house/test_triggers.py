"""The database's own word, after all migrations and on the engine of this run: SQLite forgets a table's triggers whenever a migration makes the table anew."""

from itertools import chain

import pytest
from django.db import connection

ALWAYS = ("delete", "update")
FROM_NOW_ON = ("delete", "insert", "update")
# Only ever added to, or kept as they were frozen.
KEPT = {
    "accounts": "identitylink professionchange professionreview",
    "assessment": "attempt attemptgrant",
    "catalog": "edition frozenfragment",
    "compliance": "acknowledgement alert contentreview correctionnotice publication stagechange",
    "content": "caseanswer printable",
    "credit": "award certificatefile certificateletter credentialfile lateclaim ledgerline ledgerseal personalpart reportmark",
    "disclosure": "disclosure financialrelationship reconciliation supportexpense",
    "journey": "frontmatterseen stepline",
    "logbook": "entry",
    "records": "doubledaward erasurerequest",
}
# Parts of what is published: nothing comes to it later either.
CLOSED = {
    "assessment": "answer item",
    "catalog": "citation creditoffer objective partner roleholder",
    "content": "decision mediafile part",
    "disclosure": "commercialsupport exclusion relevance",
    "evaluation": "evaluationform",
}
# An event and a promise go together with their letter and their person; a name is not let go of before its years are over.
OTHERS = {("mail_letterevent", "update"), ("evaluation_commitment", "update"), ("credit_ledgerline", "insert", "retention")}
SQL = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT relname, tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT tgisinternal AND tgenabled = 'O' AND nspname = current_schema()"
    ),
}


def expected() -> set[tuple[str, str, str]]:
    """Table, deed, and the name of the trigger that refuses it."""
    plain = chain(
        ((f"{room}_{name}", deed) for room, names in KEPT.items() for name in names.split() for deed in ALWAYS),
        ((f"{room}_{name}", deed) for room, names in CLOSED.items() for name in names.split() for deed in FROM_NOW_ON),
        OTHERS,
    )
    return {(table, deed, f"keep_{table}_{label[0] if label else deed}") for table, deed, *label in plain}


@pytest.mark.django_db
def test_every_guard_is_there_after_all_migrations() -> None:
    """No more either: who adds a guard names it here, and who takes one away has to say so."""
    with connection.cursor() as cursor:
        cursor.execute(SQL[connection.vendor])
        rows = cursor.fetchall()
    there = set()
    for table, name, sql in rows:
        deed = sql.upper().split(" BEFORE ")[1].split()[0].lower()
        there.add((table, deed, name))
    assert sorted(expected() - there) == []
    assert sorted(there - expected()) == []
