"""What we do with tests: import items, save answers, finish, retry, skip, grant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.assessment.models import Answer, Attempt, AttemptGrant, Item
from preceptor.assessment.queries import (
    NAMES,
    Sitting,
    grade_of,
    grants_of,
    is_pre_test_closed,
    needs_words,
    page_url,
    pasts,
    shown_order,
    sitting_on,
    submitted_attempts,
)
from preceptor.assessment.rules import Purpose, attempts_left, item_problems, may_start
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import EditionState, Step, reaches
from preceptor.journey.actions import complete_step, note_progress
from preceptor.journey.models import Participation, StepLine
from preceptor.journey.queries import is_expired, next_url
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Reason, Refused
from preceptor.logbook.actions import write_entry


@transaction.atomic
def import_items(edition: Edition, items: Sequence[dict[str, Any]]) -> list[Item]:
    """Replace a draft's items by these (the form is that of assessment.yaml). All are taken, or none: every problem is named at once."""
    if edition.state != EditionState.DRAFT:
        raise Refused("assessment.edition_published", "A published edition's test does not change. Make a new edition.")
    objectives = {objective.key: objective for objective in edition.objectives.all()}
    citations = set(edition.citations.values_list("key", flat=True))
    found = [(str(item.get("key")), problem) for item in items for problem in item_problems(item, objectives.keys(), citations)]
    keys = [str(item.get("key")) for item in items]
    found += [(key, "is there twice") for key in sorted({key for key in keys if keys.count(key) > 1})]
    if found:
        reasons = [Reason("assessment.bad_item", f"Item {key} {problem}.") for key, problem in found]
        raise Refused("assessment.bad_items", "The test cannot be taken: " + " ".join(r.message for r in reasons), reasons=reasons)
    edition.items.all().delete()
    return Item.objects.bulk_create(
        [_item(edition, position, item, objectives[item["objective"]].pk) for position, item in enumerate(items, 1)]
    )


def _item(edition: Edition, position: int, item: dict[str, Any], objective: int) -> Item:
    options = [{"key": str(option["key"]), "text": str(option["text"]).strip()} for option in item["options"]]
    asked = {
        "stem": str(item.get("stem") or "").strip(),
        "question": str(item["question"]).strip(),
        "options": options,
        "answer": str(item["answer"]),
    }
    return Item(
        edition=edition,
        objective_id=objective,
        key=item["key"],
        position=position,
        level=item.get("level", "recall"),
        rationale=str(item["rationale"]).strip(),
        citations=[str(key) for key in item.get("references") or []],
        review=item.get("review") or {},
        version=sha256_of(asked),
        **asked,
    )


@transaction.atomic
def copy_part(old: Edition, new: Edition) -> None:
    """Copy the items to a new draft; versions stay, so that pairs of answers still compare."""
    objectives = {objective.key: objective for objective in new.objectives.all()}
    for item in old.items.select_related("objective"):
        copied = {
            f: getattr(item, f)
            for f in ("key", "position", "level", "stem", "question", "options", "answer", "rationale", "citations", "review", "version")
        }
        Item.objects.create(edition=new, objective=objectives[item.objective.key], **copied)


def _make_attempt(participation: Participation, purpose: Purpose, number: int, at: datetime) -> Attempt:
    order = shown_order(participation, purpose, number)
    attempt, _ = Attempt.objects.get_or_create(
        participation=participation,
        purpose=purpose,
        number=number,
        defaults={"order": order, "total": len(order), "pass_mark": participation.edition.pass_mark, "started_at": at},
    )
    return attempt


def _hold(attempt: Attempt) -> bool:
    """Keep the open attempt to ourselves until our transaction ends; False when it is submitted.

    A conditional UPDATE that changes nothing: whoever else saves or finishes waits for it, then looks again.
    """
    return Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(submitted_at=None) == 1


def _refuse_if_closed(participation: Participation, purpose: Purpose) -> None:
    if purpose is Purpose.PRE and is_pre_test_closed(participation):
        raise Refused(
            "assessment.pre_test_closed",
            "The pre-test is closed: it is taken once, before the activity is opened.",
            next_url(participation),
        )


