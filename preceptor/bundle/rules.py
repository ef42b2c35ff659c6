"""What must be true of an activity as a folder of text files. Plain Python: mappings in, problems with file and line out."""

import math
import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Keys stand in addresses and in names of form fields.
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
WEB = re.compile(r"https?://[^\s<>\"]{1,500}")
MOST = 1_000_000_000
YEARS = range(1990, 2200)
AMOUNT = re.compile(r"\d{1,3}(\.\d{1,2})?")
ROLES = {"faculty", "author", "planner", "reviewer"}
KINDS = {"reading", "case", "lecture"}
LEVELS = {"recall", "procedure", "competence"}
SUPPORT_KINDS = {"monetary", "in_kind"}
ELIGIBILITIES = {"ineligible", "eligible", "undetermined"}


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file of the bundle."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


# field → (kinds that are accepted, whether it must be there)
Shape = Mapping[str, tuple[tuple[type, ...], bool]]
TEXT, WHOLE, LIST, MAP, FLAG = (str,), (int,), (list,), (dict,), (bool,)
ACTIVITY: Shape = {
    "slug": (TEXT, True), "title": (TEXT, True), "subtitle": (TEXT, False), "summary": (TEXT, True), "format": (TEXT, True),
    "medium": (TEXT, True), "language": (TEXT, False), "topic": (MAP, True), "cover": (TEXT, False), "fee_cents": (WHOLE, False),
    "activity_number": (TEXT, False), "dates": (MAP, True), "pass_mark": (WHOLE, True), "max_attempts": ((int, type(None)), False),
    "has_pre_test": (FLAG, False), "content_rule": (TEXT, False), "worksheet": (MAP, True), "audience": (TEXT, True),
    "professions": (LIST, True), "objectives": (LIST, True), "outline": (LIST, True), "people": (LIST, True), "disclosures": (MAP, True),
    "companies": (LIST, False), "support": (LIST, False), "offers": (LIST, True), "state_topics": (LIST, False), "related": (LIST, False),
    "copyright": (TEXT, False), "partners": (LIST, False), "grace_hours": (WHOLE, False), "practice": (MAP, False),
    "equity_plan": (MAP, False), "novel_topics": (LIST, False), "is_patient_care": (FLAG, False), "derived_from_live": (TEXT, False),
    "imported_text": (MAP, False), "reviews": (LIST, False),
}  # fmt: skip
OBJECTIVE: Shape = {"key": (TEXT, True), "verb": (TEXT, True), "text": (TEXT, True), "level": (TEXT, True), "review": (LIST, False)}
PERSON: Shape = {
    "key": (TEXT, True), "given": (TEXT, True), "family": (TEXT, True), "credentials": (TEXT, False), "profession": (TEXT, True),
    "title": (TEXT, False), "affiliation": (TEXT, False), "roles": (LIST, True), "bio": (TEXT, False), "email": (TEXT, False),
    "starts": (MAP, False),
}  # fmt: skip
RELATIONSHIP: Shape = {
    "company": (TEXT, True), "nature": (TEXT, True), "ended": (FLAG, False), "relevant": (FLAG, False), "rationale": (TEXT, False),
    "mitigation": (MAP, False), "exclusion": (MAP, False), "detail": (TEXT, False),
}  # fmt: skip
DAY = (int, str, date)
MITIGATION: Shape = {"method": (TEXT, True), "note": (TEXT, False), "day": (DAY, False)}
EXCLUSION: Shape = {"outcome": (TEXT, True), "evidence": (TEXT, True), "approver": (TEXT, True)}
COMPANY: Shape = {
    "key": (TEXT, True), "name": (TEXT, True), "eligibility": (TEXT, True), "basis": (TEXT, True), "aliases": (LIST, False),
    "parent": (TEXT, False), "business_lines": (LIST, False), "products": (LIST, False), "decided_by": (TEXT, False), "decided_on": (DAY, False),
}  # fmt: skip
SUPPORT: Shape = {
    "company": (TEXT, True), "kind": (TEXT, True), "nature": (TEXT, False), "amount_cents": (WHOLE, False), "agreement": (TEXT, False),
    "agreement_note": (TEXT, False), "signed_supporter": (DAY, False), "signed_provider": (DAY, False), "clauses": ((str, list), False),
}  # fmt: skip
REVIEW: Shape = {
    "reviewer": (TEXT, True), "checklist": ((str, list), True), "accepted": (FLAG, True), "day": (DAY, True), "note": (TEXT, False),
}  # fmt: skip
REFERENCE: Shape = {"key": (TEXT, True), "citation": (TEXT, True), "year": (WHOLE, True), "doi": (TEXT, False), "url": (TEXT, False)}
ITEM: Shape = {
    "key": (TEXT, True), "objective": (TEXT, True), "level": (TEXT, True), "stem": (TEXT, False), "question": (TEXT, True),
    "options": (LIST, True), "answer": (TEXT, True), "rationale": (TEXT, True), "references": (LIST, False), "review": (MAP, False),
}  # fmt: skip
# Days of an offer by name: the edition's own, and the last day that the credit system's longest validity and the edition's end leave.
OFFER_DAYS = ("release", "end", "longest")
OFFER: Shape = {
    "system": (TEXT, True), "identifier": (TEXT, False), "activity_type": (TEXT, False), "amount": ((int, float, str), False),
    "approved_from": (DAY, False), "valid_to": (DAY, False), "evidence": (TEXT, False), "evidence_note": (TEXT, False),
    "sub_amounts": (MAP, False), "reporting": (MAP, False),
}  # fmt: skip
PARTNER: Shape = {"name": (TEXT, True), "accredited": (FLAG, False)}
STATE_TOPIC: Shape = {"topic": (TEXT, True), "jurisdiction": (TEXT, True), "professions": (LIST, True), "minutes": (WHOLE, True)}
EVALUATION: Shape = {"changes": (LIST, True), "barriers": (LIST, True)}
PART_BASICS: Shape = {
    "kind": (TEXT, True), "key": (TEXT, True), "title": (TEXT, True), "minutes": (WHOLE, False), "decisions": (LIST, False),
}  # fmt: skip
DECISION: Shape = {"key": (TEXT, True), "question": (TEXT, True), "options": (LIST, True)}


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
    for name, (kinds, is_needed) in shape.items():
        if name not in value:
            if is_needed:
                yield Problem(file, line, f"{what}: {name} is missing")
        elif not isinstance(value[name], kinds) or (isinstance(value[name], bool) and bool not in kinds):
            yield Problem(file, line, f"{what}: {name} must be {_kind_name(kinds)}")
        elif isinstance(value[name], int) and value[name] < 0 and kinds is not DAY:
            yield Problem(file, line, f"{what}: {name} must not be negative")
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


