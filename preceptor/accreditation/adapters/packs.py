"""Reads the dated packs from YAML. A broken pack is one clear error with file and line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from preceptor.accreditation.rules import (
    AccreditationKind,
    Certainty,
    ClaimMode,
    CreditSystem,
    Definition,
    Entry,
    Format,
    IdentifierKind,
    Pack,
    Profession,
    Term,
)
from preceptor.kernel.credits import Rounding
from preceptor.kernel.yaml_files import Lined, YamlError, read_yaml

DATA = Path(__file__).resolve().parent.parent / "data"
RENAMED = {"label": "label_markdown", "unit_one": "unit_one_markdown", "unit_many": "unit_many_markdown"}

E = TypeVar("E", bound=Entry)


class BrokenPack(ValueError):
    """A pack that cannot be used; the message begins with file and line."""


@dataclass(frozen=True)
class Library:
    """Every entry of every day, as read from disk."""

    systems: tuple[CreditSystem, ...]
    professions: tuple[Profession, ...]
    identifiers: tuple[IdentifierKind, ...]
    formats: tuple[Format, ...]
    kinds: tuple[AccreditationKind, ...]
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
        )


def read_library(folder: Path = DATA) -> Library:
    """All packs of a folder. Raises BrokenPack with file and line."""
    systems = _read(folder / "systems.yaml", CreditSystem, rename=RENAMED)
    library = Library(
        systems=systems,
        professions=_read(folder / "professions.yaml", Profession),
        identifiers=_read(folder / "identifiers.yaml", IdentifierKind),
        formats=_read(folder / "formats.yaml", Format),
        kinds=_read(folder / "kinds.yaml", AccreditationKind),
        terms=_read(folder / "vocabulary.yaml", Term),
        definitions=_read(folder / "definitions.yaml", Definition),
    )
    _check_references(folder, library)
    return library


def _valid(entries: Iterable[E], day: date, key: Callable[[E], str]) -> Mapping[str, E]:
    holding = sorted((entry for entry in entries if entry.holds_on(day)), key=lambda entry: entry.valid_from)
    order = {key(entry): position for position, entry in reversed(list(enumerate(entries)))}
    latest = {key(entry): entry for entry in holding}
    return MappingProxyType(dict(sorted(latest.items(), key=lambda pair: order[pair[0]])))


def _read(path: Path, kind: type[E], *, rename: Mapping[str, str] = MappingProxyType({})) -> tuple[E, ...]:
    try:
        rows = read_yaml(path)
    except YamlError as error:
        raise BrokenPack(str(error)) from error
    if not isinstance(rows, list) or not rows:
        raise BrokenPack(f"{path.name}, line 1: a list of entries is expected")
    return tuple(_entry(path.name, row, kind, rename) for row in rows)


def _entry(name: str, row: Any, kind: type[E], rename: Mapping[str, str]) -> E:
    if not isinstance(row, Lined):
        raise BrokenPack(f"{name}, line 1: every entry must be a mapping")
    place = f"{name}, line {row.line}"
    known = {item.name: item for item in fields(kind)}
    given = {rename.get(key, key): value for key, value in row.items()}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise BrokenPack(f"{place}: unknown field {unknown[0]!r}")
    values = {key: _value(place, key, value, str(known[key].type)) for key, value in given.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise BrokenPack(f"{place}: {str(error).split('()')[-1].strip()}") from error


def _value(place: str, key: str, value: Any, type_name: str) -> Any:
    wanted = type_name.split("'")[1].rsplit(".", 1)[-1] if "'" in type_name else type_name
    try:
        if key in {"certainty", "claim_mode", "rounding"}:
            return {"certainty": Certainty, "claim_mode": ClaimMode, "rounding": Rounding}[key](value)
        if wanted == "Decimal":
            return Decimal(value)
        if wanted.startswith("tuple"):
            if not isinstance(value, list):
                raise ValueError("a list is expected")
            return tuple(str(item) for item in value)
        if wanted.startswith("date") and not isinstance(value, date):
            raise ValueError("a date is expected")
        if wanted in {"str", "int", "bool"} and type(value).__name__ != wanted:
            raise ValueError(f"{wanted} is expected")
    except (ValueError, InvalidOperation, TypeError) as error:
        raise BrokenPack(f"{place}: {key}: {error or 'not a number'}") from error
    return value


def _check_references(folder: Path, library: Library) -> None:
    professions = {entry.code for entry in library.professions}
    identifiers = {entry.key for entry in library.identifiers}
    systems = {entry.key for entry in library.systems}
    for system in library.systems:
        for code in set(system.professions) - professions:
            raise BrokenPack(f"systems.yaml: {system.key}: there is no profession {code!r} in professions.yaml")
        for kind in {*system.learner_identifiers, *system.optional_identifiers} - identifiers:
            raise BrokenPack(f"systems.yaml: {system.key}: there is no identifier {kind!r} in identifiers.yaml")
    for accreditation in library.kinds:
        for key in set(accreditation.grants) - systems:
            raise BrokenPack(f"kinds.yaml: {accreditation.key}: there is no credit system {key!r} in systems.yaml")
