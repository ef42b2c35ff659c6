"""A person's record: everything that they were given here and wrote down themselves, and what of it a transcript shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accreditation.queries import pack_on
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award, TrackedRequirement
from preceptor.credit.queries.certificates import awards_of, fate_of
from preceptor.credit.queries.external import ExternalRow, external_credits_of, external_row, told_totals
from preceptor.credit.queries.requirements import requirement_of, tracked_requirements_of
from preceptor.credit.queries.standings import Fortune, fortune_of
from preceptor.credit.rules import ALWAYS, MAIN_SLOT, SELF_REPORTED, AwardState, Face, Period, Total, TranscriptFilters, face_of, totals
from preceptor.journey.models import Participation
from preceptor.journey.queries import lines_of, participations_shown, step_url, today_here
from preceptor.journey.rules import PAGES, is_over, next_step
from preceptor.kernel.serials import grouped
from preceptor.mail.queries import Fate
from preceptor.ui.days import long_date

EVERYTHING = TranscriptFilters()


@dataclass(frozen=True)
class TranscriptRow:
    """One award on the transcript."""

    award: Award
    face: Face
    fate: Fate | None
    completed_on: date
    fortune: Fortune

    @property
    def state(self) -> str:
        """Where it stands, in words: "Valid", "Supersedes …", "Taken back November 22, 2026: …"."""
        fortune = self.fortune
        if not fortune.counts:
            return f"Taken back {long_date(fortune.at, self.award.activity.provider.time_zone)}: {fortune.reason} Not counted."
        said = [f"Supersedes {grouped(fortune.predecessor.serial)}: {fortune.reason}"] if fortune.predecessor else []
        said += ["Reinstated"] if fortune.was_reinstated else []
        return "; ".join(said) or "Valid"

    @property
    def send_url(self) -> str:
        """The page that sends it again, to another address too, where its letter failed; "" where there is nothing to mend."""
        is_sent_there = self.award.slot == MAIN_SLOT and self.fortune.counts
        has_failed = self.fate is not None and self.fate.is_failed
        return reverse("credit:certificate", args=[self.award.activity.slug]) if is_sent_there and has_failed else ""


@dataclass(frozen=True)
class Unfinished:
    """An activity that was begun and gave nothing yet."""

    participation: Participation
    label: str
    verb: str
    url: str
    is_over: bool


@dataclass(frozen=True)
class Record:
    """Everything of a person, before any filter. `systems` are the credit types that are there, by their labels."""

    user: User
    at: datetime
    rows: list[TranscriptRow]
    told: list[ExternalRow]
    cycles: list[tuple[TrackedRequirement, str]]
    years: list[int]
    systems: dict[str, str]

    @property
    def is_empty(self) -> bool:
        """Is there nothing at all?"""
        return not (self.rows or self.told)


@dataclass(frozen=True)
class YearOf:
    """The sums of one year, each credit type alone; self-reported credit apart."""

    year: int
    totals: list[Total]
    told_totals: list[Total]
    participations: int


@dataclass(frozen=True)
class Transcript:
    """What of a record is shown: rows, totals per credit type, self-reported credit apart, what is unfinished."""

    user: User
    filters: TranscriptFilters
    years: list[int]
    rows: list[TranscriptRow]
    totals: list[Total]
    participations: int
    told: list[ExternalRow]
    told_totals: list[Total]
    by_year: list[YearOf]
    unfinished: list[Unfinished]
    is_sample: bool

    @property
    def period(self) -> Period:
        """From when to when."""
        return self.filters.period

    @property
    def is_empty(self) -> bool:
        """Does nothing fit?"""
        return not (self.rows or self.told)

    @property
    def standing(self) -> list[Award]:
        """The awards that are shown and count."""
        return [row.award for row in self.rows if row.fortune.counts]


def record_of(user: User, at: datetime) -> Record:
    """Everything of a person, in a constant number of queries."""
    today = today_here(at)
    # What was corrected is told by its correction; what was taken back stays in sight.
    fortunes = {award: fortune_of(award) for award in awards_of(user)}
    rows = [
        TranscriptRow(award, face_of(award.payload), fate_of(award, at), award.completed_on, fortune)
        for award, fortune in fortunes.items()
        if fortune.state is not AwardState.CORRECTED
    ]
    told = [external_row(credit, today) for credit in external_credits_of(user)]
    known = pack_on(today).systems
    found = {row.award.system: row.award.payload["system_label"].replace("*", "") for row in rows}
    found |= {row.key: known[row.key].label if row.key in known else row.credit.own_words for row in told}
    days = [row.completed_on for row in rows] + [row.credit.completed_on for row in told]
    return Record(
        user=user,
        at=at,
        rows=rows,
        told=told,
        cycles=[(tracked, requirement_of(tracked, today).label) for tracked in tracked_requirements_of(user)],
        years=sorted({day.year for day in days}, reverse=True),
        systems=dict(sorted(found.items(), key=lambda pair: pair[1].casefold())),
    )


def transcript_of(record: Record, filters: TranscriptFilters = EVERYTHING) -> Transcript:
    """What of the record fits the filters. Asks for what is unfinished too, which no filter touches."""
    rows = [row for row in record.rows if _fits(row, filters)]
    told = [row for row in record.told if _fits_told(row, filters)]
    return Transcript(
        user=record.user,
        filters=filters,
        years=record.years,
        rows=rows,
        totals=_totals(rows),
        participations=_participations(rows),
        told=told,
        told_totals=told_totals(told),
        by_year=_by_year(rows, told) if filters.period == ALWAYS else [],
        unfinished=_unfinished(record.user, record.at),
        is_sample=any(row.face.is_sample for row in rows),
    )


def transcript_for(user: User, filters: TranscriptFilters = EVERYTHING, *, at: datetime) -> Transcript:
    """The record of a person, as far as it fits the filters."""
    return transcript_of(record_of(user, at), filters)


CSV_COLUMNS = (
    "Kind", "Completed", "Activity", "Provider", "Format", "Amount", "Credit type", "Serial", "Status", "E-mail", "Verify at", "Note",
)  # fmt: skip


def csv_rows(shown: Transcript) -> Iterator[tuple[str, ...]]:
    """What is shown as rows of a table; kinds are told apart in the first column."""
    for row in shown.rows:
        face = row.face
        unit = face.unit.replace("*", "") or "Certificate of participation"
        yield (
            "Issued here" if not face.is_sample else face.mark, row.completed_on.isoformat(), face.activity, face.provider, face.format,
            face.amount_number, unit, face.serial, row.state, row.fate.sentence if row.fate else "", face.verify_url, "",
        )  # fmt: skip
    for told in shown.told:
        credit = told.credit
        yield (
            SELF_REPORTED, credit.completed_on.isoformat(), credit.title, credit.provider, "", told.amount, told.unit.replace("*", ""), "",
            SELF_REPORTED, "", "", credit.note,
        )  # fmt: skip


def _fits(row: TranscriptRow, filters: TranscriptFilters) -> bool:
    texts = (row.face.activity, row.face.provider, row.face.serial, row.award.serial)
    return filters.holds(day=row.completed_on, system=row.award.system, texts=texts, is_self_reported=False)


def _fits_told(row: ExternalRow, filters: TranscriptFilters) -> bool:
    texts = (row.credit.title, row.credit.provider, row.credit.note)
    return filters.holds(day=row.credit.completed_on, system=row.key, texts=texts, is_self_reported=True)


def _totals(rows: Iterable[TranscriptRow]) -> list[Total]:
    counting = [row.award for row in rows if row.fortune.counts and row.face.is_credit]
    return totals((award.system, award.amount, award.payload["unit_one"], award.payload["unit_many"]) for award in counting)


def _participations(rows: Iterable[TranscriptRow]) -> int:
    return sum(row.fortune.counts and not row.face.is_credit for row in rows)


def _by_year(rows: list[TranscriptRow], told: list[ExternalRow]) -> list[YearOf]:
    """Year by year, where there is more than one."""
    years = sorted({row.completed_on.year for row in rows} | {row.credit.completed_on.year for row in told}, reverse=True)
    found = []
    for year in years if len(years) > 1 else []:
        here = [row for row in rows if row.completed_on.year == year]
        apart = [row for row in told if row.credit.completed_on.year == year]
        found.append(YearOf(year, _totals(here), told_totals(apart), _participations(here)))
    return found


def _unfinished(user: User, at: datetime) -> list[Unfinished]:
    found = []
    for participation in participations_shown(user):
        lines = lines_of(participation)
        step = next_step(participation.plan, lines)
        if step is None or Step.CLAIM in lines:
            continue
        edition, page = participation.edition, PAGES[step]
        over = is_over(edition.ends_on, edition.activity.provider.time_zone, at)
        found.append(Unfinished(participation, page.label, page.verb, step_url(step, edition), over))
    return found
