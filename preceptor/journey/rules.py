"""The corridor's rules: which step comes next and which doors are open. Plain Python; time comes in as `at`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from preceptor.catalog.rules import Step

OPTIONAL = frozenset({Step.PRE_TEST})
WARN_DAYS = 30


@dataclass(frozen=True)
class StepPage:
    """How a step is called and where its page hangs. `url_name` is the one word in which the corridor names rooms above it."""

    label: str
    url_name: str
    verb: str


PAGES: dict[Step, StepPage] = {
    Step.FRONT_MATTER: StepPage("Before you start", "journey:begin", "Read what to know before you start"),
    Step.PRE_TEST: StepPage("Pre-test", "assessment:pre_test", "Go to the optional pre-test"),
    Step.CONTENT: StepPage("Activity", "content:learn", "Go to the activity"),
    Step.POST_TEST: StepPage("Post-test", "assessment:post_test", "Go to the post-test"),
    Step.EVALUATION: StepPage("Evaluation", "evaluation:evaluation", "Go to the evaluation"),
    Step.CLAIM: StepPage("Claim credit", "credit:claim", "Go to the claim"),
    Step.CERTIFICATE: StepPage("Certificate", "credit:certificate", "See my certificate"),
}
# A part of the content step, for links into the teaching.
PART_URL_NAME = "content:part"


def next_step(plan: Sequence[str], done: Collection[str]) -> Step | None:
    """The first step of the plan that is neither done nor skipped; None when all are."""
    return next((Step(step) for step in plan if step not in done), None)


def may_enter(step: str, plan: Sequence[str], done: Collection[str]) -> bool:
    """Is the door of `step` open? Every step before it in the plan must be done; an optional one may be skipped, which is done too.

    So a pre-test that was neither taken nor skipped keeps the content shut: seen content would make it measure nothing. A step done stays open to look at.
    """
    if step not in plan:
        return False
    before = plan[: list(plan).index(step)]
    return all(earlier in done for earlier in before)


def end_of_day(day: date, zone: str) -> datetime:
    """The moment at which a last day is over, in the provider's zone."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone or "UTC"))


def is_over(ends_on: date | None, zone: str, at: datetime) -> bool:
    """Has the last day ended? The server's receipt time decides (rule EXP-001)."""
    return ends_on is not None and at >= end_of_day(ends_on, zone)


def is_in_grace(ends_on: date | None, zone: str, hours: int, passed_at: datetime | None, at: datetime) -> bool:
    """After the end, may somebody who passed the test in time still evaluate and claim? For so many hours; none by default."""
    if ends_on is None or passed_at is None:
        return False
    end = end_of_day(ends_on, zone)
    return passed_at < end <= at < end + timedelta(hours=hours)


def is_ending(ends_on: date | None, zone: str, at: datetime) -> bool:
    """Within 30 days before the end, every step says when that is."""
    return ends_on is not None and not is_over(ends_on, zone, at) and at >= end_of_day(ends_on, zone) - timedelta(days=WARN_DAYS)


def zone_name(zone: str, at: datetime) -> str:
    """The zone's abbreviation then, for people: EST, PDT."""
    return at.astimezone(ZoneInfo(zone or "UTC")).tzname() or zone


def fee_in_words(cents: int) -> str:
    """ "Free of charge", "$25.00"."""
    return f"${cents // 100}.{cents % 100:02}" if cents else "Free of charge"


@dataclass(frozen=True)
class StepView:
    """One cell of the track: status is done, now, todo, skipped or opt."""

    key: str
    label: str
    status: str
    note: str
    url: str | None


@dataclass(frozen=True)
class Corridor:
    """What the header of every step shows."""

    title: str
    back_url: str
    leave_url: str
    steps: tuple[StepView, ...]
    brief: str
    ends_warning: str


def step_status(step: str, current: str | None, plan: Sequence[str], done: Collection[str], skipped: Collection[str]) -> str:
    """The word for a cell of the track."""
    if step == current:
        return "now"
    if step in skipped:
        return "skipped"
    if step in done:
        return "done"
    return "opt" if step in OPTIONAL else "todo"
