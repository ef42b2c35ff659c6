"""Whose credit, by whose leave, and in which words: statements are made from records, never typed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, TypeVar

from preceptor.accreditation.rules.entries import NOTHING, PARTICIPATION, CreditSystem, Pack
from preceptor.kernel.credits import plain


class Dated(Protocol):
    """An accreditation as far as rules need it."""

    @property
    def kind(self) -> str:
        """Key of its kind."""

    @property
    def valid_from(self) -> date:
        """Its first day."""

    @property
    def valid_to(self) -> date | None:
        """Its last day; None while none is known."""


D = TypeVar("D", bound=Dated)


def systems_for(pack: Pack, profession: str, offered: Iterable[str]) -> list[CreditSystem]:
    """What this profession may receive of what is offered, in the order of the offers.

    Participation is always last, and alone where nothing fits.
    """
    fitting = [pack.systems[key] for key in offered if key in pack.systems and profession in pack.systems[key].professions]
    return [system for system in fitting if system.key != PARTICIPATION] + [pack.systems[PARTICIPATION]]


def held_on(accreditations: Iterable[D], day: date) -> list[D]:
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
        template = ((kind.joint if partners else "") or kind.statement) if kind else ""
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
    sub_amounts: Mapping[str, object] = NOTHING,
) -> str:
    """The credit designation statement, verbatim, as Markdown; "" for participation, which is not designated, and where no wording is known."""
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
        including=including_words(system, sub_amounts),
    )


def including_words(system: CreditSystem, sub_amounts: Mapping[str, object]) -> str:
    """ ", including 0.5 pharmacology hours,": the amounts contained in the amount; "" where there are none."""
    parts = included_amounts(system, sub_amounts)
    return f", including {_listed(parts)}," if parts else ""


def included_amounts(system: CreditSystem, sub_amounts: Mapping[str, object]) -> list[str]:
    """ "0.5 pharmacology hours": each amount contained in the amount."""
    return [f"{plain(Decimal(str(sub_amounts[key])))} {unit}" for key, unit in system.sub_amounts.items() if sub_amounts.get(key)]


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
