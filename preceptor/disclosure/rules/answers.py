"""What a person types into the form, before it is signed: rows, one being written, and what is still missing. Pure: mappings in, mappings out.

Answers are {"has": "yes"|"no"|"", "rows": [row, …], "entry": row, "off_label": "yes"|"no"|"", "definition": key}; a row is
{"company", "nature", "began", "is_over": "yes"|"no"|"", "ended", "is_institutional", "detail"}, months as YYYY-MM.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from preceptor.disclosure.rules.natures import ASKED, NATURES, Nature, plain_name

Row = dict[str, Any]
MOST_ROWS = 100
LONGEST = {"company": 200, "detail": 200, "began": 7, "ended": 7, "nature": 30, "is_over": 3}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def month_of(text: str) -> str | None:
    """YYYY-MM of what was typed (09 2025, 9/2025, 2025-09, Sept 2025); "" for nothing, None for what is no month."""
    typed = text.strip().casefold()
    if not typed:
        return ""
    if found := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})", typed):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[-/. ]\s*(\d{4})", typed):
        year, month = int(found[2]), int(found[1])
    elif (found := re.fullmatch(r"([a-z]{3,9})\.?,? (\d{4})", typed)) and found[1][:3] in _MONTHS:
        year, month = int(found[2]), _MONTHS.index(found[1][:3]) + 1
    else:
        return None
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and 1900 <= year <= 2200 else None


def first_day(month: str) -> date | None:
    """The first day of a month written YYYY-MM."""
    return date(int(month[:4]), int(month[5:]), 1) if month else None


def lookback(day: date, months: int) -> date:
    """The first day of the time that is asked about: so many months back, to the beginning of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def clean_row(raw: Mapping[str, Any]) -> Row:
    """A row with known fields only, cut to length; what is no month stays as it was typed, so that it can be mended."""
    row: Row = {name: " ".join(str(raw.get(name) or "").split())[:most] for name, most in LONGEST.items() if name not in {"began", "ended"}}
    for name in ("began", "ended"):
        typed = str(raw.get(name) or "").strip()[:20]
        row[name] = month_of(typed) or typed
    row["is_institutional"] = bool(raw.get("is_institutional"))
    if row["is_over"] != "yes":
        row["ended"] = ""
    return row


def is_blank(row: Mapping[str, Any]) -> bool:
    """Nothing was typed."""
    return not any(str(row.get(name) or "").strip() for name in ("company", "nature", "began", "ended", "detail"))


def row_problems(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], since: date, today: date) -> dict[str, str]:
    """What has to be mended before a row can be added, by field."""
    found = {}
    if not plain_name(str(row.get("company", ""))):
        found["company"] = "Name the company"
    if row.get("nature") not in NATURES:
        found["nature"] = "Choose what the relationship was"
    elif row["nature"] == Nature.OTHER and not row.get("detail"):
        found["detail"] = "Say in a few words what the relationship was"
    for name in ("began", "ended"):
        month = month_of(str(row.get(name, "")))
        if month is None:
            found[name] = "Give month and year, as in 09 2025"
        elif month and (first_day(month) or today) > today:
            found[name] = "Give a month that has begun"
    if row.get("is_over") not in {"yes", "no"}:
        found["is_over"] = "Say whether it has ended"
    ended, began = month_of(str(row.get("ended", ""))), month_of(str(row.get("began", "")))
    if ended and "ended" not in found:
        if (first_day(ended) or since) < since:
            found["ended"] = f"Leave it out: it ended before {since:%B %Y}, earlier than what is asked"
        elif began and ended < began:
            found["ended"] = "Give an end that is not before the beginning"
    if not found and any(plain_name(other["company"]) == plain_name(row["company"]) and other["nature"] == row["nature"] for other in rows):
        found["company"] = "This company and nature are on your list already"
    return found


