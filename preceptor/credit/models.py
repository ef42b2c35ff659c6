"""What we keep of credit. Awards are a ledger; certificates are printed from what was frozen in it."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.accounts.models import User
from preceptor.catalog.models import Activity, Edition
from preceptor.journey.models import Participation
from preceptor.mail.models import Letter


class Award(models.Model):
    """A claim that was granted: credit of one system, or participation. Append-only.

    `payload` is frozen: everything that the certificate, its verification and the transcript print. `amount` is 0 for participation.
    `completed_on` is the day, in the provider's zone, of the last step before the claim.

    Personal data: name, credentials and credit of a learner.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    serial = models.CharField(max_length=17, unique=True)
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="award")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="awards")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="awards")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="awards")
    system = models.CharField(max_length=40, help_text="key of a credit system; participation")
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    completed_on = models.DateField()
    claimed_at = models.DateTimeField()
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "activity", "system"], name="award_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="award_not_negative"),
        ]

    def __str__(self) -> str:
        return self.serial


class LateClaim(models.Model):
    """A claim that arrived after the end: kept as evidence, earns nothing. Append-only.

    Personal data: what a learner asked for, and when.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="late_claims")
    at = models.DateTimeField()
    system = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    reasons = models.JSONField(help_text="codes and sentences, as the learner read them")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "system", "amount"], name="late_claim_once")]

    def __str__(self) -> str:
        return f"late claim of {self.participation_id}"


class CertificateFile(models.Model):
    """The certificate as PDF, typeset once from the award's payload. Append-only.

    `standard` is what the file keeps ("ua-1, a-2a"), or "" where no font had a character and it was made without.

    Personal data: name and credit of a learner.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="certificate_file")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    standard = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PDF of {self.award_id}"


class CertificateLetter(models.Model):
    """Which letters carried a certificate (a learner may have it sent again). Append-only.

    Personal data: none beyond the letter's.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="letters")
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"letter {self.letter_id} for {self.award_id}"


class TranscriptFile(models.Model):
    """A transcript as PDF, ordered by its owner and typeset by a worker from `payload`; thrown away after a day.

    Personal data: name and all credit of a learner.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="transcript_files")
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    ordered_at = models.DateTimeField()
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "payload_sha256"], name="transcript_file_once")]

    def __str__(self) -> str:
        return f"transcript of {self.user_id}"
