"""What an entry of a pack is: credit system, profession, number, format, kind of accreditation, term, topic …"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from preceptor.kernel.credits import Rounding, credits_from_minutes, plain
from preceptor.kernel.identifiers import is_month_day, is_npi

PARTICIPATION = "participation"
NOTHING: Mapping[str, str] = MappingProxyType({})
# What a certificate can be told to carry; a system's `certificate_fields` are some of these.
CERTIFICATE_FIELDS = frozenset({
    "name", "credentials", "provider", "provider_address", "title", "format", "completed_on", "amount", "sub_amounts", "statement",
    "identifier", "serial", "verify_url",
})  # fmt: skip


class Certainty(StrEnum):
    """How sure an entry is: stated by its source, or to be confirmed with the issuing body."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class ClaimMode(StrEnum):
    """claimed: the learner states an amount up to the maximum; fixed: all or nothing; none: nothing is awarded."""

    CLAIMED = "claimed"
    FIXED = "fixed"
    NONE = "none"


class Cycle(StrEnum):
    """once: one time, over any number of years; months: cycles of a known length, from a day of the person's own; fixed: cycles of a known
    length that end on one day of the year for everybody; chosen: from one renewal to the next, whose days are the person's own.
    """

    ONCE = "once"
    MONTHS = "months"
    FIXED = "fixed"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class Entry:
    """What every entry of a pack has: its dates, its source, and how sure it is. `is_own`: from the provider's own packs."""

    valid_from: date
    source: str
    certainty: Certainty = Certainty.CONFIRMED
    valid_to: date | None = field(default=None, kw_only=True)
    is_own: bool = field(default=False, kw_only=True)

    def holds_on(self, day: date) -> bool:
        """Is the entry valid on the day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class CreditSystem(Entry):
    """One kind of credit, as configuration. `unit_…_markdown` is how the unit is printed; `unit_one`, `unit_many`, `label` are plain.

    `designation` is the statement's template, `slots` are those that it uses. `needs_approval`: an offer needs a number, dates and an evidence
    file. `wants_reporting`: before publication somebody says who reports it; where nobody is asked, `unasked_because` says why. `validity` is the longest validity in months per format, where it
    differs from `max_months`. `sub_amounts` are amounts contained in the amount (rx), each with its unit.
    """

    key: str
    body: str
    label_markdown: str
    unit_one_markdown: str
    unit_many_markdown: str
    step: Decimal
    minutes_per_unit: int
    rounding: Rounding
    claim_mode: ClaimMode
    professions: tuple[str, ...]
    learner_identifiers: tuple[str, ...]
    optional_identifiers: tuple[str, ...]
    is_credit: bool
    certificate_title: str
    designation: str
    slots: tuple[str, ...]
    certificate_fields: tuple[str, ...]
    max_months: int
    validity: Mapping[str, int] = field(default_factory=dict)
    needs_approval: bool = False
    needs_identifier: bool = False
    identifier_kind: str = ""
    identifier_pattern: str = ""
    audience: str = ""
    board: str = ""
    sub_amounts: Mapping[str, str] = field(default_factory=dict)
    reports_to: str = ""
    wants_reporting: bool = False
    reporting_clock_days: int | None = None
    reporting_due: str = ""
    unasked_because: str = ""

    @property
    def label(self) -> str:
        """The name, plain."""
        return self.label_markdown.replace("*", "")

    @property
    def unit_one(self) -> str:
        """The unit for exactly one, plain."""
        return self.unit_one_markdown.replace("*", "")

    @property
    def unit_many(self) -> str:
        """The unit for any other amount, plain."""
        return self.unit_many_markdown.replace("*", "")

    def amount_markdown(self, amount: Decimal) -> str:
        """ "0.75 *AMA PRA Category 1 Credits*™"; the singular for exactly 1."""
        unit = self.unit_one_markdown if amount == 1 else self.unit_many_markdown
        return f"{plain(amount)} {unit}".strip()

    def amount_text(self, amount: Decimal) -> str:
        """The same, plain."""
        return self.amount_markdown(amount).replace("*", "")

    def amount_for(self, minutes: Decimal) -> Decimal:
        """What so many minutes of education support, by the system's own step and rounding."""
        return credits_from_minutes(minutes, minutes_per_unit=self.minutes_per_unit, step=self.step, rounding=self.rounding)

    def longest_months(self, format: "Format | None") -> int:
        """The longest validity of an offer in a format: the shorter one of the system's and the format's own."""
        own = self.validity.get(format.code, self.max_months) if format else self.max_months
        return min(own, format.max_months) if format else own

    def has_identifier(self, identifier: str) -> bool:
        """Is the activity's own number (UAN, activity ID) there where it is needed, and of the right form?"""
        if not identifier:
            return not self.needs_identifier
        return not self.identifier_pattern or re.fullmatch(self.identifier_pattern, identifier) is not None