def _finished(participation: Participation, purpose: Purpose) -> Refused:
    return Refused(
        "assessment.attempt_finished",
        f"That attempt at the {NAMES[purpose].lower()} is finished, so its answers no longer change. Here is its result.",
        page_url(participation.edition, purpose, "result"),
        next_label="See the result",
    )


def _attempt(participation: Participation, purpose: Purpose, number: int) -> Attempt | None:
    return Attempt.objects.filter(participation=participation, purpose=purpose, number=number).first()


@transaction.atomic
def save_answer(
    participation: Participation, purpose: Purpose, *, number: int, item: UUID, option: str, is_flagged: bool | None, at: datetime
) -> Sitting:
    """Keep the option chosen for an item; the first answer begins the first attempt. "" keeps the answer as it is; `is_flagged` None the flag.

    `number` is the attempt that the page showed: a page that was left open over a finished attempt is refused, with the way on.
    """
    _refuse_if_closed(participation, purpose)
    attempt = _attempt(participation, purpose, number)
    if attempt is None:
        if number != 1 or Attempt.objects.filter(participation=participation, purpose=purpose).exists():
            raise Refused("assessment.unknown_attempt", "There is no such attempt of yours.", page_url(participation.edition, purpose))
        attempt = _make_attempt(participation, purpose, 1, at)
    if not _hold(attempt):
        raise _finished(participation, purpose)
    asked = participation.edition.items.filter(uuid=item).first()
    if asked is None:
        raise Refused("assessment.foreign_item", "That question is not part of this test.", page_url(participation.edition, purpose))
    if option and option not in [choice["key"] for choice in asked.options]:
        raise Refused("assessment.unknown_option", "That answer is not one of the options.", page_url(participation.edition, purpose))
    if option:
        Answer.objects.update_or_create(attempt=attempt, item=asked, defaults={"option": option, "saved_at": at})
    if is_flagged is not None:
        flagged = set(Attempt.objects.values_list("flagged", flat=True).get(pk=attempt.pk))
        Attempt.objects.filter(pk=attempt.pk).update(flagged=sorted(flagged | {asked.pk} if is_flagged else flagged - {asked.pk}))
    sitting = sitting_on(participation, purpose)
    assert sitting is not None
    _note(participation, sitting, at)
    return sitting


def _note(participation: Participation, sitting: Sitting, at: datetime) -> None:
    name, first = NAMES[sitting.purpose].lower(), sitting.first_missing
    label = f"Resume {name} at question {first}" if first else f"Finish the {name}: all {sitting.total} questions are answered"
    step = Step.PRE_TEST if sitting.purpose is Purpose.PRE else Step.POST_TEST
    note_progress(participation, step, label, sitting.answered / sitting.total, page_url(participation.edition, sitting.purpose), at=at)


@transaction.atomic
def submit_attempt(participation: Participation, purpose: Purpose, *, number: int, at: datetime) -> Attempt:
    """Grade the attempt and write the step's line if it earned one. Doubled requests get the one graded attempt.

    Finished after the edition's end (the server's time of receipt decides): kept as late, earns nothing (TEST-009).
    """
    attempt = _attempt(participation, purpose, number)
    if attempt is None:
        raise Refused(
            "assessment.nothing_to_finish",
            "There is nothing to finish yet: answer the questions first.",
            page_url(participation.edition, purpose),
        )
    if not _hold(attempt):
        return Attempt.objects.get(pk=attempt.pk)
    _refuse_if_closed(participation, purpose)
    sitting = sitting_on(participation, purpose)
    assert sitting is not None
    if sitting.missing:
        raise Refused("assessment.unanswered", needs_words(sitting.missing), page_url(participation.edition, purpose, "review"))
    correct, total, right = grade_of(attempt)
    attempt.answers.filter(item_id__in=right).update(is_correct=True)
    attempt.answers.exclude(item_id__in=right).update(is_correct=False)
    attempt.submitted_at, attempt.correct, attempt.total = at, correct, total
    attempt.is_passed = reaches(correct, total, attempt.pass_mark) if purpose is Purpose.POST else None
    attempt.is_late = is_expired(participation.edition, at)
    attempt.save(update_fields=["submitted_at", "correct", "total", "is_passed", "is_late"])
    _complete(participation, attempt, at)
    return attempt


