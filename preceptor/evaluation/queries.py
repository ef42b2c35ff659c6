"""What we ask of evaluations."""

from typing import Any, TypedDict

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of, person_of
from preceptor.accreditation.queries import pack_on
from preceptor.catalog.models import Edition, Objective
from preceptor.evaluation.models import Commitment, Draft, EvaluationForm
from preceptor.evaluation.rules import required_taps
from preceptor.journey.models import Participation


class Facts(TypedDict):
    """What compliance asks of a form."""

    has_form: bool
    objective_rows: int
    required_taps: int
    changes: int
    barriers: int


def form_of(edition: Edition) -> EvaluationForm | None:
    """What the edition's form offers to pick from."""
    return EvaluationForm.objects.filter(edition=edition).first()


def objectives_of(edition: Edition) -> list[Objective]:
    """One row of the form each."""
    return list(edition.objectives.all())


def facts(edition: Edition) -> Facts:
    """Numbers for the dossier."""
    form, rows = form_of(edition), edition.objectives.count()
    return {
        "has_form": form is not None,
        "objective_rows": rows,
        "required_taps": required_taps(rows),
        "changes": len(form.changes) if form else 0,
        "barriers": len(form.barriers) if form else 0,
    }


def draft_of(participation: Participation) -> Draft | None:
    """What the learner has filled in so far."""
    return Draft.objects.filter(participation=participation).first()


def profession_group(participation: Participation) -> str:
    """The group of the learner's profession: coarse on purpose ("other" when it is not known)."""
    day = participation.edition.released_on or participation.begun_at.date()
    profession = pack_on(day).professions.get(person_of(participation.user).profession)
    return profession.group if profession else "other"


def personal_data(user: User) -> dict[str, Any]:
    """What this room keeps of a person: drafts and commitments by name. What was sent carries no name, so nobody can find it again."""
    people = identities_of(user)
    drafts = Draft.objects.filter(participation__user__in=people)
    commitments = Commitment.objects.filter(participation__user__in=people).order_by("at")
    return {
        "drafts": list(drafts.values("participation__uuid", "answers", "saved_at")),
        "commitments": list(commitments.values("participation__uuid", "text", "at")),
    }
