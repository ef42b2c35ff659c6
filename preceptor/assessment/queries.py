"""What we ask of tests. Nothing here hands out the key but `result_of`, and that only where `rules.may_see_key` says yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode

from django.urls import reverse

from preceptor.assessment.models import Answer, Attempt, AttemptGrant, Item
from preceptor.assessment.rules import (
    Keyed,
    Past,
    Purpose,
    attempts_left,
    grade,
    in_words,
    is_shuffled,
    may_see_key,
    may_start,
    missing_positions,
    objectives_to_review,
    option_order,
    results_by_objective,
    rounded_percent,
)
from preceptor.catalog.models import Edition, Objective
from preceptor.catalog.rules import Step, needed_correct
from preceptor.journey.models import Participation, StepLine
from preceptor.ui.days import timecode

STEPS = {Purpose.PRE: Step.PRE_TEST, Purpose.POST: Step.POST_TEST}
NAMES = {Purpose.PRE: "Pre-test", Purpose.POST: "Post-test"}


class Facts(TypedDict):
    """What compliance asks of a test."""

    items: int
    items_per_objective: dict[str, int]


@dataclass(frozen=True)
class Option:
    """An option as shown: letters follow the order on the page."""

    key: str
    letter: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question as a learner may see it: without key and rationale."""

    position: int
    item_id: int
    uuid: str
    stem: str
    ask: str
    options: tuple[Option, ...]
    chosen: str
    is_flagged: bool

    @property
    def chosen_option(self) -> Option | None:
        """The option that was saved."""
        return next((option for option in self.options if option.key == self.chosen), None)


@dataclass(frozen=True)
class Sitting:
    """An attempt that is open, or the first one that has not been begun yet (`attempt` is None): its first saved answer begins it."""

    purpose: Purpose
    number: int
    attempt: Attempt | None
    questions: tuple[Question, ...]
    pass_mark: int

    @property
    def total(self) -> int:
        """How many questions."""
        return len(self.questions)

    @property
    def needed(self) -> int:
        """How many must be correct."""
        return needed_correct(self.pass_mark, self.total)

    @property
    def missing(self) -> list[int]:
        """The numbers of the questions that still need an answer."""
        return missing_positions([q.item_id for q in self.questions], {q.item_id for q in self.questions if q.chosen})

    @property
    def answered(self) -> int:
        """How many answers are saved."""
        return self.total - len(self.missing)

    @property
    def flagged(self) -> list[int]:
        """The numbers of the questions to look at again."""
        return [q.position for q in self.questions if q.is_flagged]

    @property
    def first_missing(self) -> int:
        """Where to resume; 0 when all are answered."""
        return next(iter(self.missing), 0)

    @property
    def missing_sentence(self) -> str:
        """Why the finish button is not there yet."""
        return needs_words(self.missing)


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


@dataclass(frozen=True)
class ItemPair:
    """The first attempts of one learner at one version of an item, before and after."""

    participation: int
    item_version: str
    pre_correct: bool
    post_correct: bool


def needs_words(missing: Sequence[int]) -> str:
    """ "Questions 4, 8 and 9 still need a saved answer."; "" when none does."""
    if not missing:
        return ""
    return f"Question{'s' * (len(missing) > 1)} {in_words(missing)} still need{'s' * (len(missing) == 1)} a saved answer."


def page_url(edition: Edition, purpose: Purpose, page: str = "", *args: int) -> str:
    """The address of a test's page: "" (where the learner is), question, review, finish, result, again, skip."""
    return reverse(f"assessment:{purpose}_test{'_' * bool(page)}{page}", args=[edition.activity.slug, *args])


def items_of(edition: Edition) -> list[Item]:
    """The items, in order, with their objectives."""
    return list(edition.items.select_related("objective"))


def facts(edition: Edition) -> Facts:
    """How many items there are, and how many per objective (objectives without items count 0)."""
    per_objective = {objective.key: 0 for objective in edition.objectives.all()}
    items = items_of(edition)
    for item in items:
        per_objective[item.objective.key] += 1
    return {"items": len(items), "items_per_objective": per_objective}


def submitted_attempts(participation: Participation, purpose: Purpose) -> list[Attempt]:
    """Finished attempts, oldest first."""
    return list(Attempt.objects.filter(participation=participation, purpose=purpose, submitted_at__isnull=False).order_by("number"))


