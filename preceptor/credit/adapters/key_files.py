"""Files with keys: written once, by whoever is first, readable by their owner only."""

import contextlib
import os
from pathlib import Path

from django.conf import settings


def keys_folder() -> Path:
    """VAR_DIR/keys, made when it is not there."""
    folder: Path = settings.VAR_DIR / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_once(path: Path, data: bytes, mode: int) -> None:
    """Write a file that is not there yet. Of several processes that try at once, the first one's bytes stay, and nobody ever reads half of them."""
    made = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
