"""What we ask of the corridor. `next_url` is the only place that decides where to now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.accreditation.queries import main_provider
from preceptor.catalog.models import Activity, Edition, FrozenFragment
from preceptor.catalog.queries import current_edition
from preceptor.catalog.rules import Step
from preceptor.disclosure.queries import disclosure_digest
from preceptor.journey.models import Participation, StepLine
from preceptor.journey.rules import (
    PAGES,
    PART_URL_NAME,
    Corridor,
    StepView,
    end_of_day,
    is_ending,
    is_in_grace,
    is_over,
    may_enter,
    next_step,
    step_status,
    zone_name,
)


def participations_of(user: User) -> QuerySet[Participation]:
    """Everything that this person (all of their identities) takes or took part in, newest first."""
    return (
        Participation.objects.filter(user__in=identities_of(user))
        .select_related("edition__activity__provider", "edition__front_matter", "progress")
        .prefetch_related("lines")
        .order_by("-begun_at")
    )


def participation_on(user: User, activity: Activity) -> Participation | None:
    """The participation that counts for this person in the activity, whatever its edition and by whichever of their accounts."""
    return foremost(participations_of(user).filter(edition__activity=activity))


def foremost(held: Iterable[Participation]) -> Participation | None:
    """Of a person's participations in one activity the one to go on with: the first that was claimed; else the newest edition's, and there the furthest.

    One account has at most one for each edition; two accounts of one person may have two.
    """

    def rank(one: Participation) -> tuple[bool, float, int, int, float]:
        claimed, begun = lines_of(one).get(Step.CLAIM), one.begun_at.timestamp()
        if claimed:
            return True, -claimed.at.timestamp(), 0, 0, 0.0
        return False, 0.0, one.edition.number, len(lines_of(one)), begun

    return max(held, key=rank, default=None)


def participations_shown(user: User) -> list[Participation]:
    """A person's participations, newest first; of an activity that several of their accounts began, those of the account that is foremost there.

    One that ended unfinished before a newer edition was begun, by the same account, stays in sight.
    """
    found = list(participations_of(user))
    by_activity: dict[int, list[Participation]] = {}
    for one in found:
        by_activity.setdefault(one.edition.activity_id, []).append(one)
    first = {activity: foremost(held) for activity, held in by_activity.items()}
    return [one for one in found if _is_shown(one, first[one.edition.activity_id])]


def _is_shown(one: Participation, first: Participation | None) -> bool:
    return first is None or one.user_id == first.user_id


@dataclass(frozen=True)
class Standing:
    """Where a person stands with an activity: the edition that concerns them, and their participation in it, if any.

    `earlier` is an unfinished participation whose edition has ended while a newer edition is open: the learner is offered the new one.
    """

    edition: Edition
    participation: Participation | None
    earlier: Participation | None = None


def today_at(activity: Activity, at: datetime) -> date:
    """The day, in the provider's zone."""
    return at.astimezone(ZoneInfo(activity.provider.time_zone)).date()


def today_here(at: datetime) -> date:
    """The day in the zone of the provider whose house this is: what the course listing goes by. UTC while there is none."""
    provider = main_provider()
    return at.astimezone(ZoneInfo(provider.time_zone if provider else "UTC")).date()


def standing_of(user: User | None, activity: Activity, at: datetime) -> Standing | None:
    """None when nothing was ever published. A participation keeps its edition until that has ended unfinished."""
    newest = current_edition(activity, today_at(activity, at))
    held = participation_on(user, activity) if user else None
    if held is None:
        return Standing(newest, None) if newest else None
    if is_stranded(held, at) and newest and newest.pk != held.edition_id and not is_expired(newest, at):
        return Standing(newest, None, earlier=held)
    return Standing(held.edition, held)


def lines_of(participation: Participation) -> dict[Step, StepLine]:
    """The ledger as step → line."""
    return {Step(line.step): line for line in participation.lines.all()}


def done_on(participation: Participation, at: datetime) -> date:
    """The day, in the provider's zone, of the last step before the claim: what certificates print. The day of `at` while nothing is done."""
    moments = [line.at for step, line in lines_of(participation).items() if step not in (Step.CLAIM, Step.CERTIFICATE)]
    return today_at(participation.edition.activity, max(moments, default=at))


def completed_on(participation: Participation) -> date | None:
    """The same day of somebody who has claimed; None while nothing was claimed."""
    claimed = lines_of(participation).get(Step.CLAIM)
    return done_on(participation, claimed.at) if claimed else None


def next_url(participation: Participation) -> str:
    """Where this learner belongs now."""
    step = next_step(participation.plan, lines_of(participation)) or Step.CERTIFICATE
    return step_url(step, participation.edition)


def step_url(step: Step, edition: Edition) -> str:
    """The page of a step on an edition."""
    return reverse(PAGES[step].url_name, args=[edition.activity.slug])


def place_url(edition: Edition, part: str) -> str:
    """The page of a part of the content, by its key."""
    return reverse(PART_URL_NAME, args=[edition.activity.slug, part])


def ends_at(edition: Edition) -> datetime | None:
    """The end of the edition's last day in the provider's zone."""
    return end_of_day(edition.ends_on, edition.activity.provider.time_zone) if edition.ends_on else None


def is_expired(edition: Edition, at: datetime) -> bool:
    """Is the edition over at that moment?"""
    return is_over(edition.ends_on, edition.activity.provider.time_zone, at)


