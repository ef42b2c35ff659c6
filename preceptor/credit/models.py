"""What we keep of credit. Awards are a ledger, line upon line; certificates are made from what was frozen in it."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

from django.db import models

from preceptor.accounts.models import User
from preceptor.catalog.models import Activity, Edition
from preceptor.credit.rules import NO_NAME, LineKind, PartKind, public_payload
from preceptor.journey.models import Participation
from preceptor.kernel.hashing import canonical_json
from preceptor.mail.models import Letter


class Award(models.Model):
    """A claim that was granted: credit of one system, or participation. One row is one certificate with its serial. Append-only.

    `frozen` is the canonical JSON of everything that is printed and is about nobody; what is about the person stands in `personal_parts`.
    `amount` is 0 for participation. `completed_on` is the day, in the provider's zone, of the last step before the claim. `supersedes` is the
    award that this one corrects. `slot` is what of a participation it fills: a
    profession's credit, or a board's points beside it. `request_key` is the key of the form that asked for it. `status_index` is its bit in the published lists of
    what was revoked. What stands now is in `Standing`; what happened, and why, in `LedgerLine`.

    Personal data: whose credit it is, and how much.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    serial = models.CharField(max_length=17, unique=True)
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="awards")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="awards")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="awards")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="awards")
    system = models.CharField(max_length=40, help_text="key of a credit system; participation")
    slot = models.CharField(max_length=40, help_text="credit, or the key of a board whose points come beside it")
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    completed_on = models.DateField()
    claimed_at = models.DateTimeField()
    frozen = models.TextField()
    frozen_sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="superseded_by", null=True)
    request_key = models.CharField(max_length=64, blank=True)
    status_index = models.PositiveIntegerField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "request_key"], condition=~models.Q(request_key=""), name="award_once_per_request"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="award_not_negative"),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def payload_json(self) -> bytes:
        """What may leave the house with the certificate, as canonical JSON: everything that is printed, none of the learner's own numbers."""
        return canonical_json(public_payload(self.payload))

    @cached_property
    def payload(self) -> dict[str, Any]:
        """Everything that certificate, verification and transcript print, and the learner's numbers; without a name once that is erased."""
        parts = [json.loads(part.data) for part in self.personal_parts.all()]
        merged: dict[str, Any] = {**json.loads(self.frozen), **NO_NAME, "identifiers": {}}
        for part in parts:
            merged |= part
        return merged


class PersonalPart(models.Model):
    """What an award says of a person, apart from the rest so that it can go when its years are over. The ledger holds a salted commitment to it.

    "name": printed name, name, credentials, profession. "identifiers": the learner's own numbers, which are never printed. Never changed; deleted
    only where the ledger has a line of the erasure.

    Personal data: name, credentials, profession; numbers at boards.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="personal_parts")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in PartKind])
    salt = models.CharField(max_length=64)
    data = models.TextField(help_text="canonical JSON")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "kind"], name="personal_part_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.award_id}"


class LedgerLine(models.Model):
    """One thing that happened to an award. Densely numbered from 1; each line holds the hash of the one before. Append-only.

    `by` is a pseudonym: "learner", "staff:" and a uuid, or "system". `commitments` is canonical JSON of the hashes of the award's personal parts.
    `erased` names the personal part that an erasure took away. `hash` covers every column of the line and of its award.

    Personal data: what happened to whose credit; reasons in staff's words.
    """

    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=14, choices=[(kind, kind) for kind in LineKind])
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="lines")
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    commitments = models.TextField()
    erased = models.CharField(max_length=12, blank=True, choices=[(kind, kind) for kind in PartKind])
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}"


class LedgerHead(models.Model):
    """The last line's number and hash: one row. Who appends adds one to it first, so writers stand in line on every database.

    Personal data: none.
    """

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number}"


class LedgerSeal(models.Model):
    """The ledger's head, signed; kept outside the database too, so that a chain that was cut or made anew shows. Append-only.

    Personal data: none.
    """

    number = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=200)
    signature = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"seal at {self.number}"


class Standing(models.Model):
    """The award that stands now, derived from the ledger: one per person, activity (over its editions) and credit system.

    `user` is the person's first account, whichever of their accounts claimed. `slot` is "credit" for what a participation gives by itself (credit
    of the profession, or participation), or the key of a board whose points come beside it: one of each per participation.

    Personal data: who has which credit.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="standings")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=40)
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="standings")
    slot = models.CharField(max_length=40)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="standing")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "activity", "system"], name="standing_once"),
            models.UniqueConstraint(fields=["participation", "slot"], name="standing_once_per_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} stands"


class ReportMark(models.Model):
    """That an award was told to a receiver, by hand: from then on the learner changes nothing by themselves. Append-only.

    Personal data: to whom somebody's credit was told.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="report_marks")
    receiver = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "receiver"], name="report_mark_once")]

    def __str__(self) -> str:
        return f"{self.award_id} told to {self.receiver}"


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
    """The certificate as PDF on one paper, made once from the award's payload. Never changed; deleted only with the erased name.

    `standard` is what the file keeps ("ua-1, a-3a"), or "" where no font had a character and it was made without.

    Personal data: name and credit of a learner.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="certificate_files")
    paper = models.CharField(max_length=10, default="letter", choices=[("letter", "Letter"), ("a4", "A4")])
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    standard = models.CharField(max_length=20, blank=True)
    is_signed = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["award", "paper"], name="certificate_file_once")]

    def __str__(self) -> str:
        return f"PDF of {self.award_id}"


