"""The certificate: typeset once, sent, sent again."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from preceptor.accounts.actions import hold_people
from preceptor.accounts.models import User
from preceptor.catalog.rules import Step
from preceptor.credit.adapters.status_lists import entry_of
from preceptor.credit.models import Award, CertificateFile, CertificateLetter, CredentialFile, PersonalPart
from preceptor.credit.queries import certificate_file, letters_sent_at
from preceptor.credit.rules import PAPER, PAPERS, PartKind, face_of, letters_pause
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
    """Queue one more letter with the same certificate, to the address that the person uses now. Not more than a few a day (credit.letter_pause), also
    when many ask at once: the person's rows are held."""
    hold_people(user)
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
        sender_name=face.provider,
    )
    CertificateLetter.objects.create(award=award, letter=letter)
    enqueue("credit.typeset_certificate", at=at, key=f"credit.typeset:{award.pk}:{letter.pk}", award=award.pk)
    return letter


@task("credit.typeset_certificate", retries=8, first_retry=1.0)
def typeset_certificate(*, award: int, at: datetime) -> None:
    """Typeset and sign the certificate once, make its credential once, and complete the letters that wait for it. May run any number of times: what
    was made first stays.
    """
    row = Award.objects.get(pk=award)
    file = certificate_file(row, PAPER) or _keep_file(row, PAPER, at=at)
    for link in CertificateLetter.objects.filter(award=row).select_related("letter"):
        attach(link.letter, name=file_name(row), media_type="application/pdf", data=bytes(file.data), at=at)
    if not CredentialFile.objects.filter(award=row).exists():
        _keep_credential(row, at=at)


def order_paper(award: Award, paper: str, *, at: datetime) -> CertificateFile | None:
    """The certificate on this paper; None while a worker makes it. Re-issue is printing: the serial and every word stay."""
    if file := certificate_file(award, paper):
        return file
    if paper not in PAPERS:
        raise Refused("credit.paper", "Choose Letter or A4.", step_url(Step.CERTIFICATE, award.edition))
    enqueue("credit.typeset_paper", at=at, key=f"credit.paper:{award.pk}:{paper}:{at:%Y-%m-%dT%H:%M}", award=award.pk, paper=paper)
    return None


@task("credit.typeset_paper", retries=8, first_retry=1.0)
def typeset_paper(*, award: int, paper: str, at: datetime) -> None:
    """Typeset and sign the certificate on another paper, once."""
    row = Award.objects.get(pk=award)
    if certificate_file(row, paper) is None:
        _keep_file(row, paper, at=at)


def _keep_file(award: Award, paper: str, *, at: datetime) -> CertificateFile:
    from preceptor.credit.adapters.pades import sign_pdf  # noqa: PLC0415 - heavy: workers only
    from preceptor.credit.adapters.typeset import typeset_certificate as typeset  # noqa: PLC0415 - heavy: workers only

    face = face_of(award.payload)
    made = typeset(face, payload_json=award.payload_json, paper=paper, at=award.claimed_at)
    if not made.standard:
        log.warning("The certificate %s was made without PDF/UA: %s. Install a font that has it.", face.serial, made.problem)
    data = sign_pdf(made.data, reason=f"{face.title} {face.serial}", at=at)
    values = {"data": data, "sha256": sha256_of(data), "standard": made.standard, "is_signed": True, "made_at": at}
    file, _ = CertificateFile.objects.get_or_create(award=award, paper=paper, defaults=values)
    return file


def _keep_credential(award: Award, *, at: datetime) -> CredentialFile:
    from preceptor.credit.adapters.credentials import credential_of, jwt_of, sign_credential  # noqa: PLC0415 - heavy: workers only

    bare = credential_of(award.payload, status=entry_of(award.status_index), at=award.claimed_at)
    signed = sign_credential(bare, at)
    key_id = signed["proof"]["verificationMethod"].partition("#")[2]
    values = {"document": json.dumps(signed, ensure_ascii=False), "jwt": jwt_of(bare), "key_id": key_id, "made_at": at}
    file, _ = CredentialFile.objects.get_or_create(award=award, defaults=values)
    return file


def signed_credential(award: Award, *, at: datetime) -> dict[str, Any]:
    """The certificate as signed credential, made now where it is not there yet."""
    file = CredentialFile.objects.filter(award=award).first() or _keep_credential(award, at=at)
    document: dict[str, Any] = json.loads(file.document)
    return document


def file_name(award: Award) -> str:
    """Of the PDF: without the check character, which may be a sign that file systems do not like."""
    return f"certificate-{grouped(award.serial)[:-2]}.pdf"


@periodic("credit.sweep", every=timedelta(minutes=5))
def sweep(*, at: datetime) -> None:
    """Queue certificates whose typesetting was lost or given up: an award without its PDF is never left alone."""
    unmade = Q(certificate_files=None) | Q(credential_file=None)
    has_name = Exists(PersonalPart.objects.filter(award=OuterRef("pk"), kind=PartKind.NAME))
    for award in Award.objects.filter(unmade, has_name, claimed_at__lt=at - timedelta(minutes=5))[:500]:
        enqueue("credit.typeset_certificate", at=at, key=f"credit.sweep:{award.pk}:{at:%Y-%m-%dT%H:%M}", award=award.pk)
