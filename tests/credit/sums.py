"""What the ledger adds up to, from its lines alone: the sum that transcript, lists and reports must come to. A second way to it, so it shares no code with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from preceptor.credit.rules.ledger import LineKind


@dataclass(frozen=True)
class Deed:
    """A line of the ledger, with what it takes to add up: of which award, whose, for what and how much. `supersedes` is an award's key."""

    kind: LineKind
    award: int
    person: int
    activity: int
    system: str
    amount: Decimal
    supersedes: int | None = None


def standing_deeds(deeds: Iterable[Deed]) -> dict[int, Deed]:
    """Which awards stand after these lines, read in order: by the award's key."""
    standing: dict[int, Deed] = {}
    for deed in deeds:
        if deed.kind is LineKind.CORRECTION and deed.supersedes is not None:
            standing.pop(deed.supersedes, None)
        if deed.kind in (LineKind.AWARD, LineKind.CORRECTION, LineKind.REINSTATEMENT):
            standing[deed.award] = deed
        elif deed.kind is LineKind.REVERSAL:
            standing.pop(deed.award, None)
    return standing


def ledger_totals(deeds: Iterable[Deed]) -> dict[tuple[int, str], Decimal]:
    """The sum per person and credit system; systems are never added to one another."""
    sums: dict[tuple[int, str], Decimal] = {}
    for deed in standing_deeds(deeds).values():
        key = (deed.person, deed.system)
        sums[key] = sums.get(key, Decimal(0)) + deed.amount
    return sums
