"""Renders the front matter of an edition: the fragment that is frozen at publication and shown to everybody, byte for byte the same.

What differs from person to person (their profession, progress, form tokens) stands outside it, on the page around it.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import nh3
from django.template.loader import render_to_string

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import Pack
from preceptor.catalog.models import CreditOffer, Edition
from preceptor.catalog.queries import statements_of
from preceptor.catalog.rules import needed_correct
from preceptor.disclosure.queries import people_rows, support_sentences
from preceptor.disclosure.rules import PersonRow, mitigated
from preceptor.journey.rules import end_of_day, fee_in_words, zone_name

KIND_WORDS = {"lecture": ("video lecture", "video lectures"), "reading": ("reading", "readings"), "case": ("patient case", "patient cases")}
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr|dt|dd|div|section|table)>|<br\s*/?>")


@dataclass(frozen=True)
class TeachingFacts:
    """What the rooms above tell about an edition's content and test: the number of scored items and the kinds of its parts, in order."""

    items: int
    kinds: tuple[str, ...] = ()
    has_media: bool = False


@dataclass(frozen=True)
class CreditBlock:
    """One credit designation as learners read it; `professions` are codes, `who` their plural names. `until`: it ends before the edition does."""

    professions: tuple[str, ...]
    who: str
    amount: str
    statement: str
    identifier: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Needs:
    """What a profession has to have at hand for its credit."""

    who: str
    items: tuple[str, ...] = field(default=())


def render(edition: Edition, facts: TeachingFacts, people: list[PersonRow] | None = None) -> tuple[str, str]:
    """The fragment as HTML and as text. Deterministic: the same edition and facts give the same bytes.

    `people` are the edition's people_rows, where the caller has read them already.
    """
    people = people_rows(edition) if people is None else people
    rendered = render_to_string("journey/_front_matter.html", front_matter_context(edition, facts, people))
    fragment = re.sub(r"\n\s*\n+", "\n", rendered).strip()
    return fragment, text_of(fragment)


def text_of(fragment: str) -> str:
    """The words of a fragment, one block a line."""
    text = html.unescape(nh3.clean(_BLOCK_END.sub(lambda end: end[0] + "\n", fragment), tags=set()))
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def front_matter_context(edition: Edition, facts: TeachingFacts, people: list[PersonRow]) -> dict[str, object]:
    """Everything that the fragment says, from records; nothing is typed for it."""
    provider = edition.activity.provider
    day = edition.released_on or date.max
    pack = pack_on(day)
    statements = statements_of(edition)
    offers = list(edition.offers.all())
    citations = list(edition.citations.all())
    return {
        "edition": edition,
        "provider": provider,
        "format": pack.formats[edition.format].label if edition.format in pack.formats else edition.format,
        "parts": parts_in_words(facts.kinds),
        "refs": {citation.key: number for number, citation in enumerate(citations, 1)},
        "citations": citations,
        "objectives": list(edition.objectives.all()),
        "people": people,
        "mitigation": mitigated(people),
        "support": support_sentences(edition),
        "accreditation": statements.accreditation,
        "partners": [partner.name for partner in edition.partners.all()],
        "credits": credit_blocks(pack, offers, edition, statements.designations),
        "needed": needed_correct(edition.pass_mark, facts.items),
        "facts": facts,
        "fee": fee_in_words(edition.fee_cents),
        "needs": needs_by_profession(pack, offers),
        "is_sample": provider.is_sample,
        "end_zone": zone_name(provider.time_zone, end_of_day(edition.ends_on, provider.time_zone)) if edition.ends_on else "",
        "pre_test": "pre_test" in edition.plan,
        "retries": None if edition.max_attempts is None else edition.max_attempts - 1,
    }


def parts_in_words(kinds: tuple[str, ...]) -> str:
    """ "Video lecture, reading, 2 patient cases"."""
    words = []
    for kind in dict.fromkeys(kinds):
        count = kinds.count(kind)
        one, many = KIND_WORDS.get(kind, (kind, f"{kind}s"))
        words.append(one if count == 1 else f"{count} {many}")
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def credit_blocks(pack: Pack, offers: list[CreditOffer], edition: Edition, designations: Mapping[str, str]) -> list[CreditBlock]:
    """Each designation for its professions, then participation for the professions that none is for; nobody is left out."""
    blocks, served = [], set[str]()
    for offer in (one for one in offers if one.system in pack.systems):
        system = pack.systems[offer.system]
        names = [pack.professions[code].many for code in system.professions if code in pack.professions]
        served.update(system.professions)
        until = offer.valid_to if offer.valid_to and edition.ends_on and offer.valid_to < edition.ends_on else None
        amount, statement = system.amount_markdown(offer.amount), designations[offer.system]
        blocks.append(CreditBlock(system.professions, in_words(names), amount, statement, offer.identifier, until))
    rest = tuple(code for code in pack.professions if code not in served)
    if rest:
        names = [pack.professions[code].many for code in rest]
        blocks.append(
            CreditBlock(rest, in_words(names), "Certificate of participation", "A certificate of participation is issued on completion.")
        )
    return blocks


def needs_by_profession(pack: Pack, offers: list[CreditOffer]) -> list[Needs]:
    """The identifiers that a credit needs from its learners; every profession without one needs only name and degree."""
    needs = []
    for offer in (one for one in offers if one.system in pack.systems):
        system = pack.systems[offer.system]
        labels = tuple(pack.identifiers[key].label for key in system.learner_identifiers if key in pack.identifiers)
        if labels:
            names = [pack.professions[code].many for code in system.professions if code in pack.professions]
            needs.append(Needs(in_words(names), labels))
    return needs


def in_words(names: list[str]) -> str:
    """ "Registered nurses and nurse practitioners": one capital, at the beginning."""
    names = [name if position == 0 else name[:1].lower() + name[1:] for position, name in enumerate(names)]
    text = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
    return text[:1].upper() + text[1:]