def is_stranded(participation: Participation, at: datetime) -> bool:
    """Has the edition ended before the learner claimed, with no grace left? Nothing more can be earned on it."""
    return is_expired(participation.edition, at) and Step.CLAIM not in lines_of(participation) and not has_grace(participation, at)


def has_grace(participation: Participation, at: datetime) -> bool:
    """Has the edition ended, but the learner, who passed in time, still some hours to evaluate and claim?"""
    edition, test = participation.edition, lines_of(participation).get(Step.POST_TEST)
    return is_in_grace(edition.ends_on, edition.activity.provider.time_zone, edition.grace_hours, test.at if test else None, at)


def grace_sentence(participation: Participation, at: datetime) -> str:
    """Until when the learner can still evaluate and claim; "" where there is no grace (any more)."""
    end = ends_at(participation.edition)
    if end is None or not has_grace(participation, at):
        return ""
    zone = participation.edition.activity.provider.time_zone
    last = (end + timedelta(hours=participation.edition.grace_hours)).astimezone(ZoneInfo(zone))
    time = f"{last:%I:%M %p}".lstrip("0")
    return f"This activity has ended. You passed in time: evaluate and claim by {time} on {last:%B} {last.day}, {last.year} ({zone_name(zone, last)})."


def ends_warning(edition: Edition, at: datetime) -> str:
    """From 30 days before the end: when it is, with the zone; after it: that no credit is given."""
    zone, last = edition.activity.provider.time_zone, edition.ends_on
    if last is None:
        return ""
    day = f"{last:%B} {last.day}, {last.year}"
    if is_over(last, zone, at):
        return f"This activity ended on {day}. You can still read it; it gives no credit any more."
    if is_ending(last, zone, at):
        return (
            f"Claim your credit by the end of {day} ({zone_name(zone, end_of_day(last, zone))}). After that, this activity gives no credit."
        )
    return ""


def told_by(edition: Edition) -> str:
    """The hash of what an edition discloses: frozen when it was published; counted where that was before hashes were frozen."""
    return edition.told_sha256 or disclosure_digest(edition)


def _is_news(newest: Edition, edition: Edition, participation: Participation | None) -> bool:
    """Does the newest edition disclose what neither the learner's own edition nor any other that they were shown did?"""
    told = told_by(newest)
    if told == told_by(edition):
        return False
    shown = Edition.objects.filter(pk__in=participation.front_matter_seen.values("edition")) if participation else Edition.objects.none()
    return all(told != told_by(other) for other in shown.exclude(pk=edition.pk).defer("worksheet", "outline", "description"))


def wanted_fragment(edition: Edition, participation: Participation | None, at: datetime) -> tuple[FrozenFragment, Edition] | None:
    """The frozen front matter that the learner has still to see, with the edition that it belongs to; None when nothing is open (FLOW-001, FLOW-004).

    A participation stays on its edition. When the newest edition discloses what the learner was never shown, its front matter is shown before they go
    on; who has claimed goes nowhere any more, and keeps their certificate at hand.
    """
    newest = current_edition(edition.activity, today_at(edition.activity, at))
    seen = set(participation.front_matter_seen.values_list("fragment_id", flat=True)) if participation else set()
    has_claimed = participation is not None and Step.CLAIM in lines_of(participation)
    if (
        newest
        and newest.pk != edition.pk
        and not has_claimed
        and newest.front_matter_id not in seen
        and _is_news(newest, edition, participation)
    ):
        assert newest.front_matter is not None
        return newest.front_matter, newest
    if edition.front_matter and not seen:
        return edition.front_matter, edition
    return None


def _note(line: StepLine | None) -> str:
    if line is None or line.is_skipped or "correct" not in line.evidence:
        return ""
    return f"{line.evidence['correct']} of {line.evidence['total']}"


def corridor_of(participation: Participation, current: Step | None, at: datetime) -> Corridor:
    """The header of a step's page: the track with what is done, where the learner is and what is open."""
    plan, lines, edition = participation.plan, lines_of(participation), participation.edition
    skipped = {step for step, line in lines.items() if line.is_skipped}
    activity_url = reverse("journey:activity", args=[edition.activity.slug])
    cells = tuple(
        StepView(
            key=step,
            label=PAGES[step].label,
            status=step_status(step, current, plan, lines, skipped),
            note=_note(lines.get(step)),
            url=step_url(step, edition) if step != current and may_enter(step, plan, lines) else None,
        )
        for step in map(Step, plan)
    )
    number = plan.index(current) + 1 if current else 0
    return Corridor(
        title=edition.title,
        back_url=activity_url,
        leave_url=activity_url,
        steps=cells,
        brief=f"Step {number} of {len(plan)}: {PAGES[current].label}" if current else "",
        ends_warning=grace_sentence(participation, at) or ends_warning(edition, at),
    )


def personal_data(user: User) -> dict[str, Any]:
    """What this room keeps of a person: what they took part in, what they were shown, and each step with its evidence."""
    rows = participations_of(user).prefetch_related("front_matter_seen")
    return {
        "participations": [
            {
                "id": str(one.uuid),
                "activity": one.edition.activity.slug,
                "title": one.edition.title,
                "edition": one.edition.number,
                "begun_at": one.begun_at,
                "shown": [{"sha256": seen.fragment_id, "at": seen.at} for seen in one.front_matter_seen.all()],
                "steps": [
                    {"step": line.step, "at": line.at, "is_skipped": line.is_skipped, "evidence": line.evidence} for line in one.lines.all()
                ],
                "place": one.progress.label if hasattr(one, "progress") else "",
            }
            for one in rows
        ]
    }
