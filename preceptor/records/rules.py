"""What must be true of a person's record: which of two awards is the doubled one, how long a record is kept, what goes when. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# The accreditor's rule (REC-001): six years. A provider may keep longer, never shorter.
LEAST_YEARS = 6
# A person who asked for erasure can still keep the account for this long.
TIME_TO_KEEP = timedelta(days=7)
# How long a copy of somebody's data lies ready.
EXPORT_LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """An award that stands, as far as doubling goes: one person has one of each credit system for an activity."""

    award: int
    activity: int
    system: str
    claimed_at: datetime


class Fate(StrEnum):
    """What becomes of something when a person is erased: it goes at once, when the years are over, or it stays without a name."""

    NOW = "now"
    LATER = "later"
    STAYS = "stays"


@dataclass(frozen=True)
class Kept:
    """One line of what happens to a person's data, in words for them."""

    fate: Fate
    what: str
    why: str = ""


def doubles(ours: Iterable[Held], theirs: Iterable[Held]) -> list[tuple[Held, Held]]:
    """(stays, falls) for each credit that both persons have: the one that was claimed first stays, whichever account it was."""
    first = {(one.activity, one.system): one for one in ours}
    pairs = [(first[key], two) for two in theirs if (key := (two.activity, two.system)) in first]
    return [tuple(sorted(pair, key=lambda one: (one.claimed_at, one.award))) for pair in pairs]  # type: ignore[misc]


def kept_through(completed_on: date, years: int) -> date:
    """The last day on which the record of a completion has to be there: its anniversary. Of a February 29 it is February 28 where the year has no 29th."""
    try:
        return completed_on.replace(year=completed_on.year + years)
    except ValueError:
        return completed_on.replace(year=completed_on.year + years, day=28)


def is_retention_over(completed_on: date | None, years: int, at: datetime) -> bool:
    """Are the years over, everywhere on earth? Nothing completed: nothing to keep."""
    return completed_on is None or day_everywhere(at) > kept_through(completed_on, max(years, LEAST_YEARS))


def day_everywhere(at: datetime) -> date:
    """The day that it is, or already was, in every time zone: a day is over only when it is over in the last of them (UTC-12)."""
    return (at - timedelta(hours=12)).date()


def what_happens(*, through: date | None, years: int, has_reported: bool, has_unreported: bool, is_faculty: bool) -> list[Kept]:
    """What goes and what stays when a person is erased, for the page on which they ask for it. `through`: the last day of the record's years."""
    lines = [
        Kept(Fate.NOW, "Your name, degree, profession and e-mail addresses in your account, and your password"),
        Kept(Fate.NOW, "Your sign-in: the account is closed, and nobody can open it again, not even you"),
        Kept(Fate.NOW, "Where you are in activities, tests and evaluations that are not finished"),
        Kept(Fate.NOW, "Credit from elsewhere that you added, with its files, and the requirements that you follow"),
        Kept(Fate.NOW, "The letters that we sent you: their words, their files and your address"),
        Kept(Fate.NOW, "Changes in practice that you committed to by name"),
    ]
    if has_unreported:
        why = "After that, the credit for which you gave them can no longer be reported to your board."
        lines.append(Kept(Fate.NOW, "Numbers of yours that were not reported to any board yet", why))
    if through:
        rule = f"Accreditors require a record of credit for {years} years from your last completion, so that a certificate can be verified."
        lines.append(Kept(Fate.LATER, "Your certificates: the printed name, credit, dates and serial numbers", rule))
        if has_reported:
            lines.append(Kept(Fate.LATER, "Numbers of yours that were reported to a board, as part of that record", ""))
    record = "Steps, dates, scores and answers of what you took part in"
    lines.append(Kept(Fate.STAYS, record, "They carry no name or address. They show that the activity was held as it has to be."))
    lines.append(Kept(Fate.STAYS, "Evaluations that you sent", "They were never kept together with your name."))
    lines.append(
        Kept(
            Fate.STAYS,
            "The logbook: who did what and when",
            "It is evidence of how records were kept; its lines are never changed. Some name your address.",
        )
    )
    if is_faculty:
        why = "They belong to the record of the activities that you helped to make, which has years of its own."
        lines.append(Kept(Fate.STAYS, "What you disclosed as faculty, author, planner or reviewer", why))
    return lines
