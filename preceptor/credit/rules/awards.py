"""Verifying awards against their ledger: what each one says, whose it is, whether it stands. Takes rows, yields flaws; plain Python, one award at a time."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from math import inf
from typing import Any, NamedTuple

from preceptor.credit.rules.chain import Figures, Flaw
from preceptor.credit.rules.ledger import AwardState, LineKind, PartKind, commitment

FALLS = "falls"


class AwardRow(NamedTuple):
    """What is checked of an award's row, beside its hash. `standing_as`: user, activity, system, participation, slot, as a standing must have them."""

    award: int
    serial: str
    frozen: str
    frozen_sha256: str
    supersedes: int | None
    amount: str
    user: int
    activity: int
    system: str
    participation: int
    slot: str

    @property
    def standing_as(self) -> tuple[Any, ...]:
        """What its standing says but for the person."""
        return self[7:]


class LineRow(NamedTuple):
    """What is checked of a line, beside its hash and place."""

    award: int
    number: int
    kind: str
    erased: str
    commitments: str


class PartRow(NamedTuple):
    """A personal part."""

    award: int
    kind: str
    salt: str
    data: str


class StandingRow(NamedTuple):
    """An award that is said to stand."""

    award: int
    user: int
    activity: int
    system: str
    participation: int
    slot: str


class SuccessionRow(NamedTuple):
    """That an award was superseded by the line `number`."""

    award: int
    number: int


