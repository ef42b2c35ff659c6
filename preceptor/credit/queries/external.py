"""Credit from elsewhere, as its holder says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.accreditation.queries import pack_on
from preceptor.credit.models import ExternalCredit
from preceptor.credit.rules import Total, totals
from preceptor.kernel.credits import plain

NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class ExternalRow:
    """One entry as it is shown. `key` is the credit type under which it is added up; `unit_one` and `unit_many` are Markdown for known systems."""

    credit: ExternalCredit
    key: str
    unit_one: str
    unit_many: str
    topic: str

    @property
    def amount(self) -> str:
        """The number alone."""
        return plain(self.credit.amount)

    @property
    def unit(self) -> str:
        """The unit that goes with the amount."""
        return self.unit_one if self.credit.amount == 1 else self.unit_many

    @property
    def markdown(self) -> str:
        """ "2.0 ANCC contact hours"."""
        return f"{self.amount} {self.unit}"

    @property
    def topic_hours(self) -> str:
        """How many hours of it are on the topic."""
        return plain((Decimal(self.credit.topic_minutes) / 60).quantize(Decimal("0.01")))


def external_credits_of(user: User) -> QuerySet[ExternalCredit]:
    """What this person (all of their identities) has written down and not removed, the newest first."""
    found = ExternalCredit.objects.filter(user__in=identities_of(user), removed_at=None)
    return found.order_by("-completed_on", "-pk")


def own_external_credit(user: User, uuid: UUID, *, is_removed: bool = False) -> ExternalCredit | None:
    """One of them, or one that was removed, if it is this person's own."""
    found = ExternalCredit.objects.filter(user__in=identities_of(user), removed_at__isnull=not is_removed)
    return found.filter(uuid=uuid).first()


def removed_external_credit(user: User, typed: str) -> ExternalCredit | None:
    """The one that an address names as just removed; None for whatever else it names."""
    return own_external_credit(user, UUID(typed), is_removed=True) if NAME.fullmatch(typed) else None


def external_row(credit: ExternalCredit, day: date) -> ExternalRow:
    """An entry in the words of the packs."""
    pack = pack_on(day)
    system, topic = pack.systems.get(credit.system), pack.topics.get(credit.topic)
    if system is None:
        words = credit.own_words or credit.system
        return ExternalRow(credit, f"own:{words.casefold()}", words, words, topic.label if topic else credit.topic)
    one, many = system.unit_one_markdown, system.unit_many_markdown
    return ExternalRow(credit, credit.system, one, many, topic.label if topic else credit.topic)


def told_totals(rows: Iterable[ExternalRow]) -> list[Total]:
    """Self-reported credit, added up per type; never with credit from here."""
    return totals((row.key, Decimal(row.credit.amount), row.unit_one, row.unit_many) for row in rows)


def kept_of(user: User) -> tuple[int, int]:
    """How many bytes of files, and how many entries, are kept for this person; what was removed counts until it goes."""
    rows = ExternalCredit.objects.filter(user__in=identities_of(user))
    return rows.aggregate(total=Sum("file_size"))["total"] or 0, rows.count()