def _is_one_of(value: object, known: Collection[str]) -> bool:
    return isinstance(value, str) and value in known


def part_problems(file: str, spec: Any, seen: Collection[str]) -> list[Problem]:
    """What is wrong with a part.yaml before its kind is looked at; `seen` are the keys of the parts before it."""
    found = list(shape_problems(file, spec, PART_BASICS, "part", is_open=True))
    if found:
        return found
    line = getattr(spec, "line", 1)
    if spec["kind"] not in KINDS:
        found.append(Problem(file, line, "part: kind must be reading, case or lecture"))
    if spec["key"] in seen:
        found.append(Problem(file, line, f"part: the key {spec['key']!r} is used twice"))
    decisions = spec.get("decisions", [])
    return found + list(list_problems(file, decisions, DECISION, "decision", is_open=True))


def reference_problems(rows: Any) -> Iterator[Problem]:
    """A reference leads to the web, and never to something that runs."""
    for row in rows if isinstance(rows, list) else []:
        url = row.get("url") if isinstance(row, dict) else None
        if isinstance(url, str) and url and not WEB.fullmatch(url):
            yield Problem("references.yaml", getattr(row, "line", 0), "reference: url must begin with https:// or http://")


def place_problems(file: str, what: str, places: Any, parts: Collection[str], line: int) -> Iterator[Problem]:
    """A place in the content is {part, anchor? | at?}: a part that exists, and a heading or a second in it."""
    for place in places:
        if not isinstance(place, dict) or (place and not _is_one_of(place.get("part"), parts)):
            yield Problem(file, line, f"{what}: review must name a part that exists")
        elif not isinstance(place.get("at", 0), int | float) or not KEY.fullmatch(str(place.get("anchor") or "a")):
            yield Problem(file, line, f"{what}: review must give seconds (at) or a heading (anchor)")


