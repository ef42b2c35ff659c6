"""The schema of the packs: which fields an entry has, of which kind, and what must fit inside it. Errors begin with file and line."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from preceptor.accreditation.rules import (
    CERTIFICATE_FIELDS,
    AccreditationKind,
    Certainty,
    ClaimMode,
    CreditSystem,
    Cycle,
    Entry,
    Requirement,
    Term,
)
from preceptor.kernel.credits import Rounding
from preceptor.kernel.findings import Severity
from preceptor.kernel.yaml_files import Lined, YamlError, read_yaml

RENAMED = {"label": "label_markdown", "unit_one": "unit_one_markdown", "unit_many": "unit_many_markdown"}
CHOICES: Mapping[str, type] = {
    "certainty": Certainty, "joint_certainty": Certainty, "claim_mode": ClaimMode, "rounding": Rounding, "cycle": Cycle,
}  # fmt: skip
# February 29 is no day on which something can end every year.
MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31")
SLOT = re.compile(r"\{(\w*)\}")
DESIGNATION_SLOTS = {"provider", "format", "amount", "number", "identifier", "ceus", "valid_to", "including"}
ACCREDITATION_SLOTS = {"provider", "partners"}
TEXTS = {"all", "ama", "disclosure"}

E = TypeVar("E", bound=Entry)


class BrokenPack(ValueError):
    """A pack that cannot be used; the message begins with file and line."""


@dataclass(frozen=True)
class Placed(Generic[E]):
    """An entry with where it stands: "systems.yaml, line 4"."""

    entry: E
    place: str

    @property
    def name(self) -> str:
        """What the entry is known by."""
        return str(getattr(self.entry, "key", "") or getattr(self.entry, "code", ""))


def read_entries(path: Path, kind: type[E], *, shown: str, is_own: bool) -> list[Placed[E]]:
    """The entries of a file, each checked by itself. Raises BrokenPack."""
    try:
        rows = read_yaml(path, shown=shown)
    except YamlError as error:
        raise BrokenPack(str(error)) from error
    if not isinstance(rows, list) or not rows:
        raise BrokenPack(f"{shown}, line 1: a list of entries is expected")
    return [Placed(_entry(row, kind, shown, is_own=is_own), f"{shown}, line {row.line}") for row in rows]


def _entry(row: Any, kind: type[E], shown: str, *, is_own: bool) -> E:
    if not isinstance(row, Lined):
        raise BrokenPack(f"{shown}, line 1: every entry must be a mapping")
    place = f"{shown}, line {row.line}"
    known = {item.name: item for item in fields(kind) if item.name != "is_own"}
    rename = RENAMED if kind is CreditSystem else {}
    given = {rename.get(key, key): value for key, value in row.items()}
    if unknown := sorted(set(given) - set(known)):
        raise BrokenPack(f"{place}: unknown field {unknown[0]!r}")
    needed = [name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING]
    if missing := [name for name in needed if name not in given]:
        raise BrokenPack(f"{place}: the field {missing[0].removesuffix('_markdown')!r} is missing")
    values = {key: _value(place, key, value, str(known[key].type)) for key, value in given.items()}
    entry = kind(**values, is_own=is_own)
    if problem := _inner_problem(entry):
        raise BrokenPack(f"{place}: {problem}")
    return entry


def _value(place: str, key: str, value: Any, type_name: str) -> Any:
    wanted = type_name.split("'")[1].rsplit(".", 1)[-1] if "'" in type_name else type_name
    try:
        if key in CHOICES:
            return CHOICES[key](value)
        if wanted == "Decimal":
            return Decimal(value)
        if wanted.startswith("tuple"):
            return _texts(value)
        if "Mapping" in wanted:
            return _pairs(value, int if wanted.endswith("int]") else str)
        if wanted.startswith(("date", "datetime.date")) and not isinstance(value, date):
            raise ValueError("a date is expected")
        plain = wanted.removesuffix(" | None")
        if plain in {"str", "int", "bool"} and type(value).__name__ != plain:
            raise ValueError(f"{plain} is expected")
    except (ValueError, InvalidOperation, TypeError) as error:
        raise BrokenPack(f"{place}: {key}: {error or 'not a number'}") from error
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of texts is expected")
    return tuple(value)


def _pairs(value: Any, of: type) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) and type(item) is of for name, item in value.items()):
        raise ValueError(f"names with {'whole numbers' if of is int else 'texts'} are expected")
    return MappingProxyType(dict(value))


def _inner_problem(entry: Entry) -> str:
    """What does not fit inside an entry; "" when all does."""
    if len(entry.source.strip()) < 10:
        return "source: say where it is from"
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        return "valid_to: it ends before it begins"
    for name in ("pattern", "identifier_pattern", "unconfirmed_pattern"):
        if problem := _pattern_problem(str(getattr(entry, name, ""))):
            return f"{name}: {problem}"
    if isinstance(entry, CreditSystem):
        return _system_problem(entry)
    if isinstance(entry, AccreditationKind):
        return _slot_problem("statement", entry.statement + entry.joint, entry.slots, ACCREDITATION_SLOTS)
    if isinstance(entry, Requirement):
        return _requirement_problem(entry)
    if isinstance(entry, Term):
        return _term_problem(entry)
    return ""


def _system_problem(entry: CreditSystem) -> str:
    if entry.step <= 0 or entry.minutes_per_unit <= 0 or entry.max_months <= 0:
        return "step, minutes_per_unit and max_months must be above zero"
    if unknown := sorted(set(entry.certificate_fields) - CERTIFICATE_FIELDS):
        return f"certificate_fields: a certificate has no {unknown[0]!r}"
    if entry.reporting_clock_days is not None and entry.reporting_clock_days <= 0:
        return "reporting_clock_days must be above zero"
    if entry.wants_reporting and not entry.reports_to:
        return "reports_to: say who is told"
    return _slot_problem("designation", entry.designation, entry.slots, DESIGNATION_SLOTS)


def _requirement_problem(entry: Requirement) -> str:
    if entry.amount <= 0 or entry.minutes_per_unit <= 0:
        return "amount and minutes_per_unit must be above zero"
    has_length, is_fixed = entry.cycle in (Cycle.MONTHS, Cycle.FIXED), entry.cycle is Cycle.FIXED
    if (entry.cycle_months > 0) is not has_length or entry.cycle_months < 0:
        return f"cycle_months: a cycle of the kind {entry.cycle} {'needs its length' if has_length else 'has none'}"
    if (MONTH_DAY.fullmatch(entry.cycle_ends) is not None) is not is_fixed or (entry.cycle_ends and not is_fixed):
        return "cycle_ends: a fixed cycle ends on a day of the year, such as 12-31; no other has one"
    for name, amount in entry.parts.items():
        if not re.fullmatch(r"\d+(\.\d+)?", amount) or not 0 < Decimal(amount) <= entry.amount:
            return f"parts: {name}: a number above zero and not above the amount is expected"
    return ""


def _slot_problem(what: str, template: str, slots: tuple[str, ...], known: set[str]) -> str:
    used = set(SLOT.findall(template))
    if strange := sorted(used - known):
        return f"{what}: there is no slot {{{strange[0]}}}"
    if wrong := sorted(used ^ set(slots)):
        return f"slots: {{{wrong[0]}}} is {'used but not listed' if wrong[0] in used else 'listed but not used'}"
    return ""


def _term_problem(entry: Term) -> str:
    if entry.severity not in set(Severity):
        return f"severity: {entry.severity!r} is not error, warn or info"
    return "" if entry.where in TEXTS else f"where: there are no texts {entry.where!r}"


def _pattern_problem(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"no regular expression ({error})"
    return ""
