"""What we ask of letters: what became of one, in words for the person who waits for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from preceptor.mail.models import Letter
from preceptor.mail.rules import ENDED, FAILED, RESEND_PAUSE, LetterState, advice_for, masked_address, words_of_reply
from preceptor.ui.days import clock_time, local, short_date


@dataclass(frozen=True)
class Fate:
    """What became of a letter: its state, a sentence for the recipient, where one can go on ("" where this room knows no page), and what they can do
    about a letter that failed ("" for others).
    """

    state: LetterState
    sentence: str
    next_url: str = ""
    advice: str = ""

    @property
    def is_failed(self) -> bool:
        """Will this letter not reach the recipient?"""
        return self.state in FAILED


def letters_about(uuid: UUID | str) -> QuerySet[Letter]:
    """The letters about one thing, the newest first."""
    return Letter.objects.filter(about=str(uuid)).order_by("-queued_at", "-pk")


def claimable(at: datetime) -> Q:
    """Which letters may be posted now: due ones, and those whose worker has been silent for longer than an attempt can take."""
    due = Q(state__in=[LetterState.QUEUED, LetterState.AWAITING], post_after__lte=at)
    return due | Q(state=LetterState.SENDING, sending_until__lte=at)


def waiting_in(domain: str, at: datetime) -> QuerySet[Letter]:
    """What may be posted to a domain now, the longest due first."""
    return Letter.objects.filter(claimable(at), domain=domain).order_by("post_after", "pk")


def in_hand(domain: str, at: datetime) -> int:
    """How many letters to a domain are being posted at this moment."""
    return Letter.objects.filter(domain=domain, state=LetterState.SENDING, sending_until__gt=at).count()


def domains_waiting(since: datetime) -> list[tuple[str, int]]:
    """The domains with letters that have been due since then, and how many."""
    return list(Letter.objects.filter(claimable(since)).order_by("domain").values_list("domain").annotate(n=Count("pk")))


def is_being_resent(letter: Letter, at: datetime) -> bool:
    """Is a copy of the letter still on its way, or was one queued just now?"""
    return letter.resent.filter(~Q(state__in=ENDED) | Q(queued_at__gt=at - RESEND_PAUSE)).exists()


@dataclass(frozen=True)
class Wish:
    """What is looked for in the log of letters; what is empty is not asked for. `state` may be "failed": what did not reach its recipient."""

    address: str = ""
    kind: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


def letters_wished(wish: Wish) -> QuerySet[Letter]:
    """The letters that fit, without their words, the newest first."""
    rows = Letter.objects.defer("text", "html").order_by("-queued_at", "-pk")
    if wish.address:
        rows = rows.filter(recipient__icontains=wish.address)
    if wish.kind:
        rows = rows.filter(kind=wish.kind)
    if wish.state:
        rows = rows.filter(state__in=FAILED if wish.state == "failed" else [wish.state])
    if wish.since:
        rows = rows.filter(queued_at__gte=wish.since)
    return rows.filter(queued_at__lt=wish.until) if wish.until else rows


def letter_kinds() -> list[str]:
    """Every kind of letter that was ever queued."""
    return list(Letter.objects.order_by("kind").values_list("kind", flat=True).distinct())


def letter_fate(letter: Letter, *, at: datetime | None = None, to: str = "", zone: str = "") -> Fate:
    """The letter's state in a sentence for its recipient; times in `zone` (or the active one), with the day where it is not today's.

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
        LetterState.BOUNCED: f"Came back from {to}: {words_of_reply(letter.last_reply)}",
    }.get(state)
    if state is LetterState.QUEUED and letter.attempts:
        sentence = f"Waiting; {_reason(letter.last_reply)}, next try {_when(letter.post_after, today, zone)}"
    if state is LetterState.DELIVERED and letter.reported_at:
        sentence = f"Delivered {_when(letter.reported_at, today, zone)} to {to}"
    if state in (LetterState.SENT, LetterState.DELAYED) and letter.sent_at:
        sentence = f"Sent {_when(letter.sent_at, today, zone)} to {to}"
    if state is LetterState.DELAYED:
        sentence = f"{sentence}; delayed on the way ({words_of_reply(letter.last_reply)}), and still being tried"
    return Fate(state, sentence or f"Waiting to be sent to {to}", advice=advice_for(letter.last_reply) if state in FAILED else "")


def _reason(reply: str) -> str:
    """The last reply inside a sentence: our own words begin small, a server's are quoted."""
    if reply.startswith("The mail server"):
        return "t" + reply[1:].partition(" (")[0]
    return f"the mail server said “{words_of_reply(reply)}”"


def _when(moment: datetime, today: datetime, zone: str) -> str:
    """at 10:02 AM UTC, or on Nov 22, 2026 at 10:02 AM UTC."""
    time = f"at {clock_time(moment, zone)} {local(moment, zone):%Z}"
    day = short_date(moment, zone)
    return time if day == short_date(today, zone) else f"on {day} {time}"


def letters_of(about: Collection[str], addresses: Collection[str]) -> QuerySet[Letter]:
    """A person's letters: those about their account, their certificates …, and those about nothing in particular to their addresses."""
    return Letter.objects.filter(Q(about__in=about) | Q(about="", recipient__in=addresses)).order_by("queued_at", "pk")


def personal_data(about: Collection[str], addresses: Collection[str]) -> dict[str, Any]:
    """What this room keeps of a person: their letters, with what became of each."""
    fields = ("kind", "recipient", "subject", "text", "state", "queued_at", "sent_at", "last_reply")
    return {"letters": list(letters_of(about, addresses).values(*fields))}
