"""What can happen to an award after it was granted. Nothing is ever changed: each of these is a new line of the ledger, by a named person, with a reason."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from preceptor.accounts.models import User
from preceptor.catalog.rules import Step
from preceptor.credit.actions.certificates import send_certificate
from preceptor.credit.actions.claims import grant, keep_profile, need_person
from preceptor.credit.actions.ledger import append_line, by_staff, fall, stand
from preceptor.credit.models import Award, ReportMark
from preceptor.credit.queries import ClaimDesk, claim_desk, fortune_of, is_own, is_reported, strands_points
from preceptor.credit.rules import (
    BY_LEARNER,
    DOUBLED,
    MAIN_SLOT,
    OWN_AWARD,
    REINSTATEMENT_REASONS,
    REVERSAL_REASONS,
    STAFF_REASONS,
    AwardState,
    Claim,
    LineKind,
    is_for_learners_only,
    why_not_corrected,
)
from preceptor.journey.queries import step_url
from preceptor.kernel.refusals import Reason, Refused
from preceptor.logbook.actions import write_entry


def correct_claim(award: Award, claim: Claim, *, at: datetime, request_key: str = "") -> Award:
    """The learner picked the wrong type or amount, and picks anew: a certificate of its own serial that supersedes the first one.

    Possible as long as the new choice could be claimed today, and nothing was told to a receiver (credit.reported: then the staff does it). The
    same request twice, or twenty at once, give one correction.
    """
    if replay := _replayed(award, request_key):
        return replay
    desk = claim_desk(award.participation, at, corrected=award)
    _refuse(award, [*_why_not(desk, award, claim), *desk.reasons(claim)])

    def tell(made: Award) -> None:
        keep_profile(desk, claim, made, at=at)
        for warning in desk.warnings():
            write_entry(warning.code, by=desk.user.email, at=at, about=made, reason=warning.message)

    try:
        return _corrected(desk, award, claim, "learner", BY_LEARNER, request_key, tell, at=at, claimed_at=at)
    except IntegrityError:
        return _successor_or_refusal(award)


def correct_award(award: Award, claim: Claim, *, by: User, reason: str, note: str = "", at: datetime, request_key: str = "") -> Award:
    """A member of staff corrects name, degree, profession, type or amount. `reason` is one of STAFF_REASONS and public; `note` stays in the logbook.

    Judged as on the day of the claim: what could be claimed then can be put right at any later time. Nobody corrects their own as staff (credit.own_award).
    """
    _need_another(award, by)
    if replay := _replayed(award, request_key):
        return replay
    if reason not in STAFF_REASONS:
        raise Refused("credit.reason_missing", "Choose a reason. Whoever verifies the certificate can read it.")
    desk = claim_desk(award.participation, award.claimed_at, corrected=award)
    reasons = [found for found in desk.reasons(claim) if not is_for_learners_only(found)]
    stranded = why_not_corrected(is_reported=False, is_same=False, strands_points=strands_points(desk, claim))
    _refuse(award, [*_not_standing(award), *stranded, *reasons])

    def tell(made: Award) -> None:
        need_person(desk)
        _note("credit.correct_award", award, by, reason, note, at, {"superseded_by": made.serial})

    try:
        with transaction.atomic():
            return _corrected(desk, award, claim, by_staff(by), reason, request_key, tell, at=at, claimed_at=award.claimed_at)
    except IntegrityError:
        return _successor_or_refusal(award)


@transaction.atomic
def reverse_award(award: Award, *, by: User | str, reason: str, note: str = "", at: datetime) -> None:
    """Take an award back: it counts no more, and verification, status list and transcript say since when and why. Undone by `reinstate_award`.

    Points of a board that stood beside it go with it, each with a line of its own: they are nothing without the credit. A doubled credit stands
    elsewhere, and so leaves them. Nobody takes back their own (credit.own_award).
    """
    _need_another(award, by)
    if reason not in REVERSAL_REASONS:
        raise Refused("credit.reason_missing", "Choose a reason. Whoever verifies the certificate can read it.")
    if not fall(award):
        raise Refused("credit.not_standing", "This certificate does not stand any more, so there is nothing to take back.")
    _note("credit.reverse_award", award, by, reason, note, at)
    if award.slot == MAIN_SLOT and reason != DOUBLED:
        for points in Award.objects.filter(participation=award.participation, standing__isnull=False):
            reverse_award(points, by=by, reason=reason, note=note, at=at)
    append_line(LineKind.REVERSAL, award, by=_pseudonym(by), at=at, reason=reason)


@transaction.atomic
def reinstate_award(award: Award, *, by: User | str, reason: str, note: str = "", at: datetime) -> None:
    """Let an award that was taken back stand again. Refused (credit.not_revoked, credit.already_claimed) where it was not taken back, or the person has the same
    credit meanwhile. Nobody reinstates their own (credit.own_award)."""
    _need_another(award, by)
    if reason not in REINSTATEMENT_REASONS:
        raise Refused("credit.reason_missing", "Choose a reason. Whoever verifies the certificate can read it.")
    if fortune_of(_fresh(award)).state is not AwardState.REVOKED:
        raise Refused("credit.not_revoked", "Only a certificate that was taken back can be reinstated.")
    try:
        with transaction.atomic():
            stand(award)
    except IntegrityError:
        raise Refused("credit.already_claimed", "This person has this credit of the activity by another certificate meanwhile.") from None
    _note("credit.reinstate_award", award, by, reason, note, at)
    append_line(LineKind.REINSTATEMENT, award, by=_pseudonym(by), at=at, reason=reason)


@transaction.atomic
def mark_reported(award: Award, receiver: str, *, by: User, at: datetime, note: str = "") -> ReportMark:
    """An award was told to a receiver by hand. From now on only the staff corrects it. Twice is once. Nobody marks their own (credit.own_award)."""
    _need_another(award, by)
    mark, is_new = ReportMark.objects.get_or_create(
        award=award, receiver=receiver, defaults={"at": at, "by": by_staff(by), "note": note[:300]}
    )
    if is_new:
        write_entry("credit.mark_reported", by=by.email, at=at, about=award, reason=note, detail={"receiver": receiver})
    return mark


@transaction.atomic
def mark_all_reported(awards: Iterable[Award], receiver: str, *, by: User, at: datetime, note: str = "") -> int:
    """The same for several at once, by one letter or file to the receiver. How many were marked. Refused when none is chosen (credit.none_chosen)."""
    marked = [mark_reported(award, receiver, by=by, at=at, note=note) for award in awards]
    if not marked:
        raise Refused("credit.none_chosen", "Tick the completions that were reported.")
    return len(marked)


@transaction.atomic
def note_export(count: int, scope: str, *, by: str, at: datetime) -> None:
    """Somebody took a list of completions with the learners' numbers out of the house."""
    write_entry("credit.export_completions", by=by, at=at, detail={"rows": count, "scope": scope[:500]})