class CredentialFile(models.Model):
    """The certificate as verifiable credential, signed once: as JSON with its proof, and as a token. Never changed; deleted only with the erased name.

    Personal data: name and credit of a learner.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="credential_file")
    document = models.TextField()
    jwt = models.TextField()
    key_id = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"credential of {self.award_id}"


class CertificateLetter(models.Model):
    """Which letters carried a certificate (a learner may have it sent again). Append-only.

    Personal data: none beyond the letter's.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="letters")
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"letter {self.letter_id} for {self.award_id}"


class CheckRequest(models.Model):
    """A file or text that somebody asked to have checked. `data` goes when it was checked, the row an hour after it was asked for.

    Personal data: what the certificate that was dropped says, until it is checked.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, default="waiting", choices=[("waiting", "waiting"), ("checked", "checked")])
    kind = models.CharField(max_length=10, choices=[("pdf", "PDF"), ("json", "JSON"), ("jwt", "token")])
    data = models.BinaryField(null=True)
    result = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} to check"


class TranscriptFile(models.Model):
    """A transcript as a file, ordered by its owner and made by a worker from `payload`: as PDF, or as learner record (CLR); thrown away after a day.

    Personal data: name and all credit of a learner.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="transcript_files")
    kind = models.CharField(max_length=8, default="pdf", choices=[("pdf", "PDF"), ("clr", "learner record")])
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    ordered_at = models.DateTimeField()
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "payload_sha256"], name="transcript_file_once")]

    def __str__(self) -> str:
        return f"transcript of {self.user_id}"


class ExternalCredit(models.Model):
    """Credit from elsewhere, as its holder says: counted apart, and marked as self-reported wherever it stands.

    `system` is the key of a credit system; where it is "", `own_words` says what it is. `topic` is one that a state or the nation asks for, with how
    many minutes are on it. `file` is the proof that was added, called `file_name`, of `file_size` bytes. What was removed can be brought back for a
    while; then it goes, and its file with it.

    Personal data: what a learner has earned elsewhere, and the proof.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="external_credits")
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    system = models.CharField(max_length=40, blank=True)
    own_words = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    completed_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    topic = models.CharField(max_length=60, blank=True, help_text="key of a topic in the packs")
    topic_minutes = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="external-credits", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.PositiveIntegerField(default=0)
    media_type = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="external_credit_positive")]

    def __str__(self) -> str:
        return self.title


class TrackedRequirement(models.Model):
    """A requirement of a pack that somebody follows, or one of their own words, and their own cycle of it. Earlier cycles are rows of their own.

    `requirement` is the key of a pack's requirement, or "own" with a name of its own behind a colon: then `title`, `system` and `amount` say what it is.

    Personal data: what a learner has to show to a board or a state, and when.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tracked_requirements")
    requirement = models.CharField(max_length=60, help_text="key of a requirement in the packs")
    title = models.CharField(max_length=120, blank=True)
    system = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    begins_on = models.DateField()
    ends_on = models.DateField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("begins_on")), name="tracked_cycle_forward"),
            models.UniqueConstraint(
                fields=["user", "requirement", "ends_on"], condition=models.Q(removed_at=None), name="tracked_cycle_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} until {self.ends_on}"
