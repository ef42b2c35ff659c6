"""What a finished attempt came to. The key is handed out here alone, and only where `rules.may_see_key` says yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from preceptor.assessment.models import Attempt, Item
from preceptor.assessment.queries.sittings import grants_of, items_of, pasts, submitted_attempts
from preceptor.assessment.rules import (
    Keyed,
    Purpose,
    attempts_left,
    grade,
    may_see_key,
    may_start,
    objectives_to_review,
    results_by_objective,
    rounded_percent,
)
from preceptor.catalog.models import Edition, Objective
from preceptor.catalog.rules import needed_correct
from preceptor.journey.models import Participation
from preceptor.journey.queries import place_url
from preceptor.ui.days import timecode


@dataclass(frozen=True)
class ReviewLink:
    """Where the content treats something."""

    label: str
    url: str


@dataclass(frozen=True)
class ReviewRow:
    """An objective to review. `count` is empty where it would give a single question away."""

    objective: str
    count: str
    links: tuple[ReviewLink, ...]


@dataclass(frozen=True)
class ObjectiveRow:
    """An objective's score, shown once the key is open."""

    objective: str
    pre: str
    post: str


@dataclass(frozen=True)
class KeyedOption:
    """An option in the answer list: the letter is the one that the rationale uses."""

    letter: str
    text: str
    is_best: bool
    is_mine: bool


@dataclass(frozen=True)
class AnswerRow:
    """A question with its key and rationale."""

    position: int
    stem: str
    ask: str
    is_correct: bool
    options: tuple[KeyedOption, ...]
    rationale: str
    objective: str
    links: tuple[ReviewLink, ...]


@dataclass(frozen=True)
class Result:
    """What a submitted attempt came to, with as much of the key as this learner may see now."""

    attempt: Attempt
    purpose: Purpose
    correct: int
    total: int
    needed: int
    percent: int
    pre: Attempt | None
    pre_percent: int | None
    to_review: tuple[ReviewRow, ...]
    may_retry: bool
    left: int | None
    allowed: int | None
    is_key_open: bool
    answers: tuple[AnswerRow, ...]
    objectives: tuple[ObjectiveRow, ...]

    @property
    def gain(self) -> int | None:
        """How many more were correct than in the pre-test."""
        return None if self.pre is None or self.pre.correct is None else self.correct - self.pre.correct

    @property
    def lowest(self) -> int:
        """The left end of the gain on the scale."""
        return min(self.percent, self.percent if self.pre_percent is None else self.pre_percent)

    @property
    def highest(self) -> int:
        """The right end of the gain on the scale."""
        return max(self.percent, self.percent if self.pre_percent is None else self.pre_percent)

    @property
    def width(self) -> int:
        """How far the gain reaches."""
        return self.highest - self.lowest

    @property
    def anchor(self) -> str:
        """Where the score's label hangs, so that it stays on the page."""
        return "start" if self.percent < 12 else "end" if self.percent > 88 else "middle"

    @property
    def pre_anchor(self) -> str:
        """The same for the pre-test's label."""
        percent = self.pre_percent or 0
        return "start" if percent < 12 else "end" if percent > 88 else "middle"

    @property
    def shows_pre_label(self) -> bool:
        """Two labels on the scale need room; else the pre-test is named in the sentence alone."""
        return self.pre_percent is not None and abs(self.percent - self.pre_percent) >= 18


def refs_of(edition: Edition) -> dict[str, int]:
    """Numbers of the references, as in the bibliography."""
    return {key: number for number, key in enumerate(edition.citations.order_by("position").values_list("key", flat=True), 1)}


