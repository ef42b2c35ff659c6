"""The file of seals outside of the database: a line of JSON each, only ever added to."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from preceptor.credit.rules import Seal, seal_line, seal_of_line


def read_seals(path: Path) -> tuple[list[Seal], int]:
    """The seals of a file, or of a letter that was saved as one, and how many lines look like a seal and are none. OSError when it cannot be read."""
    return _read(path.read_text(encoding="utf-8", errors="replace"))


def add_seals(path: Path, seals: Sequence[Seal]) -> int:
    """Write at the end what the file does not hold yet, and see it to the disk. How many those were.

    Workers that write at once stand in line. A line that was cut by a crash stays as it is, and its seal is written again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a+", encoding="utf-8", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        held = set(_read(text)[0])
        lines = [seal_line(seal) for seal in seals if seal not in held]
        if lines:
            begin = "\n" if text and not text.endswith("\n") else ""
            file.write(begin + "\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)
    return len(lines)


def _read(text: str) -> tuple[list[Seal], int]:
    found = [(seal_of_line(line), line) for line in text.splitlines()]
    return [seal for seal, _ in found if seal], sum(line.lstrip().startswith("{") for seal, line in found if not seal)


def _sync_folder(folder: Path) -> None:
    """A new file's name has to reach the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
