"""What we do with providers and their accreditations."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from preceptor.accreditation.models import Accreditation, Provider
from preceptor.accreditation.queries import pack_on
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry


@transaction.atomic
def record_provider(name: str, facts: Mapping[str, Any], *, by: str, at: datetime) -> Provider:
    """The provider of that name, made when it is new. Whether it is a sample is fixed for good when it is made."""
    provider, is_new = Provider.objects.get_or_create(name=name, defaults=dict(facts))
    if is_new:
        write_entry("accreditation.record_provider", by=by, at=at, about=provider)
    return provider


@transaction.atomic
def record_accreditation(
    provider: Provider, kind: str, *, number: str = "", valid_from: date, valid_to: date | None = None, by: str, at: datetime
) -> Accreditation:
    """An accreditation of the provider with its dates; the kind must be in the packs (accreditation.unknown_kind)."""
    if kind not in pack_on(valid_from).kinds:
        raise Refused("accreditation.unknown_kind", f"There is no kind of accreditation {kind!r} in the packs.")
    held, is_new = Accreditation.objects.get_or_create(
        provider=provider, kind=kind, valid_from=valid_from, defaults={"number": number, "valid_to": valid_to}
    )
    if is_new:
        write_entry("accreditation.record_accreditation", by=by, at=at, about=held, detail={"kind": kind})
    return held
