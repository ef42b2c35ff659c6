"""Files of agreements: checked by their first bytes, kept privately under the name of their content. No address leads to them but the staff's door."""

import hashlib

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from preceptor.disclosure.rules import LARGEST_AGREEMENT, agreement_kind


def keep_agreement(file: File) -> tuple[str, str]:  # type: ignore[type-arg]
    """(name in the storage, sha256). The same bytes are kept once. ValueError says in words what is wrong with the file."""
    if (file.size or 0) > LARGEST_AGREEMENT:
        raise ValueError(f"The file is larger than {LARGEST_AGREEMENT // 1024 // 1024} MB.")
    file.seek(0)
    data = file.read()
    kind = agreement_kind(data[:16])
    if kind is None:
        raise ValueError("The file is not a PDF, PNG or JPEG.")
    digest = hashlib.sha256(data).hexdigest()
    stored = f"agreements/{digest[:2]}/{digest}{kind[1]}"
    return (stored if default_storage.exists(stored) else default_storage.save(stored, ContentFile(data))), digest
