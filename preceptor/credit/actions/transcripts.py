"""Transcripts as files, ordered by their owners."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from preceptor.accounts.models import User
from preceptor.credit.models import TranscriptFile
from preceptor.credit.queries import Transcript, transcript_for
from preceptor.credit.rules import transcript_payload
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.kernel.hashing import sha256_of

KEEP_TRANSCRIPTS = timedelta(days=1)


@transaction.atomic
def order_transcript(user: User, year: int | None, *, at: datetime) -> TranscriptFile:
    """The transcript as a file; the same record gives the same file, so ordering twice is ordering once.

    A year without credit gives all years: however many addresses are asked for, the files of one person stay few.
    """
    transcript = transcript_for(user, year, at=at)
    transcript = transcript if year in (None, *transcript.years) else transcript_for(user, at=at)
    payload = _transcript_payload(transcript, at)
    row, is_new = TranscriptFile.objects.get_or_create(
        user=user, payload_sha256=sha256_of(payload), defaults={"payload": payload, "ordered_at": at}
    )
    if is_new:
        enqueue("credit.typeset_transcript", at=at, key=f"credit.transcript:{row.pk}", transcript=row.pk)
    return row


def _transcript_payload(transcript: Transcript, at: datetime) -> dict[str, Any]:
    faces = [(row.face, row.completed_on.isoformat()) for row in transcript.rows]
    totals = [total.markdown for total in transcript.totals]
    period = f"Completed in {transcript.year}" if transcript.year else "All years"
    return transcript_payload(transcript.user.printed_name, period, faces, totals, transcript.participations, at.date())


@task("credit.typeset_transcript", retries=4, first_retry=1.0)
def typeset_transcript(*, transcript: int, at: datetime) -> None:
    """Typeset an ordered transcript, once."""
    from preceptor.credit.adapters.typeset import typeset_transcript as typeset  # noqa: PLC0415 - heavy: workers only

    row = TranscriptFile.objects.filter(pk=transcript, data=None).first()
    if row is not None:
        made = typeset(row.payload, at=row.ordered_at)
        TranscriptFile.objects.filter(pk=row.pk, data=None).update(data=made.data)


@periodic("credit.forget_transcripts", every=timedelta(hours=6))
def forget_transcripts(*, at: datetime) -> None:
    """Transcripts as files are made again when asked for; old ones are not kept."""
    TranscriptFile.objects.filter(ordered_at__lt=at - KEEP_TRANSCRIPTS).delete()
