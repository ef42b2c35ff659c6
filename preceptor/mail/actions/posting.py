"""Posting: one attempt after another, within the limits of the recipient's domain.

A change of state is one conditional UPDATE; its count says who won. So two workers never post one letter at once. A crash between the server's
acceptance and our commit may post it again, with the same Message-ID.

A letter that finds its domain full waits, and its job is done: whoever took the last place posts what waits before giving it up.
"""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from preceptor.jobs.actions import enqueue
from preceptor.jobs.queries import is_anything_before
from preceptor.jobs.rules import Lane, periodic, task
from preceptor.mail.actions.queueing import queue_posting
from preceptor.mail.adapters.addresses import envelope_address
from preceptor.mail.adapters.letters import message_bytes, return_path
from preceptor.mail.adapters.smtp import Conversation, Envelope
from preceptor.mail.models import Domain, Letter, LetterEvent
from preceptor.mail.queries import claimable, domains_waiting, in_hand, waiting_in
from preceptor.mail.rules import (
    NO_LIMIT,
    LetterState,
    Limit,
    Outcome,
    Place,
    Reply,
    claim_lasts,
    is_hopeless,
    limit_of,
    parsed_limits,
    retry_delay,
)

SWEEP_EVERY = timedelta(seconds=30)
WITHOUT = "Goes without its attachment, which was not ready in time"
# Of a domain that is full, one conversation posts so many letters or for so long; then the others have their turn.
MOST_IN_A_ROW, LONGEST_ROW = 20, 10.0
MOST_ROWS = 8


@task("mail.post_letter", retries=20, first_retry=2.0, lane=Lane.SIDE)
def post_letter(*, letter: int, at: datetime) -> None:
    """Post one letter, if it is due and nobody else is at it. What the mail server does is never this job's failure: the letter keeps its own count."""
    found = Letter.objects.filter(claimable(at), pk=letter).first()
    if found is None:
        _come_back(letter, at=at)
        return
    _post_row(found, at=at, goes_on=False)


@task("mail.post_waiting", retries=20, first_retry=2.0, lane=Lane.SIDE)
def post_waiting(*, domain: str, at: datetime) -> None:
    """Post what waits for a place in a domain, as far as there is room."""
    found = waiting_in(domain, at).first()
    if found is not None:
        _post_row(found, at=at, goes_on=True)


@periodic("mail.sweep", every=SWEEP_EVERY)
def sweep(*, at: datetime) -> None:
    """Look after letters that are due and that nobody will come for: their job was lost, or who should have gone on with their domain died.

    Nothing is done while the queue is merely behind. A domain gets as many new conversations as it has room for.
    """
    forgotten_since = at - SWEEP_EVERY
    if is_anything_before(forgotten_since, Lane.SIDE):
        return
    for domain, count in domains_waiting(forgotten_since):
        limit = _limit(domain)
        places = max(limit.at_once - in_hand(domain, at), 0) if limit.at_once else MOST_ROWS
        for place in range(min(count, places, 1 if limit.a_minute else MOST_ROWS)):
            _queue_row(domain, f"sweep:{at:%Y-%m-%dT%H:%M:%S}:{place}", at=at, due=at)


def _post_row(first: Letter, *, at: datetime, goes_on: bool) -> None:
    """Post a letter; with `goes_on`, or where its domain is full with it, also those that wait for its place, over the same connection."""
    begun, now, count = time.monotonic(), at, 0
    letter: Letter | None = first
    with Conversation() as conversation:
        while letter is not None:
            place, count = _claim(letter, at=now), count + 1
            if place is Place.NONE or (place is Place.LOST and not goes_on):
                return
            if place is not Place.LOST:
                reply = conversation.post(_envelope(letter))
                now = at + timedelta(seconds=time.monotonic() - begun)
                _record(letter, reply, at=now)
            goes_on = goes_on or place is Place.LAST  # from then on others may wait for us
            posted, letter = letter, waiting_in(letter.domain, now).first() if goes_on else None
            if letter is not None and (count >= MOST_IN_A_ROW or time.monotonic() - begun > LONGEST_ROW):
                _queue_row(posted.domain, f"{posted.pk}:{posted.attempts}", at=now, due=now)
                return


def _envelope(letter: Letter) -> Envelope:
    message = message_bytes(letter, list(letter.attachments.order_by("pk")))
    return Envelope(return_path(letter), envelope_address(letter.recipient), message, letter.uuid.hex)


@transaction.atomic
def _claim(letter: Letter, *, at: datetime) -> Place:
    """Take the letter for one attempt, and a place in its domain."""
    place = _take_turn(letter, at=at)
    if place is Place.NONE:
        return place
    change = {"state": LetterState.SENDING, "attempts": letter.attempts + 1, "sending_until": at + claim_lasts(settings.EMAIL_TIMEOUT)}
    if not Letter.objects.filter(claimable(at), pk=letter.pk, attempts=letter.attempts, state=letter.state).update(**change):
        return Place.LOST
    went_without = WITHOUT if letter.state == LetterState.AWAITING else ""
    LetterEvent.objects.create(letter=letter, at=at, state=LetterState.SENDING, reply=went_without)
    for name, value in change.items():
        setattr(letter, name, value)
    return place


def _take_turn(letter: Letter, *, at: datetime) -> Place:
    """A place for one more letter to the domain, if its limit leaves one.

    The turn is taken from the number that was seen before counting: of two that count at the same time one gets it, and the other counts again.
    """
    limit = _limit(letter.domain)
    if limit == NO_LIMIT:
        return Place.TAKEN
    while True:
        domain, _ = Domain.objects.get_or_create(name=letter.domain, defaults={"free_at": at})
        busy = in_hand(letter.domain, at) if limit.at_once else 0
        if limit.at_once and busy >= limit.at_once:
            return Place.NONE
        if limit.a_minute and domain.free_at > at:
            _queue_row(letter.domain, f"pace:{domain.turn}", at=at, due=domain.free_at)
            return Place.NONE
        if Domain.objects.filter(pk=domain.pk, turn=domain.turn).update(turn=domain.turn + 1, free_at=at + limit.spacing):
            return Place.LAST if limit.a_minute or busy + 1 >= limit.at_once else Place.TAKEN


def _limit(domain: str) -> Limit:
    return limit_of(domain, parsed_limits(settings.MAIL_DOMAIN_LIMITS))


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
        queue_posting(letter, f"retry:{letter.attempts}", at=at, due=next_try_at)


def _held(letter: Letter) -> QuerySet[Letter]:
    """The row, as long as this attempt is the one that holds it."""
    return Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, attempts=letter.attempts)


def _come_back(letter: int, *, at: datetime) -> None:
    """A letter in another attempt's hands: look again when that attempt's time is over, in case its worker died."""
    held = Letter.objects.filter(pk=letter, state=LetterState.SENDING, sending_until__gt=at).first()
    if held is not None and held.sending_until is not None:
        queue_posting(held, f"held:{held.attempts}", at=at, due=held.sending_until)


def _queue_row(domain: str, occasion: str, *, at: datetime, due: datetime) -> None:
    """One job for each occasion to go on with a domain."""
    enqueue("mail.post_waiting", at=at, key=f"mail.row:{occasion}:{domain}"[:200], delay=due - at, domain=domain)
