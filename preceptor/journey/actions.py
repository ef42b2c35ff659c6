"""What we do in the corridor: begin, write a line when a step is done, note where the learner is."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import Step
from preceptor.journey.models import FrontMatterSeen, Participation, Progress, StepLine
from preceptor.journey.queries import is_expired, next_url, wanted_fragment
from preceptor.journey.rules import may_enter
from preceptor.kernel.refusals import Refused


@transaction.atomic
def begin(user: User, edition: Edition, participation: Participation | None, *, fragment: str, at: datetime) -> Participation:
    """Record that the front matter was shown, and with it begin (or go on with) the activity.

    `fragment` is the hash on the page that was shown; another than the one wanted now is refused, so that the page is shown again
    (journey.front_matter_changed). Enrolment ends with the edition (EXP-001: journey.expired). Doubled requests make one participation.
    """
    wanted = wanted_fragment(edition, participation, at)
    if wanted is None and participation is not None:
        return participation
    if wanted is None or wanted[0].sha256 != fragment:
        raise Refused(
            "journey.front_matter_changed",
            "What you need to know before you start has changed since you opened the page. Please read it once more.",
            reverse("journey:begin", args=[edition.activity.slug]),
        )
    if participation is None:
        if is_expired(edition, at):
            raise Refused(
                "journey.expired",
                "This activity has ended and takes no new learners.",
                reverse("journey:activity", args=[edition.activity.slug]),
            )
        participation, _ = Participation.objects.get_or_create(user=user, edition=edition, defaults={"plan": edition.plan, "begun_at": at})
    FrontMatterSeen.objects.get_or_create(
        participation=participation, fragment=wanted[0], defaults={"edition": wanted[1], "at": at, "locale": wanted[1].language}
    )
    complete_step(participation, Step.FRONT_MATTER, evidence={"fragment": fragment, "locale": wanted[1].language}, at=at)
    return participation


@transaction.atomic
def complete_step(
    participation: Participation, step: Step, *, evidence: dict[str, Any], at: datetime, is_skipped: bool = False
) -> StepLine:
    """Write the ledger line of a step; a second call returns the first line. A shut door is refused (FLOW-002: journey.step_shut)."""
    lines = {Step(line.step): line for line in StepLine.objects.filter(participation=participation)}
    if step in lines:
        return lines[step]
    if not may_enter(step, participation.plan, lines):
        raise Refused("journey.step_shut", "This step is not open yet.", next_url(participation))
    try:
        with transaction.atomic():
            line = StepLine.objects.create(participation=participation, step=step, evidence=evidence, at=at, is_skipped=is_skipped)
    except IntegrityError:
        return StepLine.objects.get(participation=participation, step=step)
    # A prefetched ledger would be stale now.
    getattr(participation, "_prefetched_objects_cache", {}).pop("lines", None)
    return line


def note_progress(participation: Participation, step: Step, label: str, fraction: float, url: str, *, at: datetime) -> None:
    """Remember where the learner is inside a step, in words for the list page and the Resume button. The latest note holds."""
    Progress.objects.update_or_create(
        participation=participation,
        defaults={"step": step, "label": label[:120], "fraction": min(max(fraction, 0.0), 1.0), "url": url, "at": at},
    )


@transaction.atomic
def erase_person(user: User, *, at: datetime) -> None:
    """Take away a person's notes of where they are. Participations, what was shown and the steps with their scores are the record that credit rests
    on: they stay, without a name."""
    Progress.objects.filter(participation__user__in=identities_of(user)).delete()
