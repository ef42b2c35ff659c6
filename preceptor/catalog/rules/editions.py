"""What must be true of activities and editions: roles, steps, pass marks, lengths, search weights."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum


class EditionState(StrEnum):
    """draft → published → withdrawn; expired is a matter of dates, not a state."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """How far a draft has come; what follows (published, review due, expired, withdrawn) is told by state and dates."""

    DRAFT = "draft"
    DISCLOSURES_OPEN = "disclosures_open"
    CONTENT_REVIEW = "content_review"
    READY = "ready"


class Role(StrEnum):
    """Roles of people in control of content."""

    FACULTY = "faculty"
    AUTHOR = "author"
    PLANNER = "planner"
    REVIEWER = "reviewer"


class Step(StrEnum):
    """The steps of the corridor, in the order of the usual plan."""

    FRONT_MATTER = "front_matter"
    PRE_TEST = "pre_test"
    CONTENT = "content"
    POST_TEST = "post_test"
    EVALUATION = "evaluation"
    CLAIM = "claim"
    CERTIFICATE = "certificate"


def usual_plan(*, has_pre_test: bool) -> list[str]:
    """The plan that an edition gets: every step, the pre-test only where it is offered."""
    return [step for step in Step if has_pre_test or step is not Step.PRE_TEST]


def needed_correct(pass_mark: int, total: int) -> int:
    """The smallest number of correct answers that reaches the pass mark (whole percent), by integers alone."""
    return -(-pass_mark * total // 100)


def reaches(correct: int, total: int, pass_mark: int) -> bool:
    """Exact comparison: correct/total at or above pass_mark percent."""
    return total > 0 and correct * 100 >= pass_mark * total


def outline_titles(outline: Sequence[dict[str, object]]) -> list[str]:
    """Every title of a nested outline, for search."""
    titles: list[str] = []
    for item in outline:
        titles.append(str(item["title"]))
        titles += outline_titles(item.get("children", []))  # type: ignore[arg-type]
    return titles


def length_band(minutes: int) -> str:
    """The band of a length: "15" up to 15 minutes, "30", "60", "over"."""
    return next((str(limit) for limit in (15, 30, 60) if minutes <= limit), "over")


# What a word weighs by the field where it stands, and how soon repeating it stops to count (BM25's saturation; larger for longer fields).
FIELD_WEIGHTS = {"title": (8.0, 0.5), "objectives": (4.0, 1.0), "topic": (3.0, 1.0), "faculty": (3.0, 1.0), "text": (1.0, 6.0)}


def posting_weights(fields: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Term → weight in a document: for each field its weight × tf / (tf + saturation), added up."""
    weights: dict[str, float] = {}
    for name, found in fields.items():
        weight, saturation = FIELD_WEIGHTS[name]
        for term, count in Counter(found).items():
            weights[term] = weights.get(term, 0.0) + weight * count / (count + saturation)
    return weights


def rarity(documents: int, with_term: int) -> float:
    """How much a term tells: BM25's inverse document frequency, never negative."""
    return math.log(1 + (documents - with_term + 0.5) / (with_term + 0.5))


def topic_key(topic: str) -> str:
    """A topic that a state or the nation asks for, spelled as in the packs: "MATE" and "implicit-bias" were typed so once."""
    return topic.strip().lower().replace("-", "_").replace(" ", "_")