def activity_problems(data: Any) -> list[Problem]:
    """What is wrong with activity.yaml."""
    file = "activity.yaml"
    found = list(shape_problems(file, data, ACTIVITY, "activity"))
    if found:
        return found
    line = getattr(data, "line", 1)
    if not SLUG.fullmatch(data["slug"]) or len(data["slug"]) > 100:
        found.append(Problem(file, line, "slug: small letters, digits and single dashes are expected"))
    for name, shape in (("objectives", OBJECTIVE), ("people", PERSON), ("companies", COMPANY), ("support", SUPPORT)):
        found += list_problems(file, data.get(name, []), shape, name)
    found += outline_problems(file, data["outline"])
    found += date_problems(file, data["dates"])
    found += _disclosure_problems(file, data)
    systems = [str(offer.get("system") if isinstance(offer, dict) else offer) for offer in data["offers"]]
    if len(set(systems)) != len(systems):
        found.append(Problem(file, line, "offers: a credit system is there twice"))
    for name in ("professions", "related"):
        if not all(isinstance(each, str) for each in data.get(name) or []):
            found.append(Problem(file, line, f"{name}: a list of texts is expected"))
    if data.get("max_attempts") == 0:
        found.append(Problem(file, line, "max_attempts: at least 1, or nothing for no limit"))
    found += _credit_problems(file, data)
    for name in ("code", "label"):
        if not isinstance(data["topic"].get(name), str):
            found.append(Problem(file, getattr(data["topic"], "line", line), f"topic: {name} is missing"))
    if not 0 < data["pass_mark"] <= 100:
        found.append(Problem(file, line, "pass_mark: a whole percentage from 1 to 100 is expected"))
    return found


def _credit_problems(file: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    for offer in data["offers"]:
        if isinstance(offer, str):
            continue
        yield from shape_problems(file, offer, OFFER, "offers")
        if not isinstance(offer, dict):
            continue
        place = (file, getattr(offer, "line", 0))
        given_parts = offer.get("sub_amounts")
        parts: dict[str, Any] = given_parts if isinstance(given_parts, dict) else {}
        for name in ("approved_from", "valid_to"):
            if name in offer and not _is_one_of(offer[name], OFFER_DAYS) and not _is_day(offer[name]):
                yield Problem(*place, f"offers: {name} must be a day, a number of days from the import, or one of {', '.join(OFFER_DAYS)}")
        for name, given in (("amount", offer.get("amount")), *parts.items()):
            if given is not None and not AMOUNT.fullmatch(str(given)):
                yield Problem(*place, f"offers: {name} must be a number like 0.75")
    for name, shape in (("partners", PARTNER), ("state_topics", STATE_TOPIC), ("reviews", REVIEW)):
        for row in data.get(name) or []:
            yield from shape_problems(file, row, shape, name)
    sheet = data["worksheet"]
    place = (file, getattr(sheet, "line", 0))
    is_wanted = bool(sheet or data["offers"])
    if is_wanted and (not isinstance(sheet.get("difficulty"), int | float) or not 1 <= sheet["difficulty"] <= 5):
        yield Problem(*place, "worksheet: difficulty must be from 1 to 5")
    pilot = sheet.get("pilot_minutes", [])
    if not isinstance(pilot, list) or not all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in pilot):
        yield Problem(*place, "worksheet: pilot_minutes must be a list of whole minutes")
    if not all(isinstance(text, str) for text in (data.get("imported_text") or {}).values()):
        yield Problem(file, getattr(data["imported_text"], "line", 0), "imported_text: names with texts are expected")
    if not 0 <= data.get("grace_hours", 0) <= 720:
        yield Problem(file, getattr(data, "line", 1), "grace_hours: from 0 to 720 hours are expected")


