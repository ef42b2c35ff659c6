"""The desk's list of activities: a constant number of queries, whatever their number."""

from dataclasses import dataclass
from datetime import date, datetime

from preceptor.accreditation.queries import pack_on
from preceptor.catalog.models import Activity, Edition
from preceptor.catalog.rules import EditionState
from preceptor.compliance.rules import STATUS_WORDS, ActivityStatus, review_due_on, status_on, today

NEXT = {
    ActivityStatus.DRAFT: "Complete texts, people and support, then open the disclosures",
    ActivityStatus.DISCLOSURES_OPEN: "Collect disclosures, decide and mitigate, then open the content review",
    ActivityStatus.CONTENT_REVIEW: "Have the content reviewed, then mark it as ready",
    ActivityStatus.READY: "A second person publishes it",
    ActivityStatus.COMING: "Nothing: it opens on its release date",
    ActivityStatus.PUBLISHED: "Nothing until the review is due",
    ActivityStatus.REVIEW_DUE: "Review it, and make a new edition",
    ActivityStatus.EXPIRED: "Make a new edition, or leave it closed",
    ActivityStatus.WITHDRAWN: "Nothing",
}


@dataclass(frozen=True)
class ActivityRow:
    """An edition in the list."""

    edition: Edition
    status: ActivityStatus
    review_due: date | None
    is_newest: bool

    @property
    def status_word(self) -> str:
        """In words."""
        return STATUS_WORDS[self.status]

    @property
    def next_thing(self) -> str:
        """What is to be done."""
        return NEXT[self.status]

    @property
    def tone(self) -> str:
        """The tag's colour: the words say it too."""
        if self.status in {ActivityStatus.PUBLISHED, ActivityStatus.COMING}:
            return "ok"
        return (
            "warn"
            if self.status in {ActivityStatus.REVIEW_DUE, ActivityStatus.EXPIRED}
            else "hema"
            if self.edition.state == EditionState.DRAFT
            else ""
        )


def activity_rows(at: datetime) -> list[tuple[Activity, list[ActivityRow]]]:
    """Every activity with its editions, the newest first; those with a draft come first."""
    editions = Edition.objects.select_related("activity__provider").order_by("activity", "-number")
    editions = editions.only(
        "uuid", "number", "state", "stage", "title", "released_on", "reviewed_on", "ends_on", "format", "activity__slug",
        "activity__provider__time_zone",
    )  # fmt: skip
    grouped: dict[Activity, list[ActivityRow]] = {}
    for edition in editions:
        rows = grouped.setdefault(edition.activity, [])
        rows.append(_row(edition, at, is_newest=not rows))
    return sorted(grouped.items(), key=lambda pair: (pair[1][0].edition.state != EditionState.DRAFT, pair[1][0].edition.title.casefold()))


def _row(edition: Edition, at: datetime, *, is_newest: bool) -> ActivityRow:
    day = today(at, edition.activity.provider.time_zone)
    formats = pack_on(edition.released_on or day).formats
    months = formats[edition.format].max_months if edition.format in formats else 36
    dates = {"released_on": edition.released_on, "reviewed_on": edition.reviewed_on, "ends_on": edition.ends_on}
    status = status_on(edition.state, edition.stage, **dates, months=months, day=day)
    return ActivityRow(edition, status, review_due_on(edition.reviewed_on, edition.ends_on, months), is_newest)
