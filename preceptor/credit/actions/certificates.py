"""The certificate: typeset once, sent, sent again."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award, CertificateFile, CertificateLetter
from preceptor.credit.queries import letters_sent_at
from preceptor.credit.rules import face_of, letters_pause
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.journey.queries import step_url
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.kernel.serials import grouped
from preceptor.mail.actions import attach, queue_letter
from preceptor.mail.models import Letter

log = logging.getLogger(__name__)


@transaction.atomic
def send_again(award: Award, user: User, *, at: datetime) -> Letter:
    """Queue one more letter with the same certificate, to the address that the person uses now. Not more than a few a day (credit.letter_pause)."""
    pause = letters_pause(letters_sent_at(award), at)
    if pause:
        raise Refused("credit.letter_pause", pause, step_url(Step.CERTIFICATE, award.edition))
    return send_certificate(award, user.email, at=at)


def send_certificate(award: Award, to: str, *, at: datetime) -> Letter:
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
