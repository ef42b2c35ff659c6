"""What we do with credit: grant a claim, typeset and send its certificate, typeset a transcript."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from preceptor.accounts.actions import change_profession, save_identifiers, save_name
from preceptor.accounts.models import User
from preceptor.accounts.rules import PROFESSION_ATTESTATION, tidy_words
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import designated_sentence, included_amounts
from preceptor.catalog.queries import statements_of
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award, CertificateFile, CertificateLetter, LateClaim, TranscriptFile
from preceptor.credit.queries import ClaimDesk, Transcript, award_of, claim_desk, letters_sent_at, transcript_for, verify_url
from preceptor.credit.rules import Claim, face_of, letters_pause, missing_on_certificate, transcript_payload
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.journey.actions import complete_step
from preceptor.journey.models import Participation
from preceptor.journey.queries import step_url
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Reason, Refused
from preceptor.kernel.serials import grouped, new_serial
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import attach, queue_letter
from preceptor.mail.models import Letter

log = logging.getLogger(__name__)
TOO_LATE = {"credit.edition_ended", "credit.offer_ended", "credit.accreditation_lapsed"}
KEEP_TRANSCRIPTS = timedelta(days=1)


def claim_credit(participation: Participation, claim: Claim, *, at: datetime) -> Award:
    """Grant the claim: the award with its frozen words, the journey's last lines, and the letter, all or nothing. Then the PDF is due.

    Doubled requests, from anywhere, give one award; the later ones are given the same. What is not possible is refused with every reason
    (credit.not_yet); a claim after the end is kept as evidence.
    """
    if held := award_of(participation):
        return held
    desk = claim_desk(participation, at)
    if reasons := desk.reasons(claim):
        # A rival's award, granted between the two looks, is a reason too; whoever asks for what is there is given it.
        if held := award_of(participation):
            return held
        _keep_if_late(participation, claim, reasons, at=at)
        raise _refusal(participation, reasons)
    try:
        return _award(desk, claim, at=at)
    except IntegrityError:
        # Another request was faster; its transaction is committed, or ours would still wait for it.
        if held := award_of(participation):
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
def _award(desk: ClaimDesk, claim: Claim, *, at: datetime) -> Award:
    participation, edition = desk.participation, desk.participation.edition
    payload = _payload(desk, claim, new_serial(), at)
    _need_whole(payload, desk, claim)
    award = Award.objects.create(
        serial=payload["serial"],
        participation=participation,
        user=desk.user,
        activity=edition.activity,
        edition=edition,
        system=claim.system,
        amount=claim.amount,
        completed_on=desk.completed_on(),
        claimed_at=at,
        payload=payload,
        payload_sha256=sha256_of(payload),
    )
    change_profession(desk.user, claim.profession, PROFESSION_ATTESTATION if claim.is_profession_attested else "", at=at)
    save_name(desk.user, claim.given_name, claim.family_name, claim.credentials, at=at)
    save_identifiers(desk.user, payload["identifiers"], at=at)
    complete_step(participation, Step.CLAIM, evidence={"award": award.serial}, at=at)
    complete_step(participation, Step.CERTIFICATE, evidence={"award": award.serial}, at=at)
    for warning in desk.warnings():
        write_entry(warning.code, by=desk.user.email, at=at, about=award, reason=warning.message)
    _send(award, desk.user.email, at=at)
    return award


def _payload(desk: ClaimDesk, claim: Claim, serial: str, at: datetime) -> dict[str, Any]:
    """Everything that certificate, verification and transcript will ever print, in words of the day."""
    edition, day = desk.participation.edition, desk.completed_on()
    # Words and statements are those of the release date; who may receive what was decided by the day of the claim.
    pack = pack_on(edition.released_on or day)
    provider, system, offer = (
        edition.activity.provider,
        pack.systems.get(claim.system, desk.pack.systems[claim.system]),
        desk.offers.get(claim.system),
    )
    format_, statements = pack.formats[edition.format], statements_of(edition, day)
    name = tidy_words(f"{claim.given_name} {claim.family_name}")
    credentials = tidy_words(claim.credentials)
    kinds = [*system.learner_identifiers, *(key for key in system.optional_identifiers if key in claim.wanted_kinds)]
    known = {**desk.identifiers, **claim.identifiers}
    # What is closed or was never approved is not said to be designated, not even on a certificate of participation.
    designated = [designated_sentence(one.system, one.offer.amount) for one in desk.standings.values() if one.system and one.is_open]
    return {
        "version": 1,
        "serial": serial,
        "verify_url": verify_url(serial),
        "printed_name": f"{name}, {credentials}" if credentials else name,
        "name": name,
        "credentials": credentials,
        "profession": claim.profession,
        "profession_label": desk.pack.professions[claim.profession].one,
        "title": f"{edition.title}: {edition.subtitle}" if edition.subtitle else edition.title,
        "activity": edition.activity.slug,
        "edition": edition.number,
        "activity_number": edition.activity.activity_number,
        "format": edition.format,
        "format_label": format_.label,
        "format_statement": format_.statement,
        "provider": {"name": provider.name, "address": provider.address, "email": provider.email, "phone": provider.phone},
        "completed_on": day.isoformat(),
        "claimed_at": at.isoformat(),
        "system": system.key,
        "system_label": system.label_markdown,
        "is_credit": system.is_credit,
        "amount": str(claim.amount),
        "unit": system.unit_one_markdown if claim.amount == 1 else system.unit_many_markdown,
        "unit_one": system.unit_one_markdown,
        "unit_many": system.unit_many_markdown,
        "certificate_title": system.certificate_title,
        "offer_number": offer.identifier if offer else "",
        "offer_number_label": pack.numbers[system.identifier_kind].label if system.identifier_kind in pack.numbers else "Approval number",
        "sub_amounts": included_amounts(system, offer.sub_amounts) if offer else [],
        "statements": {
            "accreditation": statements.accreditation,
            "designation": statements.designations.get(system.key, "") if system.is_credit else "",
            "designated": " ".join(designated[:1]),
        },
        "identifiers": {key: known[key].strip() for key in kinds},
        "is_sample": provider.is_sample or edition.activity.is_sample,
    }


def _need_whole(payload: dict[str, Any], desk: ClaimDesk, claim: Claim) -> None:
    """A certificate that would not say what its credit asks for is never issued (CERT-001)."""
    fields = desk.pack.systems[claim.system].certificate_fields
    if missing := missing_on_certificate(payload, fields, has_degrees=bool(desk.pack.professions[claim.profession].degrees)):
        url = step_url(Step.CLAIM, desk.participation.edition)
        raise Refused(
            "credit.certificate_incomplete", f"The certificate would not be complete: {', '.join(missing)}. Please tell the provider.", url
        )


@transaction.atomic
def send_again(award: Award, user: User, *, at: datetime) -> Letter:
    """Queue one more letter with the same certificate, to the address that the person uses now. Not more than a few a day (credit.letter_pause)."""
    pause = letters_pause(letters_sent_at(award), at)
    if pause:
        raise Refused("credit.letter_pause", pause, step_url(Step.CERTIFICATE, award.edition))
    return _send(award, user.email, at=at)


def _send(award: Award, to: str, *, at: datetime) -> Letter:
    """The letter and the job that completes it; when the PDF is there already, the job only attaches it."""
    face = face_of(award.payload)
    context = {
        "face": face,
        "is_sample": face.is_sample,
        "provider_name": face.provider,
        "provider_address": face.provider_address,
        "action_url": settings.PUBLIC_URL + reverse("credit:pdf", args=[face.serial]),
        "action_label": "Download certificate (PDF)",
        "transcript_url": settings.PUBLIC_URL + reverse("credit:transcript"),
    }
    letter = queue_letter(
        to=to,
        kind="credit.certificate",
        template="credit/mail/certificate",
        context=context,
        about=award.uuid,
        at=at,
        awaits_attachment=True,
    )
    CertificateLetter.objects.create(award=award, letter=letter)
    enqueue("credit.typeset_certificate", at=at, key=f"credit.typeset:{award.pk}:{letter.pk}", award=award.pk)
    return letter


@task("credit.typeset_certificate", retries=8, first_retry=1.0)
def typeset_certificate(*, award: int, at: datetime) -> None:
    """Typeset the certificate once, and complete the letters that wait for it. May run any number of times: the bytes stay the first ones."""
    row = Award.objects.get(pk=award)
    file = CertificateFile.objects.filter(award=row).first() or _keep_file(row, at=at)
    for link in CertificateLetter.objects.filter(award=row).select_related("letter"):
        attach(link.letter, name=file_name(row), media_type="application/pdf", data=bytes(file.data), at=at)


def _keep_file(award: Award, *, at: datetime) -> CertificateFile:
    from preceptor.credit.adapters.typeset import typeset_certificate as typeset  # noqa: PLC0415 - heavy: workers only

    made = typeset(face_of(award.payload), at=award.claimed_at)
    if not made.standard:
        log.warning(
            "The certificate %s was made without PDF/UA: no font holds a character of it. Install a font that does.", grouped(award.serial)
        )
    values = {"data": made.data, "sha256": sha256_of(made.data), "standard": made.standard, "made_at": at}
    file, _ = CertificateFile.objects.get_or_create(award=award, defaults=values)
    return file


def file_name(award: Award) -> str:
    """Of the PDF: without the check character, which may be a sign that file systems do not like."""
    return f"certificate-{grouped(award.serial)[:-2]}.pdf"


@periodic("credit.sweep", every=timedelta(minutes=5))
def sweep(*, at: datetime) -> None:
    """Queue certificates whose typesetting was lost or given up: an award without its PDF is never left alone."""
    for award in Award.objects.filter(certificate_file=None, claimed_at__lt=at - timedelta(minutes=5))[:500]:
        enqueue("credit.typeset_certificate", at=at, key=f"credit.sweep:{award.pk}:{at:%Y-%m-%dT%H:%M}", award=award.pk)


@transaction.atomic
def order_transcript(user: User, year: int | None, *, at: datetime) -> TranscriptFile:
    """The transcript as a file; the same record gives the same file, so ordering twice is ordering once.

    A year without credit gives all years: however many addresses are asked for, the files of one person stay few.
    """
    transcript = transcript_for(user, year, at=at)
    transcript = transcript if year in (None, *transcript.years) else transcript_for(user, at=at)
    payload = _transcript_payload(transcript, at)
    row, is_new = TranscriptFile.objects.get_or_create(
        user=user, payload_sha256=sha256_of(payload), defaults={"payload": payload, "ordered_at": at}
    )
    if is_new:
        enqueue("credit.typeset_transcript", at=at, key=f"credit.transcript:{row.pk}", transcript=row.pk)
    return row


def _transcript_payload(transcript: Transcript, at: datetime) -> dict[str, Any]:
    faces = [(row.face, row.completed_on.isoformat()) for row in transcript.rows]
    totals = [total.markdown for total in transcript.totals]
    period = f"Completed in {transcript.year}" if transcript.year else "All years"
    return transcript_payload(transcript.user.printed_name, period, faces, totals, transcript.participations, at.date())


@task("credit.typeset_transcript", retries=4, first_retry=1.0)
def typeset_transcript(*, transcript: int, at: datetime) -> None:
    """Typeset an ordered transcript, once."""
    from preceptor.credit.adapters.typeset import typeset_transcript as typeset  # noqa: PLC0415 - heavy: workers only

    row = TranscriptFile.objects.filter(pk=transcript, data=None).first()
    if row is not None:
        made = typeset(row.payload, at=row.ordered_at)
        TranscriptFile.objects.filter(pk=row.pk, data=None).update(data=made.data)


@periodic("credit.forget_transcripts", every=timedelta(hours=6))
def forget_transcripts(*, at: datetime) -> None:
    """Transcripts as files are made again when asked for; old ones are not kept."""
    TranscriptFile.objects.filter(ordered_at__lt=at - KEEP_TRANSCRIPTS).delete()