def assessment_problems(data: Any, objectives: Sequence[str], references: Sequence[str]) -> list[Problem]:
    """What is wrong with assessment.yaml: every item has one objective that exists, one answer among its options, and known references."""
    file = "assessment.yaml"
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not items:
        return [Problem(file, 1, "items: a list is expected")]
    found = list(list_problems(file, items, ITEM, "item"))
    for item in items if not found else []:
        place = (file, getattr(item, "line", 0))
        options = [option.get("key") if isinstance(option, dict) else None for option in item["options"]]
        if len(options) < 2 or None in options or len(set(options)) != len(options):
            found.append(Problem(*place, f"{item['key']}: at least two options with different keys are expected"))
        if item["answer"] not in options:
            found.append(Problem(*place, f"{item['key']}: the answer {item['answer']!r} is none of its options"))
        if item["objective"] not in objectives:
            found.append(Problem(*place, f"{item['key']}: there is no objective {item['objective']!r}"))
        if item["level"] not in LEVELS:
            found.append(Problem(*place, f"{item['key']}: level must be recall, procedure or competence"))
        for key in item.get("references") or []:
            if key not in references:
                found.append(Problem(*place, f"{item['key']}: there is no reference {key!r}"))
    return found


def outline_problems(file: str, rows: Any, depth: int = 1) -> list[Problem]:
    """An outline is a list of {title, minutes?, children?}, nested to at most eight levels."""
    if not isinstance(rows, list) or depth > 8:
        return [Problem(file, 0, "outline: a list, nested to at most eight levels, is expected")]
    found = []
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("title"), str):
            found.append(Problem(file, getattr(row, "line", 0), "outline: title is missing"))
        elif "children" in row:
            found += outline_problems(file, row["children"], depth + 1)
    return found


def date_problems(file: str, dates: Mapping[str, Any]) -> list[Problem]:
    """release, review and end are each a day (2026-11-22) or a number of days from the day of import; an imported page may lack its review (null)."""
    line = getattr(dates, "line", 0)
    return [
        Problem(file, line, f"dates: {name} must be a day or a number of days from the import")
        for name in ("release", "review", "end")
        if not _is_day(dates.get(name)) and not (name == "review" and name in dates and dates[name] is None)
    ]


