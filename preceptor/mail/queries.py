"""What we ask of letters: what became of one, in words for the person who waits for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from preceptor.mail.models import Letter
from preceptor.mail.rules import LetterState, masked_address, words_of_reply
from preceptor.ui.days import clock_time, short_date


@dataclass(frozen=True)
class Fate:
    """What became of a letter: its state, a sentence for the recipient, and where one can go on ("" where this room knows no page)."""

    state: LetterState
    sentence: str
    next_url: str = ""


def letters_about(uuid: UUID | str) -> QuerySet[Letter]:
    """The letters about one thing, the newest first."""
    return Letter.objects.filter(about=str(uuid)).order_by("-queued_at", "-pk")


def claimable(at: datetime) -> Q:
    """Which letters may be posted now: due ones, and those whose worker has been silent for longer than an attempt can take."""
    due = Q(state__in=[LetterState.QUEUED, LetterState.AWAITING], post_after__lte=at)
    return due | Q(state=LetterState.SENDING, sending_until__lte=at)


def letter_fate(letter: Letter, *, at: datetime | None = None, to: str = "") -> Fate:
    """The letter's state in a sentence for its recipient; times in the active time zone, with the day where it is not today's.

    The address is masked, unless the page shows it in full anyway: then `to` is it.
    """
    state = LetterState(letter.state)
    today = at or timezone.now()
    to = to or masked_address(letter.recipient)
    sentence = {
        LetterState.AWAITING: f"Waiting for its attachment; goes to {to} as soon as that is ready",
        LetterState.SENDING: f"Being sent to {to}",
        LetterState.REFUSED: f"Refused by the mail server of {to}: {words_of_reply(letter.last_reply)}",
        LetterState.GIVEN_UP: f"Given up after {letter.attempts} attempts to reach {to}: {words_of_reply(letter.last_reply)}",
    }.get(state)
    if state is LetterState.SENT and letter.sent_at:
        sentence = f"Sent {_when(letter.sent_at, today)} to {to}"
    if sentence is None and letter.attempts:
        sentence = f"Waiting; {_reason(letter.last_reply)}, next try {_when(letter.post_after, today)}"
    return Fate(state, sentence or f"Waiting to be sent to {to}")


def _reason(reply: str) -> str:
    """The last reply inside a sentence: our own words begin small, a server's are quoted."""
    if reply.startswith("The mail server"):
        return "t" + reply[1:].partition(" (")[0]
    return f"the mail server said “{words_of_reply(reply)}”"


def _when(moment: datetime, today: datetime) -> str:
    """at 10:02 AM UTC, or on Nov 22, 2026 at 10:02 AM UTC."""
    local = timezone.localtime(moment)
    time = f"at {clock_time(moment)} {local:%Z}"
    return time if local.date() == timezone.localtime(today).date() else f"on {short_date(moment)} {time}"


def letters_of(about: Collection[str], addresses: Collection[str]) -> QuerySet[Letter]:
    """A person's letters: those about their account, their certificates …, and those about nothing in particular to their addresses."""
    return Letter.objects.filter(Q(about__in=about) | Q(about="", recipient__in=addresses)).order_by("queued_at", "pk")


def personal_data(about: Collection[str], addresses: Collection[str]) -> dict[str, Any]:
    """What this room keeps of a person: their letters, with what became of each."""
    fields = ("kind", "recipient", "subject", "text", "state", "queued_at", "sent_at", "last_reply")
    return {"letters": list(letters_of(about, addresses).values(*fields))}
