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


EDITABLE = frozenset({
    "name", "address", "state", "email", "phone", "time_zone", "privacy_policy", "disclosure_policy", "accessibility_policy",
    "needs_second_person",
})  # fmt: skip


@transaction.atomic
def update_provider(provider: Provider, facts: Mapping[str, Any], *, by: str, at: datetime) -> Provider:
    """Change what is kept of the provider. What was published under the old words stays as it was. Samples stay samples (accreditation.fixed)."""
    if fixed := sorted(set(facts) - EDITABLE):
        raise Refused("accreditation.fixed", f"This cannot be changed: {fixed[0]}.")
    changed = {name: value for name, value in facts.items() if getattr(provider, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(provider, name, value)
        provider.save(update_fields=list(changed))
        write_entry("accreditation.update_provider", by=by, at=at, about=provider, detail={"changed": sorted(changed)})
    return provider


@transaction.atomic
def record_accreditation(
    provider: Provider, kind: str, *, number: str = "", valid_from: date, valid_to: date | None = None, by: str, at: datetime
) -> Accreditation:
    """An accreditation of the provider with its dates; the kind must be in the packs (accreditation.unknown_kind)."""
    if kind not in pack_on(valid_from).kinds:
        raise Refused("accreditation.unknown_kind", f"There is no kind of accreditation {kind!r} in the packs.")
    if valid_to is not None and valid_to < valid_from:
        raise Refused("accreditation.ends_before", "An accreditation cannot end before it begins.")
    held, is_new = Accreditation.objects.get_or_create(
        provider=provider, kind=kind, valid_from=valid_from, defaults={"number": number, "valid_to": valid_to}
    )
    if is_new:
        write_entry("accreditation.record_accreditation", by=by, at=at, about=held, detail={"kind": kind})
    return held


@transaction.atomic
def end_accreditation(accreditation: Accreditation, on: date, *, by: str, at: datetime, reason: str = "") -> Accreditation:
    """Set the last day of an accreditation. After it, every offer that stands by it is closed, and no statement is made from it any more.

    The last day can be set anew, not before its first (accreditation.ends_before). What learners were given stays.
    """
    if on < accreditation.valid_from:
        raise Refused("accreditation.ends_before", "An accreditation cannot end before it begins.")
    earlier = accreditation.valid_to
    accreditation.valid_to = on
    accreditation.save(update_fields=["valid_to"])
    detail = {"kind": accreditation.kind, "from": str(earlier or ""), "to": str(on)}
    write_entry("accreditation.end_accreditation", by=by, at=at, about=accreditation, reason=reason, detail=detail)
    return accreditation