def day_of(value: int | date | str, today: date) -> date:
    """A day as written, or so many days from today."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value if isinstance(value, date) else today + timedelta(days=value)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _is_day(value: object) -> bool:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value).year in YEARS
        except ValueError:
            return False
    return (isinstance(value, date) and value.year in YEARS) or (
        isinstance(value, int) and not isinstance(value, bool) and abs(value) < 20_000
    )


def _disclosure_problems(file: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    people = {row["key"] for row in data["people"] if isinstance(row, dict) and "key" in row}
    companies = {row["key"]: row for row in data.get("companies") or [] if isinstance(row, dict) and "key" in row}
    for row in companies.values():
        if row.get("eligibility") not in ELIGIBILITIES:
            yield Problem(file, getattr(row, "line", 0), "companies: eligibility must be ineligible, eligible or undetermined")
    for row in data["people"]:
        for role in row.get("roles") or [] if isinstance(row, dict) else []:
            if not _is_one_of(role, ROLES):
                yield Problem(file, getattr(row, "line", 0), f"people: there is no role {role!r}")
    for key, given in data["disclosures"].items():
        line = getattr(given, "line", 0)
        if key not in people:
            yield Problem(file, line, f"disclosures: there is no person {key!r}")
        if not isinstance(given, dict) or not isinstance(given.get("none"), bool):
            yield Problem(file, line, f"disclosures: {key}: none must be true or false")
            continue
        rows = given.get("relationships") or []
        if given["none"] == bool(rows):
            yield Problem(file, line, f"disclosures: {key}: either none is true, or relationships are given")
        yield from list_problems(file, rows, RELATIONSHIP, f"disclosures of {key}")
        yield from _decision_problems(file, key, given, rows)
        yield from (
            Problem(file, getattr(row, "line", 0), f"disclosures of {key}: there is no company {row.get('company')!r}")
            for row in rows
            if isinstance(row, dict) and not _is_one_of(row.get("company"), companies)
        )
    yield from _company_problems(file, data, companies)
    for row in data.get("support") or []:
        if isinstance(row, dict) and not _is_one_of(row.get("company"), companies):
            yield Problem(file, getattr(row, "line", 0), f"support: there is no company {row.get('company')!r}")
        if isinstance(row, dict) and row.get("kind") not in SUPPORT_KINDS:
            yield Problem(file, getattr(row, "line", 0), "support: kind must be monetary or in_kind")


def _decision_problems(file: str, key: str, given: Mapping[str, Any], rows: Sequence[Any]) -> Iterator[Problem]:
    what = f"disclosures of {key}"
    if "signed" in given and not _is_day(given["signed"]):
        yield Problem(file, getattr(given, "line", 0), f"{what}: signed must be a day or a number of days from the import")
    for row in rows:
        if not isinstance(row, dict):
            continue
        place = (file, getattr(row, "line", 0))
        if row.get("relevant") is not None and not str(row.get("rationale") or "").strip():
            yield Problem(*place, f"{what}: a decision on relevance needs its rationale")
        for name, shape in (("mitigation", MITIGATION), ("exclusion", EXCLUSION)):
            if name in row:
                yield from shape_problems(file, row[name], shape, f"{what}: {name}")
        if isinstance(row.get("mitigation"), dict) and not _is_day(row["mitigation"].get("day", 0)):
            yield Problem(*place, f"{what}: mitigation: day must be a day or a number of days from the import")


def _company_problems(file: str, data: Mapping[str, Any], companies: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for row in companies.values():
        place = (file, getattr(row, "line", 0))
        if "parent" in row and row["parent"] not in seen:
            yield Problem(*place, f"companies: the parent {row['parent']!r} has to stand above its subsidiary")
        if "decided_on" in row and not _is_day(row["decided_on"]):
            yield Problem(*place, "companies: decided_on must be a day or a number of days from the import")
        seen.add(row["key"])
    for row in data["people"]:
        for role, day in (row.get("starts") or {}).items() if isinstance(row, dict) else ():
            if role not in (row.get("roles") or []) or not _is_day(day):
                yield Problem(
                    file,
                    getattr(row, "line", 0),
                    "people: starts gives, for roles of this person, a day or a number of days from the import",
                )
    for row in data.get("support") or []:
        for name in ("signed_supporter", "signed_provider") if isinstance(row, dict) else ():
            if name in row and not _is_day(row[name]):
                yield Problem(file, getattr(row, "line", 0), f"support: {name} must be a day or a number of days from the import")


def _kind_name(kinds: tuple[type, ...]) -> str:
    names = {str: "text", int: "a whole number", list: "a list", dict: "fields with values", bool: "true or false", type(None): "empty",
             float: "a number", date: "a day"}  # fmt: skip
    return " or ".join(dict.fromkeys(names[kind] for kind in kinds))
