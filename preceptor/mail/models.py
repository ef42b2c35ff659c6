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
    sender = models.CharField(max_length=400, blank=True, help_text="From, as it stood when the letter was queued")
    recipient = models.EmailField(max_length=254)
    domain = models.CharField(max_length=254, blank=True, help_text="The recipient's, in ASCII: what the limits are counted by")
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
    reported_at = models.DateTimeField(null=True, help_text="When what a report says came true: delayed, delivered, bounced")
    resent_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="resent")

    class Meta:
        indexes = [
            models.Index(fields=["state", "post_after"], name="letter_due"),
            models.Index(fields=["domain", "state", "post_after"], name="letter_due_in_domain"),
            models.Index(fields=["about"], name="letter_about"),
            models.Index(fields=["queued_at"], name="letter_queued"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=list(LetterState)), name="letter_state_is_known")]

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
    key = models.CharField(max_length=100, null=True, help_text="Of a report: the same report comes to the same key, and is recorded once")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="letter_event_once")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.state}"


class Domain(models.Model):
    """A domain that letters go to under a limit.

    `turn` counts the letters begun: who takes a letter raises it by one and only from the number that was seen, so that two workers that both see
    room for one more letter do not both take one.

    Personal data: none.
    """

    name = models.CharField(max_length=254, unique=True)
    turn = models.PositiveBigIntegerField(default=0)
    free_at = models.DateTimeField(help_text="No letter is begun before")

    def __str__(self) -> str:
        return self.name
