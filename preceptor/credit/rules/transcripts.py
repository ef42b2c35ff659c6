"""What a transcript shows and prints: a period, filters, rows, totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from preceptor.accreditation.rules import us_date
from preceptor.credit.rules.faces import SAMPLE_MARK, Face
from preceptor.kernel.credits import plain

SELF_REPORTED = "Self-reported"
SELF_REPORTED_NOTE = (
    "Self-reported credit was given by others and written down by the learner. It was not checked here, and is counted apart."
)
# Of one person at a time; whoever asks for more gets the place of the oldest.
MOST_TRANSCRIPTS = 20
# More certificates than this make no single signed record: the reading programs' own limit is 256 KB a document.
MOST_IN_RECORD = 60


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; None is no bound. `label` says it in words."""

    since: date | None = None
    until: date | None = None
    label: str = "All years"

    def holds(self, day: date) -> bool:
        """Is the day in it?"""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


ALWAYS = Period()
NOTHING: Mapping[str, str] = MappingProxyType({})


def year_period(year: int) -> Period:
    """A year of completion."""
    return Period(date(year, 1, 1), date(year, 12, 31), f"Completed in {year}")


def range_period(since: date | None, until: date | None) -> Period:
    """From, to, or both."""
    if since and until:
        return Period(since, until, f"Completed from {us_date(since)} to {us_date(until)}")
    if since:
        return Period(since, None, f"Completed since {us_date(since)}")
    return Period(None, until, f"Completed until {us_date(until)}") if until else ALWAYS


@dataclass(frozen=True)
class TranscriptFilters:
    """What of a record is shown. `kind`: "" is all, "here" and "self" one of both. `words` are the filters but the period, for paper."""

    period: Period = ALWAYS
    system: str = ""
    text: str = ""
    kind: str = ""
    words: tuple[str, ...] = ()

    def holds(self, *, day: date, system: str, texts: Iterable[str], is_self_reported: bool) -> bool:
        """Does a row belong to what is shown?"""
        if self.kind and (self.kind == "self") is not is_self_reported:
            return False
        wanted = self.text.casefold()
        has_text = not wanted or any(wanted in text.casefold() for text in texts)
        return self.period.holds(day) and self.system in ("", system) and has_text

    @property
    def says(self) -> str:
        """The period and every other filter, as one line."""
        return "; ".join([self.period.label, *self.words])

    @property
    def is_whole(self) -> bool:
        """Is everything shown?"""
        return not (self.system or self.text or self.kind) and self.period == ALWAYS


@dataclass(frozen=True)
class Total:
    """The sum of one credit type; types are never summed with each other. `unit` is Markdown where the pack's is."""

    number: str
    unit: str
    count: int

    @property
    def markdown(self) -> str:
        """ "1.75 *AMA PRA Category 1 Credits*™"."""
        return f"{self.number} {self.unit}"


def totals(rows: Iterable[tuple[str, Decimal, str, str]]) -> list[Total]:
    """One total for each type, from rows of (type, amount, unit for one, unit for many), in the order in which the types come first."""
    sums: dict[str, tuple[Decimal, int, str, str]] = {}
    for key, amount, one, many in rows:
        held, count, *_ = sums.get(key, (Decimal(0), 0))
        sums[key] = (held + amount, count + 1, one, many)
    return [Total(plain(amount), one if amount == 1 else many, count) for amount, count, one, many in sums.values()]


def transcript_payload(
    name: str,
    period: str,
    faces: Sequence[tuple[Face, str]],
    totals: Sequence[str],
    participations: int,
    made_on: date,
    *,
    states: Mapping[str, str] = NOTHING,
    told: Sequence[Mapping[str, str]] = (),
    told_totals: Sequence[str] = (),
    shows_here: bool = True,
) -> dict[str, Any]:
    """Everything that a transcript prints; `faces` with the day of completion, `states` by serial where there is more to say than that it stands.

    `told` are rows of self-reported credit (date, title, provider, amount, note), which are counted apart.
    """
    rows = [
        {
            "date": us_date(date.fromisoformat(day)),
            "title": face.activity,
            "provider": face.provider,
            "format": face.format,
            "numbers": " · ".join(f"{label} {value}" for label, value in face.particulars),
            "serial": face.serial,
            "amount": face.amount_markdown or "Participation",
            "mark": face.mark,
            "state": states.get(face.serial, ""),
        }
        for face, day in faces
    ]
    return {
        "name": name,
        "period": period,
        "made_on": us_date(made_on),
        "rows": rows,
        "totals": list(totals),
        "participations": participations,
        "mark": SAMPLE_MARK if any(face.is_sample for face, _ in faces) else "",
        "check_at": faces[0][0].check_at if faces else "",
        "told": [dict(row) for row in told],
        "told_totals": list(told_totals),
        "told_note": SELF_REPORTED_NOTE,
        "shows_here": shows_here,
    }
