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


class CertificateFile(models.Model):
    """The certificate as PDF, typeset once from the award's payload.

    Personal data: name and credit of a learner.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="certificate_file")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
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
