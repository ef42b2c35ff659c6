"""What a bundle's files look like: fields, their kinds, and the longest text that each may hold. Plain Python."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

# Keys stand in addresses and in names of form fields.
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
MOST = 1_000_000_000


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file of the bundle."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


# field → (kinds that are accepted, whether it must be there, the longest text or largest number that is kept)
Shape = Mapping[str, tuple[tuple[type, ...], bool] | tuple[tuple[type, ...], bool, int]]
SMALL = 32_767
TEXT, WHOLE, LIST, MAP, FLAG = (str,), (int,), (list,), (dict,), (bool,)
ACTIVITY: Shape = {
    "slug": (TEXT, True, 100), "title": (TEXT, True, 300), "subtitle": (TEXT, False, 300), "summary": (TEXT, True, 400), "format": (TEXT, True, 40),
    "medium": (TEXT, True, 200), "language": (TEXT, False, 12), "topic": (MAP, True), "cover": (TEXT, False, 20), "fee_cents": (WHOLE, False),
    "activity_number": (TEXT, False, 40), "dates": (MAP, True), "pass_mark": (WHOLE, True), "max_attempts": ((int, type(None)), False, SMALL),
    "has_pre_test": (FLAG, False), "content_rule": (TEXT, False, 30), "worksheet": (MAP, True), "audience": (TEXT, True),
    "professions": (LIST, True), "objectives": (LIST, True), "outline": (LIST, True), "people": (LIST, True), "disclosures": (MAP, True),
    "companies": (LIST, False), "support": (LIST, False), "offers": (LIST, True), "state_topics": (LIST, False), "related": (LIST, False),
    "copyright": (TEXT, False), "partners": (LIST, False), "grace_hours": (WHOLE, False), "practice": (MAP, False),
    "equity_plan": (MAP, False), "novel_topics": (LIST, False), "is_patient_care": (FLAG, False), "derived_from_live": (TEXT, False, 40),
    "imported_text": (MAP, False), "reviews": (LIST, False),
}  # fmt: skip
OBJECTIVE: Shape = {"key": (TEXT, True), "verb": (TEXT, True, 40), "text": (TEXT, True), "level": (TEXT, True, 20), "review": (LIST, False)}
PERSON: Shape = {
    "key": (TEXT, True), "given": (TEXT, True, 100), "family": (TEXT, True, 100), "credentials": (TEXT, False, 60), "profession": (TEXT, True, 40),
    "title": (TEXT, False, 200), "affiliation": (TEXT, False, 200), "roles": (LIST, True), "bio": (TEXT, False), "email": (TEXT, False, 254),
    "starts": (MAP, False),
}  # fmt: skip
RELATIONSHIP: Shape = {
    "company": (TEXT, True), "nature": (TEXT, True, 30), "ended": (FLAG, False), "relevant": (FLAG, False), "rationale": (TEXT, False),
    "mitigation": (MAP, False), "exclusion": (MAP, False), "detail": (TEXT, False, 200),
}  # fmt: skip
DAY = (int, str, date)
MITIGATION: Shape = {"method": (TEXT, True, 40), "note": (TEXT, False), "day": (DAY, False)}
EXCLUSION: Shape = {"outcome": (TEXT, True, 20), "evidence": (TEXT, True), "approver": (TEXT, True, 200)}
COMPANY: Shape = {
    "key": (TEXT, True), "name": (TEXT, True, 200), "eligibility": (TEXT, True), "basis": (TEXT, True), "aliases": (LIST, False),
    "parent": (TEXT, False), "business_lines": (LIST, False), "products": (LIST, False), "decided_by": (TEXT, False, 200), "decided_on": (DAY, False),
}  # fmt: skip
SUPPORT: Shape = {
    "company": (TEXT, True), "kind": (TEXT, True), "nature": (TEXT, False, 200), "amount_cents": (WHOLE, False), "agreement": (TEXT, False),
    "agreement_note": (TEXT, False, 200), "signed_supporter": (DAY, False), "signed_provider": (DAY, False), "clauses": ((str, list), False),
}  # fmt: skip
REVIEW: Shape = {
    "reviewer": (TEXT, True), "checklist": ((str, list), True), "accepted": (FLAG, True), "day": (DAY, True), "note": (TEXT, False),
}  # fmt: skip
REFERENCE: Shape = {
    "key": (TEXT, True),
    "citation": (TEXT, True),
    "year": (WHOLE, True, SMALL),
    "doi": (TEXT, False, 184),
    "url": (TEXT, False, 200),
}
ITEM: Shape = {
    "key": (TEXT, True), "objective": (TEXT, True), "level": (TEXT, True), "stem": (TEXT, False), "question": (TEXT, True),
    "options": (LIST, True), "answer": (TEXT, True, 10), "rationale": (TEXT, True), "references": (LIST, False), "review": (MAP, False),
}  # fmt: skip
# Days of an offer by name: the edition's own, and the last day that the credit system's longest validity and the edition's end leave.
OFFER_DAYS = ("release", "end", "longest")
OFFER: Shape = {
    "system": (TEXT, True, 40), "identifier": (TEXT, False, 60), "activity_type": (TEXT, False, 20), "amount": ((int, float, str), False),
    "approved_from": (DAY, False), "valid_to": (DAY, False), "evidence": (TEXT, False), "evidence_note": (TEXT, False, 200),
    "claim_days": (WHOLE, False, 3650), "sub_amounts": (MAP, False), "reporting": (MAP, False),
}  # fmt: skip
PARTNER: Shape = {"name": (TEXT, True, 200), "accredited": (FLAG, False)}
STATE_TOPIC: Shape = {"topic": (TEXT, True), "jurisdiction": (TEXT, True), "professions": (LIST, True), "minutes": (WHOLE, True)}
EVALUATION: Shape = {"changes": (LIST, True), "barriers": (LIST, True)}
PART_BASICS: Shape = {
    "kind": (TEXT, True), "key": (TEXT, True), "title": (TEXT, True, 200), "minutes": (WHOLE, False, SMALL), "decisions": (LIST, False),
    "summary": (TEXT, False, 300),
}  # fmt: skip
DECISION: Shape = {"key": (TEXT, True), "question": (TEXT, True), "options": (LIST, True), "objective": (TEXT, False, 60)}
TOPIC: Shape = {"code": (TEXT, True, 60), "label": (TEXT, True, 100), "area": (TEXT, False, 100)}
OPTION: Shape = {"key": (TEXT, True, 10), "text": (TEXT, True)}
# Longest texts that are made of several fields, and names of files.
PRINTED_NAME, SIGNED_NAME, FILE_NAME, CHANGE = 200, 200, 120, 300


def value_problems(file: str, value: Any, line: int = 0) -> Iterator[Problem]:
    """What no field may hold, however deep: numbers that are endless or beyond a billion, and text with NUL. No database keeps them."""
    line = getattr(value, "line", line)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from value_problems(file, name, line)
            yield from value_problems(file, inner, line)
    elif isinstance(value, list):
        for inner in value:
            yield from value_problems(file, inner, line)
    elif isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= MOST):
        yield Problem(file, line, "a number is endless or too large")
    elif isinstance(value, str) and "\x00" in value:
        yield Problem(file, line, "a text holds a NUL character")


def shape_problems(file: str, value: Any, shape: Shape, what: str, *, is_open: bool = False) -> Iterator[Problem]:
    """Is a mapping what the shape says: fields known (unless open), there, and of the right kind?"""
    if not isinstance(value, dict):
        yield Problem(file, 0, f"{what}: fields with values are expected")
        return
    line = getattr(value, "line", 0)
    for name, (kinds, is_needed, *most) in shape.items():
        if name not in value:
            if is_needed:
                yield Problem(file, line, f"{what}: {name} is missing")
        elif not isinstance(value[name], kinds) or (isinstance(value[name], bool) and bool not in kinds):
            yield Problem(file, line, f"{what}: {name} must be {_kind_name(kinds)}")
        elif isinstance(value[name], int) and value[name] < 0 and kinds is not DAY:
            yield Problem(file, line, f"{what}: {name} must not be negative")
        elif most and isinstance(value[name], str) and len(value[name]) > most[0]:
            yield Problem(file, line, f"{what}: {name} has more than {most[0]} characters")
        elif most and isinstance(value[name], int) and value[name] > most[0]:
            yield Problem(file, line, f"{what}: {name} is larger than {most[0]}")
        elif name == "key" and not KEY.fullmatch(value[name]):
            yield Problem(file, line, f"{what}: the key {value[name]!r} has more than letters, digits, - and _, or more than 60 of them")
    for name in value if not is_open else ():
        if name not in shape:
            yield Problem(file, line, f"{what}: there is no field {name!r}")


def list_problems(file: str, rows: Any, shape: Shape, what: str, *, is_open: bool = False) -> Iterator[Problem]:
    """The same for a list of mappings, whose keys must differ."""
    if not isinstance(rows, list):
        return
    seen: set[object] = set()
    for row in rows:
        yield from shape_problems(file, row, shape, what, is_open=is_open)
        key = row.get("key") if isinstance(row, dict) else None
        if isinstance(key, str) and key in seen:
            yield Problem(file, getattr(row, "line", 0), f"{what}: the key {key!r} is used twice")
        seen.add(str(key))


def _kind_name(kinds: tuple[type, ...]) -> str:
    names = {str: "text", int: "a whole number", list: "a list", dict: "fields with values", bool: "true or false", type(None): "empty",
             float: "a number", date: "a day"}  # fmt: skip
    return " or ".join(dict.fromkeys(names[kind] for kind in kinds))
