"""Asking people: when a disclosure is due, when somebody is reminded, how long a link and an answer hold, what is to be done next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

# A link still opens for so long after the day on which the answer was due: a late answer is better than none.
LINK_OUTLIVES_DUE = timedelta(days=21)
# A browser that opened the link may go on with the form for so long; then the link is opened again.
SITTING = timedelta(hours=12)
# Who asks for a further link gets so many an hour and so many a day, letters of the staff included.
LINKS_AN_HOUR, LINKS_A_DAY = 3, 8
# A change that a person wants to declare of their own accord is awaited for so long.
RENEWED_WITHIN = timedelta(days=14)
# Reminders, in days before (+) or after (-) the due date. One per day at most, whoever sends it.
REMINDERS = (7, 2, 0, -3, -7, -14)
# A declaration older than this is asked for anew (DISC-009).
FRESH = timedelta(days=366)


class LinkState(StrEnum):
    """What a link of a request is good for."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"


def may_send_link(sent: Iterable[datetime], at: datetime) -> bool:
    """May a further link go out? `sent` are the moments of the last ones of the same person."""
    times = [moment for moment in sent if moment > at - timedelta(days=1)]
    return len(times) < LINKS_A_DAY and sum(moment > at - timedelta(hours=1) for moment in times) < LINKS_AN_HOUR


def due_problem(due_on: date, starts: Iterable[date], today: date, *, is_renewal: bool) -> str:
    """Why a due date does not do; "" when it does. Disclosure precedes the role; a renewal may be asked for while the role goes on."""
    if due_on < today:
        return "The due date has passed already."
    first = min(starts, default=None)
    if first is not None and due_on >= first and not is_renewal:
        return f"The role begins on {first:%B} {first.day}, {first.year}: the disclosure has to be there before that day."
    return ""


def is_reminder_due(today: date, due_on: date, asked_on: date, reminded_on: date | None) -> bool:
    """Is a reminder due? On each of the days of REMINDERS, or on the first day after it on which somebody looked; once for each."""
    passed = [due_on - timedelta(days=days) for days in REMINDERS if due_on - timedelta(days=days) <= today]
    last = max(passed, default=None)
    return last is not None and last > asked_on and (reminded_on is None or reminded_on < last)


@dataclass(frozen=True)
class HolderState:
    """One person's standing on one edition, as far as it decides what comes next."""

    is_asked: bool
    is_answered: bool
    is_overdue: bool = False
    is_stale: bool = False
    is_outdated: bool = False
    has_address: bool = True
    undetermined: list[str] = field(default_factory=list)
    exclusions: int = 0
    is_excluded: bool = False
    undecided: int = 0
    missing: list[str] = field(default_factory=list)


def next_thing(state: HolderState) -> str:
    """The one next thing to do for a person, in words; "" when nothing is left."""
    if state.is_excluded:
        return ""
    if not state.is_answered:
        if not state.has_address:
            return "Record an e-mail address, then ask for the disclosure"
        if not state.is_asked:
            return "Ask for the disclosure"
        return "Remind: the answer is overdue" if state.is_overdue else "Wait for the answer"
    if state.undetermined:
        return f"Decide on the eligibility of {', '.join(state.undetermined)}"
    if state.exclusions:
        return "Decide on exclusion"
    if state.undecided:
        return f"Decide on relevance ({state.undecided} open)"
    if state.missing:
        return f"Mitigate: {state.missing[0]}"
    if state.is_outdated:
        return "Ask for a new disclosure: this one was signed under another definition of ineligible company"
    return "Ask for a new disclosure: this one is more than twelve months old" if state.is_stale else ""
