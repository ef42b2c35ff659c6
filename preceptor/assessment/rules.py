"""What must be true of tests. Plain Python. Every rule is told in docs/rules/assessment.md under its id."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_TO_COUNT = 3


class Purpose(StrEnum):
    """The same items serve twice."""

    PRE = "pre"
    POST = "post"


@dataclass(frozen=True)
class Keyed:
    """An item as far as grading needs it."""

    id: int
    objective: str
    answer: str


@dataclass(frozen=True)
class Grade:
    """What an attempt came to. `right` holds the ids of the items answered correctly."""

    correct: int
    total: int
    right: frozenset[int]


@dataclass(frozen=True)
class ObjectiveResult:
    """How an attempt did on one objective."""

    objective: str
    correct: int
    total: int

    @property
    def may_count(self) -> bool:
        """May numbers be told before the key is open? With fewer than three items they would tell which item was wrong (TEST-006)."""
        return self.total >= FEWEST_TO_COUNT


@dataclass(frozen=True)
class Past:
    """A submitted attempt, as the policy looks at it."""

    is_passed: bool


def grade(items: Iterable[Keyed], answers: Mapping[int, str]) -> Grade:
    """One point per item whose chosen option is the keyed one; an item without an answer is not correct (TEST-001)."""
    items = list(items)
    right = frozenset(item.id for item in items if answers.get(item.id) == item.answer)
    return Grade(len(right), len(items), right)


def results_by_objective(items: Iterable[Keyed], right: Collection[int]) -> list[ObjectiveResult]:
    """One result per objective that has items, in the order of the items."""
    totals: dict[str, list[int]] = {}
    for item in items:
        tally = totals.setdefault(item.objective, [0, 0])
        tally[0] += item.id in right
        tally[1] += 1
    return [ObjectiveResult(objective, correct, total) for objective, (correct, total) in totals.items()]


def objectives_to_review(results: Iterable[ObjectiveResult]) -> list[ObjectiveResult]:
    """The objectives with anything to look at again: those where not every item was answered correctly."""
    return [result for result in results if result.correct < result.total]


def option_order(keys: Sequence[str], *, seed: str, is_shuffled: bool) -> list[str]:
    """The option keys as shown: as written, or shuffled. The same seed gives the same order, always."""
    shown = list(keys)
    if is_shuffled:
        random.Random(seed).shuffle(shown)
    return shown


def is_shuffled(purpose: Purpose, number: int) -> bool:
    """First attempts of both tests show the options as written, so that they compare; retries shuffle them (TEST-005)."""
    return purpose is Purpose.POST and number > 1


def attempts_left(used: int, max_attempts: int | None, grants: int) -> int | None:
    """How many attempts the policy still allows: None = without limit; each grant of the staff adds one (TEST-004)."""
    return None if max_attempts is None else max(max_attempts + grants - used, 0)


def may_start(past: Sequence[Past], max_attempts: int | None, grants: int = 0) -> bool:
    """Another attempt at the post-test: none was passed yet, and the policy allows one more (TEST-004)."""
    return not any(attempt.is_passed for attempt in past) and attempts_left(len(past), max_attempts, grants) != 0


def may_start_pre_test(submitted: int, *, is_closed: bool) -> bool:
    """The pre-test is taken once, and not after it was skipped or the content was opened (TEST-008)."""
    return submitted == 0 and not is_closed


def may_see_key(past: Sequence[Past], max_attempts: int | None, grants: int = 0) -> bool:
    """Answers and rationales open after passing, or after the last attempt under a capped policy (TEST-007)."""
    if not past:
        return False
    return any(attempt.is_passed for attempt in past) or attempts_left(len(past), max_attempts, grants) == 0


def missing_positions(order: Sequence[int], answered: Collection[int]) -> list[int]:
    """The numbers (from 1) of the questions that have no saved answer; an attempt with any cannot be finished (TEST-003)."""
    return [position for position, item in enumerate(order, 1) if item not in answered]


def in_words(numbers: Sequence[int]) -> str:
    """1 · 1 and 2 · 1, 2 and 3."""
    words = [str(number) for number in numbers]
    return words[-1] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def rounded_percent(correct: int, total: int) -> int:
    """For people to look at; whether a mark is reached is decided by `catalog.rules.reaches`, never by this."""
    return (200 * correct + total) // (2 * total) if total else 0


def item_problems(item: Mapping[str, object], objectives: Collection[str], citations: Collection[str]) -> list[str]:
    """What is wrong with an item of a bundle, in words; an empty list when it can be taken."""
    problems = [f"has no {field}" for field in ("key", "question", "rationale", "answer") if not str(item.get(field) or "").strip()]
    options = item.get("options")
    texts = (
        {str(o.get("key")): str(o.get("text") or "").strip() for o in options if isinstance(o, dict)} if isinstance(options, list) else {}
    )
    if len(texts) < 2 or (isinstance(options, list) and len(texts) != len(options)):
        problems.append("needs two or more options, each with its own key")
    if not all(texts.values()) or len(set(texts.values())) != len(texts):
        problems.append("has an option that is empty or doubled")
    if str(item.get("answer")) not in texts:
        problems.append("is keyed to an option that does not exist")
    if item.get("objective") not in objectives:
        problems.append(f"names an objective that the activity does not have: {item.get('objective')}")
    references = item.get("references") or []
    unknown = [str(key) for key in references if key not in citations] if isinstance(references, list) else ["references"]
    if unknown:
        problems.append(f"cites what is not in the bibliography: {', '.join(unknown)}")
    return problems
