"""What this room keeps of a person, and which of it nobody was told."""

import json
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.credit.models import Award, ExternalCredit, LateClaim, PersonalPart, ReportMark, TrackedRequirement
from preceptor.credit.queries.certificates import awards_of
from preceptor.credit.queries.standings import fortune_of
from preceptor.credit.rules import PartKind


def last_completed_on(user: User) -> date | None:
    """The day of a person's last completion that gave a certificate, whichever still stands; None where there is none."""
    found: date | None = Award.objects.filter(user__in=identities_of(user)).aggregate(last=Max("completed_on"))["last"]
    return found


def unreported_numbers(user: User) -> list[Award]:
    """The awards that carry numbers of the learner which were never told to a receiver."""
    told = Exists(ReportMark.objects.filter(award=OuterRef("award")))
    parts = PersonalPart.objects.filter(~told, award__user__in=identities_of(user), kind=PartKind.IDENTIFIERS).select_related("award")
    return [part.award for part in parts.order_by("award") if json.loads(part.data)["identifiers"]]


def personal_data(user: User) -> dict[str, Any]:
    """What this room keeps of a person: certificates with everything frozen in them and what became of them, credit from elsewhere, trackers."""
    people = identities_of(user)
    late = LateClaim.objects.filter(participation__user__in=people).order_by("at")
    external = ExternalCredit.objects.filter(user__in=people).order_by("completed_on")
    tracked = TrackedRequirement.objects.filter(user__in=people).order_by("added_at")
    fields = ("title", "provider", "system", "own_words", "amount", "completed_on", "note", "file_name", "added_at", "removed_at")
    return {
        "certificates": [_award(award) for award in awards_of(user).prefetch_related("report_marks")],
        "late_claims": list(late.values("participation__uuid", "at", "system", "amount", "reasons")),
        "external_credit": list(external.values(*fields)),
        "requirements": list(tracked.values("requirement", "begins_on", "ends_on", "added_at", "removed_at")),
    }


def _award(award: Award) -> dict[str, Any]:
    fortune = fortune_of(award)
    return {
        **award.payload,
        "state": fortune.state,
        "since": fortune.at,
        "lines": [{"kind": line.kind, "at": line.at, "reason": line.reason} for line in award.lines.all()],
        "told": [{"receiver": mark.receiver, "at": mark.at} for mark in award.report_marks.all()],
    }
