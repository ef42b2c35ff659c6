"""Requirements that a learner follows: begun, given other days, rolled over to the next cycle, left and taken up again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from preceptor.accounts.actions import hold_people
from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of, person_of
from preceptor.accreditation.rules import Requirement
from preceptor.credit.models import TrackedRequirement
from preceptor.credit.queries import OWN, requirement_of
from preceptor.credit.rules import next_cycle
from preceptor.journey.queries import today_here
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry

BY = "learner"
# Cycles of one person, past ones among them.
MOST_TRACKED = 200


@transaction.atomic
def follow_requirement(user: User, requirement: Requirement, begins_on: date, ends_on: date, *, at: datetime) -> TrackedRequirement:
    """Follow a requirement of the packs in a cycle of one's own. The same cycle again is the one that is followed already."""
    return _follow(person_of(user), requirement.key, begins_on, ends_on, at=at)


@transaction.atomic
def follow_own(user: User, title: str, system: str, amount: Decimal, begins_on: date, ends_on: date, *, at: datetime) -> TrackedRequirement:
    """Follow a requirement in one's own words: so much of one credit system. The very same again is the one that is followed already."""
    ((person, *others),) = hold_people(user)
    own: dict[str, Any] = {"title": title, "system": system, "amount": amount}
    followed = TrackedRequirement.objects.filter(user__in=[person, *others], requirement__startswith=f"{OWN}:", removed_at=None)
    if held := followed.filter(begins_on=begins_on, ends_on=ends_on, **own).first():
        return held
    return _follow(person, f"{OWN}:{uuid4().hex}", begins_on, ends_on, at=at, **own)


@transaction.atomic
def change_tracked(tracked: TrackedRequirement, *, at: datetime, **values: Any) -> TrackedRequirement:
    """Give it other days; one of one's own words also another name, credit or amount."""
    changed = sorted(name for name, value in values.items() if getattr(tracked, name) != value)
    if (
        "ends_on" in changed
        and _cycles(tracked.user, tracked.requirement).filter(ends_on=values["ends_on"]).exclude(pk=tracked.pk).exists()
    ):
        raise Refused("credit.cycle_twice", "You follow this requirement to that day already.", reverse("credit:requirements"))
    if changed:
        TrackedRequirement.objects.filter(pk=tracked.pk).update(**values)
        write_entry("credit.change_tracked", by=BY, at=at, about=tracked, detail={"changed": changed})
    return tracked


@transaction.atomic
def roll_over(tracked: TrackedRequirement, *, at: datetime) -> TrackedRequirement:
    """Begin the cycle after this one; this one stays as a past cycle. What is asked once has none (credit.no_next_cycle)."""
    cycle = next_cycle(requirement_of(tracked, today_here(at)), tracked.begins_on, tracked.ends_on)
    if cycle is None:
        raise Refused("credit.no_next_cycle", "This is asked one time only: there is no next cycle.", reverse("credit:requirements"))
    own: dict[str, Any] = {"title": tracked.title, "system": tracked.system, "amount": tracked.amount}
    return _follow(tracked.user, tracked.requirement, *cycle, at=at, **own)


@transaction.atomic
def leave_requirement(tracked: TrackedRequirement, *, at: datetime) -> None:
    """Follow it no more. It can be taken up again."""
    if TrackedRequirement.objects.filter(pk=tracked.pk, removed_at=None).update(removed_at=at):
        write_entry("credit.leave_requirement", by=BY, at=at, about=tracked)


@transaction.atomic
def resume_requirement(tracked: TrackedRequirement, *, at: datetime) -> None:
    """Follow it again, if the same cycle was not begun anew meanwhile (credit.cycle_twice)."""
    if _cycles(tracked.user, tracked.requirement).filter(ends_on=tracked.ends_on).exists():
        raise Refused("credit.cycle_twice", "You follow this requirement to that day already.", reverse("credit:requirements"))
    if TrackedRequirement.objects.filter(pk=tracked.pk, removed_at__isnull=False).update(removed_at=None):
        write_entry("credit.resume_requirement", by=BY, at=at, about=tracked)


def _follow(person: User, key: str, begins_on: date, ends_on: date, *, at: datetime, **own: Any) -> TrackedRequirement:
    if TrackedRequirement.objects.filter(user__in=identities_of(person)).count() >= MOST_TRACKED:
        raise Refused("credit.tracked_full", f"You follow {MOST_TRACKED} cycles, the most that is kept.", reverse("credit:requirements"))
    row = TrackedRequirement(user=person, requirement=key, begins_on=begins_on, ends_on=ends_on, added_at=at, **own)
    # Of two requests at once the database takes one.
    TrackedRequirement.objects.bulk_create([row], ignore_conflicts=True)
    held = _cycles(person, key).get(ends_on=ends_on)
    if held.uuid == row.uuid:
        write_entry("credit.follow_requirement", by=BY, at=at, about=held, detail={"requirement": key.partition(":")[0]})
    return held


def _cycles(person: User, key: str) -> QuerySet[TrackedRequirement]:
    return TrackedRequirement.objects.filter(user=person, requirement=key, removed_at=None)
