"""What a requirement counts, what is missing, and by when. Requirements are data (accreditation/data/requirements.yaml); days come in."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from preceptor.accreditation.rules import Cycle, Requirement
from preceptor.catalog.rules import topic_key

# A cycle that ends within so many days and is not met is warned of; within the second number, urgently.
WARN_DAYS, URGENT_DAYS = 90, 30
# A one-time requirement counts credit of earlier years too.
EVER = date(1950, 1, 1)
LAST_DAY = date(2099, 12, 31)
# Amounts contained in an amount of credit (CreditOffer.sub_amounts), by the topic that they are of.
SUB_AMOUNT_TOPICS = {"rx": "pharmacology"}
CENT = Decimal("0.01")


# --- days --------------------------------------------------------------------------------------------------------------------------------


def months_later(day: date, months: int) -> date:
    """The same day so many months later (or, below zero, earlier); the last day of a month gives the last day of a month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def begin_of(requirement: Requirement, ends_on: date) -> date | None:
    """The first day of the cycle that ends on a day; None where it is the person's own to say."""
    if requirement.cycle is Cycle.ONCE:
        return EVER
    return months_later(ends_on, -requirement.cycle_months) + timedelta(days=1) if requirement.cycle_months else None


def end_after(requirement: Requirement, day: date) -> date | None:
    """The last day of the cycle that a day is in, where it is the same for everybody."""
    if requirement.cycle is not Cycle.FIXED:
        return None
    month, of_month = map(int, requirement.cycle_ends.split("-"))
    this_year = date(day.year, month, of_month)
    return this_year if day <= this_year else date(day.year + 1, month, of_month)


