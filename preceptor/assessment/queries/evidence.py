"""What other rooms ask of the tests: facts before publishing."""

from typing import TypedDict

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
