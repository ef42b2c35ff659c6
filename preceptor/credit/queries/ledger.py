"""Reading the ledger by the million: raw rows in the forms in which they are hashed, streamed, of one moment."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from preceptor.accounts.models import User
from preceptor.accounts.queries import person_of
from preceptor.credit.adapters.credential_keys import PROOFS, published_keys, verify_bytes
from preceptor.credit.adapters.seal_files import read_seals
from preceptor.credit.models import LedgerHead, LedgerSeal
from preceptor.credit.rules import (
    AWARD_COLUMNS,
    LINE_COLUMNS,
    Figures,
    Flaw,
    Seal,
    Source,
    check_awards,
    check_chain,
    check_file,
    check_files,
    check_seals,
    seal_time,
)

CHUNK, FEW = 2000, 20
PASSES = ("lines", "awards", "files")
# How a column is written in the form of `rules.plain_value`; what is not listed is so already.
# On SQLite a plus sign hides the declared type of a column, and so keeps the text that stands there from being read as a time.
_SQLITE = {
    **dict.fromkeys(("at", "claimed_at", "completed_on"), "+{0}"),
    "amount": "CASE WHEN {0} = round({0}, 2) THEN printf('%.2f', {0}) ELSE 'not an amount: ' || {0} END",
}
_POSTGRES_TIME = "replace(to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '.000000', '')"
_POSTGRES = {
    "at": _POSTGRES_TIME,
    "claimed_at": _POSTGRES_TIME,
    "completed_on": "to_char({0}, 'YYYY-MM-DD')",
    "uuid": "replace({0}::text, '-', '')",
    "amount": "{0}::text",
}


@dataclass
class LedgerCheck:
    """What was checked, as it goes on: figures, seals by where they are, the files that were read, the keys that signed."""

    figures: Figures = field(default_factory=Figures)
    seals: list[tuple[Source, Seal]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    unreadable: int = 0

    @property
    def keys(self) -> list[str]:
        """The keys that signed the seals, each once, in the order in which they came."""
        return list(dict.fromkeys(seal.key_id for _, seal in sorted(self.seals, key=lambda pair: pair[1].number)))

    def count(self, source: Source) -> int:
        """How many seals there are of a source."""
        return sum(where is source for where, _ in self.seals)


Progress = Callable[[str, int, int], None]


def verify_ledger(
    seal_files: Sequence[Path],
    result: LedgerCheck,
    *,
    with_files: bool = True,
    whole_before: datetime | None = None,
    progress: Progress = lambda *_: None,
) -> Iterator[Flaw]:
    """Everything that is wrong with the ledger, as it is found; `result` fills while this is read.

    With `whole_before` the files of seals have to hold all that was sealed before then: so it is with the house's own file.
    `progress` is told the pass (one of PASSES), the rows so far and all of them, every few thousand rows. Memory does not grow with the ledger.
    """
    # The files first: a seal is in the database before it is in a file, so none can seem to be beyond what is read after.
    _read_outside(seal_files, result)
    with snapshot():
        result.seals += [(Source.DATABASE, seal) for seal in kept_seals()]
        if result.seals:
            known = {key.key_id for key in published_keys(PROOFS)}
            yield from check_seals(result.seals, _is_signed, known)
        if whole_before:
            yield from check_file(result.seals, seal_time(whole_before))
        head = LedgerHead.objects.values_list("number", "hash").first()
        total = head[0] if head else 0
        yield from check_chain(_told(line_rows(), "lines", total, progress), head, result.seals, result.figures)
        yield from check_awards(
            _told(_award_rows(), "awards", total, progress),
            lines=_rows("SELECT award_id, number, kind, erased, commitments FROM credit_ledgerline ORDER BY award_id, number"),
            parts=_rows("SELECT award_id, kind, salt, data FROM credit_personalpart ORDER BY award_id, kind"),
            standings=_rows("SELECT award_id, user_id, activity_id, system, participation_id, slot FROM credit_standing ORDER BY award_id"),
            successions=_rows(
                "SELECT a.supersedes_id, l.number FROM credit_award a JOIN credit_ledgerline l ON l.award_id = a.id AND l.kind = 'correction'"
                " WHERE a.supersedes_id IS NOT NULL ORDER BY a.supersedes_id, l.number"
            ),
            is_same_person=_is_same_person,
            figures=result.figures,
        )
        if with_files:
            yield from check_files(_told(_file_rows(), "files", _files(), progress, every=FEW), result.figures)


def line_rows() -> Iterator[tuple[Any, ...]]:
    """Lines by number: hash, award's key, the values that the hash is over. Inside of `snapshot`."""
    columns = [_plain("l", name) for name in LINE_COLUMNS] + [_plain("a", name) for name in AWARD_COLUMNS]
    return _rows(
        f"SELECT l.hash, l.award_id, {', '.join(columns)} FROM credit_ledgerline l LEFT JOIN credit_award a ON a.id = l.award_id"  # noqa: S608 - our own names
        " ORDER BY l.number, l.id"
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database, however long it is read; writers are not kept waiting."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def default_seal_files() -> list[Path]:
    """The house's own file of seals, if there is one."""
    return [path] if (path := Path(settings.LEDGER_SEALS_FILE)).exists() else []


def kept_seals(after: int = 0) -> list[Seal]:
    """The seals in the database beyond a line, in order."""
    return [
        Seal(row.number, row.hash, seal_time(row.at), row.key_id, row.signature)
        for row in LedgerSeal.objects.filter(number__gt=after).order_by("number")
    ]


def _read_outside(paths: Sequence[Path], result: LedgerCheck) -> None:
    for path in paths:
        seals, unreadable = read_seals(path)
        result.seals += [(Source.OUTSIDE, seal) for seal in seals]
        result.files.append(path)
        result.unreadable += unreadable


def _is_signed(seal: Seal) -> bool:
    try:
        return verify_bytes(seal.key_id, seal.signed, bytes.fromhex(seal.signature))
    except ValueError:
        return False


def _is_same_person(one: int, other: int) -> bool:
    """Are two accounts one person's? Asked only where they differ."""
    people = User.objects.in_bulk([one, other])
    return len(people) == 2 and person_of(people[one]) == person_of(people[other])


def _award_rows() -> Iterator[tuple[Any, ...]]:
    names = "id, serial, frozen, frozen_sha256, supersedes_id, {0}, user_id, activity_id, system, participation_id, slot"
    return _rows(f"SELECT {names.format(_plain('a', 'amount'))} FROM credit_award a ORDER BY id")  # noqa: S608 - our own names


def _file_rows() -> Iterator[tuple[Any, ...]]:
    return _rows(
        "SELECT a.serial, f.paper, f.sha256, f.data FROM credit_certificatefile f JOIN credit_award a ON a.id = f.award_id ORDER BY f.id",
        chunk=FEW,
    )


def _files() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM credit_certificatefile")
        return int(cursor.fetchone()[0])


def _plain(table: str, name: str) -> str:
    forms = _SQLITE if connection.vendor == "sqlite" else _POSTGRES
    return forms.get(name, "{0}").format(f'{table}."{name}"')


def _rows(sql: str, chunk: int = CHUNK) -> Iterator[tuple[Any, ...]]:
    """Rows as they come, a chunk at a time: by a cursor on the server where there is one."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(chunk):
            yield from rows


def _told(rows: Iterator[tuple[Any, ...]], name: str, total: int, progress: Progress, *, every: int = CHUNK) -> Iterator[tuple[Any, ...]]:
    """The same rows, with word of how far it is."""
    done = 0
    for done, row in enumerate(rows, 1):
        if done % every == 0:
            progress(name, done, max(done, total))
        yield row
    progress(name, done, done)
