"""What must be true of credit systems, professions and statements. Plain Python; the facts are dated packs in data/.

Sources and certainty of every entry stand in the packs, and in docs/rules/accreditation.md in prose.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol

from preceptor.kernel.credits import Rounding, credits_from_minutes, plain
from preceptor.kernel.identifiers import is_month_day, is_npi

PARTICIPATION = "participation"


class Certainty(StrEnum):
    """How sure an entry is: stated by its source, or to be confirmed with the issuing body."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class ClaimMode(StrEnum):
    """claimed: the learner states an amount up to the maximum; fixed: all or nothing; none: nothing is awarded."""

    CLAIMED = "claimed"
    FIXED = "fixed"
    NONE = "none"


@dataclass(frozen=True)
class Entry:
    """What every entry of a pack has: its dates, its source, and how sure it is."""

    valid_from: date
    source: str
    certainty: Certainty = Certainty.CONFIRMED
    valid_to: date | None = field(default=None, kw_only=True)

    def holds_on(self, day: date) -> bool:
        """Is the entry valid on the day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class CreditSystem(Entry):
    """One kind of credit, as configuration. `unit_…_markdown` is how the unit is printed; `unit_one`, `unit_many`, `label` are plain."""

    key: str
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
    max_months: int
    needs_identifier: bool = False
    identifier_pattern: str = ""

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

    def accepts(self, value: str) -> bool:
        """Has the value the right form and check digit?"""
        if re.fullmatch(self.pattern, value) is None:
            return False
        if self.check == "npi":
            return is_npi(value)
        return is_month_day(value) if self.check == "month_day" else True


@dataclass(frozen=True, kw_only=True)
class Format(Entry):
    """A learning format, with the term that designation statements use."""

    code: str
    label: str
    statement: str
    max_months: int


@dataclass(frozen=True, kw_only=True)
class AccreditationKind(Entry):
    """A kind of accreditation: its statement alone, its statement with partners, and the credit it lets a provider designate."""

    key: str
    label: str
    statement: str
    joint: str
    grants: tuple[str, ...]


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


class Dated(Protocol):
    """An accreditation as far as rules need it."""

    kind: str
    valid_from: date
    valid_to: date | None


class Offered(Protocol):
    """A credit offer as far as statements need it."""

    system: str
    amount: Decimal
    identifier: str
    valid_to: date | None


def systems_for(pack: Pack, profession: str, offered: Iterable[str]) -> list[CreditSystem]:
    """What this profession may receive of what is offered, in the order of the offers.

    Participation is always last, and alone where nothing fits.
    """
    fitting = [pack.systems[key] for key in offered if key in pack.systems and profession in pack.systems[key].professions]
    return [system for system in fitting if system.key != PARTICIPATION] + [pack.systems[PARTICIPATION]]


def held_on(accreditations: Iterable[Dated], day: date) -> list[Dated]:
    """The accreditations that are valid on the day."""
    return [held for held in accreditations if held.valid_from <= day and (held.valid_to is None or day <= held.valid_to)]


def granted_systems(pack: Pack, accreditations: Iterable[Dated], day: date) -> set[str]:
    """The credit systems that the provider may designate on the day."""
    return {system for held in held_on(accreditations, day) if held.kind in pack.kinds for system in pack.kinds[held.kind].grants}


def accreditation_statements(
    pack: Pack, accreditations: Iterable[Dated], day: date, provider_name: str, partners: Sequence[str] = ()
) -> list[str]:
    """The accreditation statements valid on the day, each to stand alone, verbatim; with partners, the form that names them."""
    statements = []
    for held in held_on(accreditations, day):
        kind = pack.kinds.get(held.kind)
        template = (kind.joint if partners else kind.statement) if kind else ""
        if template:
            statements.append(_filled(template, provider=provider_name, partners=_listed(partners)))
    return statements


def designation_statement(
    pack: Pack,
    offer_system: str,
    provider_name: str,
    format: str,
    amount: Decimal,
    identifier: str = "",
    *,
    valid_to: date | None = None,
) -> str:
    """The credit designation statement, verbatim, as Markdown; "" for participation, which is not designated."""
    system = pack.systems[offer_system]
    ceus = (amount / 10).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    return _filled(
        system.designation,
        provider=provider_name,
        format=pack.formats[format].statement if format in pack.formats else format,
        amount=system.amount_markdown(amount),
        number=plain(amount),
        identifier=identifier,
        ceus=plain(ceus),
        valid_to=us_date(valid_to) if valid_to else "",
    )


def designated_sentence(system: CreditSystem, amount: Decimal) -> str:
    """For a certificate of participation: what the activity was designated for. It never says that anything was awarded."""
    return f"The activity was designated for {system.amount_markdown(amount)}."


def us_date(day: date) -> str:
    """November 22, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def _filled(template: str, **slots: str) -> str:
    provider = slots.get("provider", "")
    text = template.replace("The {provider}", "{provider}") if provider.startswith("The ") else template
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return text


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
