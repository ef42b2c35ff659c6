"""What must be true of the teaching. Plain Python; times are seconds in a recording unless they are said to be moments."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class PartKind(StrEnum):
    """Kinds of parts."""

    LECTURE = "lecture"
    READING = "reading"
    CASE = "case"


KIND_LABELS = {PartKind.LECTURE: "Lecture", PartKind.READING: "Reading", PartKind.CASE: "Patient case"}


class Basis(StrEnum):
    """How we know that a part was opened: measured by the page's script, or attested by the learner's own button."""

    MEASURED = "measured"
    ATTESTED = "attested"


class ContentRule(StrEnum):
    """What completes the content of an edition. There is one rule so far; an edition with an unknown rule never completes."""

    ALL_PARTS_OPENED = "all_parts_opened"


Range = tuple[float, float]

WATCHED_ENOUGH = 0.95
MAX_SPEED = 2.0
GRACE_SECONDS = 30.0
MEBIBYTE = 1024 * 1024
# Something left open for longer than this was put aside, not studied.
SITTING_SECONDS = 3600.0

# Types that a part may carry: ending -> (media type, first bytes at an offset). SVG and HTML are not among them: they can carry script.
MEDIA_TYPES: dict[str, tuple[str, tuple[tuple[int, bytes], ...]]] = {
    ".mp4": ("video/mp4", ((4, b"ftyp"),)),
    ".webm": ("video/webm", ((0, b"\x1a\x45\xdf\xa3"),)),
    ".webp": ("image/webp", ((0, b"RIFF"), (8, b"WEBP"))),
    ".png": ("image/png", ((0, b"\x89PNG\r\n\x1a\n"),)),
    ".jpg": ("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    ".jpeg": ("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    ".pdf": ("application/pdf", ((0, b"%PDF-"),)),
    ".vtt": ("text/vtt", ((0, b"WEBVTT"),)),
}


def media_type_of(name: str, head: bytes) -> str:
    """The media type of a file, if its ending is on the list and its first bytes agree with it (LRN-007); else ""."""
    media_type, marks = MEDIA_TYPES.get(name[name.rfind(".") :].lower(), ("", ()))
    head = head.removeprefix(b"\xef\xbb\xbf") if media_type == "text/vtt" else head
    return media_type if all(head[at : at + len(mark)] == mark for at, mark in marks) else ""


# Watched ranges


def merged(ranges: Iterable[Sequence[float]]) -> list[Range]:
    """The same seconds as sorted ranges that neither overlap nor touch. Empty, backward and unreal ranges (NaN, infinite) fall away."""
    real = sorted((float(a), float(b)) for a, b in ranges if math.isfinite(a) and math.isfinite(b) and 0 <= a < b)
    out: list[Range] = []
    for start, end in real:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def seconds_in(ranges: Iterable[Sequence[float]]) -> float:
    """How many different seconds the ranges cover."""
    return sum(end - start for start, end in merged(ranges))


def clipped(ranges: Iterable[Sequence[float]], duration: float) -> list[Range]:
    """The ranges inside a recording of that length."""
    return merged((start, min(end, duration)) for start, end in merged(ranges))


def watched_with(old: Iterable[Sequence[float]], new: Iterable[Sequence[float]], *, duration: float, elapsed: float) -> list[Range]:
    """What was watched, after a report of newly played ranges (LRN-004).

    Nobody can watch more seconds than twice the time that passed on the server's clock since the part was opened (speed is at most 2×, with
    some grace), so a report beyond that is cut, in its own order. Reports are merged: sent twice, late or from two devices, they count once.
    """
    watched = clipped(old, duration)
    allowance = max(elapsed, 0.0) * MAX_SPEED + GRACE_SECONDS
    for start, end in clipped(new, duration):
        room = allowance - seconds_in(watched)
        if room <= 0:
            break
        added = seconds_in([*watched, (start, end)]) - seconds_in(watched)
        watched = merged([*watched, (start, end if added <= room else _cut(watched, start, end, room))])
    return watched


def _cut(watched: Sequence[Range], start: float, end: float, room: float) -> float:
    """The place up to which start…end adds `room` new seconds to what was watched."""
    at = start
    for a, b in [*(r for r in watched if r[1] > start and r[0] < end), (end, end)]:
        if a > at:
            if a - at >= room:
                return at + room
            room -= a - at
        at = max(at, b)
    return end


def covers(ranges: Sequence[Sequence[float]], start: float, end: float) -> bool:
    """Was (nearly all of) start…end watched? For the marks beside chapters."""
    inside = seconds_in((max(a, start), min(b, end)) for a, b in ranges if min(b, end) > max(a, start))
    return end > start and inside >= WATCHED_ENOUGH * (end - start)


def played_ranges(text: str) -> list[Range]:
    """What a player reports, `[[from, to], …]` as JSON, as ranges; ValueError for anything else."""
    try:
        value = json.loads(text or "[]", parse_int=float)  # a whole number of 400 digits is not too large for a float: it is infinite
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, list) or len(value) > 500:
        raise ValueError("not a list of ranges")
    pairs = [(pair[0], pair[1]) for pair in value if isinstance(pair, list) and len(pair) == 2]
    if len(pairs) != len(value) or any(not isinstance(n, float) for pair in pairs for n in pair):
        raise ValueError("not a list of ranges")
    return merged(pairs)


# Transcript


@dataclass(frozen=True)
class TranscriptLine:
    """A sentence or a few of the transcript, with the second at which it is spoken."""

    at: float
    text: str

    @property
    def second(self) -> int:
        """The whole second, for links."""
        return int(self.at)


def transcript_lines(cues: Sequence[Mapping[str, Any]], *, enough: int = 70) -> list[TranscriptLine]:
    """Caption cues joined to readable lines: a line ends with a sentence, once it has some length."""
    lines: list[TranscriptLine] = []
    words: list[str] = []
    at = 0.0
    for cue in cues:
        at = at if words else float(cue["from"])
        words.append(" ".join(str(cue["text"]).split()))
        text = " ".join(words)
        if text.endswith((".", "?", "!")) and len(text) >= enough:
            lines.append(TranscriptLine(at, text))
            words = []
    return [*lines, TranscriptLine(at, " ".join(words))] if words else lines


# Completion


def is_part_done(kind: str, *, seconds: float, duration: float, answered: int, decisions: int) -> bool:
    """Is there nothing left to do in an opened part? It is shown to the learner; what opens the post-test is the edition's rule alone.

    A case is done when every decision was taken, a lecture when it was watched. A learner who goes on from a reading or a lecture with the button
    says that they are through with it (reading the transcript or the slides counts as well as watching); an opened reading alone is not done, so
    that whoever leaves in the middle of it comes back to it.
    """
    if kind == PartKind.CASE:
        return answered >= decisions
    return kind == PartKind.LECTURE and seconds >= WATCHED_ENOUGH * duration


def part_fraction(kind: str, *, is_opened: bool, is_done: bool, seconds: float, duration: float, answered: int, decisions: int) -> float:
    """How much of a part is done, from 0 to 1. An opened part is at 0 until a question is answered or a second played."""
    if is_done or not is_opened:
        return float(is_done)
    done, whole = (answered, decisions) if kind == PartKind.CASE else (seconds, duration)
    return min(done / whole, 1.0) if whole else 0.0


def is_content_complete(rule: str, parts: Iterable[str], opened: Iterable[str]) -> bool:
    """Does what was opened complete the content under the edition's rule (LRN-001)? An activity without parts is never complete."""
    wanted = set(parts)
    return rule == ContentRule.ALL_PARTS_OPENED and bool(wanted) and wanted <= set(opened)


