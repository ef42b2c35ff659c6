"""A copy of somebody's data, ordered by them and made by a worker."""

from datetime import datetime, timedelta

from django.db import transaction

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of, person_of
from preceptor.accreditation.queries import main_provider
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.logbook.actions import write_entry
from preceptor.records.actions.letters import addresses_of, write_to
from preceptor.records.adapters.archive import archive_bytes
from preceptor.records.models import DataExport
from preceptor.records.queries import archive_values, export_of
from preceptor.records.rules import EXPORT_LIFE


@transaction.atomic
def order_export(user: User, *, at: datetime) -> DataExport:
    """Have a copy of everything made. As long as one lies ready, that is it: ordering twice is ordering once."""
    if held := export_of(user, at):
        return held
    person = person_of(user)
    DataExport.objects.filter(user__in=identities_of(user)).delete()
    row, is_new = DataExport.objects.get_or_create(user=person, defaults={"ordered_at": at})
    if is_new:
        write_entry("records.order_export", by=person.email, at=at, about=person)
        enqueue("records.make_export", at=at, key=f"records.export:{row.uuid}", export=row.pk)
    return row


@task("records.make_export", retries=6, first_retry=2.0)
def make_export(*, export: int, at: datetime) -> None:
    """Make an ordered copy, once, and say by letter that it is ready. One that was thrown away meanwhile is not made."""
    row = DataExport.objects.filter(pk=export, ready_at=None).select_related("user").first()
    if row is None or row.user.erased_at:
        return
    rooms, files, missing = archive_values(row.user)
    provider = main_provider()
    data = archive_bytes(rooms, files, missing, provider=provider.name if provider else "The provider", at=at)
    with transaction.atomic():
        if DataExport.objects.filter(pk=row.pk, ready_at=None).update(data=data, ready_at=at):
            write_to(addresses_of([row.user])[:1], "export_ready", about=str(row.user.uuid), at=at, page="records:my_data")


@periodic("records.forget_exports", every=timedelta(hours=1), offset=timedelta(minutes=40))
def forget_exports(*, at: datetime) -> None:
    """A copy lies ready for a day."""
    DataExport.objects.filter(ordered_at__lte=at - EXPORT_LIFE).delete()
