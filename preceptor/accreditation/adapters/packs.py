"""The packs on disk as one library: the house's own, and the provider's beside them. A broken pack is one clear error with file and line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from django.conf import settings

from preceptor.accreditation.adapters.pack_schema import BrokenPack, Placed, read_entries
from preceptor.accreditation.rules import (
    PARTICIPATION,
    AccreditationKind,
    ActivityNumber,
    Board,
    Body,
    Clause,
    CreditSystem,
    Definition,
    Entry,
    Format,
    IdentifierKind,
    Pack,
    Profession,
    Requirement,
    Term,
    Topic,
)

__all__ = ["DATA", "BrokenPack", "Library", "library", "read_library"]
DATA = Path(__file__).resolve().parent.parent / "data"
# File → (field of the library, what its entries are).
FILES: Mapping[str, tuple[str, type[Entry]]] = {
    "bodies.yaml": ("bodies", Body),
    "boards.yaml": ("boards", Board),
    "professions.yaml": ("professions", Profession),
    "identifiers.yaml": ("identifiers", IdentifierKind),
    "activity_numbers.yaml": ("numbers", ActivityNumber),
    "formats.yaml": ("formats", Format),
    "systems.yaml": ("systems", CreditSystem),
    "kinds.yaml": ("kinds", AccreditationKind),
    "topics.yaml": ("topics", Topic),
    "clauses.yaml": ("clauses", Clause),
    "requirements.yaml": ("requirements", Requirement),
    "vocabulary.yaml": ("terms", Term),
    "definitions.yaml": ("definitions", Definition),
}

E = TypeVar("E", bound=Entry)
Shelf = Mapping[str, Sequence[Placed[Any]]]


@dataclass(frozen=True)
class Library:
    """Every entry of every day, as read from disk."""

    bodies: tuple[Body, ...]
    boards: tuple[Board, ...]
    professions: tuple[Profession, ...]
    identifiers: tuple[IdentifierKind, ...]
    numbers: tuple[ActivityNumber, ...]
    formats: tuple[Format, ...]
    systems: tuple[CreditSystem, ...]
    kinds: tuple[AccreditationKind, ...]
    topics: tuple[Topic, ...]
    clauses: tuple[Clause, ...]
    requirements: tuple[Requirement, ...]
    terms: tuple[Term, ...]
    definitions: tuple[Definition, ...]

    def on(self, day: date) -> Pack:
        """What is valid on the day; of two entries with one key, the one that began later. Before the first definition, the first holds."""
        by_start = sorted(self.definitions, key=lambda entry: entry.valid_from)
        definition = ([entry for entry in by_start if entry.holds_on(day)] or by_start[:1])[-1]
        return Pack(
            day=day,
            systems=_valid(self.systems, day, lambda entry: entry.key),
            professions=_valid(self.professions, day, lambda entry: entry.code),
            identifiers=_valid(self.identifiers, day, lambda entry: entry.key),
            formats=_valid(self.formats, day, lambda entry: entry.code),
            kinds=_valid(self.kinds, day, lambda entry: entry.key),
            terms=_valid(self.terms, day, lambda entry: entry.key),
            definition=definition,
            bodies=_valid(self.bodies, day, lambda entry: entry.key),
            boards=_valid(self.boards, day, lambda entry: entry.key),
            numbers=_valid(self.numbers, day, lambda entry: entry.key),
            topics=_valid(self.topics, day, lambda entry: entry.key),
            clauses=_valid(self.clauses, day, lambda entry: entry.key),
            requirements=_valid(self.requirements, day, lambda entry: entry.key),
        )

    def entries(self) -> Iterable[Entry]:
        """Every entry there is."""
        return (entry for item in fields(self) for entry in getattr(self, item.name))


@lru_cache(maxsize=1)
def library() -> Library:
    """All packs, read once per process: the house's, and those of the provider's own folder (PACKS_DIR)."""
    return read_library(own=settings.PACKS_DIR)


def read_library(folder: Path = DATA, own: Path | None = None) -> Library:
    """All packs of a folder, and those of the provider's own folder. Raises BrokenPack with file and line."""
    shelf: dict[str, list[Placed[Any]]] = {
        name: read_entries(folder / file, kind, shown=file, is_own=False) for file, (name, kind) in FILES.items()
    }
    for path in _own_files(own):
        name, kind = FILES[path.name]
        shelf[name] += read_entries(path, kind, shown=f"{path.parent.name}/{path.name}", is_own=True)
    _check_doubles(shelf)
    _check_references(shelf)
    _check_own_systems(shelf["systems"])
    return Library(**{name: tuple(placed.entry for placed in entries) for name, entries in shelf.items()})


