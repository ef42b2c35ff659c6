"""Files of agreements: checked by their first bytes, kept privately under the name of their content. No address leads to them but the staff's door."""

import hashlib

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from preceptor.kernel.documents import LARGEST_DOCUMENT, SCANS, document_kind, document_problem


def keep_agreement(file: File) -> tuple[str, str]:  # type: ignore[type-arg]
    """(name in the storage, sha256). The same bytes are kept once. ValueError says in words what is wrong with the file.

    What it is called says nothing: it is kept under the ending of what it is.
    """
    if (file.size or 0) > LARGEST_DOCUMENT:
        raise ValueError(f"The file is larger than {LARGEST_DOCUMENT // 1024 // 1024} MB.")
    file.seek(0)
    data = file.read(LARGEST_DOCUMENT + 1)
    kind, problem = document_kind(data, SCANS), document_problem("", data, SCANS)
    if kind is None or problem:
        raise ValueError(problem)
    digest = hashlib.sha256(data).hexdigest()
    stored = f"agreements/{digest[:2]}/{digest}{kind.endings[0]}"
    return (stored if default_storage.exists(stored) else default_storage.save(stored, ContentFile(data))), digest
