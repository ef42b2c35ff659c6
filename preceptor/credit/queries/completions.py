"""Who completed what, for the staff: the list to report from, the counts, and what is not reported yet with the days that are left."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import CreditSystem, Pack, us_date
from preceptor.catalog.models import Activity
from preceptor.credit.models import Award, ReportMark, Standing
from preceptor.kernel.credits import plain
from preceptor.kernel.serials import grouped, is_serial

COLUMNS = (
    "Completed on", "Claimed at", "Time zone", "Name", "Degree", "Profession", "Activity", "Activity number", "Format", "Credit", "Amount", "Number of the credit",
    "Identifiers", "Serial", "Reported to", "Report by",
)  # fmt: skip
PHYSICIAN = "physician"


@dataclass(frozen=True)
class Scope:
    """Which completions: of one activity or all, completed from `first` to `last` (both included), of one credit system or all."""

    activity: Activity | None = None
    first: date | None = None
    last: date | None = None
    system: str = ""
    is_unreported: bool = False


@dataclass(frozen=True)
class Completion:
    """One completion. `identifiers` are the learner's own numbers, label and value: those that the credit needs, or that they chose to add."""

    award: Award
    payload: dict[str, Any]
    system: CreditSystem | None
    identifiers: list[tuple[str, str]]
    receivers: list[str]
    report_by: date | None
    days_left: int | None

    @property
    def wants_report(self) -> bool:
        """Has this completion to be told to somebody, and was it not?"""
        return self.system is not None and self.system.wants_reporting and self.system.reports_to not in self.receivers

    @property
    def amount(self) -> str:
        """The amount as it is printed."""
        return plain(self.award.amount)

    def cells(self) -> list[str]:
        """The row of the file, in the order of COLUMNS."""
        award, payload = self.award, self.payload
        return [
            award.completed_on.isoformat(), *_on_the_clock(award), payload["name"], payload["credentials"], payload["profession_label"],
            payload["title"], payload["activity_number"], payload["format_label"], payload["system_label"].replace("*", ""), plain(award.amount),
            payload["offer_number"], "; ".join(f"{label}: {value}" for label, value in self.identifiers), grouped(award.serial),
            "; ".join(self.receivers), self.report_by.isoformat() if self.report_by else "",
        ]  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Learners who completed, each counted once per activity, however many credits they have of it."""

    physicians: int
    others: int
    professions: list[tuple[str, int]]
    unreported: int
    overdue: int
    soonest: date | None

    @property
    def learners(self) -> int:
        """All of them."""
        return self.physicians + self.others

    @property
    def soonest_words(self) -> str:
        """The day by which the next report is due."""
        return us_date(self.soonest) if self.soonest else ""


def standing_in(scope: Scope, today: date) -> QuerySet[Standing]:
    """The awards that stand, the newest completion first."""
    rows = Standing.objects.select_related("award__activity__provider", "award__edition").prefetch_related(
        "award__personal_parts", "award__report_marks"
    )
    if scope.activity:
        rows = rows.filter(activity=scope.activity)
    if scope.first:
        rows = rows.filter(award__completed_on__gte=scope.first)
    if scope.last:
        rows = rows.filter(award__completed_on__lte=scope.last)
    if scope.system:
        rows = rows.filter(system=scope.system)
    if scope.is_unreported:
        rows = rows.filter(_unreported(pack_on(today)))
    return rows.order_by("-award__completed_on", "-award_id")


def _unreported(pack: Pack) -> Q:
    """What has to be told to a receiver and was not told to that one, as `Completion.wants_report` says it of a row."""
    told = ReportMark.objects.filter(award=OuterRef("award"))
    wanted = [(key, system.reports_to) for key, system in pack.systems.items() if system.wants_reporting]
    return reduce(or_, (Q(~Exists(told.filter(receiver=receiver)), system=key) for key, receiver in wanted), Q(pk=None))


def receivers(today: date) -> list[str]:
    """To whom credit is reported, by the packs."""
    return sorted({system.reports_to for system in pack_on(today).systems.values() if system.reports_to})


def completions(rows: Iterable[Standing], today: date) -> Iterator[Completion]:
    """The rows with everything that the list shows. `today` in the provider's zone."""
    pack = pack_on(today)
    for row in rows:
        yield _completion(row.award, pack, today)


def counts_in(scope: Scope, today: date) -> Counts:
    """Physicians and others, by profession; and what is not reported yet."""
    pack = pack_on(today)
    seen: dict[tuple[int, int], str] = {}
    waiting: list[date] = []
    for row in standing_in(scope, today).iterator(chunk_size=2000):
        one = _completion(row.award, pack, today)
        seen[row.user_id, row.activity_id] = one.payload["profession"]
        if one.wants_report and one.report_by:
            waiting.append(one.report_by)
    found = Counter(seen.values())
    named = [
        (pack.professions[code].many if code in pack.professions else "Not kept any more", number) for code, number in found.most_common()
    ]
    physicians = found.get(PHYSICIAN, 0)
    return Counts(
        physicians, sum(found.values()) - physicians, named, len(waiting), sum(day < today for day in waiting), min(waiting, default=None)
    )


def award_for_staff(serial: str) -> Award | None:
    """One award with its whole history, by its serial as it was typed, without dashes."""
    if not is_serial(serial):
        return None
    return (
        Award.objects.filter(serial=serial)
        .select_related("activity__provider", "edition", "participation", "user", "supersedes")
        .prefetch_related("personal_parts", "lines", "report_marks", "letters__letter")
        .first()
    )


def _on_the_clock(award: Award) -> tuple[str, str]:
    """When it was claimed, on the clock by which the day of the completion is told, and that clock: "America/New_York (UTC-05:00)"."""
    zone = award.activity.provider.time_zone
    moment = award.claimed_at.astimezone(ZoneInfo(zone))
    return f"{moment:%Y-%m-%d %H:%M:%S}", f"{zone} (UTC{moment.isoformat()[-6:]})"


def _completion(award: Award, pack: Pack, today: date) -> Completion:
    payload, system = award.payload, pack.systems.get(award.system)
    numbers = [(pack.identifiers[key].label if key in pack.identifiers else key, value) for key, value in payload["identifiers"].items()]
    clock = system.reporting_clock_days if system else None
    due = award.completed_on + timedelta(days=clock) if clock else None
    receivers = [mark.receiver for mark in award.report_marks.all()]
    return Completion(award, payload, system, numbers, receivers, due, (due - today).days if due else None)
