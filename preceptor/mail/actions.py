"""What we do with letters: queue one in the deed's own transaction, complete it, post it, and write down what became of it.

A change of state is one conditional UPDATE; its count says who won. So two workers never post one letter at once. A crash between the server's
acceptance and our commit may post it again, with the same Message-ID.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.mail.adapters import smtp
from preceptor.mail.adapters.letters import envelope_address, message_bytes, new_message_id, render_texts, sender_address
from preceptor.mail.models import Attachment, Letter, LetterEvent
from preceptor.mail.queries import claimable, letters_of
from preceptor.mail.rules import ERASED_RECIPIENT, LONGEST_AWAIT, LetterState, Outcome, Reply, claim_lasts, is_hopeless, retry_delay

SWEEP_EVERY = timedelta(minutes=2)
SECRET_KINDS = ("accounts.", "disclosure.")
ENDED = (LetterState.SENT, LetterState.REFUSED, LetterState.GIVEN_UP)
WITHOUT = "Goes without its attachment, which was not ready in time"


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
) -> Letter:
    """Write a letter and queue it, in the caller's transaction: no deed without its letter, no letter without its deed.

    `kind` is "room.letter"; `template` is the path without `.subject.txt`, `.txt` and `.html`. With `awaits_attachment` it is posted when
    `attach` completes it, and without the attachment after 15 minutes.
    """
    texts = render_texts(template, context)
    unique = uuid.uuid4()
    state = LetterState.AWAITING if awaits_attachment else LetterState.QUEUED
    letter = Letter.objects.create(
        uuid=unique,
        message_id=new_message_id(str(unique)),
        kind=kind,
        about=str(about),
        recipient=to,
        subject=texts.subject[:300],
        text=texts.text,
        html=texts.html,
        state=state,
        queued_at=at,
        post_after=at + LONGEST_AWAIT if awaits_attachment else at,
    )
    LetterEvent.objects.create(letter=letter, at=at, state=state)
    _queue_posting(letter, "first", at=at, due=letter.post_after)
    return letter


@transaction.atomic
def attach(letter: Letter, *, name: str, media_type: str, data: bytes, at: datetime) -> bool:
    """Complete an awaiting letter and queue it. False, and nothing happens, when it does not wait (any more): it has one, or went without."""
    won = Letter.objects.filter(pk=letter.pk, state=LetterState.AWAITING).update(state=LetterState.QUEUED, post_after=at)
    if won:
        Attachment.objects.create(letter=letter, name=name, media_type=media_type, data=data)
        LetterEvent.objects.create(letter=letter, at=at, state=LetterState.QUEUED, reply=f"Complete: {name}")
        _queue_posting(letter, "complete", at=at, due=at)
    return bool(won)


@task("mail.post_letter", retries=20, first_retry=2.0)
def post_letter(*, letter: int, at: datetime) -> None:
    """Post one letter, if it is due and nobody else is at it. What the mail server does is never this job's failure: the letter keeps its own count."""
    claimed = _claim(letter, at=at)
    if claimed is None:
        _come_back(letter, at=at)
        return
    begun = time.monotonic()
    message = message_bytes(claimed, list(claimed.attachments.order_by("pk")))
    reply = smtp.post(sender_address(), envelope_address(claimed.recipient), message)
    _record(claimed, reply, at=at + timedelta(seconds=time.monotonic() - begun))


@periodic("mail.sweep", every=SWEEP_EVERY)
def sweep(*, at: datetime) -> None:
    """Queue the posting of letters that are due and were forgotten: their job was lost, or given up."""
    for letter in Letter.objects.filter(claimable(at - SWEEP_EVERY)):
        _queue_posting(letter, f"sweep:{at:%Y-%m-%dT%H:%M}", at=at, due=at)


@transaction.atomic
@periodic("mail.forget_secrets", every=timedelta(days=1), offset=timedelta(hours=6))
def forget_secrets(*, at: datetime) -> None:
    """A day after its end, a letter that carried a code or a link to an account keeps its fate and loses its words."""
    secret = reduce(or_, (Q(kind__startswith=kind) for kind in SECRET_KINDS))
    Letter.objects.filter(secret, state__in=ENDED, queued_at__lte=at - timedelta(days=1)).exclude(text="").update(text="", html="")


@transaction.atomic
def erase_letters(about: Collection[str], addresses: Collection[str], *, at: datetime) -> int:
    """Take words, files and addresses out of the letters about these things, and of those about nothing to these addresses. How many there were.

    That a letter was queued, and what became of it, stays; one that was not posted yet is not posted any more.
    """
    letters = letters_of(about, addresses)
    keys = list(letters.values_list("pk", flat=True))
    held = Letter.objects.filter(pk__in=keys)
    held.exclude(state__in=ENDED).update(state=LetterState.GIVEN_UP, sending_until=None)
    Attachment.objects.filter(letter__in=keys).delete()
    LetterEvent.objects.filter(letter__in=keys).delete()
    return held.update(recipient=ERASED_RECIPIENT, subject="", text="", html="", last_reply="")


def _claim(letter: int, *, at: datetime) -> Letter | None:
    """Take the letter for one attempt. None when it is not due, has been posted, or is in another worker's hands."""
    found = Letter.objects.filter(claimable(at), pk=letter).first()
    if found is None:
        return None
    won = Letter.objects.filter(claimable(at), pk=letter, attempts=found.attempts, state=found.state).update(
        state=LetterState.SENDING, attempts=found.attempts + 1, sending_until=at + claim_lasts(settings.EMAIL_TIMEOUT)
    )
    if not won:
        return None
    went_without = WITHOUT if found.state == LetterState.AWAITING else ""
    LetterEvent.objects.create(letter=found, at=at, state=LetterState.SENDING, reply=went_without)
    found.refresh_from_db()
    return found


@transaction.atomic
def _record(letter: Letter, reply: Reply, *, at: datetime) -> None:
    """Write down how the attempt ended, and queue the next one where there is one."""
    change: dict[str, Any] = {"last_reply": reply.text, "sending_until": None}
    next_try_at = at + retry_delay(letter.attempts, chance=random.random())
    if reply.outcome is Outcome.ACCEPTED:
        change |= {"state": LetterState.SENT, "sent_at": at}
    elif reply.outcome is Outcome.REFUSED:
        change |= {"state": LetterState.REFUSED}
    elif is_hopeless(letter.queued_at, next_try_at):
        change |= {"state": LetterState.GIVEN_UP}
    else:
        change |= {"state": LetterState.QUEUED, "post_after": next_try_at}
    if not _held(letter).update(**change):
        return
    LetterEvent.objects.create(letter=letter, at=at, state=change["state"], reply=reply.text)
    if change["state"] == LetterState.QUEUED:
        _queue_posting(letter, f"retry:{letter.attempts}", at=at, due=next_try_at)


def _held(letter: Letter) -> QuerySet[Letter]:
    """The row, as long as this attempt is the one that holds it."""
    return Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, attempts=letter.attempts)


def _come_back(letter: int, *, at: datetime) -> None:
    """A letter in another attempt's hands: look again when that attempt's time is over, in case its worker died."""
    held = Letter.objects.filter(pk=letter, state=LetterState.SENDING, sending_until__gt=at).first()
    if held is not None and held.sending_until is not None:
        _queue_posting(held, f"held:{held.attempts}", at=at, due=held.sending_until)


def _queue_posting(letter: Letter, occasion: str, *, at: datetime, due: datetime) -> None:
    """One job for each occasion to post."""
    enqueue("mail.post_letter", at=at, key=f"mail.post:{letter.pk}:{occasion}", delay=due - at, letter=letter.pk)