def _own_files(own: Path | None) -> list[Path]:
    if own is None:
        return []
    if not own.is_dir():
        raise BrokenPack(f"{own.name}: PACKS_DIR is no folder")
    files = sorted(own.glob("*.y*ml"))
    for path in files:
        if path.name not in FILES:
            raise BrokenPack(f"{own.name}/{path.name}, line 1: there is no such pack; there are {', '.join(FILES)}")
    return files


def _valid(entries: Iterable[E], day: date, key: Callable[[E], str]) -> Mapping[str, E]:
    holding = sorted((entry for entry in entries if entry.holds_on(day)), key=lambda entry: entry.valid_from)
    order = {key(entry): position for position, entry in reversed(list(enumerate(entries)))}
    latest = {key(entry): entry for entry in holding}
    return MappingProxyType(dict(sorted(latest.items(), key=lambda pair: order[pair[0]])))


def _check_doubles(shelf: Shelf) -> None:
    for entries in shelf.values():
        seen: dict[tuple[str, date, bool], str] = {}
        for placed in entries:
            key = (placed.name, placed.entry.valid_from, placed.entry.is_own)
            if key in seen:
                raise BrokenPack(f"{placed.place}: {placed.name!r} is given for {placed.entry.valid_from} already ({seen[key]})")
            seen[key] = placed.place


def _check_references(shelf: Shelf) -> None:
    """Whatever an entry names is there."""
    known = {name: {placed.name for placed in entries} for name, entries in shelf.items()}
    # Field of an entry → (the shelf on which it is looked up, how a missing one is called).
    named = {
        "systems": {
            "professions": ("professions", "profession"), "learner_identifiers": ("identifiers", "identifier"),
            "optional_identifiers": ("identifiers", "identifier"), "identifier_kind": ("numbers", "activity number"),
            "board": ("boards", "board"), "body": ("bodies", "body"), "validity": ("formats", "format"),
        },
        "kinds": {"grants": ("systems", "credit system"), "body": ("bodies", "body")},
        "topics": {"professions": ("professions", "profession")},
        "requirements": {
            "professions": ("professions", "profession"), "systems": ("systems", "credit system"), "topics": ("topics", "topic"),
            "parts": ("topics", "topic"),
        },
    }  # fmt: skip
    for name, looked_up in named.items():
        for placed in shelf[name]:
            for field, (where, called) in looked_up.items():
                value = getattr(placed.entry, field)
                wanted = ([value] if value else []) if isinstance(value, str) else list(value)
                if missing := [one for one in wanted if one not in known[where]]:
                    raise BrokenPack(f"{placed.place}: {placed.name}: there is no {called} {missing[0]!r}")
    if PARTICIPATION not in known["systems"]:
        raise BrokenPack(f"systems.yaml, line 1: the system {PARTICIPATION!r} is missing")


def _check_own_systems(systems: Sequence[Placed[CreditSystem]]) -> None:
    """A provider's own pack may not give a known credit to professions that it is not for: that is its owner's to say."""
    allowed: dict[str, set[str]] = {}
    for placed in systems:
        if not placed.entry.is_own:
            allowed.setdefault(placed.name, set()).update(placed.entry.professions)
    for placed in systems:
        more = set(placed.entry.professions) - allowed.get(placed.name, set())
        if placed.entry.is_own and placed.name in allowed and more:
            raise BrokenPack(
                f"{placed.place}: {placed.name}: it is not for the profession {sorted(more)[0]!r}, and an own pack cannot widen that"
            )
