"""What is wrong in a bundle's files, field by field. Plain Python: mappings in, problems with file and line out."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from preceptor.bundle.rules.shapes import (
    ACTIVITY,
    CHANGE,
    COMPANY,
    DECISION,
    EXCLUSION,
    FILE_NAME,
    ITEM,
    KEY,
    MITIGATION,
    OBJECTIVE,
    OFFER,
    OFFER_DAYS,
    OPTION,
    PART_BASICS,
    PARTNER,
    PERSON,
    PRINTED_NAME,
    RELATIONSHIP,
    REVIEW,
    SIGNED_NAME,
    SMALL,
    STATE_TOPIC,
    SUPPORT,
    TOPIC,
    Problem,
    list_problems,
    shape_problems,
)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WEB = re.compile(r"https?://[^\s<>\"]{1,500}")
YEARS = range(1990, 2200)
AMOUNT = re.compile(r"\d{1,3}(\.\d{1,2})?")
ROLES = {"faculty", "author", "planner", "reviewer"}
KINDS = {"reading", "case", "lecture"}
LEVELS = {"recall", "procedure", "competence"}
SUPPORT_KINDS = {"monetary", "in_kind"}
ELIGIBILITIES = {"ineligible", "eligible", "undetermined"}


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
    found += list_problems(file, decisions, DECISION, "decision", is_open=True)
    for decision in decisions if not found else []:
        found += list_problems(file, decision["options"], OPTION, f"{decision['key']}: option", is_open=True)
    return found + list(_media_problems(file, spec, line))


def _media_problems(file: str, spec: Mapping[str, Any], line: int) -> Iterator[Problem]:
    """Names of files that are kept, and lengths that can be counted in minutes."""
    given, slides = spec.get("video"), spec.get("slides")
    video: dict[str, Any] = given if isinstance(given, dict) else {}
    rows = slides if isinstance(slides, list) else []
    names = [video.get(name) for name in ("mp4", "webm", "poster")] + [spec.get(name) for name in ("captions", "chapters")]
    for name in (*names, *(row.get("file") for row in rows if isinstance(row, dict))):
        if len(str(name or "")) > FILE_NAME:
            yield Problem(file, line, f"part: the name of a file has more than {FILE_NAME} characters")
    seconds = video.get("seconds")
    if isinstance(seconds, int | float) and seconds > SMALL:
        yield Problem(file, line, f"part: video: seconds is larger than {SMALL}")


def evaluation_problems(data: Any) -> Iterator[Problem]:
    """Changes that a learner can commit to are texts that a commitment can hold."""
    for name in ("changes", "barriers"):
        for text in data.get(name) or [] if isinstance(data, dict) else []:
            if not isinstance(text, str) or len(text) > CHANGE:
                yield Problem(
                    "evaluation.yaml", getattr(data, "line", 0), f"{name}: a list of texts of at most {CHANGE} characters is expected"
                )


def person_problems(file: str, rows: Any) -> Iterator[Problem]:
    """A name is printed with its credentials, and signed without them."""
    for row in rows:
        if isinstance(row, dict):
            signed = f"{row.get('given', '')} {row.get('family', '')}"
            printed = f"{signed}, {row.get('credentials', '')}"
            if len(signed) > SIGNED_NAME or len(printed) > PRINTED_NAME:
                yield Problem(
                    file, getattr(row, "line", 0), f"people: name and credentials have more than {PRINTED_NAME} characters together"
                )


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
    found += shape_problems(file, data["topic"], TOPIC, "topic")
    found += person_problems(file, data["people"])
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
    if not isinstance(pilot, list) or not all(isinstance(one, int) and not isinstance(one, bool) and 0 < one <= SMALL for one in pilot):
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
        found += list_problems(file, item["options"], OPTION, f"{item['key']}: option", is_open=True)
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
