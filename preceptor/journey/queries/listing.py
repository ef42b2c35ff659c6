"""What the course listing shows: the catalogue's rows, with what the signed-in learner has done with each."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.catalog.queries import CataloguePage, CatalogueRow, Filters, catalogue
from preceptor.journey.models import Participation
from preceptor.journey.queries import completed_on, foremost, is_stranded, lines_of, participations_of, today_here
from preceptor.journey.queries.pages import Action, CreditLine, action_of, unit_of
from preceptor.journey.rules import WARN_DAYS
from preceptor.kernel.credits import plain
from preceptor.ui.days import short_date


@dataclass(frozen=True)
class Mark:
    """What a row says of the learner's own standing: kind is in_progress, completed, ended (the edition that they began) or expiring."""

    kind: str
    text: str


@dataclass(frozen=True)
class CourseRow:
    """A row of the listing."""

    row: CatalogueRow
    credit: CreditLine | None
    also: str
    mark: Mark | None
    action: Action


@dataclass(frozen=True)
class ListingPage:
    """One page of the listing."""

    rows: list[CourseRow]
    found: CataloguePage
    filters: Filters

    @property
    def is_filtered(self) -> bool:
        """Is anything chosen or searched for?"""
        return bool(self.filters.q) or any(self.filters.chosen(facet.name) for facet in self.found.facets)


def listing_page(filters: Filters, user: User | None, at: datetime) -> ListingPage:
    """Rows, counts and the learner's own marks; the number of queries does not grow with the rows."""
    day = today_here(at)
    found = catalogue(filters, day)
    held = _held_by_activity(user, [row.activity_id for row in found.rows]) if user else {}
    profession = user.profession if user else ""
    rows = [_course(row, held.get(row.activity_id), profession, day, at) for row in found.rows]
    return ListingPage(rows, found, filters)


def _held_by_activity(user: User, activities: list[int]) -> dict[int, Participation]:
    by_activity: dict[int, list[Participation]] = {}
    for held in participations_of(user).filter(edition__activity__in=activities):
        by_activity.setdefault(held.edition.activity_id, []).append(held)
    return {activity: first for activity, many in by_activity.items() if (first := foremost(many))}


def _course(row: CatalogueRow, held: Participation | None, profession: str, day: date, at: datetime) -> CourseRow:
    mine = next((offer for offer in row.offers if profession in offer.professions), None)
    credit = mine or (None if profession else next(iter(row.offers), None))
    others = dict.fromkeys(offer.label for offer in row.offers if offer != credit)
    see = Action("See the activity", reverse("journey:activity", args=[row.slug]))
    line = CreditLine(plain(credit.amount), unit_of(credit.markdown, credit.amount), "") if credit else None
    action = action_of(held) if held and not is_stranded(held, at) else see
    return CourseRow(row, line, ", ".join(others), _mark(row, held, day, at), action)


def _mark(row: CatalogueRow, held: Participation | None, day: date, at: datetime) -> Mark | None:
    if held and is_stranded(held, at) and held.edition.ends_on:
        return Mark("ended", f"Your edition ended {short_date(held.edition.ends_on)}; this is a newer one")
    if held:
        if completed := completed_on(held):
            return Mark("completed", f"Completed {short_date(completed)}")
        return Mark("in_progress", f"In progress: {len(lines_of(held))} of {len(held.plan)} steps done")
    left = (row.ends_on - day).days if row.ends_on else WARN_DAYS + 1
    if 0 <= left <= 2 * WARN_DAYS:
        return Mark("expiring", "Expires today" if left == 0 else f"Expires in {left} {'day' if left == 1 else 'days'}")
    return None
