"""WebVTT files, read: captions become a transcript, chapters a list of places."""

from html import unescape
from pathlib import Path
from typing import Any

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError


def read_cues(path: Path) -> list[dict[str, Any]]:
    """Cues as [{from, to, text}], in seconds, without markup. ValueError when the file cannot be read."""
    try:
        captions = webvtt.read(str(path))
    except (MalformedFileError, MalformedCaptionError, OSError, UnicodeDecodeError) as problem:
        raise ValueError(f"{path.name} cannot be read as WebVTT: {problem}") from problem
    return [
        {"from": _seconds(cue.start), "to": _seconds(cue.end), "text": " ".join(unescape(cue.text).split())} for cue in captions.captions
    ]


def read_chapters(path: Path) -> list[dict[str, Any]]:
    """Chapters as [{at, to, title}]."""
    return [{"at": cue["from"], "to": cue["to"], "title": cue["text"]} for cue in read_cues(path)]


def _seconds(stamp: str) -> float:
    """01:02:03.450 as 3723.45; the library's own number has no fraction."""
    hours, minutes, seconds = stamp.split(":")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)
