"""What other rooms ask of the tests: facts before publishing, pairs for outcomes."""

from dataclasses import dataclass
from typing import TypedDict

from preceptor.assessment.models import Answer
from preceptor.assessment.queries.sittings import items_of
from preceptor.assessment.rules import Purpose
from preceptor.catalog.models import Edition


class Facts(TypedDict):
    """What compliance asks of a test."""

    items: int
    items_per_objective: dict[str, int]


@dataclass(frozen=True)
class ItemPair:
    """The first attempts of one learner at one version of an item, before and after."""

    participation: int
    item_version: str
    pre_correct: bool
    post_correct: bool


def facts(edition: Edition) -> Facts:
    """How many items there are, and how many per objective (objectives without items count 0)."""
    per_objective = {objective.key: 0 for objective in edition.objectives.all()}
    items = items_of(edition)
    for item in items:
        per_objective[item.objective.key] += 1
    return {"items": len(items), "items_per_objective": per_objective}


def first_attempt_pairs(edition: Edition) -> list[ItemPair]:
    """For outcomes: first attempts at both tests, paired by learner and version of the item. Only learners who finished both are in it."""
    answers = Answer.objects.filter(
        attempt__participation__edition=edition, attempt__number=1, attempt__submitted_at__isnull=False
    ).values_list("attempt__participation_id", "item__version", "attempt__purpose", "is_correct")
    found: dict[tuple[int, str], dict[str, bool]] = {}
    for participation, version, purpose, is_correct in answers:
        found.setdefault((participation, version), {})[purpose] = bool(is_correct)
    return [
        ItemPair(participation, version, both[Purpose.PRE], both[Purpose.POST])
        for (participation, version), both in found.items()
        if len(both) == len(Purpose)
    ]
