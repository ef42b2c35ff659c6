"""Credit from elsewhere: written down, changed, removed and brought back by its holder. Nothing of it touches the ledger."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from preceptor.accounts.actions import hold_people
from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.credit.models import ExternalCredit, TrackedRequirement, TranscriptFile
from preceptor.credit.queries import kept_of
from preceptor.credit.rules import KEEP_REMOVED, SAME_FORM, room_for
from preceptor.jobs.rules import periodic
from preceptor.kernel.documents import DocumentKind
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry

# The logbook outlives a learner's own words: it says which fields were changed, and by the learner, not what they say.
BY = "learner"


@dataclass(frozen=True)
class Proof:
    """A file that was looked at: its bytes, what they are, and what it was called."""

    data: bytes
    kind: DocumentKind
    name: str


@transaction.atomic
def add_external_credit(user: User, values: Mapping[str, Any], proof: Proof | None, *, at: datetime) -> ExternalCredit:
    """Write down credit from elsewhere. `values` are those of the form. Not more than a person may keep (credit.external_full), also when several are
    sent at once; nothing for who was erased meanwhile (credit.person_erased). The same form twice within a minute is one entry."""
    person = _held(user)
    size = len(proof.data) if proof else 0
    same = ExternalCredit.objects.filter(user__in=identities_of(person), removed_at=None, added_at__gt=at - SAME_FORM, file_size=size)
    if held := same.filter(**values).first():
        return held
    _make_room(person, size)
    row = ExternalCredit.objects.create(user=person, added_at=at, **values)
    if proof:
        _keep_proof(row, proof)
    write_entry("credit.add_external_credit", by=BY, at=at, about=row, detail={"has_file": proof is not None})
    return row


@transaction.atomic
def change_external_credit(
    row: ExternalCredit, values: Mapping[str, Any], proof: Proof | None, *, drops_proof: bool, at: datetime
) -> ExternalCredit:
    """Write it down otherwise; another file takes the place of the one that is kept."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if proof:
        _make_room(_held(row.user), len(proof.data), without=row)
    for name in changed:
        setattr(row, name, values[name])
    if proof or drops_proof:
        changed.append("file")
        _drop_proof(row)
    if proof:
        _keep_proof(row, proof)
    if changed:
        row.save(update_fields=[name for name in changed if name != "file"])
        write_entry("credit.change_external_credit", by=BY, at=at, about=row, detail={"changed": changed})
    return row


@transaction.atomic
def remove_external_credit(row: ExternalCredit, *, at: datetime) -> None:
    """Take it off the record. It can be brought back for 30 days; then it goes for good."""
    if ExternalCredit.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at):
        write_entry("credit.remove_external_credit", by=BY, at=at, about=row)


@transaction.atomic
def restore_external_credit(row: ExternalCredit, *, at: datetime) -> None:
    """Bring it back."""
    if ExternalCredit.objects.filter(pk=row.pk, removed_at__isnull=False).update(removed_at=None):
        write_entry("credit.restore_external_credit", by=BY, at=at, about=row)


@periodic("credit.forget_removed", every=KEEP_REMOVED / 30)
def forget_removed(*, at: datetime) -> None:
    """What was removed longer ago than 30 days goes for good, with its files."""
    for row in ExternalCredit.objects.filter(removed_at__lt=at - KEEP_REMOVED):
        _forget(row)


@transaction.atomic
def erase_own_record(user: User, *, at: datetime) -> int:
    """Delete what a person (all of their identities) wrote down themselves: credit from elsewhere with its files, requirements, transcripts as files.

    How many entries of credit went. Awards are not touched.
    """
    people = identities_of(user)
    rows = list(ExternalCredit.objects.filter(user__in=people))
    for row in rows:
        _forget(row)
    TrackedRequirement.objects.filter(user__in=people).delete()
    TranscriptFile.objects.filter(user__in=people).delete()
    write_entry("credit.erase_own_record", by="system", at=at, about=user, detail={"entries": len(rows)})
    return len(rows)


def _held(user: User) -> User:
    """The person, held until the transaction ends: whoever else adds or erases waits."""
    ((person, *_),) = hold_people(user)
    if person.erased_at:
        raise Refused("credit.person_erased", "This account was deleted, so nothing more is kept with it.")
    return person


def _make_room(person: User, size: int, *, without: ExternalCredit | None = None) -> None:
    kept, entries = kept_of(person)
    if without is not None:
        kept, entries = kept - without.file_size, entries - 1
    if full := room_for(size, kept, entries):
        raise Refused("credit.external_full", full, reverse("credit:external"))


def _keep_proof(row: ExternalCredit, proof: Proof) -> None:
    """Under a name of our own: what the file was called is words on a page and nothing else."""
    row.file.save(f"{uuid4().hex}{proof.kind.endings[0]}", ContentFile(proof.data), save=False)
    row.file_name, row.file_size, row.media_type = safe_name(proof.name, proof.kind), len(proof.data), proof.kind.media_type
    row.save(update_fields=["file", "file_name", "file_size", "media_type"])


def _drop_proof(row: ExternalCredit) -> None:
    """The file goes when the transaction holds, so that a row never points at nothing."""
    storage, name = row.file.storage, row.file.name
    row.file, row.file_name, row.file_size, row.media_type = None, "", 0, ""
    row.save(update_fields=["file", "file_name", "file_size", "media_type"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _forget(row: ExternalCredit) -> None:
    storage, name = row.file.storage, row.file.name
    row.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def safe_name(name: str, kind: DocumentKind) -> str:
    """What a file is called when it is downloaded: letters, digits and dashes of its old name, and the ending of what it is."""
    stem = re.sub(r"[^\w-]+", "-", name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name).strip("-_")[:80]
    return f"{stem or 'proof'}{kind.endings[0]}"