@dataclass(frozen=True, kw_only=True)
class Profession(Entry):
    """A learner's profession; decides which credit may be received."""

    code: str
    one: str
    many: str
    group: str
    degrees: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IdentifierKind(Entry):
    """A number that a board or state knows a learner by, and why it is asked."""

    key: str
    label: str
    hint: str
    purpose: str
    pattern: str
    check: str

    @property
    def label_inside(self) -> str:
        """The label inside a sentence: "state license number", but "National Provider Identifier (NPI)", which is a name."""
        first, rest = self.label[:1], self.label[1:]
        return self.label if rest != rest.lower() else first.lower() + rest

    def accepts(self, value: str) -> bool:
        """Has the value the right form and check digit?"""
        if re.fullmatch(self.pattern, value) is None:
            return False
        if self.check == "npi":
            return is_npi(value)
        return is_month_day(value) if self.check == "month_day" else True


@dataclass(frozen=True, kw_only=True)
class Format(Entry):
    """A learning format, with the term that designation statements use. `uan_letters` are those of a Universal Activity Number for it."""

    code: str
    label: str
    statement: str
    max_months: int
    uan_letters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccreditationKind(Entry):
    """A kind of accreditation: its statement alone, its statement with partners, and the credit it lets a provider designate.

    `joint_certainty` is how sure the wording with partners is, where it differs from the entry's.
    """

    key: str
    label: str
    body: str
    statement: str
    joint: str
    slots: tuple[str, ...]
    grants: tuple[str, ...]
    joint_certainty: Certainty = Certainty.UNCONFIRMED


@dataclass(frozen=True, kw_only=True)
class Term(Entry):
    """Wording that must not or should not stand in what learners read."""

    key: str
    pattern: str
    rule: str
    severity: str
    say: str
    where: str = "all"


@dataclass(frozen=True, kw_only=True)
class Definition(Entry):
    """The definition of an ineligible company that a person was shown when disclosing."""

    key: str
    text: str
    lookback_months: int


@dataclass(frozen=True, kw_only=True)
class Body(Entry):
    """An organisation that accredits providers, owns a credit system or certifies."""

    key: str
    name: str
    short: str
    part: str


@dataclass(frozen=True, kw_only=True)
class Board(Entry):
    """A certifying board that takes points of continuing certification (MOC) through the ACCME. `is_whole`: it takes no partial credit."""

    key: str
    name: str
    short: str
    is_whole: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class ActivityNumber(Entry):
    """A number that an activity or offer is known by: its form, and which part of the form is not confirmed. `codes` are topic codes of a UAN."""

    key: str
    label: str
    hint: str
    pattern: str
    unconfirmed_pattern: str = ""
    unconfirmed_note: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Topic(Entry):
    """A topic that a state or the nation asks of some professions. `jurisdiction` is a state, "US", or "" for a tag that many states use."""

    key: str
    label: str
    jurisdiction: str
    professions: tuple[str, ...]
    asks: str


@dataclass(frozen=True, kw_only=True)
class Requirement(Entry):
    """What a board, a state or the nation asks of a profession: how much, by when, and which credit counts.

    `amount` is in units of `minutes_per_unit` minutes. `systems` are the credit systems that count (none: all of them); with `topics`, only the
    minutes count for which an activity was tagged with one of them. `parts` are contained in the amount: key of a topic, and how much of it.
    `cycle_months` is the length of a cycle of the kinds months and fixed, `cycle_ends` the last day of the fixed kind ("12-31").
    """

    key: str
    label: str
    authority: str
    jurisdiction: str
    professions: tuple[str, ...]
    asks: str
    amount: Decimal
    unit_one: str
    unit_many: str
    cycle: Cycle
    minutes_per_unit: int = 60
    cycle_months: int = 0
    cycle_ends: str = ""
    systems: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Clause(Entry):
    """A clause that an agreement on commercial support must have."""

    key: str
    text: str


@dataclass(frozen=True)
class Pack:
    """Everything that is valid on one day."""

    day: date
    systems: Mapping[str, CreditSystem]
    professions: Mapping[str, Profession]
    identifiers: Mapping[str, IdentifierKind]
    formats: Mapping[str, Format]
    kinds: Mapping[str, AccreditationKind]
    terms: Mapping[str, Term]
    definition: Definition
    bodies: Mapping[str, Body]
    boards: Mapping[str, Board]
    numbers: Mapping[str, ActivityNumber]
    topics: Mapping[str, Topic]
    clauses: Mapping[str, Clause]
    requirements: Mapping[str, Requirement]
