"""What happens to a person who is erased, and who waits for it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.catalog.models import Person
from preceptor.credit.models import ReportMark
from preceptor.credit.queries import last_completed_on, unreported_numbers
from preceptor.records.models import DataExport, ErasureRequest
from preceptor.records.rules import EXPORT_LIFE, Fate, Kept, is_retention_over, kept_through, what_happens


@dataclass(frozen=True)
class ErasurePlan:
    """What goes at once, what later, what stays. `through` is the last day on which the credit record is kept; None where there is none."""

    lines: list[Kept]
    through: date | None
    request: ErasureRequest | None
    is_staff: bool

    @property
    def now(self) -> list[Kept]:
        """Goes at once."""
        return [line for line in self.lines if line.fate is Fate.NOW]

    @property
    def later(self) -> list[Kept]:
        """Goes when the years are over."""
        return [line for line in self.lines if line.fate is Fate.LATER]

    @property
    def stays(self) -> list[Kept]:
        """Stays, without a name."""
        return [line for line in self.lines if line.fate is Fate.STAYS]


def erasure_plan(user: User) -> ErasurePlan:
    """What would happen to this person, for the page on which it is asked for."""
    people, last = identities_of(user), last_completed_on(user)
    through = kept_through(last, settings.RETENTION_YEARS) if last else None
    is_faculty = Person.objects.filter(Q(user__in=people) | Q(email__in=[one.email for one in people])).exists()
    lines = what_happens(
        through=through,
        years=settings.RETENTION_YEARS,
        has_reported=ReportMark.objects.filter(award__user__in=people).exists(),
        has_unreported=bool(unreported_numbers(user)),
        is_faculty=is_faculty,
    )
    return ErasurePlan(lines, through, open_request(user), any(one.is_staff or one.is_superuser for one in people))


def open_request(user: User) -> ErasureRequest | None:
    """The erasure that this person waits for, if any."""
    return ErasureRequest.objects.filter(user__in=identities_of(user), withdrawn_at=None, done_at=None).first()


def requests_of(user: User) -> QuerySet[ErasureRequest]:
    """Every erasure that was asked for, the newest first."""
    return ErasureRequest.objects.filter(user__in=identities_of(user)).order_by("-asked_at")


def overdue_names(at: datetime) -> list[ErasureRequest]:
    """The erased persons whose credit record has been kept for its years."""
    waiting = ErasureRequest.objects.filter(done_at__isnull=False, names_erased_at=None).select_related("user").order_by("pk")
    return [row for row in waiting if is_retention_over(last_completed_on(row.user), settings.RETENTION_YEARS, at)]


def export_of(user: User, at: datetime) -> DataExport | None:
    """The copy of their data that a person has ordered, as long as it lies ready."""
    held = DataExport.objects.filter(user__in=identities_of(user), ordered_at__gt=at - EXPORT_LIFE).defer("data")
    return held.order_by("-ordered_at").first()