def grants_of(participation: Participation) -> int:
    """How many attempts the staff granted on top of the policy."""
    return AttemptGrant.objects.filter(participation=participation).count()


def pasts(attempts: Sequence[Attempt]) -> list[Past]:
    """Attempts as the policy looks at them."""
    return [Past(is_passed=bool(attempt.is_passed)) for attempt in attempts]


def is_pre_test_closed(participation: Participation) -> bool:
    """Was the pre-test taken, skipped, or closed by opening the content?"""
    return StepLine.objects.filter(participation=participation, step=Step.PRE_TEST).exists()


def shown_order(participation: Participation, purpose: Purpose, number: int) -> list[list[object]]:
    """What an attempt shows, in order: [[item id, [option keys]], …]. The same attempt always gets the same order."""
    return [
        [
            item.pk,
            option_order(
                [str(option["key"]) for option in item.options],
                seed=f"{participation.uuid}:{number}:{item.key}",
                is_shuffled=is_shuffled(purpose, number),
            ),
        ]
        for item in participation.edition.items.all()
    ]


def sitting_on(participation: Participation, purpose: Purpose) -> Sitting | None:
    """The attempt that is open, or the first one to come. None when there is none to answer: the last one was finished, or the test is closed."""
    if purpose is Purpose.PRE and is_pre_test_closed(participation):
        return None
    attempts = list(Attempt.objects.filter(participation=participation, purpose=purpose).order_by("number"))
    attempt = next((a for a in attempts if a.submitted_at is None), None)
    if attempt is None and attempts:
        return None
    number = attempt.number if attempt else 1
    order = attempt.order if attempt else shown_order(participation, purpose, number)
    chosen = dict(Answer.objects.filter(attempt=attempt).values_list("item_id", "option")) if attempt else {}
    flagged = set(attempt.flagged) if attempt else set()
    items = {item.pk: item for item in participation.edition.items.all()}
    questions = tuple(
        _question(position, items[pk], keys, chosen.get(pk, ""), pk in flagged) for position, (pk, keys) in enumerate(order, 1)
    )
    return Sitting(purpose, number, attempt, questions, attempt.pass_mark if attempt else participation.edition.pass_mark)


def _question(position: int, item: Item, keys: Sequence[str], chosen: str, is_flagged: bool) -> Question:
    texts = {option["key"]: option["text"] for option in item.options}
    options = tuple(Option(key, "ABCDEFGHIJ"[i], texts[key]) for i, key in enumerate(keys))
    return Question(position, item.pk, str(item.uuid), item.stem, item.question, options, chosen, is_flagged)


def where_url(participation: Participation, purpose: Purpose) -> str:
    """Where the learner is in the test: the first unanswered question, the review, or the result. "" when a closed pre-test was never finished."""
    edition = participation.edition
    sitting = sitting_on(participation, purpose)
    if sitting is not None:
        return (
            page_url(edition, purpose, "question", sitting.first_missing) if sitting.first_missing else page_url(edition, purpose, "review")
        )
    return page_url(edition, purpose, "result") if submitted_attempts(participation, purpose) else ""


def refs_of(edition: Edition) -> dict[str, int]:
    """Numbers of the references, as in the bibliography."""
    return {key: number for number, key in enumerate(edition.citations.order_by("position").values_list("key", flat=True), 1)}


def result_of(participation: Participation, purpose: Purpose) -> Result | None:
    """The last finished attempt, with as much as may be shown: see docs/rules/assessment.md, ASM-006 and ASM-007."""
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
    url = reverse("content:part", args=[edition.activity.slug, str(place["part"])])
    seconds, anchor = place.get("at"), str(place.get("anchor") or "")
    if isinstance(seconds, int | float):
        return ReviewLink(f"Watch from {timecode(seconds)}", f"{url}?{urlencode({'at': seconds})}")
    if anchor:
        return ReviewLink(f"Read “{_in_words(anchor)}”", f"{url}#{anchor}")
    return ReviewLink(f"Open “{_in_words(str(place['part']))}”", url)


def _in_words(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


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


def grade_of(attempt: Attempt) -> tuple[int, int, frozenset[int]]:
    """Correct, total and the items answered correctly, from the answers as saved."""
    keyed = [_keyed(item) for item in items_of(attempt.participation.edition)]
    graded = grade(keyed, dict(attempt.answers.values_list("item_id", "option")))
    return graded.correct, graded.total, graded.right