def result_of(participation: Participation, purpose: Purpose) -> Result | None:
    """The last finished attempt, with as much as may be shown: see docs/rules/assessment.md, TEST-006 and TEST-007."""
    attempts = submitted_attempts(participation, purpose)
    if not attempts:
        return None
    attempt, edition = attempts[-1], participation.edition
    items = items_of(edition)
    keyed = [_keyed(item) for item in items]
    right = _right(attempt)
    grants, cap = grants_of(participation), edition.max_attempts
    is_open = purpose is Purpose.POST and may_see_key(pasts(attempts), cap, grants)
    pre = None if purpose is Purpose.PRE else next(iter(submitted_attempts(participation, Purpose.PRE)), None)
    objectives = {o.key: o for o in edition.objectives.all()}
    review = () if purpose is Purpose.PRE else objectives_to_review(results_by_objective(keyed, right))
    correct = attempt.correct or 0
    return Result(
        attempt=attempt,
        purpose=purpose,
        correct=correct,
        total=attempt.total,
        needed=needed_correct(attempt.pass_mark, attempt.total),
        percent=rounded_percent(correct, attempt.total),
        pre=pre,
        pre_percent=rounded_percent(pre.correct or 0, pre.total) if pre else None,
        to_review=tuple(
            ReviewRow(
                str(objectives[row.objective]),
                f"{row.correct} of {row.total}" if row.may_count else "",
                review_links(edition, objectives[row.objective].review),
            )
            for row in review
        ),
        may_retry=purpose is Purpose.POST and may_start(pasts(attempts), cap, grants),
        left=attempts_left(len(attempts), cap, grants),
        allowed=None if cap is None else cap + grants,
        is_key_open=is_open,
        answers=_answer_rows(attempt, items, right) if is_open else (),
        objectives=_objective_rows(keyed, right, _right(pre) if pre else None, objectives) if is_open else (),
    )


def _keyed(item: Item) -> Keyed:
    return Keyed(item.pk, item.objective.key, item.answer)


def _right(attempt: Attempt) -> set[int]:
    return set(attempt.answers.filter(is_correct=True).values_list("item_id", flat=True))


def _answer_rows(attempt: Attempt, items: Sequence[Item], right: set[int]) -> tuple[AnswerRow, ...]:
    mine = dict(attempt.answers.values_list("item_id", "option"))
    return tuple(
        AnswerRow(
            position=position,
            stem=item.stem,
            ask=item.question,
            is_correct=item.pk in right,
            options=tuple(
                KeyedOption(str(o["key"]).upper(), o["text"], o["key"] == item.answer, o["key"] == mine.get(item.pk)) for o in item.options
            ),
            rationale=item.rationale,
            objective=str(item.objective),
            links=review_links(attempt.participation.edition, [item.review] if item.review else item.objective.review),
        )
        for position, item in enumerate(items, 1)
    )


def _objective_rows(
    keyed: Sequence[Keyed], right: set[int], pre_right: set[int] | None, objectives: dict[str, Objective]
) -> tuple[ObjectiveRow, ...]:
    before = {row.objective: row for row in results_by_objective(keyed, pre_right)} if pre_right is not None else {}
    return tuple(
        ObjectiveRow(
            str(objectives[row.objective]),
            f"{before[row.objective].correct} of {row.total}" if before else "",
            f"{row.correct} of {row.total}",
        )
        for row in results_by_objective(keyed, right)
    )


def review_links(edition: Edition, places: Sequence[dict[str, object]]) -> tuple[ReviewLink, ...]:
    """Links into the content, in words: "Watch from 1:35", "Read “First line therapy”", "Open case"."""
    return tuple(_review_link(edition, place) for place in places if place.get("part"))


def _review_link(edition: Edition, place: dict[str, object]) -> ReviewLink:
    url = place_url(edition, str(place["part"]))
    seconds, anchor = place.get("at"), str(place.get("anchor") or "")
    if isinstance(seconds, int | float):
        return ReviewLink(f"Watch from {timecode(seconds)}", f"{url}?{urlencode({'t': int(seconds)})}")
    if anchor:
        return ReviewLink(f"Read “{_in_words(anchor)}”", f"{url}#{anchor}")
    return ReviewLink(f"Open “{_in_words(str(place['part']))}”", url)


def _in_words(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def grade_of(attempt: Attempt) -> tuple[int, int, frozenset[int]]:
    """Correct, total and the items answered correctly, from the answers as saved."""
    keyed = [_keyed(item) for item in items_of(attempt.participation.edition)]
    graded = grade(keyed, dict(attempt.answers.values_list("item_id", "option")))
    return graded.correct, graded.total, graded.right