def overall_basis(bases: Iterable[str]) -> Basis:
    """The evidence of several parts is as good as its weakest."""
    return Basis.MEASURED if all(basis == Basis.MEASURED for basis in bases) else Basis.ATTESTED


def overall_fraction(fractions: Sequence[float]) -> float:
    """How much of the activity is done, each part counting the same."""
    return sum(fractions) / len(fractions) if fractions else 0.0


def active_minutes(spans: Sequence[float | None]) -> Decimal | None:
    """The active time of one learner in minutes, from the seconds of each part and of the test; None where one is unknown or no sitting."""
    known = [seconds for seconds in spans if seconds is not None and 0 <= seconds <= SITTING_SECONDS]
    return Decimal(round(sum(known))) / 60 if len(known) == len(spans) and spans else None


def word_count(*texts: str) -> int:
    """Words of prose, for the worksheet that supports the credit."""
    return sum(any(c.isalnum() for c in word) for text in texts for word in text.split())


# Ranges of bytes


@dataclass(frozen=True)
class Slice:
    """Bytes start…end (both included) of a file."""

    start: int
    end: int


class NotSatisfiable(Exception):
    """The range asked for lies behind the end of the file: 416."""


def slice_asked(header: str, size: int, *, most: int = MEBIBYTE) -> Slice | None:
    """What a Range header asks for, cut to at most `most` bytes; None when the header is to be ignored (RFC 9110, 14.2).

    A server may answer with less than was asked for; a player then asks for the rest. So one slow listener never holds a whole file.
    Several ranges at once, other units and unreadable headers are ignored.
    """
    unit, _, spec = header.partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip().lower() != "bytes" or not dash or not (first or last) or not _digits(first) or not _digits(last):
        return None
    if not first:
        if int(last) == 0 or size == 0:
            raise NotSatisfiable
        start = max(size - int(last), 0)
        return Slice(start, min(size, start + most) - 1)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise NotSatisfiable
    end = min(int(last), size - 1) if last else size - 1
    return Slice(start, min(end, start + most - 1))


def _digits(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) <= 18)
