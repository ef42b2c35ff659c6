"""What a person follows: how far each requirement is met, by which credit, and what would count."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of, person_of
from preceptor.accreditation.queries import library, pack_on
from preceptor.accreditation.rules import Certainty, Cycle, Pack, Requirement
from preceptor.credit.adapters.calendar import CalendarDay
from preceptor.credit.models import Award, Standing, TrackedRequirement
from preceptor.credit.queries.external import NAME, external_credits_of
from preceptor.credit.rules import (
    EVER,
    SUB_AMOUNT_TOPICS,
    URGENT_DAYS,
    WARN_DAYS,
    Credit,
    Progress,
    Tag,
    days_left,
    next_cycle,
    progress,
    tags_of,
    urgency,
)
from preceptor.journey.queries import today_here
from preceptor.kernel.credits import plain
from preceptor.kernel.serials import grouped
from preceptor.ui.days import long_date

OWN = "own"


@dataclass(frozen=True)
class CountedRow:
    """A credit that counts: what it is, where its certificate is ("" for self-reported credit), and how much of it counts."""

    title: str
    url: str
    on: date
    amount: str
    is_self_reported: bool


@dataclass(frozen=True)
class ShareRow:
    """How much of a requirement, or of a part of it, is there; numbers as they are shown."""

    label: str
    needed: str
    done: str
    here: str
    self_reported: str
    missing: str
    percent: int
    catalogue_query: str


@dataclass(frozen=True)
class TrackedRow:
    """A cycle of a requirement that a person follows."""

    tracked: TrackedRequirement
    requirement: Requirement
    progress: Progress
    urgency: str
    left: str
    today: date
    whole: ShareRow
    parts: tuple[ShareRow, ...]
    counted: tuple[CountedRow, ...]
    catalogue_query: str
    can_roll: bool

    @property
    def is_once(self) -> bool:
        """Asked one time, so that the first day does not matter?"""
        return self.requirement.cycle is Cycle.ONCE

    @property
    def is_unconfirmed(self) -> bool:
        """Is what the pack says of it to be confirmed?"""
        return self.requirement.certainty is Certainty.UNCONFIRMED

    @property
    def is_past(self) -> bool:
        """Is the last day over?"""
        return self.tracked.ends_on < self.today

    @property
    def is_own(self) -> bool:
        """In the person's own words?"""
        return self.tracked.requirement.startswith(OWN)

    @property
    def sentence(self) -> str:
        """ "3.5 of 8 hours are there; 4.5 hours are missing, 12 days left"."""
        unit = self.requirement.unit_many
        if self.progress.is_met:
            return f"Met: {self.whole.done} of {self.whole.needed} {unit}"
        gaps = [f"{self.whole.missing} {unit}"] if self.progress.whole.missing else []
        gaps += [f"{part.missing} on {part.label}" for part in self.parts if part.missing != "0.0"]
        return f"{self.whole.done} of {self.whole.needed} {unit}; missing: {', '.join(gaps)}"


@dataclass(frozen=True)
class Tracker:
    """The page of requirements: cycles that run, those that are over, and what else the packs have."""

    current: list[TrackedRow]
    past: list[TrackedRow]
    suggested: list[Requirement]
    others: list[Requirement]
    profession: str

    @property
    def warnings(self) -> list[TrackedRow]:
        """Cycles that end soon, or ended, and are not met."""
        return [row for row in self.current if row.urgency]


def tracker_of(user: User, at: datetime) -> Tracker:
    """What a person follows; the number of queries does not grow with it."""
    today, person = today_here(at), person_of(user)
    followed = list(tracked_requirements_of(user))
    credits, titles = credits_of(user, today) if followed else ([], {})
    rows = [_tracked_row(tracked, credits, titles, today) for tracked in followed]
    latest: dict[str, TrackedRow] = {}
    for row in rows:
        latest.setdefault(row.tracked.requirement, row)
    # The newest cycle stays in sight until the next one is begun, also when it is over.
    current = [row for row in rows if not row.is_past or latest[row.tracked.requirement] is row]
    requirements = [entry for entry in pack_on(today).requirements.values() if entry.key not in latest]
    suggested = [entry for entry in requirements if person.profession in entry.professions]
    return Tracker(
        current=sorted(current, key=lambda row: row.tracked.ends_on),
        past=[row for row in rows if row not in current],
        suggested=suggested,
        others=[entry for entry in requirements if entry not in suggested],
        profession=person.profession,
    )


def requirement_warnings(user: User, at: datetime) -> list[TrackedRow]:
    """Requirements whose cycle ends within 90 days, or ended, and that are not met."""
    return tracker_of(user, at).warnings


def tracked_requirements_of(user: User) -> QuerySet[TrackedRequirement]:
    """Every cycle that this person follows, the latest first."""
    return TrackedRequirement.objects.filter(user__in=identities_of(user), removed_at=None).order_by("-ends_on", "-pk")


def own_tracked(user: User, uuid: UUID, *, is_removed: bool = False) -> TrackedRequirement | None:
    """One of them, or one that they stopped following, if it is this person's own."""
    found = TrackedRequirement.objects.filter(user__in=identities_of(user), removed_at__isnull=not is_removed)
    return found.filter(uuid=uuid).first()


def removed_tracked(user: User, typed: str) -> TrackedRequirement | None:
    """The one that an address names as just left; None for whatever else it names."""
    return own_tracked(user, UUID(typed), is_removed=True) if NAME.fullmatch(typed) else None


