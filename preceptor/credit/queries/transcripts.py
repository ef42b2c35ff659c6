"""A person's record, for one year or all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from preceptor.accounts.models import User
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award
from preceptor.credit.queries.certificates import awards_of, fate_of
from preceptor.credit.queries.standings import Fortune, fortune_of
from preceptor.credit.rules import AwardState, Face, face_of
from preceptor.journey.models import Participation
from preceptor.journey.queries import lines_of, participations_shown, step_url
from preceptor.journey.rules import PAGES, is_over, next_step
from preceptor.kernel.credits import plain
from preceptor.mail.queries import Fate


@dataclass(frozen=True)
class TranscriptRow:
    """One award on the transcript."""

    award: Award
    face: Face
    fate: Fate | None
    completed_on: date
    fortune: Fortune


@dataclass(frozen=True)
class Total:
    """The sum of one credit type; types are never summed with each other."""

    number: str
    unit: str
    count: int

    @property
    def markdown(self) -> str:
        """ "1.75 *AMA PRA Category 1 Credits*™"."""
        return f"{self.number} {self.unit}"


@dataclass(frozen=True)
class Unfinished:
    """An activity that was begun and gave nothing yet."""

    participation: Participation
    label: str
    verb: str
    url: str
    is_over: bool


@dataclass(frozen=True)
class Transcript:
    """A person's record: rows, totals per credit type, what is unfinished. `year` None = all years."""

    user: User
    year: int | None
    years: list[int]
    rows: list[TranscriptRow]
    totals: list[Total]
    participations: int
    unfinished: list[Unfinished]
    is_sample: bool

    @property
    def period(self) -> str:
        """ "in 2026", or "in all"."""
        return f"in {self.year}" if self.year else "in all"


def transcript_for(user: User, year: int | None = None, *, at: datetime) -> Transcript:
    """The record of a person, for one year of completion or all."""
    # What was corrected is told by its correction; what was taken back stays in sight.
    fortunes = {award: fortune_of(award) for award in awards_of(user)}
    awards = [award for award, fortune in fortunes.items() if fortune.state is not AwardState.CORRECTED]
    years = sorted({award.completed_on.year for award in awards}, reverse=True)
    rows = [
        TranscriptRow(award, face_of(award.payload), fate_of(award, at), award.completed_on, fortunes[award])
        for award in awards
        if year is None or award.completed_on.year == year
    ]
    return Transcript(
        user=user,
        year=year,
        years=years,
        rows=rows,
        totals=_totals(row.award for row in rows if row.fortune.counts),
        participations=sum(not row.face.is_credit for row in rows if row.fortune.counts),
        unfinished=_unfinished(user, at),
        is_sample=any(row.face.is_sample for row in rows),
    )


def _totals(awards: Iterable[Award]) -> list[Total]:
    by_system: dict[str, list[Award]] = {}
    for award in awards:
        if award.payload["is_credit"]:
            by_system.setdefault(award.system, []).append(award)
    totals = []
    for group in by_system.values():
        amount, payload = sum((award.amount for award in group), Decimal(0)), group[0].payload
        totals.append(Total(plain(amount), payload["unit_one"] if amount == 1 else payload["unit_many"], len(group)))
    return totals


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
