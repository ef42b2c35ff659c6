"""How long learners really needed, to stand beside the estimate of the worksheet: numbers, no names. And what is kept of one of them, for themselves."""

from decimal import Decimal
from typing import Any

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import Step
from preceptor.content.models import CaseAnswer, PartProgress
from preceptor.content.rules import PartKind, active_minutes, seconds_in
from preceptor.journey.models import StepLine


def observed_minutes(edition: Edition) -> list[Decimal]:
    """The active minutes of every learner of the edition whose time is known: content and post-test, in two queries.

    A lecture counts by the seconds that were watched, reading and cases from opening to finishing, the post-test from the end of the content.
    Whoever left something open for longer than a sitting is left out: nobody knows how much of that was reading.
    """
    spans: dict[int, list[float | None]] = {}
    rows = PartProgress.objects.filter(participation__edition=edition).select_related("part")
    for row in rows.only("participation", "part__kind", "opened_at", "completed_at", "watched"):
        if row.part.kind == PartKind.LECTURE:
            seconds: float | None = seconds_in(row.watched) if row.completed_at else None
        else:
            seconds = (row.completed_at - row.opened_at).total_seconds() if row.completed_at else None
        spans.setdefault(row.participation_id, []).append(seconds)
    ends: dict[int, dict[str, float]] = {}
    lines = StepLine.objects.filter(participation__in=list(spans), step__in=[Step.CONTENT, Step.POST_TEST], is_skipped=False)
    for participation, step, at in lines.values_list("participation", "step", "at"):
        ends.setdefault(participation, {})[step] = at.timestamp()
    found = []
    for participation, seconds_each in spans.items():
        known = ends.get(participation, {})
        if len(known) == 2 and (minutes := active_minutes([*seconds_each, known[Step.POST_TEST] - known[Step.CONTENT]])) is not None:
            found.append(minutes)
    return found


def personal_data(user: User) -> dict[str, Any]:
    """What this room keeps of a person: how far they got in each part, and what they chose in cases."""
    people = identities_of(user)
    progress = PartProgress.objects.filter(participation__user__in=people).order_by("opened_at")
    choices = CaseAnswer.objects.filter(participation__user__in=people).order_by("at")
    fields = ("participation__uuid", "part__title", "opened_at", "completed_at", "basis", "position", "watched", "updated_at")
    return {
        "parts": list(progress.values(*fields)),
        "case_choices": list(choices.values("participation__uuid", "decision__question", "option", "at")),
    }
