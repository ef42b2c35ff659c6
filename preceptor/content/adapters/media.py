"""Files of a part: checked, hashed, and kept under the name of their content."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

from preceptor.content.rules import media_type_of


@dataclass(frozen=True)
class KeptFile:
    """A file that is in the storage. `stored` is its name there: content/<two digits>/<sha256><ending>."""

    name: str
    media_type: str
    sha256: str
    size: int
    stored: str


def keep_file(folder: Path, name: str) -> KeptFile:
    """Keep the file `name` of a bundle's folder; the same bytes are kept once. ValueError says in words what is wrong with it."""
    source = _inside(folder, name)
    with source.open("rb") as handle:
        media_type = media_type_of(name, handle.read(32))
        if not media_type:
            raise ValueError(f"{name} is not of a kind that may be shown, or its content is not what its name says")
        handle.seek(0)
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        stored = f"content/{digest[:2]}/{digest}{source.suffix.lower()}"
        if not default_storage.exists(stored):
            handle.seek(0)
            stored = default_storage.save(stored, File(handle))
    return KeptFile(name=name, media_type=media_type, sha256=digest, size=source.stat().st_size, stored=stored)


def _inside(folder: Path, name: str) -> Path:
    """The file, if it lies in the folder: no name leads out of a bundle."""
    root = folder.resolve()
    path = (root / name).resolve()
    if root not in path.parents:
        raise ValueError(f"{name} lies outside of its folder")
    if not path.is_file():
        raise ValueError(f"{name} is missing")
    return path
