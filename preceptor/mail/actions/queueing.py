"""A letter comes into being: in the transaction of the deed that it tells of; completed by its attachment; sent again by staff."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q

from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry
from preceptor.mail.adapters.addresses import domain_of, new_message_id, sender_line
from preceptor.mail.adapters.letters import render_texts
from preceptor.mail.models import Attachment, Letter, LetterEvent
from preceptor.mail.queries import is_being_resent
from preceptor.mail.rules import ENDED, ERASED_RECIPIENT, LONGEST_AWAIT, SECRET_KINDS, LetterState, is_secret


@transaction.atomic
def queue_letter(
    *,
    to: str,
    kind: str,
    template: str,
    context: dict[str, Any],
    at: datetime,
    about: str | uuid.UUID = "",
    awaits_attachment: bool = False,
    sender_name: str = "",
) -> Letter:
    """Write a letter and queue it, in the caller's transaction: no deed without its letter, no letter without its deed.

    `kind` is "room.letter"; `template` is the path without `.subject.txt`, `.txt` and `.html`. With `awaits_attachment` it is posted when
    `attach` completes it, and without the attachment after 15 minutes. `sender_name` is the provider's name where it is not the main one's.
    """
    texts = render_texts(template, context)
    state = LetterState.AWAITING if awaits_attachment else LetterState.QUEUED
    post_after = at + LONGEST_AWAIT if awaits_attachment else at
    letter = _new_letter(
        kind=kind,
        about=str(about),
        sender=sender_line(sender_name),
        recipient=to,
        domain=domain_of(to),
        subject=texts.subject[:300],
        text=texts.text,
        html=texts.html,
        state=state,
        queued_at=at,
        post_after=post_after,
    )
    LetterEvent.objects.create(letter=letter, at=at, state=state)
    queue_posting(letter, "first", at=at, due=letter.post_after)
    return letter


@transaction.atomic
def attach(letter: Letter, *, name: str, media_type: str, data: bytes, at: datetime) -> bool:
    """Complete an awaiting letter and queue it. False, and nothing happens, when it does not wait (any more): it has one, or went without."""
    won = Letter.objects.filter(pk=letter.pk, state=LetterState.AWAITING).update(state=LetterState.QUEUED, post_after=at)
    if won:
        Attachment.objects.create(letter=letter, name=name, media_type=media_type, data=data)
        LetterEvent.objects.create(letter=letter, at=at, state=LetterState.QUEUED, reply=f"Complete: {name}")
        queue_posting(letter, "complete", at=at, due=at)
    return bool(won)


@transaction.atomic
def resend_letter(letter: Letter, *, reason: str, by: str, at: datetime) -> Letter:
    """The same words and attachments once more to the same address, as a letter of its own with a line in the logbook.

    Refuses letters that are still on their way to being posted (mail.not_ended), and those with a code or a link that opens something
    (mail.secret): whoever needs one asks for a new one. Nor what was erased (mail.erased), nor one that is being sent again already or was just now
    (mail.resent), also when the same form comes twice at once: the letter's row is held.
    """
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if is_secret(letter.kind):
        raise Refused("mail.secret", "This letter carries a code or a personal link. The person asks for a new one instead.")
    if letter.recipient == ERASED_RECIPIENT:
        raise Refused("mail.erased", "This letter's words and address were erased, so there is nothing to send.")
    if letter.state not in ENDED:
        raise Refused("mail.not_ended", "This letter is still being posted. It can be sent again when that has ended.")
    if is_being_resent(letter, at):
        raise Refused("mail.resent", "This letter is being sent again already. What becomes of that one stands on its own page.")
    copied = ("kind", "about", "sender", "recipient", "domain", "subject", "text", "html")
    again = _new_letter(
        **{name: getattr(letter, name) for name in copied}, state=LetterState.QUEUED, queued_at=at, post_after=at, resent_from=letter
    )
    for file in letter.attachments.order_by("pk"):
        Attachment.objects.create(letter=again, name=file.name, media_type=file.media_type, data=bytes(file.data))
    LetterEvent.objects.create(letter=again, at=at, state=LetterState.QUEUED, reply="Sent again by staff")
    queue_posting(again, "first", at=at, due=at)
    write_entry("mail.resend_letter", by=by, at=at, about=letter, reason=reason, detail={"new": str(again.uuid), "kind": letter.kind})
    return again


@transaction.atomic
@periodic("mail.forget_secrets", every=timedelta(days=1), offset=timedelta(hours=6))
def forget_secrets(*, at: datetime) -> None:
    """A day after its end, a letter that carried a code or a link to an account keeps its fate and loses its words."""
    secret = reduce(or_, (Q(kind__startswith=kind) for kind in SECRET_KINDS))
    Letter.objects.filter(secret, state__in=ENDED, queued_at__lte=at - timedelta(days=1)).exclude(text="").update(text="", html="")


def queue_posting(letter: Letter, occasion: str, *, at: datetime, due: datetime) -> None:
    """One job for each occasion to post."""
    enqueue("mail.post_letter", at=at, key=f"mail.post:{letter.pk}:{occasion}", delay=due - at, letter=letter.pk)


def _new_letter(**values: Any) -> Letter:
    unique = uuid.uuid4()
    return Letter.objects.create(uuid=unique, message_id=new_message_id(str(unique)), **values)