def calendar_days(user: User, at: datetime) -> list[CalendarDay]:
    """The last day of each cycle that runs, with what is missing as of now; reminders where something is."""
    site = settings.PUBLIC_URL + reverse("credit:requirements")
    return [
        CalendarDay(
            uid=f"requirement-{row.tracked.uuid}",
            on=row.tracked.ends_on,
            title=f"Last day: {row.requirement.label}",
            text=f"As of {long_date(at)}. {row.sentence}.",
            url=site,
            remind_days=() if row.progress.is_met else (WARN_DAYS, URGENT_DAYS),
        )
        for row in tracker_of(user, at).current
        if not row.is_past
    ]


def tracked_row(tracked: TrackedRequirement, at: datetime) -> TrackedRow:
    """One cycle with everything that counts in it."""
    today = today_here(at)
    return _tracked_row(tracked, *credits_of(tracked.user, today), today)


def requirement_of(tracked: TrackedRequirement, day: date) -> Requirement:
    """What is asked: in the words of the day's packs; of the last ones that had it, where these have it no more; or in the person's own."""
    if not tracked.requirement.startswith(OWN):
        held = pack_on(day).requirements.get(tracked.requirement)
        known = [held] if held else [entry for entry in library().requirements if entry.key == tracked.requirement]
        if known:
            return known[-1]
    system = pack_on(day).systems.get(tracked.system)
    return Requirement(
        key=tracked.requirement,
        label=tracked.title or tracked.requirement,
        authority="",
        jurisdiction="",
        professions=(),
        asks="",
        amount=tracked.amount or Decimal(1),
        unit_one=system.unit_one if system else "credit",
        unit_many=system.unit_many if system else "credits",
        minutes_per_unit=system.minutes_per_unit if system else 60,
        systems=(tracked.system,),
        cycle=Cycle.CHOSEN,
        valid_from=EVER,
        source="Your own words",
    )


def credits_of(user: User, day: date) -> tuple[list[Credit], dict[str, tuple[str, str]]]:
    """Everything of a person that may count, and of each its title and the address of its certificate: awards that stand, and self-reported credit."""
    pack, credits, titles = pack_on(day), [], {}
    for standing in _standings(user):
        award = standing.award
        credits.append(_credit_of(award, pack))
        titles[award.serial] = (award.payload["title"], reverse("credit:sheet", args=[grouped(award.serial)]))
    for told in external_credits_of(user):
        system, key = pack.systems.get(told.system), str(told.uuid)
        tags = (Tag(told.topic, Decimal(told.topic_minutes)),) if told.topic else ()
        unit = system.minutes_per_unit if system else 0
        credits.append(Credit(key, key, told.completed_on, told.system, told.amount, unit, tags=tags, is_self_reported=True))
        titles[key] = (f"{told.title} ({told.provider})", "")
    return credits, titles


def _standings(user: User) -> QuerySet[Standing]:
    found = Standing.objects.filter(user__in=identities_of(user)).select_related("award__edition")
    return found.prefetch_related("award__personal_parts", "award__edition__offers").order_by("pk")


def _credit_of(award: Award, pack: Pack) -> Credit:
    """Tags and contained amounts are those of the edition on which it was earned: a published one never changes."""
    system = pack.systems.get(award.system)
    offer = next((offer for offer in award.edition.offers.all() if offer.system == award.system), None)
    contained = {SUB_AMOUNT_TOPICS.get(name, name): Decimal(str(amount)) for name, amount in (offer.sub_amounts if offer else {}).items()}
    return Credit(
        key=award.serial,
        occasion=f"activity:{award.activity_id}",
        on=award.completed_on,
        system=award.system,
        amount=award.amount,
        minutes_per_unit=system.minutes_per_unit if system else 0,
        profession=award.payload.get("profession", ""),
        tags=tags_of(award.edition.state_topics),
        contained=contained,
    )


def _tracked_row(tracked: TrackedRequirement, credits: list[Credit], titles: dict[str, tuple[str, str]], today: date) -> TrackedRow:
    requirement = requirement_of(tracked, today)
    found = progress(requirement, tracked.begins_on, tracked.ends_on, credits)
    topics = pack_on(today).topics
    shares = [
        ShareRow(
            label=topics[share.topic].label if share.topic in topics else share.topic,
            needed=plain(share.needed),
            done=plain(share.done),
            here=plain(share.here),
            self_reported=plain(share.self_reported),
            missing=plain(share.missing),
            percent=share.percent,
            catalogue_query=urlencode({"asked": share.topic}) if share.topic else "",
        )
        for share in (found.whole, *found.parts)
    ]
    counted = tuple(
        CountedRow(*titles[one.credit.key], one.credit.on, plain(one.amount), one.credit.is_self_reported) for one in found.counted
    )
    return TrackedRow(
        tracked=tracked,
        requirement=requirement,
        progress=found,
        urgency=urgency(tracked.ends_on, found.is_met, today),
        left=days_left(tracked.ends_on, today),
        today=today,
        whole=shares[0],
        parts=tuple(shares[1:]),
        counted=counted,
        catalogue_query=_catalogue_query(requirement, tracked.user.profession, today),
        can_roll=next_cycle(requirement, tracked.begins_on, tracked.ends_on) is not None,
    )


def _catalogue_query(requirement: Requirement, profession: str, day: date) -> str:
    """The course listing's filters that show what would count: its topics; else its credit, of what the profession may receive."""
    if requirement.topics:
        return urlencode({"asked": list(requirement.topics)}, doseq=True)
    systems = pack_on(day).systems.values()
    fitting = [system.key for system in systems if system.is_credit and (not requirement.systems or system.key in requirement.systems)]
    mine = [key for key in fitting if profession in pack_on(day).systems[key].professions]
    return urlencode({"credit": mine or fitting}, doseq=True)
