"""What other rooms ask of the tests: facts before publishing, and what is kept of a person."""

from typing import Any, TypedDict

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.assessment.models import Attempt, AttemptGrant
from preceptor.assessment.queries.sittings import items_of
from preceptor.catalog.models import Edition


class Facts(TypedDict):
    """What compliance asks of a test."""

    items: int
    items_per_objective: dict[str, int]


def facts(edition: Edition) -> Facts:
    """How many items there are, and how many per objective (objectives without items count 0)."""
    per_objective = {objective.key: 0 for objective in edition.objectives.all()}
    items = items_of(edition)
    for item in items:
        per_objective[item.objective.key] += 1
    return {"items": len(items), "items_per_objective": per_objective}


def personal_data(user: User) -> dict[str, Any]:
    """What this room keeps of a person: attempts with their answers, and attempts that were granted."""
    people = identities_of(user)
    attempts = Attempt.objects.filter(participation__user__in=people).prefetch_related("answers__item").order_by("started_at")
    grants = AttemptGrant.objects.filter(participation__user__in=people).order_by("at")
    return {
        "attempts": [
            {
                "participation": str(one.participation.uuid),
                "test": one.purpose,
                "number": one.number,
                "started_at": one.started_at,
                "submitted_at": one.submitted_at,
                "correct": one.correct,
                "total": one.total,
                "pass_mark": one.pass_mark,
                "is_passed": one.is_passed,
                "answers": [
                    {"question": row.item.question, "option": row.option, "is_correct": row.is_correct} for row in one.answers.all()
                ],
            }
            for one in attempts.select_related("participation")
        ],
        "granted": list(grants.values("participation__uuid", "at", "by", "reason")),
    }
