"""Which editions are published, and which is current."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from preceptor.catalog.models import Activity, Edition
from preceptor.catalog.rules import EditionState


def current_edition(activity: Activity, at: date | datetime) -> Edition | None:
    """The newest published edition that has been released by then; it may have ended. A moment is a day in the provider's zone."""
    day = at.astimezone(ZoneInfo(activity.provider.time_zone)).date() if isinstance(at, datetime) else at
    return (
        Edition.objects.filter(activity=activity, state=EditionState.PUBLISHED, released_on__lte=day)
        .select_related("activity__provider", "front_matter")
        .order_by("-number")
        .first()
    )


def current_editions(day: date) -> QuerySet[Edition]:
    """The current edition of every activity on the day; it may have ended."""
    newer = Edition.objects.filter(
        activity=OuterRef("activity"), state=EditionState.PUBLISHED, released_on__lte=day, number__gt=OuterRef("number")
    )
    return Edition.objects.filter(~Exists(newer), state=EditionState.PUBLISHED, released_on__lte=day)


def newest_titles() -> dict[str, str]:
    """Every activity's slug with the title of its newest edition."""
    return dict(Edition.objects.order_by("number").values_list("activity__slug", "title"))
