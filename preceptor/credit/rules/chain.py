"""Verifying the ledger: what can be wrong with it, and how it is found. Takes rows, yields flaws; plain Python, one row at a time.

Rows come as tuples, in the forms that `rules.ledger.plain_value` gives, since a ledger is read by the million.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from preceptor.credit.rules.ledger import AWARD_COLUMNS, GENESIS, LINE_COLUMNS, hash_of

NUMBER, PREVIOUS = LINE_COLUMNS.index("number"), LINE_COLUMNS.index("previous")
AWARD_ID, SERIAL = len(LINE_COLUMNS) + AWARD_COLUMNS.index("id"), len(LINE_COLUMNS) + AWARD_COLUMNS.index("serial")


class Source(Enum):
    """Where a seal was found."""

    DATABASE = "in the database"
    OUTSIDE = "outside of the database"


class Sealed(Protocol):
    """What the chain is held against: a seal."""

    @property
    def number(self) -> int:
        """Of the line that was sealed."""

    @property
    def hash(self) -> str:
        """Of that line, then."""

    @property
    def day(self) -> str:
        """When, for people."""


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: `code` is explained in docs/rules/credit.md; number of the ledger's line, serial of the certificate, where known."""

    code: str
    message: str
    number: int | None = None
    serial: str = ""


@dataclass
class Figures:
    """What was checked. `amounts` are of what stands, per credit system."""

    lines: int = 0
    awards: int = 0
    parts: int = 0
    standing: int = 0
    files: int = 0
    head: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


@dataclass
class _Link:
    """The line before, as it stands there, and as its contents say."""

    number: int = 0
    stored: str = GENESIS
    computed: str = GENESIS


def check_chain(
    rows: Iterable[Sequence[Any]], head: tuple[int, str] | None, seals: Sequence[tuple[Source, Sealed]], figures: Figures
) -> Iterator[Flaw]:
    """Lines in order of their numbers, each (hash, award's key, values of LINE_COLUMNS and AWARD_COLUMNS), against one another, the head and the seals.

    Finds a line or award that was altered, lines that are missing, doubled or inserted, a tail that was cut, and a chain that was made anew.
    """
    due = deque(sorted(seals, key=lambda pair: pair[1].number))
    next_seal = due[0][1].number if due else 0
    last, told = _Link(), set[Source]()
    for row in rows:
        stored, values = row[0], row[2:]
        number, computed = values[NUMBER], _computed(values)
        if not (computed == stored and values[PREVIOUS] == last.stored and number == last.number + 1):
            yield from _line_flaws(last, row[1], stored, computed, values)
        if next_seal and number >= next_seal:
            yield from _seal_flaws(due, number, stored, values[SERIAL], told)
            next_seal = due[0][1].number if due else 0
        last.number, last.stored, last.computed = number, stored, computed
        figures.lines += 1
    figures.head = last.number
    yield from _end_flaws(last, head, due)


def _computed(values: Sequence[Any]) -> str:
    """The hash of the values; "" for what no line of ours ever held (SQLite keeps bytes in a column of texts)."""
    try:
        return hash_of(values)
    except (TypeError, UnicodeEncodeError):
        return ""


def _line_flaws(last: _Link, award: int, stored: str, computed: str, values: Sequence[Any]) -> Iterator[Flaw]:
    number, serial = values[NUMBER], values[SERIAL] or ""
    here = f"Line {number}" + (f" (certificate {serial})" if serial else "")
    if number < 1:
        yield Flaw("ledger.inserted", f"{here} was inserted: the ledger begins at line 1.", number, serial)
    elif number == last.number:
        yield Flaw("ledger.doubled", f"{here}: this number stands there twice. One of the two was inserted.", number, serial)
    elif number > last.number + 1:
        what = f"Line {number - 1} is" if number == last.number + 2 else f"Lines {last.number + 1} to {number - 1} are"
        yield Flaw("ledger.gap", f"{what} missing: {here[:1].lower()}{here[1:]} comes next.", last.number + 1)
    elif values[PREVIOUS] not in (last.stored, last.computed):
        before = f"line {last.number}" if last.number else "the beginning"
        sentence = f"{here} does not follow {before}: one of the two was put there or altered later, and its own hash made anew."
        yield Flaw("ledger.link", sentence, number, serial)
    if values[AWARD_ID] is None:
        yield Flaw("ledger.no_award", f"{here} is about an award that is not there any more (key {award}).", number)
    elif computed != stored:
        sentence = f"{here} is not what was written: a column of the line or of its award was altered."
        yield Flaw("ledger.altered", sentence, number, serial)


def _seal_flaws(due: "deque[tuple[Source, Sealed]]", number: int, stored: str, serial: str | None, told: set[Source]) -> Iterator[Flaw]:
    """Seals up to this line. Once a seal does not fit, none after it does: the first of each source is told."""
    while due and due[0][1].number <= number:
        source, seal = due.popleft()
        if seal.number == number and seal.hash != stored and source not in told:
            told.add(source)
            sentence = (
                f"Line {number} has another hash than on {seal.day}, when it was sealed (seal {source.value}):"
                " a line up to here was altered, put in or taken out, and the chain made anew from there."
            )
            yield Flaw("ledger.rehashed", sentence, number, serial or "")


def _end_flaws(last: _Link, head: tuple[int, str] | None, due: "deque[tuple[Source, Sealed]]") -> Iterator[Flaw]:
    if head is None:
        if last.number:
            yield Flaw("ledger.head", f"The ledger's head is missing; its last line is {last.number}.", last.number)
    elif head[0] > last.number:
        yield Flaw("ledger.tail", f"{_missing(last.number, head[0])}: the ledger's head is at line {head[0]}.", last.number + 1)
    elif head[0] < last.number:
        sentence = (
            f"The ledger goes on to line {last.number}, but its head is at line {head[0]}: lines were put in, or the head was altered."
        )
        yield Flaw("ledger.head", sentence, head[0] + 1)
    elif head[1] not in (last.stored, last.computed):
        yield Flaw("ledger.head", f"The ledger's head has another hash than its last line, {last.number}.", last.number)
    if due:
        source, seal = due[-1]
        sentence = f"{_missing(last.number, seal.number)}: line {seal.number} was sealed on {seal.day} (seal {source.value})."
        yield Flaw("ledger.tail", f"{sentence} The tail was cut off, or a backup restored that is older.", last.number + 1)


def _missing(last: int, first_known: int) -> str:
    ends = f"The ledger ends at line {last}" if last else "The ledger is empty"
    return (
        f"{ends}, and line {first_known} is missing"
        if first_known == last + 1
        else f"{ends}, and lines {last + 1} to {first_known} are missing"
    )
