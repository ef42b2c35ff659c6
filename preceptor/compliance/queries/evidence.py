"""What was seen, and by whom: the frozen bytes, replayed for staff and auditor."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from preceptor.accounts.models import User
from preceptor.catalog.models import Edition
from preceptor.journey.models import Participation


@dataclass(frozen=True)
class Shown:
    """One front matter that a learner was shown before going on: its bytes, when, and which edition it belonged to."""

    html: str
    sha256: str
    at: datetime
    edition: Edition
    locale: str

    @property
    def number(self) -> int:
        """The edition's number."""
        return self.edition.number


@dataclass(frozen=True)
class Replay:
    """Everything that one learner was shown of one activity, in order."""

    user: User
    edition: Edition
    rows: list[Shown]


def replay(participation: Participation) -> Replay:
    """The frozen bytes of what was shown, when, and in which edition. A later change of the activity changes nothing here."""
    seen = participation.front_matter_seen.select_related("fragment", "edition__activity").order_by("at", "pk")
    rows = [Shown(row.fragment.html, row.fragment_id, row.at, row.edition, row.locale) for row in seen]
    return Replay(participation.user, participation.edition, rows)


def engaged_with(edition: Edition) -> QuerySet[User]:
    """Everyone who ever began this edition, or was shown its front matter on another one's way."""
    began = Participation.objects.filter(edition=edition).values("user")
    shown = Participation.objects.filter(front_matter_seen__edition=edition).values("user")
    return User.objects.filter(pk__in=began.union(shown))
