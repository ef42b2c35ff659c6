"""What can still be done about a certificate, for the page that shows it."""

from dataclasses import dataclass
from datetime import datetime

from preceptor.credit.models import Award, Standing
from preceptor.credit.queries.claims import boards_desk, claim_desk
from preceptor.credit.queries.standings import Fortune, fortune_of, is_reported


@dataclass(frozen=True)
class CertificateDesk:
    """`can_correct`: the learner may pick another type or amount by themselves. `points` are awards of boards beside it, `more` what could be added."""

    fortune: Fortune
    is_reported: bool
    can_correct: bool
    points: list[Award]
    more: list[str]


def certificate_desk(award: Award, at: datetime) -> CertificateDesk:
    """Where the certificate stands and what its owner can do now."""
    fortune, reported = fortune_of(award), is_reported(award)
    beside = Standing.objects.filter(participation=award.participation).exclude(slot=award.slot).select_related("award")
    boards = boards_desk(award.participation, at) if fortune.counts else None
    return CertificateDesk(
        fortune=fortune,
        is_reported=reported,
        can_correct=fortune.counts and not reported and _has_choice(award, at),
        points=[standing.award for standing in beside],
        more=[choice.says for desk in boards.desks.values() for choice in desk.choices] if boards else [],
    )


def _has_choice(award: Award, at: datetime) -> bool:
    """Is there anything else that this profession could claim now: another type, or another amount?"""
    desk = claim_desk(award.participation, at, corrected=award)
    if any(reason.code == "credit.edition_ended" for reason in desk.situation()):
        return False
    mine = desk.desks.get(award.payload["profession"])
    return mine is not None and any(choice.system.key != award.system or len(choice.steps) > 1 for choice in mine.choices)