def _complete(participation: Participation, attempt: Attempt, at: datetime) -> None:
    """The line in the journey's ledger: always after the pre-test, after the post-test only when passed in time."""
    score = {"attempt": str(attempt.uuid), "correct": attempt.correct, "total": attempt.total}
    if attempt.purpose == Purpose.PRE:
        complete_step(participation, Step.PRE_TEST, evidence=score, at=at)
    elif attempt.is_passed and not attempt.is_late:
        pre = next(iter(submitted_attempts(participation, Purpose.PRE)), None)
        more = {"number": attempt.number, "pass_mark": attempt.pass_mark, "pre_correct": pre.correct if pre else None}
        complete_step(participation, Step.POST_TEST, evidence=score | more, at=at)


@transaction.atomic
def start_attempt(participation: Participation, *, at: datetime) -> Attempt:
    """Begin the next attempt at the post-test, or go on with the one that is open. Two requests begin one attempt."""
    open_one = Attempt.objects.filter(participation=participation, purpose=Purpose.POST, submitted_at__isnull=True).first()
    if open_one:
        return open_one
    past, edition = submitted_attempts(participation, Purpose.POST), participation.edition
    if any(attempt.is_passed for attempt in past):
        raise Refused(
            "assessment.already_passed", "You have passed the post-test; there is no need to take it again.", next_url(participation)
        )
    if not may_start(pasts(past), edition.max_attempts, grants_of(participation)):
        raise Refused(
            "assessment.no_attempts_left",
            f"You have used all attempts at the post-test ({len(past)}). Write to {edition.activity.provider.email}: the staff may grant another.",
            page_url(edition, Purpose.POST, "result"),
        )
    return _make_attempt(participation, Purpose.POST, len(past) + 1, at)


def skip_pre_test(participation: Participation, *, at: datetime) -> StepLine:
    """Go on without the pre-test. Answers saved so far stay unfinished and are never graded. A second press changes nothing."""
    return complete_step(participation, Step.PRE_TEST, evidence={}, at=at, is_skipped=True)


@transaction.atomic
def grant_attempt(participation: Participation, *, by: str, reason: str, at: datetime, granted_by: User | None = None) -> AttemptGrant:
    """Let a learner who has used all attempts take the post-test once more. The reason is kept, and a line in the logbook.

    `granted_by` is the account that signs as `by`, where one does: nobody grants an attempt of their own (assessment.own_attempt).
    """
    if granted_by and participation.user in identities_of(granted_by):
        raise Refused("assessment.own_attempt", "This attempt would be your own, so another member of the staff must grant it.")
    past, cap = submitted_attempts(participation, Purpose.POST), participation.edition.max_attempts
    if not reason.strip():
        raise Refused("assessment.grant_needs_reason", "Say why another attempt is granted.")
    if any(attempt.is_passed for attempt in past) or attempts_left(len(past), cap, grants_of(participation)) != 0:
        raise Refused("assessment.grant_not_needed", "This learner has passed, or still has an attempt left.")
    grant = AttemptGrant.objects.create(participation=participation, by=by, reason=reason.strip(), at=at)
    write_entry("assessment.grant_attempt", by=by, at=at, about=participation, reason=reason.strip(), detail={"attempts_so_far": len(past)})
    return grant


@transaction.atomic
def erase_person(user: User, *, at: datetime) -> None:
    """Take away a person's attempts that were never finished, with their answers. Finished ones are the record that credit rests on, and stay
    without a name."""
    open_ones = Attempt.objects.filter(participation__user__in=identities_of(user), submitted_at=None)
    Answer.objects.filter(attempt__in=open_ones).delete()
    open_ones.delete()
