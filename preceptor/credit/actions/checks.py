"""Files that are handed in to be checked: taken, looked at by a worker, forgotten."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from preceptor.credit.adapters.inspection import Inspection, inspect_file
from preceptor.credit.adapters.status_lists import entry_of
from preceptor.credit.models import Award, CheckRequest, CredentialFile
from preceptor.credit.rules import (
    DIFFERS,
    KEEP_CHECKS,
    MOST_WAITING,
    NAME_KEYS,
    UNKNOWN,
    Difference,
    FileKind,
    Verdict,
    differences,
    public_payload,
    without,
)
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.kernel.refusals import Refused
from preceptor.kernel.serials import is_serial, normalized


@transaction.atomic
def ask_check(kind: FileKind, data: bytes, *, at: datetime) -> CheckRequest:
    """Take a file in, for a worker to look at. Not more than MOST_WAITING at a time (credit.checks_busy): nobody can fill the house with files."""
    if CheckRequest.objects.filter(state="waiting", asked_at__gt=at - KEEP_CHECKS).count() >= MOST_WAITING:
        message = "Many files wait to be checked right now. Try again in a few minutes, or type the serial: that is answered at once."
        raise Refused("credit.checks_busy", message, reverse("credit:verify"))
    row = CheckRequest.objects.create(kind=kind, data=data, asked_at=at)
    enqueue("credit.check_file", at=at, key=f"credit.check:{row.uuid}", check=row.pk)
    return row


@task("credit.check_file", retries=1)
def check_file(*, check: int, at: datetime) -> None:
    """Hold a file against signature and ledger. What was handed in is gone from here on; only the result stays, and not for long."""
    row = CheckRequest.objects.filter(pk=check, state="waiting").first()
    if row is None or row.data is None:
        return
    found = inspect_file(row.kind, bytes(row.data))
    result = _held_against_ledger(found, is_credential=row.kind != FileKind.PDF)
    CheckRequest.objects.filter(pk=check).update(state="checked", data=None, result=result)


@periodic("credit.forget_checks", every=KEEP_CHECKS / 12)
def forget_checks(*, at: datetime) -> None:
    """After an hour nothing is left of a file that was handed in, checked or not."""
    CheckRequest.objects.filter(asked_at__lt=at - KEEP_CHECKS).delete()


def _held_against_ledger(found: Inspection, *, is_credential: bool) -> dict[str, Any]:
    serial = normalized(found.serial)
    result: dict[str, Any] = {"verdict": found.verdict, "serial": serial if is_serial(serial) else "", "signed_at": found.signed_at}
    award = Award.objects.filter(serial=serial).first() if is_serial(serial) else None
    if found.verdict == Verdict.INTACT and award is None:
        title, sentence = UNKNOWN
        return result | {"title": title, "sentence": sentence}
    if award is None or found.document is None or found.verdict not in (Verdict.INTACT, Verdict.ALTERED):
        return result
    others = _differences(found.document, award, is_credential=is_credential)
    result["differences"] = [[one.label, one.said, one.held] for one in others]
    if others and found.verdict == Verdict.INTACT:
        result["title"], result["sentence"] = DIFFERS
    return result


def _differences(said: dict[str, Any], award: Award, *, is_credential: bool) -> list[Difference]:
    """Fact by fact; and where those agree, whether anything else is not as it was frozen."""
    held = _credential_of(award) if is_credential else public_payload(award.payload)
    if found := differences(said, held, is_credential=is_credential):
        return found
    unequal = False
    if not is_credential:
        # A name that was erased here may still stand in the file.
        erased = () if held["printed_name"] else NAME_KEYS
        unequal = without(said, erased) != without(held, erased)
    elif file := CredentialFile.objects.filter(award=award).first():
        unequal = without(said, ("proof",)) != without(json.loads(file.document), ("proof",))
    return [Difference("Other details", "not as recorded", "as frozen when it was awarded")] if unequal else []


def _credential_of(award: Award) -> dict[str, Any]:
    from preceptor.credit.adapters.credentials import credential_of  # noqa: PLC0415 - heavy: workers only

    return credential_of(award.payload, status=entry_of(award.status_index), at=award.claimed_at)
