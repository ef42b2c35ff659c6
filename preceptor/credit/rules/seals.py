"""Seals: the ledger's head, signed, in the one form in which it is signed, kept in a file and sent by letter. Plain Python."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from preceptor.credit.rules.chain import Flaw, Source

# Nothing else that the house's key signs begins like this, so no other signature can be passed off as a seal, nor a seal as anything else.
SEAL_PREFIX = "preceptor ledger seal 1"
SEAL_EVERY, SEAL_LINES = timedelta(days=1), 10_000
# The file is brought up to the database every hour: what was sealed longer ago has to be in it.
SEAL_FILE_LAG = timedelta(hours=2)
# A letter a day at most; a little less than a day, so that a job that runs late does not push it to the next.
SEAL_LETTER_EVERY = timedelta(hours=23)


@dataclass(frozen=True)
class Seal:
    """That the ledger's line `number` had this `hash` at `at` (text, UTC, as it was signed). `signature` in hex, of 64 bytes."""

    number: int
    hash: str
    at: str
    key_id: str
    signature: str

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""
        return seal_bytes(self.number, self.hash, self.at)

    @property
    def day(self) -> str:
        """When, for people."""
        return f"{self.at[:16].replace('T', ' ')} UTC"


def seal_time(at: datetime) -> str:
    """A time as it enters a seal: UTC, to the second, so that it is the same text whatever it was kept in."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def seal_bytes(number: int, line_hash: str, at: str) -> bytes:
    """What a seal signs: its kind, number, hash and time, a line each."""
    return f"{SEAL_PREFIX}\n{number}\n{line_hash}\n{at}\n".encode()


def seal_line(seal: Seal) -> str:
    """A seal as one line of JSON, without the end of the line."""
    values = {"number": seal.number, "hash": seal.hash, "at": seal.at, "key": seal.key_id, "signature": seal.signature}
    return json.dumps(values, separators=(",", ":"))


def seal_of_line(line: str) -> Seal | None:
    """The seal that a line of a file is. None for what is none: an empty line, half a line, words around it."""
    try:
        values: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, Mapping) or type(values.get("number")) is not int:
        return None
    texts = [values.get(name) for name in ("hash", "at", "key", "signature")]
    if not all(isinstance(text, str) for text in texts):
        return None
    return Seal(values["number"], *texts)  # type: ignore[arg-type]


def is_seal_due(number: int, at: datetime, last_number: int, last_at: datetime | None) -> bool:
    """Is a seal due at this head? A day after the last one, or many lines after it; never where nothing is new."""
    if number <= last_number:
        return False
    return last_at is None or at - last_at >= SEAL_EVERY or number - last_number >= SEAL_LINES


def check_seals(seals: Sequence[tuple[Source, Seal]], is_signed: Callable[[Seal], bool], known_keys: Collection[str]) -> Iterator[Flaw]:
    """Are seals signed, by a key of the house, and does the database still hold what the outside does?"""
    kept = {seal.number for source, seal in seals if source is Source.DATABASE}
    for source, seal in seals:
        what = f"The seal of {seal.day} at line {seal.number} ({source.value})"
        if seal.key_id not in known_keys:
            yield Flaw("seal.key", f"{what} names a key that is none of this house's: {seal.key_id}.", seal.number)
        elif not is_signed(seal):
            yield Flaw("seal.signature", f"{what} has a signature that does not fit: the seal was altered.", seal.number)
        if source is Source.OUTSIDE and seal.number not in kept:
            yield Flaw("seal.missing", f"{what} is not in the database: its row was taken away, or a backup restored.", seal.number)


def check_file(seals: Sequence[tuple[Source, Seal]], before: str) -> Iterator[Flaw]:
    """Does the house's own file still hold what was sealed before that time (as in a seal)? For that file alone: a copy or a letter may hold less."""
    outside = {seal.number for source, seal in seals if source is Source.OUTSIDE}
    lost = sorted(seal.number for source, seal in seals if source is Source.DATABASE and seal.at < before and seal.number not in outside)
    if lost:
        which = f"The seal at line {lost[0]} is" if len(lost) == 1 else f"{len(lost)} seals, the first at line {lost[0]}, are"
        sentence = f"{which} in the database, and not in the file outside of it: the file was altered, cut or taken away."
        yield Flaw("seal.not_outside", sentence, lost[0])
