"""What we do with evaluations: take a form in, keep a draft, send, shuffle."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import EditionState, Step
from preceptor.evaluation.models import BiasReport, Commitment, Draft, EvaluationForm, Response
from preceptor.evaluation.queries import profession_group
from preceptor.evaluation.rules import Verdict, month_of, months_to_shuffle, shuffled_batches, spec_problems
from preceptor.jobs.rules import periodic
from preceptor.journey.actions import complete_step, note_progress
from preceptor.journey.models import Participation, StepLine
from preceptor.journey.queries import next_url, step_url
from preceptor.kernel.refusals import Reason, Refused


@transaction.atomic
def import_form(edition: Edition, spec: dict[str, Any]) -> EvaluationForm:
    """Give a draft its form (the form is that of evaluation.yaml); what was there is replaced."""
    if edition.state != EditionState.DRAFT:
        raise Refused("evaluation.edition_published", "A published edition's evaluation does not change. Make a new edition.")
    problems = spec_problems(spec)
    if problems:
        reasons = [Reason("evaluation.bad_form", f"The evaluation {problem}.") for problem in problems]
        raise Refused("evaluation.bad_form", " ".join(reason.message for reason in reasons), reasons=reasons)
    texts = {name: [text.strip() for text in spec[name]] for name in ("changes", "barriers")}
    form, _ = EvaluationForm.objects.update_or_create(edition=edition, defaults=texts)
    return form


def copy_part(old: Edition, new: Edition) -> None:
    """Copy the form to a new draft."""
    form = EvaluationForm.objects.filter(edition=old).first()
    if form:
        EvaluationForm.objects.create(edition=new, changes=form.changes, barriers=form.barriers)


def _is_sent(participation: Participation) -> bool:
    return StepLine.objects.filter(participation=participation, step=Step.EVALUATION).exists()


def _keep_draft(participation: Participation, at: datetime, **fields: Any) -> None:
    """Write the one draft row, new or not, and hold it until our transaction ends: one request at a time gets past here."""
    draft = Draft(participation=participation, saved_at=at, **fields)
    Draft.objects.bulk_create([draft], update_conflicts=True, unique_fields=["participation"], update_fields=["saved_at", *fields])


@transaction.atomic
def save_draft(participation: Participation, answers: dict[str, list[str]], *, at: datetime) -> None:
    """Keep what is filled in so far. After sending nothing is kept any more: the draft would tie the answers to the person."""
    _keep_draft(participation, at, answers=answers)
    if _is_sent(participation):
        raise Refused(
            "evaluation.already_sent", "Your evaluation was sent already. Thank you.", next_url(participation), next_label="Go on"
        )
    note_progress(participation, Step.EVALUATION, "Finish the evaluation", 0.5, step_url(Step.EVALUATION, participation.edition), at=at)


@transaction.atomic
def send_evaluation(participation: Participation, verdict: Verdict, *, at: datetime) -> bool:
    """Send the answers, apart from the name. Doubled requests make one response; True for the one that made it (EVL-004).

    The draft's row (one per participation) lets one request through at a time; the step's line says whether another was first.
    """
    _keep_draft(participation, at)
    is_first = not _is_sent(participation)
    if is_first:
        complete_step(participation, Step.EVALUATION, evidence={}, at=at)
        _write_response(participation, verdict, at)
    Draft.objects.filter(participation=participation).delete()
    return is_first


def _write_response(participation: Participation, verdict: Verdict, at: datetime) -> None:
    edition, month = participation.edition, month_of(at)
    Response.objects.create(edition=edition, month=month, profession_group=profession_group(participation), answers=verdict.anonymous())
    if not verdict.is_balanced:
        BiasReport.objects.create(edition=edition, month=month, text=verdict.bias_text, name=verdict.bias_name)
    Commitment.objects.bulk_create([Commitment(participation=participation, text=text, at=at) for text in verdict.commitments])


@periodic("evaluation.shuffle_responses", every=timedelta(days=1), offset=timedelta(hours=3))
def shuffle_responses(*, at: datetime) -> int:
    """Rewrite the sent answers and bias reports of this and last month in a random order, so that the order of rows tells nothing (EVL-005).

    Answers get new random ids. Returns how many rows were rewritten.
    """
    months = months_to_shuffle(at)
    return _rewrite_responses(months) + _rewrite_reports(months)


@transaction.atomic
def _rewrite_responses(months: list[str]) -> int:
    rows = list(Response.objects.filter(month__in=months))
    for batch in shuffled_batches(rows):
        Response.objects.filter(pk__in=[row.pk for row in batch]).delete()
        Response.objects.bulk_create(
            [
                Response(edition_id=row.edition_id, month=row.month, profession_group=row.profession_group, answers=row.answers)
                for row in batch
            ]
        )
    return len(rows)


@transaction.atomic
def _rewrite_reports(months: list[str]) -> int:
    rows = list(BiasReport.objects.filter(month__in=months))
    for batch in shuffled_batches(rows):
        BiasReport.objects.filter(pk__in=[row.pk for row in batch]).delete()
        BiasReport.objects.bulk_create(batch)
    return len(rows)


@transaction.atomic
def erase_person(user: User, *, at: datetime) -> None:
    """Take away a person's drafts and commitments. What was sent without a name stays: nothing leads from it to them."""
    people = identities_of(user)
    Draft.objects.filter(participation__user__in=people).delete()
    Commitment.objects.filter(participation__user__in=people).delete()
