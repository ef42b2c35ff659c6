"""Transcripts as files, ordered by their owners: as PDF, and as signed learner record."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from preceptor.credit.actions.certificates import signed_credential
from preceptor.credit.models import Award, TranscriptFile
from preceptor.credit.queries import Record, Transcript, transcript_of
from preceptor.credit.rules import MOST_IN_RECORD, MOST_TRANSCRIPTS, TranscriptFilters, transcript_payload
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.journey.queries import today_here
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.ui.days import long_date

KEEP_TRANSCRIPTS = timedelta(days=1)


@transaction.atomic
def order_transcript(record: Record, filters: TranscriptFilters, *, at: datetime) -> TranscriptFile:
    """The transcript as PDF; the same record gives the same file, so ordering twice is ordering once."""
    return _order(record, "pdf", _paper(transcript_of(record, filters), at), at)


@transaction.atomic
def order_record(record: Record, filters: TranscriptFilters, *, at: datetime) -> TranscriptFile:
    """The certificates that are shown and stand as one signed learner record (CLR 2.0).

    There has to be one (credit.record_empty), and not more than a single document can hold (credit.record_too_long).
    """
    transcript = transcript_of(record, filters)
    page, count = reverse("credit:transcript"), len(transcript.standing)
    if not count:
        raise Refused("credit.record_empty", "A learner record holds certificates from here that stand: there is none among these.", page)
    if count > MOST_IN_RECORD:
        message = f"A signed learner record holds at most {MOST_IN_RECORD} certificates; these are {count}. Choose a shorter period."
        raise Refused("credit.record_too_long", message, page)
    payload = {
        "kind": "clr",
        "awards": [award.pk for award in transcript.standing],
        "says": filters.says,
        "is_partial": not filters.is_whole,
        "name": transcript.user.printed_name,
    }
    return _order(record, "clr", payload, at)


def _order(record: Record, kind: str, payload: Mapping[str, Any], at: datetime) -> TranscriptFile:
    """However many filters somebody tries, their files stay few: the oldest one gives its place."""
    digest = sha256_of(payload)
    held = TranscriptFile.objects.filter(user=record.user).order_by("-ordered_at", "-pk")
    if not held.filter(payload_sha256=digest).exists():
        spare = list(held.values_list("pk", flat=True)[MOST_TRANSCRIPTS - 1 :])
        TranscriptFile.objects.filter(pk__in=spare).delete()
    row, is_new = TranscriptFile.objects.get_or_create(
        user=record.user, payload_sha256=digest, defaults={"kind": kind, "payload": payload, "ordered_at": at}
    )
    if is_new:
        enqueue(
            f"credit.typeset_{'transcript' if kind == 'pdf' else 'record'}", at=at, key=f"credit.transcript:{row.pk}", transcript=row.pk
        )
    return row


def _paper(transcript: Transcript, at: datetime) -> dict[str, Any]:
    faces = [(row.face, row.completed_on.isoformat()) for row in transcript.rows]
    told = [
        {
            "date": long_date(row.credit.completed_on),
            "title": row.credit.title,
            "provider": row.credit.provider,
            "amount": row.markdown,
            "note": " · ".join(filter(None, [f"{row.topic_hours} hours on {row.topic}" if row.topic else "", row.credit.note])),
        }
        for row in transcript.told
    ]
    return transcript_payload(
        transcript.user.printed_name,
        transcript.filters.says,
        faces,
        [total.markdown for total in transcript.totals],
        transcript.participations,
        today_here(at),
        # That it supersedes another is printed among the certificate's numbers already.
        states={row.face.serial: row.state for row in transcript.rows if not row.fortune.counts or row.fortune.was_reinstated},
        told=told,
        told_totals=[total.markdown for total in transcript.told_totals],
        shows_here=transcript.filters.kind != "self",
    )


@task("credit.typeset_transcript", retries=4, first_retry=1.0)
def typeset_transcript(*, transcript: int, at: datetime) -> None:
    """Typeset and sign an ordered transcript, once."""
    from preceptor.credit.adapters.pades import sign_pdf  # noqa: PLC0415 - heavy: workers only
    from preceptor.credit.adapters.typeset import typeset_transcript as typeset  # noqa: PLC0415 - heavy: workers only

    row = TranscriptFile.objects.filter(pk=transcript, data=None).first()
    if row is not None:
        made = typeset(row.payload, at=row.ordered_at)
        data = sign_pdf(made.data, reason=f"Transcript of {row.payload['made_on']}", at=at)
        TranscriptFile.objects.filter(pk=row.pk, data=None).update(data=data)


@task("credit.typeset_record", retries=4, first_retry=1.0)
def typeset_record(*, transcript: int, at: datetime) -> None:
    """Make and sign an ordered learner record, once. What was taken back since it was ordered is left out."""
    from preceptor.credit.adapters.clr import learner_record, sign_record  # noqa: PLC0415 - heavy: workers only

    row = TranscriptFile.objects.filter(pk=transcript, data=None).first()
    if row is not None:
        standing = Award.objects.filter(pk__in=row.payload["awards"], standing__isnull=False).order_by("-completed_on", "-pk")
        members = [signed_credential(award, at=at) for award in standing.prefetch_related("personal_parts")]
        told = row.payload
        bare = learner_record(
            members, name=told["name"], says=told["says"], is_partial=told["is_partial"], number=row.payload_sha256, at=at
        )
        data = json.dumps(sign_record(bare, at), ensure_ascii=False).encode()
        TranscriptFile.objects.filter(pk=row.pk, data=None).update(data=data)


@periodic("credit.forget_transcripts", every=timedelta(hours=6))
def forget_transcripts(*, at: datetime) -> None:
    """Transcripts as files are made again when asked for; old ones are not kept."""
    TranscriptFile.objects.filter(ordered_at__lt=at - KEEP_TRANSCRIPTS).delete()
