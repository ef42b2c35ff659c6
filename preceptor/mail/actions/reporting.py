"""What is reported of a letter after the mail server took it: delivered, delayed, come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from preceptor.kernel.texts import storable
from preceptor.mail.models import Letter, LetterEvent
from preceptor.mail.rules import ERASED_RECIPIENT, MOVES, LetterState, Report, Taken, Verdict


def record_reports(reports: Iterable[Report], *, at: datetime) -> list[Taken]:
    """Each report by itself, so that one that comes too early takes no other along."""
    return [record_report(report, at=at) for report in reports]


@transaction.atomic
def record_report(report: Report, *, at: datetime) -> Taken:
    """Write one report down, once however often it comes, and move the letter where it says.

    A letter that is being posted at this moment is left alone: whoever brings the report comes again.
    """
    report = replace(report, message_id=storable(report.message_id), text=storable(report.text))
    letter = _letter_of(report)
    if letter is None:
        return Taken.NO_LETTER
    if letter.recipient == ERASED_RECIPIENT:
        report = replace(report, text="")  # a server's words name the address
    if report.key and LetterEvent.objects.filter(key=report.key).exists():
        return Taken.KNOWN
    if letter.state == LetterState.SENDING:
        return Taken.TOO_EARLY
    state, before = MOVES.get(report.verdict, (None, ()))
    if letter.state in before and letter.attempts:
        change: dict[str, Any] = {"state": state, "reported_at": min(report.at or at, at)}
        if report.verdict is not Verdict.DELIVERED:
            change["last_reply"] = report.text
        if not Letter.objects.filter(pk=letter.pk, state=letter.state, attempts=letter.attempts).update(**change):
            return Taken.TOO_EARLY
    # Of two that come at the same moment one is kept.
    event = LetterEvent(letter=letter, at=at, state=report.verdict, reply=report.text, key=report.key or None)
    LetterEvent.objects.bulk_create([event], ignore_conflicts=True)
    return Taken.RECORDED


def _letter_of(report: Report) -> Letter | None:
    """By our own name for it, else by its Message-ID (which some providers give without its brackets)."""
    if report.letter:
        return Letter.objects.filter(uuid=UUID(report.letter)).first()
    return Letter.objects.filter(message_id=f"<{report.message_id.strip('<>')}>").first() if report.message_id else None
