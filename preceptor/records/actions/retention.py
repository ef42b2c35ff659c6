"""The end of the years: what was kept so that a certificate can be verified goes, too."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from preceptor.accounts.actions import hold_people
from preceptor.credit.actions import erase_names
from preceptor.jobs.rules import periodic
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import erase_letters
from preceptor.records.models import ErasureRequest
from preceptor.records.queries import overdue_names

log = logging.getLogger(__name__)
FAREWELL_LIFE = timedelta(days=7)


@transaction.atomic
def erase_record(request: ErasureRequest, *, at: datetime) -> int:
    """Take the names (and reported numbers) of an erased person from the credit record. The ledger keeps its lines, and its chain still verifies.

    How many certificates there were. The database refuses it where six years are not over.
    """
    hold_people(request.user)
    if not ErasureRequest.objects.filter(pk=request.pk, done_at__isnull=False, names_erased_at=None).update(names_erased_at=at):
        return 0
    count = erase_names(request.user, at=at)
    write_entry("records.erase_record", by="system", at=at, about=request.user, detail={"certificates": count})
    return count


@periodic("records.end_retention", every=timedelta(days=1), offset=timedelta(hours=5))
def end_retention(*, at: datetime) -> None:
    """Every night: erase the names of those whose years are over, and the address of those whose farewell letter is done with.

    Only of people who asked for it: whoever keeps an account keeps a transcript, however old.
    """
    failed = []
    for request in overdue_names(at):
        try:
            erase_record(request, at=at)
        except Exception:
            log.exception("The record of erasure %s was not erased.", request.uuid)
            failed.append(str(request.uuid))
    gone = ErasureRequest.objects.filter(done_at__lte=at - FAREWELL_LIFE, done_at__gt=at - 3 * FAREWELL_LIFE)
    erase_letters([str(key) for key in gone.values_list("uuid", flat=True)], [], at=at)
    if failed:
        raise RuntimeError(f"Not erased: {', '.join(failed)}")