def next_cycle(requirement: Requirement, begins_on: date, ends_on: date) -> tuple[date, date] | None:
    """The cycle after this one, of the requirement's length, or as long as this one; None for what is asked once, or past the calendar."""
    begin = ends_on + timedelta(days=1)
    if requirement.cycle is Cycle.ONCE:
        return None
    months = requirement.cycle_months or _whole_months(begins_on, begin)
    if ends_on.year + (months // 12 if months else (begin - begins_on).days // 365) + 1 > LAST_DAY.year:
        return None
    return begin, months_later(ends_on, months) if months else begin + (ends_on - begins_on)


def _whole_months(begins_on: date, begin_of_next: date) -> int:
    """How many months a cycle is long; 0 where it is not so many whole ones."""
    return (begin_of_next.year - begins_on.year) * 12 + begin_of_next.month - begins_on.month if begins_on.day == begin_of_next.day else 0


def why_no_cycle(begins_on: date, ends_on: date, today: date) -> str:
    """What is wrong with a cycle that somebody typed; "" when nothing is."""
    if ends_on < begins_on:
        return "The cycle ends before it begins"
    if (ends_on - today).days > 15 * 366:
        return "Give a day within the next 15 years"
    return ""


# --- counting ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tag:
    """That so many minutes of an activity are on a topic: for whose law, and for which professions (none: all)."""

    topic: str
    minutes: Decimal
    jurisdiction: str = ""
    professions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Credit:
    """One credit of a person, as requirements see it. `minutes_per_unit` is 0 where nobody knows what its unit is.

    `occasion` is the activity that gave it: an activity counts once, however many kinds of credit it gave. `contained` are amounts contained
    in the amount, by topic. `key` tells the credit to whoever shows it.
    """

    key: str
    occasion: str
    on: date
    system: str
    amount: Decimal
    minutes_per_unit: int
    profession: str = ""
    tags: tuple[Tag, ...] = ()
    contained: Mapping[str, Decimal] = field(default_factory=dict)
    is_self_reported: bool = False


@dataclass(frozen=True)
class Counted:
    """A credit that counts, and how much of it, in units of the requirement."""

    credit: Credit
    amount: Decimal


@dataclass(frozen=True)
class Share:
    """How much of something is there: from here and self-reported, in units of the requirement. Rounded down; `missing` is the rest."""

    topic: str
    needed: Decimal
    here: Decimal
    self_reported: Decimal
    missing: Decimal

    @property
    def done(self) -> Decimal:
        """Both together."""
        return self.here + self.self_reported

    @property
    def percent(self) -> int:
        """Whole percent that is there; 100 only when nothing is missing."""
        return 100 if not self.missing else min(99, int(100 * self.done / self.needed))


@dataclass(frozen=True)
class Progress:
    """How far a requirement is met in a cycle: as a whole, for each part, and by which credit."""

    whole: Share
    parts: tuple[Share, ...]
    counted: tuple[Counted, ...]

    @property
    def is_met(self) -> bool:
        """Is nothing missing, of the whole and of no part?"""
        return not any(share.missing for share in (self.whole, *self.parts))


def progress(requirement: Requirement, begins_on: date, ends_on: date, credits: Iterable[Credit]) -> Progress:
    """What counts from the first day to the last, both included."""
    best: dict[str, tuple[Decimal, Credit]] = {}
    for credit in credits:
        minutes = minutes_of(requirement, credit) if begins_on <= credit.on <= ends_on else Decimal(0)
        if minutes > best.get(credit.occasion, (Decimal(0), None))[0]:
            best[credit.occasion] = (minutes, credit)
    found = sorted(best.values(), key=lambda pair: pair[1].on, reverse=True)
    unit = Decimal(requirement.minutes_per_unit)
    parts = [
        _share(topic, Decimal(amount), [(min(minutes, _on_topic(credit, topic, requirement)), credit) for minutes, credit in found], unit)
        for topic, amount in requirement.parts.items()
    ]
    counted = tuple(Counted(credit, _rounded(minutes / unit)) for minutes, credit in found)
    return Progress(_share("", requirement.amount, found, unit), tuple(parts), counted)


def minutes_of(requirement: Requirement, credit: Credit) -> Decimal:
    """How many minutes of a credit count. With topics: those that the activity was tagged with, at most what was claimed."""
    if requirement.systems and credit.system not in requirement.systems:
        return Decimal(0)
    whole = credit.amount * credit.minutes_per_unit
    if not requirement.topics:
        return whole
    tagged = sum((_tagged(credit, topic, requirement) for topic in requirement.topics), Decimal(0))
    return min(tagged, whole) if credit.minutes_per_unit else tagged


def _on_topic(credit: Credit, topic: str, requirement: Requirement) -> Decimal:
    return max(_tagged(credit, topic, requirement), credit.contained.get(topic, Decimal(0)) * credit.minutes_per_unit)


def _tagged(credit: Credit, topic: str, requirement: Requirement) -> Decimal:
    fitting = [
        tag.minutes
        for tag in credit.tags
        if tag.topic == topic
        and tag.jurisdiction in ("", requirement.jurisdiction)
        and (not tag.professions or credit.profession in tag.professions)
    ]
    return max(fitting, default=Decimal(0))


def _share(topic: str, needed: Decimal, found: Sequence[tuple[Decimal, Credit]], unit: Decimal) -> Share:
    # Added up before anything is rounded: three times twenty minutes are an hour.
    total = sum((minutes for minutes, _ in found), Decimal(0))
    told = sum((minutes for minutes, credit in found if credit.is_self_reported), Decimal(0))
    done, here = _rounded(total / unit), _rounded((total - told) / unit)
    missing = Decimal(0) if total >= needed * unit else needed - done
    return Share(topic, needed, here, done - here, missing)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_FLOOR)


def tags_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Tag, ...]:
    """The tags of an edition ({topic, jurisdiction, professions, minutes}), with topics spelled as in the packs. What is no tag is passed over."""
    return tuple(
        Tag(topic_key(row["topic"]), Decimal(row["minutes"]), str(row.get("jurisdiction") or ""), tuple(row.get("professions") or ()))
        for row in rows
        if isinstance(row.get("topic"), str) and isinstance(row.get("minutes"), int) and row["minutes"] > 0
    )


# --- words -------------------------------------------------------------------------------------------------------------------------------


def urgency(ends_on: date, is_met: bool, today: date) -> str:
    """ "" (met, or far), "soon", "urgent", or "over" where it ended unmet."""
    left = (ends_on - today).days
    if is_met or left > WARN_DAYS:
        return ""
    if left < 0:
        return "over"
    return "urgent" if left <= URGENT_DAYS else "soon"


def days_left(ends_on: date, today: date) -> str:
    """ "12 days left", "ends today", "ended 3 days ago"."""
    left = (ends_on - today).days
    if left == 0:
        return "ends today"
    count = f"{abs(left):,} {'day' if abs(left) == 1 else 'days'}"
    return f"{count} left" if left > 0 else f"ended {count} ago"
