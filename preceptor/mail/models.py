"""What we keep of letters."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.mail.rules import LetterState


class Letter(models.Model):
    """A letter that is, or was, to be posted. Queued in the transaction of the deed that it tells of.

    The Message-ID is fixed when the letter is queued, so that a duplicate after a crash is recognisable.

    Personal data: recipient's address, the letter's text.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message_id = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60, help_text="room.letter, for example credit.certificate")
    about = models.CharField(max_length=64, blank=True, help_text="uuid of what it is about")
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=[(s, s) for s in LetterState], default=LetterState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_reply = models.TextField(blank=True, help_text="What the mail server said last")
    queued_at = models.DateTimeField()
    post_after = models.DateTimeField(help_text="Not tried before; an awaiting letter goes without its attachment from this time on")
    sending_until = models.DateTimeField(null=True, help_text="How long the worker that posts it may take; then it is anybody's again")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "post_after"], name="letter_due"), models.Index(fields=["about"], name="letter_about")]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=list(LetterState)), name="letter_state_known")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class Attachment(models.Model):
    """A file that goes with a letter.

    Personal data: whatever the file holds (a certificate carries a name).
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "name"], name="attachment_once")]

    def __str__(self) -> str:
        return self.name


class LetterEvent(models.Model):
    """One thing that happened to a letter. Never changed (a trigger refuses it); it goes with its letter only.

    Personal data: the mail server's reply may name the address.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    reply = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.state}"