def clean_answers(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Answers with known fields only; safe to keep and to show."""
    rows = [clean_row(row) for row in raw.get("rows") or [] if isinstance(row, Mapping)][:MOST_ROWS]
    entry = raw.get("entry")
    return {
        "has": raw.get("has") if raw.get("has") in ("yes", "no") else "",
        "rows": [row for row in rows if not is_blank(row)],
        "entry": clean_row(entry if isinstance(entry, Mapping) else {}),
        "off_label": raw.get("off_label") if raw.get("off_label") in ("yes", "no") else "",
        "definition": str(raw.get("definition") or "")[:40],
    }


def answers_problem(answers: Mapping[str, Any], since: date, today: date) -> str:
    """Why the answers cannot be signed; "" when they can. Silence is never "none"."""
    if answers["has"] not in {"yes", "no"}:
        return "Answer whether you have had a financial relationship with an ineligible company. No answer is not the same as none."
    if answers["has"] == "no" and (answers["rows"] or not is_blank(answers["entry"])):
        return "You answered that there were none, but relationships are listed. Remove them, or answer Yes."
    if answers["has"] == "yes" and not answers["rows"]:
        return "Add each relationship, or answer No."
    if answers["has"] == "yes" and not is_blank(answers["entry"]):
        return "One relationship is typed but not added. Add it, or clear it."
    for number, row in enumerate(answers["rows"]):
        if problems := row_problems(row, answers["rows"][:number], since, today):
            return f"{row['company'] or 'A relationship'}: {next(iter(problems.values()))}."
    return ""


@dataclass(frozen=True)
class Step:
    """One press of a button of the form: what it does, and to which row."""

    verb: str
    number: int = -1


def step_of(pressed: str) -> Step:
    """ "remove:2" and the like; anything unknown only saves."""
    verb, _, number = pressed.partition(":")
    if verb not in {"add", "remove", "change", "keep", "sign", "clear"}:
        return Step("save")
    return Step(verb, int(number) if number.isdecimal() and len(number) < 4 else -1)


def after(step: Step, answers: Mapping[str, Any], earlier: Sequence[Row]) -> dict[str, Any]:
    """The answers after a step: add the entry, take a row out, take it back into the entry, or take over earlier ones unchanged.

    A number that is not there changes nothing. `earlier` is what was declared last time; without a number, all of it is taken over.
    """
    changed = clean_answers(answers)
    rows = changed["rows"]
    match step.verb:
        case "add" if not is_blank(changed["entry"]):
            rows.append(changed["entry"])
            changed |= {"entry": clean_row({}), "has": "yes"}
        case "remove" if 0 <= step.number < len(rows):
            rows.pop(step.number)
        case "change" if 0 <= step.number < len(rows):
            row = rows.pop(step.number)
            if not is_blank(changed["entry"]):
                rows.append(changed["entry"])
            changed["entry"] = row
        case "clear":
            changed["entry"] = clean_row({})
        case "keep":
            taken = list(earlier) if step.number < 0 else list(earlier)[step.number : step.number + 1]
            rows += [clean_row(row) for row in not_listed(taken, rows)]
            changed["has"] = "yes" if rows else changed["has"]
    if changed["entry"] in rows:  # A save that was overtaken by its own "add".
        changed["entry"] = clean_row({})
    changed["rows"] = rows[:MOST_ROWS]
    return changed


def not_listed(earlier: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """Of earlier rows, those whose company and nature are not among the rows yet."""
    known = {(plain_name(row["company"]), row["nature"]) for row in rows}
    return [row for row in earlier if (plain_name(row["company"]), row["nature"]) not in known]


def row_text(row: Mapping[str, Any]) -> str:
    """A row in words: Consultant. From June 2025. Ended February 2026."""
    said = [ASKED.get(row["nature"], row["nature"])]
    if row.get("detail"):
        said.append(str(row["detail"]))
    if month := month_of(str(row.get("began", ""))):
        said.append(f"From {first_day(month):%B %Y}")
    ended = month_of(str(row.get("ended", "")))
    if row.get("is_over") == "yes":
        said.append(f"Ended {first_day(ended):%B %Y}" if ended else "Ended")
    else:
        said.append("Ongoing")
    if row.get("is_institutional"):
        said.append("Paid to the institution")
    return ". ".join(part.rstrip(".") for part in said) + "."
