"""What is asked of people, and what they see of it: links, the time that is asked about, the form."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from preceptor.accreditation.models import Provider
from preceptor.accreditation.queries import main_provider, pack_on
from preceptor.accreditation.rules import Definition
from preceptor.catalog.models import Person
from preceptor.disclosure.adapters.links import digest_of
from preceptor.disclosure.models import Disclosure, DisclosureDraft, DisclosureRequest
from preceptor.disclosure.queries.told import latest_disclosure
from preceptor.disclosure.rules import LinkState, Row, clean_answers, lookback, not_listed, row_text


def request_of_token(token: str) -> DisclosureRequest | None:
    """The request that a link was sent for, whatever its state; None for a link that is not ours."""
    digest = digest_of(token)
    return DisclosureRequest.objects.filter(links__token_sha256=digest).first() if digest else None


def link_state(request: DisclosureRequest, at: datetime) -> LinkState:
    """Can the request still be answered?"""
    if request.answered_at is not None:
        return LinkState.ANSWERED
    return LinkState.EXPIRED if request.expires_at <= at else LinkState.OPEN


def earlier_rows(person: Person) -> list[Row]:
    """What the person declared last time, as rows of the form, to be taken over where nothing has changed."""
    last = latest_disclosure(person)
    return rows_of(last) if last else []


def rows_of(disclosure: Disclosure) -> list[Row]:
    """A disclosure as rows of the form."""
    return [
        {
            "company": row.company.name, "nature": row.nature, "detail": row.detail, "is_over": "yes" if row.has_ended else "no",
            "began": f"{row.began_on:%Y-%m}" if row.began_on else "", "ended": f"{row.ended_on:%Y-%m}" if row.ended_on else "",
            "is_institutional": row.is_institutional,
        }
        for row in disclosure.relationships.select_related("company").order_by("pk")
    ]  # fmt: skip


def open_requests(at: datetime) -> QuerySet[DisclosureRequest]:
    """Requests that wait for an answer and can still be answered."""
    return DisclosureRequest.objects.filter(answered_at__isnull=True, expires_at__gt=at).select_related("person").order_by("due_on", "pk")


@dataclass(frozen=True)
class Asked:
    """What a person is asked about today: by which definition, since when."""

    definition: Definition
    since: date
    today: date


def zone_of(request: DisclosureRequest) -> ZoneInfo:
    """The zone in which the request's days are days: the provider's."""
    holder = request.role_holders.select_related("edition__activity__provider").first()
    provider = holder.edition.activity.provider if holder else main_provider()
    return ZoneInfo(provider.time_zone if provider else "UTC")


def asked_about(request: DisclosureRequest, at: datetime) -> Asked:
    """The definition that holds today, and the first day of the time that it asks about (24 months back)."""
    today = at.astimezone(zone_of(request)).date()
    definition = pack_on(today).definition
    return Asked(definition, lookback(today, definition.lookback_months), today)


@dataclass(frozen=True)
class FormFacts:
    """What the form shows of a request: who, which roles and activities, what was typed, what was declared before."""

    provider: Provider | None
    zone: ZoneInfo
    asked: Asked
    roles: list[str]
    activities: list[str]
    answers: dict[str, Any]
    saved_at: datetime | None
    earlier: list[Row]
    earlier_signed_at: datetime | None
    earlier_is_none: bool
    signed: list[tuple[str, str]]

    @property
    def asks_off_label(self) -> bool:
        """Only who speaks or writes is asked what will be discussed."""
        return bool({"faculty", "author"} & set(self.roles))

    @property
    def rows(self) -> list[tuple[int, str, str]]:
        """(number, company, the rest in words) of what was added."""
        return [(number, row["company"], row_text(row)) for number, row in enumerate(self.answers["rows"])]

    @property
    def offered(self) -> list[tuple[int, str, str]]:
        """The same of what was declared last time and is not on the list."""
        open_rows = not_listed(self.earlier, self.answers["rows"])
        return [(number, row["company"], row_text(row)) for number, row in enumerate(self.earlier) if row in open_rows]


def form_facts(request: DisclosureRequest, at: datetime) -> FormFacts:
    """All that the form and its last page need."""
    holders = list(request.role_holders.select_related("edition__activity__provider").order_by("edition__title", "position"))
    draft = DisclosureDraft.objects.filter(request=request).first()
    last = latest_disclosure(request.person)
    asked = asked_about(request, at)
    since = f"{asked.since:%Y-%m}"
    return FormFacts(
        provider=holders[0].edition.activity.provider if holders else main_provider(),
        zone=zone_of(request),
        asked=asked,
        roles=list(dict.fromkeys(holder.role for holder in holders)),
        activities=list(dict.fromkeys(holder.edition.title for holder in holders)),
        answers=clean_answers(draft.answers if draft else {}),
        saved_at=draft.saved_at if draft else None,
        earlier=[row for row in earlier_rows(request.person) if not row["ended"] or row["ended"] >= since],
        earlier_signed_at=last.signed_at if last else None,
        earlier_is_none=last.is_none if last else False,
        signed=[(row["company"], row_text(row)) for row in rows_of(request.disclosure)] if request.disclosure else [],
    )
