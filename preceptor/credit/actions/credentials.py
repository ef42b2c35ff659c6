"""The keys of credentials and PDFs, replaced."""

from datetime import datetime

from django.db import transaction

from preceptor.credit.adapters import credential_keys, pdf_keys
from preceptor.logbook.actions import write_entry


@transaction.atomic
def rotate_keys(kinds: list[str], *, by: str, at: datetime, reason: str = "") -> list[str]:
    """Sign with fresh keys from now on; what the old ones signed verifies on. The ids of the new ones, in the order of `kinds`."""
    made = [pdf_keys.rotate() if kind == pdf_keys.PDFS else credential_keys.rotate(kind) for kind in kinds]
    write_entry("credit.keys_rotated", by=by, at=at, reason=reason, detail={"kinds": kinds, "key_ids": made})
    return made
