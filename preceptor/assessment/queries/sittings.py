"""The test as it is taken: questions without key and rationale."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from preceptor.assessment.models import Answer, Attempt, AttemptGrant, Item
from preceptor.assessment.rules import Past, Purpose, in_words, is_shuffled, may_start_pre_test, missing_positions, option_order
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import Step, needed_correct
from preceptor.journey.models import Participation, StepLine

STEPS = {Purpose.PRE: Step.PRE_TEST, Purpose.POST: Step.POST_TEST}
NAMES = {Purpose.PRE: "Pre-test", Purpose.POST: "Post-test"}


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
    attempts = list(Attempt.objects.filter(participation=participation, purpose=purpose).order_by("number"))
    done = sum(attempt.submitted_at is not None for attempt in attempts)
    if purpose is Purpose.PRE and not may_start_pre_test(done, is_closed=is_pre_test_closed(participation)):
        return None
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