@transaction.atomic
def _corrected(
    desk: ClaimDesk,
    award: Award,
    claim: Claim,
    by: str,
    reason: str,
    request_key: str,
    tell: Callable[[Award], None],
    *,
    at: datetime,
    claimed_at: datetime,
) -> Award:
    """The old one falls, the new one stands; `tell` writes what else is to be kept of it. The ledger's line comes last."""
    if not fall(award):
        raise IntegrityError("somebody was faster")
    made = grant(desk, claim, request_key=request_key, claimed_at=claimed_at)
    tell(made)
    send_certificate(made, desk.user.email, at=at)
    append_line(LineKind.CORRECTION, made, by=by, at=at, reason=reason)
    return made


def _replayed(award: Award, request_key: str) -> Award | None:
    """What the same request made before."""
    return Award.objects.filter(participation=award.participation, request_key=request_key).first() if request_key else None


def _why_not(desk: ClaimDesk, award: Award, claim: Claim) -> list[Reason]:
    same = claim.system == award.system and claim.amount == award.amount and claim.profession == award.payload["profession"]
    return [
        *_not_standing(award),
        *why_not_corrected(is_reported=is_reported(award), is_same=same, strands_points=strands_points(desk, claim)),
    ]


def _not_standing(award: Award) -> list[Reason]:
    sentence = "This certificate does not stand any more, so it cannot be corrected."
    return [] if fortune_of(_fresh(award)).counts else [Reason("credit.not_standing", sentence)]


def _fresh(award: Award) -> Award:
    """As the database has it now: what was looked up before may have fallen since."""
    return Award.objects.get(pk=award.pk)


def _refuse(award: Award, reasons: list[Reason]) -> None:
    if reasons:
        url = step_url(Step.CERTIFICATE, award.edition)
        raise Refused("credit.not_corrected", "It cannot be corrected. Here is why.", url, reasons, "Back to the certificate")


def _successor_or_refusal(award: Award) -> Award:
    """Another request was faster, and its transaction is committed: its result, or the reason why there is none."""
    made = Award.objects.filter(supersedes=award).first()
    if made is None:
        raise Refused(
            "credit.already_claimed",
            "This person has this credit of the activity by another certificate.",
            step_url(Step.CERTIFICATE, award.edition),
        )
    return made


def _need_another(award: Award, by: User | str) -> None:
    """Whoever acts as staff is not who earned it, by whichever of their accounts (credit.own_award)."""
    if isinstance(by, User) and is_own(award, by):
        raise Refused("credit.own_award", OWN_AWARD)


def _pseudonym(by: User | str) -> str:
    return by if isinstance(by, str) else by_staff(by)


def _note(verb: str, award: Award, by: User | str, reason: str, note: str, at: datetime, detail: dict[str, str] | None = None) -> None:
    """The logbook's line: with the name of who did it, and the words that are for the house alone."""
    write_entry(
        verb,
        by=by if isinstance(by, str) else by.email,
        at=at,
        about=award,
        reason=note or reason,
        detail={"reason": reason, **(detail or {})},
    )
