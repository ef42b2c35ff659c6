"""Where awards stand: which count, which were corrected, which were taken back, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.credit.models import Award, LedgerLine, ReportMark
from preceptor.credit.rules import AwardState, LineKind


@dataclass(frozen=True)
class Fortune:
    """Where an award stands, since when and why. `successor` took its place, `predecessor` is the one that it corrects; `turns` are the lines that took
    it back and reinstated it, in their order."""

    state: AwardState
    at: datetime
    reason: str = ""
    successor: Award | None = None
    predecessor: Award | None = None
    turns: tuple[LedgerLine, ...] = ()

    @property
    def was_reinstated(self) -> bool:
        """Was it taken back once, and counts all the same?"""
        return self.counts and bool(self.turns)

    @property
    def counts(self) -> bool:
        """Does it count, on the transcript and in reports?"""
        return self.state is AwardState.STANDS


def fortune_of(award: Award) -> Fortune:
    """Where an award stands now. Cheap where `FORTUNE` was fetched.

    Lines are read after what is derived from them: whoever sees that an award fell then sees why, also while others write.
    """
    stands, successor, predecessor = _stands(award), _successor(award), award.supersedes
    lines = sorted(award.lines.all(), key=lambda line: line.number)
    turns = tuple(line for line in lines if line.kind in (LineKind.REVERSAL, LineKind.REINSTATEMENT))
    if stands:
        return Fortune(AwardState.STANDS, award.claimed_at, _reason_of_first(lines), None, predecessor, turns)
    if successor is not None:
        made = next(line for line in successor.lines.all() if line.kind == LineKind.CORRECTION)
        return Fortune(AwardState.CORRECTED, made.at, made.reason, successor, predecessor, turns)
    taken = next(line for line in reversed(turns) if line.kind == LineKind.REVERSAL)
    return Fortune(AwardState.REVOKED, taken.at, taken.reason, None, predecessor, turns)


# What `fortune_of` reads, for lists, and in its order.
FORTUNE = ("standing", "supersedes", "superseded_by__lines", "lines")


def is_reported(award: Award) -> bool:
    """Was it told to a receiver, or one that it corrects? Then the learner changes nothing by themselves."""
    return bool(receivers_told(award))


def receivers_told(award: Award) -> list[str]:
    """Who was told of an award, or of one that it took the place of, at whatever remove: they know of this credit, and have to be told of what becomes of it."""
    told: set[str] = set()
    row: Award | None = award
    while row is not None:
        told |= set(ReportMark.objects.filter(award=row).values_list("receiver", flat=True))
        row = row.supersedes
    return sorted(told)


def is_own(award: Award, user: User) -> bool:
    """Was it earned by this person, by whichever of their accounts? Then they do nothing to it as staff."""
    return award.user_id in {one.pk for one in identities_of(user)}


def _reason_of_first(lines: list[LedgerLine]) -> str:
    return lines[0].reason if lines and lines[0].kind == LineKind.CORRECTION else ""


def _stands(award: Award) -> bool:
    try:
        return award.standing is not None
    except ObjectDoesNotExist:
        return False


def _successor(award: Award) -> Award | None:
    try:
        return award.superseded_by
    except ObjectDoesNotExist:
        return None
