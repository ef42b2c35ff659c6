"""A copy of somebody's data as one ZIP archive: JSON for programs, PDFs for people, and a text that says what is what."""

import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder

README = """Your data
=========

Everything that {provider} keeps of you in Preceptor, as it was on {at:%Y-%m-%d at %H:%M} UTC.

data.json           everything, by the part of the software that keeps it:
                    accounts (name, addresses, profession, numbers), journey
                    (activities and steps), content, assessment (answers and
                    results), evaluation (drafts and what you committed to by
                    name), credit (certificates and credit from elsewhere),
                    disclosure, mail (letters to you), logbook, records
certificates/       your certificates, as they were issued
external-credit/    the files that you added

Evaluations that you sent are not here: they were never kept together with
your name, so nobody can say which are yours.
{missing}"""
MISSING = """
The PDF of these certificates was not made yet when this copy was:
{serials}
"""


def archive_bytes(
    rooms: Mapping[str, Any], files: Iterable[tuple[str, bytes]], missing: Iterable[str], *, provider: str, at: datetime
) -> bytes:
    """The archive. Names inside it are plain: letters, digits, dot and dash, no folder of anybody's choice."""
    target = io.BytesIO()
    unmade = MISSING.format(serials="\n".join(missing)) if (missing := list(missing)) else ""
    with ZipFile(target, "w") as archive:
        _add(archive, "README.txt", README.format(provider=provider, at=at, missing=unmade).encode(), at)
        _add(archive, "data.json", json.dumps(rooms, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode(), at)
        for name, data in files:
            folder, _, leaf = name.partition("/")
            _add(archive, f"{folder}/{plain_name(leaf)}", data, at)
    return target.getvalue()


def plain_name(name: str) -> str:
    """A file's name as every system takes it: what somebody typed never leads out of its folder."""
    return re.sub(r"[.]{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "-", name))[-100:].lstrip(".-") or "file"


def _add(archive: ZipFile, name: str, data: bytes, at: datetime) -> None:
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = ZIP_STORED if name.endswith(".pdf") else ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, data)