class _Beside:
    """A stream in order of awards' keys, handed out award by award. `orphans`: rows that belong to no award."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = iter(rows)
        self._row: Any = next(self._rows, None)
        self._award: float = self._row[0] if self._row is not None else inf
        self.orphans = 0
        self.first_orphan = 0

    def take(self, award: float) -> list[Any]:
        """The rows of this award."""
        found = []
        while self._award <= award:
            if self._award == award:
                found.append(self._row)
            else:
                self.first_orphan = self.first_orphan or int(self._award)
                self.orphans += 1
            self._row = next(self._rows, None)
            if self._row is None:
                self._award = inf
                break
            self._award = self._row[0]
        return found

    def end(self) -> None:
        """Count what is left over as orphans."""
        self.take(inf)


def check_awards(
    awards: Iterable[tuple[Any, ...]],
    *,
    lines: Iterable[tuple[Any, ...]],
    parts: Iterable[tuple[Any, ...]],
    standings: Iterable[tuple[Any, ...]],
    successions: Iterable[tuple[Any, ...]],
    is_same_person: Callable[[int, int], bool],
    figures: Figures,
) -> Iterator[Flaw]:
    """Every award with what belongs to it. All five come in the forms above, in order of the award's key, lines by their numbers too.

    Finds an award without a line, altered frozen words, personal parts that were altered, are missing or too many, and standings that differ from
    what the ledger says.
    """
    all_lines, all_parts, all_standings, all_successions = (_Beside(rows) for rows in (lines, parts, standings, successions))
    for row in awards:
        award = AwardRow._make(row)
        key = award.award
        own, beside, stands, falls = all_lines.take(key), all_parts.take(key), all_standings.take(key), all_successions.take(key)
        figures.awards += 1
        figures.parts += len(beside)
        number = own[0][1] if own else None
        if not own:
            yield Flaw("award.no_line", f"Certificate {award.serial} has no line in the ledger: its row was inserted.", None, award.serial)
        for code, sentence in _award_flaws(award, own, beside, stands, falls, is_same_person, figures):
            yield Flaw(code, f"Certificate {award.serial}{f' (line {number})' if number else ''}: {sentence}", number, award.serial)
    for rows, code, what in (
        (all_parts, "part.orphan", "personal parts"),
        (all_standings, "standing.differs", "rows of what stands"),
    ):
        rows.end()
        if rows.orphans:
            yield Flaw(code, f"{rows.orphans} {what} belong to no award that is there (the first to key {rows.first_orphan}).")


def _award_flaws(
    award: AwardRow,
    lines: list[Any],
    parts: list[Any],
    standings: list[Any],
    successions: list[Any],
    is_same_person: Callable[[int, int], bool],
    figures: Figures,
) -> Iterator[tuple[str, str]]:
    if _sha256(award.frozen) != award.frozen_sha256:
        yield "award.frozen", "what is printed on it was altered."
    if lines:
        yield from _part_flaws(lines, parts)
    state = AwardState.STANDS
    if len(lines) == 1 and not successions and lines[0][2] == (LineKind.CORRECTION if award.supersedes else LineKind.AWARD):
        pass  # what nearly all are: granted, and nothing else
    else:
        told = _History(award, lines, successions)
        yield from told.flaws
        state = told.state if lines else AwardState.REVOKED
    if state is AwardState.STANDS:
        figures.standing += 1
        with suppress(InvalidOperation):  # an altered amount, which the chain tells
            figures.amounts[award.system] += Decimal(award.amount)
    yield from _standing_flaws(award, state, standings, is_same_person)


def _sha256(text: Any) -> str:
    return sha256(text.encode()).hexdigest() if isinstance(text, str) else ""


def _part_flaws(lines: list[Any], parts: list[Any]) -> Iterator[tuple[str, str]]:
    held = [(part[1], commitment(part[2], part[3])) for part in parts]
    erased = {line[3]: line[1] for line in lines if line[2] == LineKind.ERASURE}
    # canonical_json of the parts in order of their kinds, without a detour; whatever looks different is looked at closely.
    if not erased and lines[0][4] == "{" + ",".join(f'"{kind}":"{value}"' for kind, value in held) + "}":
        return
    promised = _promised(lines[0][4])
    for kind, value in held:
        if kind not in promised:
            yield "part.extra", f"a personal part ({kind}) was put in that the ledger knows nothing of."
        elif value != promised[kind]:
            yield "part.altered", f"the personal part ({kind}) was altered."
        elif kind in erased:
            yield "part.not_erased", f"line {erased[kind]} says that the personal part ({kind}) was erased, and it is there."
    there = {kind for kind, _ in held}
    for kind in promised:
        if kind not in there and kind not in erased:
            yield "part.missing", f"the personal part ({kind}) is missing, and no line says that it was erased."
    if unknown := set(erased) - set(PartKind):
        yield "ledger.history", f"a line erases what there is not: {', '.join(sorted(map(str, unknown)))}."


def _promised(commitments: Any) -> dict[str, str]:
    """The commitments of a line; none where they cannot be read, which the chain tells."""
    try:
        found = json.loads(commitments)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


class _History:
    """What became of an award by its lines: its state at the end, and the lines that cannot be where they are."""

    def __init__(self, award: AwardRow, lines: list[Any], successions: list[Any]) -> None:
        self.state = AwardState.REVOKED
        self.flaws: list[tuple[str, str]] = []
        self._is_begun = False
        own = [(line[1], line[2]) for line in lines]
        for number, kind in sorted([*own, *((row[1], FALLS) for row in successions)]):
            first = LineKind.CORRECTION if award.supersedes else LineKind.AWARD
            if not self._step(kind, first):
                what = "superseded" if kind == FALLS else kind
                self.flaws.append(("ledger.history", f"line {number} ({what}) cannot follow what the ledger says of it before."))

    def _step(self, kind: str, first: str) -> bool:
        before = self.state
        match kind:
            case LineKind.AWARD | LineKind.CORRECTION:
                self.state, fits = AwardState.STANDS, not self._is_begun and kind == first
                self._is_begun = True
            case LineKind.REVERSAL:
                self.state, fits = AwardState.REVOKED, before is AwardState.STANDS
            case LineKind.REINSTATEMENT:
                self.state, fits = AwardState.STANDS, self._is_begun and before is AwardState.REVOKED
            case _ if kind == FALLS:
                self.state, fits = AwardState.CORRECTED, before is AwardState.STANDS
            case _:
                fits = kind == LineKind.ERASURE and self._is_begun
        return fits


def _standing_flaws(
    award: AwardRow, state: AwardState, standings: list[Any], is_same_person: Callable[[int, int], bool]
) -> Iterator[tuple[str, str]]:
    if state is not AwardState.STANDS:
        if standings:
            yield "standing.differs", f"it counts, and by the ledger it does not ({state.value})."
        return
    if len(standings) != 1:
        words = "does not count" if not standings else f"counts {len(standings)} times"
        yield "standing.differs", f"it {words}, and by the ledger it stands."
    for standing in standings:
        row = StandingRow._make(standing)
        if row[2:] != award.standing_as or (row.user != award.user and not is_same_person(row.user, award.user)):
            yield "standing.differs", "it counts for another person, activity or credit than the award says."


def check_files(files: Iterable[tuple[str, str, str, bytes]], figures: Figures) -> Iterator[Flaw]:
    """Certificates as files: (serial, paper, sha256, bytes). Finds one whose bytes were altered."""
    for serial, paper, digest, data in files:
        figures.files += 1
        if sha256(data).hexdigest() != digest:
            yield Flaw(
                "file.altered",
                f"Certificate {serial}: its PDF ({paper}) is not the one that was kept: its bytes were altered.",
                None,
                serial,
            )
