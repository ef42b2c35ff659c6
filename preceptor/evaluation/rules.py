"""What must be true of evaluations. Plain Python. Every rule is told in docs/rules/evaluation.md under its id."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")

AGREEMENT = ((1, "Strongly disagree"), (2, "Disagree"), (3, "Neither"), (4, "Agree"), (5, "Strongly agree"))
MOST_TAPS = 12
OTHER_TAPS = 4  # intent, one change, balance, overall
MOST_CHANGES = 3
BATCH = 500


class Intent(StrEnum):
    """What the learner means to do in practice."""

    WILL = "will"
    ALREADY = "already"
    NO = "no"


@dataclass(frozen=True)
class Verdict:
    """A filled-in evaluation, checked."""

    objectives: dict[str, int]
    overall: int
    intent: Intent
    changes: tuple[str, ...]
    barriers: tuple[str, ...]
    is_balanced: bool
    bias_text: str = ""
    bias_name: str = ""
    commitments: tuple[str, ...] = ()

    def anonymous(self) -> dict[str, object]:
        """What goes into the answers without a name: choices only. Free text is in the bias report, never here (EVL-003)."""
        return {
            "objectives": self.objectives,
            "overall": self.overall,
            "intent": str(self.intent),
            "changes": list(self.changes),
            "barriers": list(self.barriers),
            "is_balanced": self.is_balanced,
        }


def required_rows(objectives: int) -> int:
    """How many objective rows must be answered, so that the form needs 12 taps at most; further rows are optional (EVL-001)."""
    return min(objectives, MOST_TAPS - OTHER_TAPS)


def required_taps(objectives: int) -> int:
    """The taps that the form cannot do without."""
    return required_rows(objectives) + OTHER_TAPS


def month_of(at: datetime) -> str:
    """The month, and nothing finer (UTC): "2026-11"."""
    return f"{at.astimezone(UTC):%Y-%m}"


def months_to_shuffle(at: datetime) -> list[str]:
    """This month and the one before: whatever was sent since the last night is in one of them."""
    year, month = at.astimezone(UTC).year, at.astimezone(UTC).month
    return [f"{year}-{month:02}", f"{year - (month == 1)}-{month - 1 or 12:02}"]


def shuffled_batches(rows: Sequence[T], *, size: int = BATCH, chance: random.Random | None = None) -> list[list[T]]:
    """All rows in a random order, in batches: old and new ones mixed (EVL-005)."""
    mixed = list(rows)
    (chance or random.SystemRandom()).shuffle(mixed)
    return [mixed[i : i + size] for i in range(0, len(mixed), size)]


def spec_problems(spec: Mapping[str, object]) -> list[str]:
    """What is wrong with the form of a bundle, in words; an empty list when it can be taken."""
    problems = []
    for name in ("changes", "barriers"):
        texts = spec.get(name)
        if not isinstance(texts, list) or not texts:
            problems.append(f"lists no {name}")
        elif not all(isinstance(text, str) and 0 < len(text.strip()) <= 300 for text in texts) or len(
            {str(t).strip() for t in texts}
        ) != len(texts):
            problems.append(f"has {name} that are empty, doubled or longer than 300 characters")
    return problems
