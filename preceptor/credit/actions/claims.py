"""The claim as a deed: one award, one line of the ledger, one letter."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from preceptor.accounts.actions import change_profession, save_identifiers, save_name
from preceptor.accounts.models import User
from preceptor.accounts.rules import PROFESSION_ATTESTATION
from preceptor.catalog.rules import Step
from preceptor.credit.actions.certificates import send_certificate
from preceptor.credit.actions.ledger import append_line, freeze_award, stand
from preceptor.credit.models import Award, LateClaim
from preceptor.credit.queries import ClaimDesk, award_of, claim_desk, payload_of
from preceptor.credit.rules import Claim, LineKind, missing_on_certificate
from preceptor.journey.actions import complete_step
from preceptor.journey.models import Participation
from preceptor.journey.queries import step_url
from preceptor.kernel.refusals import Reason, Refused
from preceptor.kernel.serials import new_serial
from preceptor.logbook.actions import write_entry

TOO_LATE = {"credit.edition_ended", "credit.offer_ended", "credit.claim_window_over", "credit.accreditation_lapsed"}


def claim_credit(participation: Participation, claim: Claim, *, at: datetime, request_key: str = "") -> Award:
    """Grant the claim: the award with its frozen words, the journey's last lines, the letter and the ledger's line, all or nothing. Then the PDF is due.

    Doubled requests, from anywhere, give one award; the later ones are given the same. What is not possible is refused with every reason
    (credit.not_yet); a claim after the end is kept as evidence.
    """
    desk = claim_desk(participation, at)
    slot = desk.slot_of(claim)
    if held := award_of(participation, slot):
        return held
    if reasons := desk.reasons(claim):
        # A rival's award, granted between the two looks, is a reason too; whoever asks for what is there is given it.
        if held := award_of(participation, slot):
            return held
        _keep_if_late(participation, claim, reasons, at=at)
        raise _refusal(participation, reasons)
    try:
        return _award(desk, claim, request_key, at=at)
    except IntegrityError:
        # Another request was faster; its transaction is committed, or ours would still wait for it.
        if held := award_of(participation, slot):
            return held
        raise _refusal(participation, claim_desk(participation, at).reasons(claim)) from None


def _refusal(participation: Participation, reasons: list[Reason]) -> Refused:
    url = step_url(Step.CLAIM, participation.edition)
    return Refused("credit.not_yet", "Your claim cannot be granted. Here is why.", url, reasons, "Back to the claim")


@transaction.atomic
def _keep_if_late(participation: Participation, claim: Claim, reasons: list[Reason], *, at: datetime) -> None:
    if any(reason.code in TOO_LATE for reason in reasons):
        told = [{"code": reason.code, "message": reason.message} for reason in reasons]
        late = LateClaim(participation=participation, at=at, system=claim.system, amount=claim.amount, reasons=told)
        LateClaim.objects.bulk_create([late], ignore_conflicts=True)  # pressed twice is claimed once


@transaction.atomic
def _award(desk: ClaimDesk, claim: Claim, request_key: str, *, at: datetime) -> Award:
    award = grant(desk, claim, request_key=request_key, claimed_at=at)
    keep_profile(desk, claim, award, at=at)
    complete_step(desk.participation, Step.CLAIM, evidence={"award": award.serial}, at=at)
    complete_step(desk.participation, Step.CERTIFICATE, evidence={"award": award.serial}, at=at)
    for warning in desk.warnings():
        write_entry(warning.code, by=desk.user.email, at=at, about=award, reason=warning.message)
    send_certificate(award, desk.user.email, at=at)
    append_line(LineKind.AWARD, award, by="learner", at=at)
    return award


def grant(desk: ClaimDesk, claim: Claim, *, request_key: str, claimed_at: datetime) -> Award:
    """The award with its frozen words, standing. Part of a transaction that ends with the ledger's line."""
    participation, edition = desk.participation, desk.participation.edition
    corrected = desk.corrected
    payload = payload_of(desk, claim, new_serial(), claimed_at, supersedes=corrected.serial if corrected else "")
    need_whole(payload, desk, claim)
    award = freeze_award(
        payload,
        serial=payload["serial"],
        participation=participation,
        user=participation.user,
        activity=edition.activity,
        edition=edition,
        system=claim.system,
        slot=payload["slot"],
        amount=claim.amount,
        completed_on=desk.completed_on(),
        claimed_at=claimed_at,
        supersedes=corrected,
        request_key=request_key[:64],
    )
    stand(award)
    return award


def keep_profile(desk: ClaimDesk, claim: Claim, award: Award, *, at: datetime) -> None:
    """What the learner typed with a claim is what their profile says from now on."""
    need_person(desk)
    change_profession(desk.user, claim.profession, PROFESSION_ATTESTATION if claim.is_profession_attested else "", at=at)
    save_name(desk.user, claim.given_name, claim.family_name, claim.credentials, at=at)
    save_identifiers(desk.user, award.payload["identifiers"], at=at)


def need_person(desk: ClaimDesk) -> None:
    """Who was erased, perhaps while the claim waited, is given no certificate with a name (credit.person_erased).

    Asked once the award stands: from then on nobody erases the person before the transaction ends.
    """
    if User.objects.filter(pk=desk.user.pk, erased_at__isnull=False).exists():
        raise Refused("credit.person_erased", "This account was deleted, so no certificate with a name is made for it any more.")


def need_whole(payload: dict[str, Any], desk: ClaimDesk, claim: Claim) -> None:
    """A certificate that would not say what its credit asks for is never issued (CERT-001)."""
    fields = desk.pack.systems[claim.system].certificate_fields
    if missing := missing_on_certificate(payload, fields, has_degrees=bool(desk.pack.professions[claim.profession].degrees)):
        url = step_url(Step.CLAIM, desk.participation.edition)
        raise Refused(
            "credit.certificate_incomplete", f"The certificate would not be complete: {', '.join(missing)}. Please tell the provider.", url
        )
