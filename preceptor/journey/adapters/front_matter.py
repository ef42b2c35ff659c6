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
from preceptor.catalog.rules import Step, needed_correct
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
    has_captions: bool = False


@dataclass(frozen=True)
class CreditBlock:
    """What one profession may receive, as learners read it; `who` is the profession's plural name. `until`: it ends before the edition does."""

    profession: str
    who: str
    amount: str
    statement: str
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


def with_folded_references(fragment: str) -> str:
    """For the activity page, where somebody decides whether to start: the same fragment, its last section, the references, folded.

    What is frozen, and what is read before the start, stays as it is.
    """
    before, mark, rest = fragment.rpartition('<h2>References</h2><ol class="refs">')
    references, end, after = rest.partition("</ol></section>")
    if not mark or not end:
        return fragment
    count = references.count('<li id="ref-')
    summary = f"<summary>{count} reference{'s' * (count != 1)}</summary>"
    return f'{before}<h2>References</h2><details data-unfold>{summary}<ol class="refs">{references}</ol></details></section>{after}'


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
        "ways": ways_to_credit(edition, facts),
    }


def ways_to_credit(edition: Edition, facts: TeachingFacts) -> list[tuple[str, str]]:
    """How credit is earned, from the edition's plan, pass mark and policy: (what to do, what to know about it), in the plan's order."""
    needed = needed_correct(edition.pass_mark, facts.items)
    tries = edition.max_attempts
    attempts = (
        "You may repeat it as often as you need."
        if tries is None
        else f"You have {tries} attempts."
        if tries > 1
        else "You have one attempt."
    )
    shown = "after you pass" if tries is None else "after you pass, or after the last attempt"
    told = {
        Step.FRONT_MATTER: ("Read the learning objectives and the statements on this page", ""),
        Step.PRE_TEST: ("Take the pre-test", "Optional, and never counted: one click skips it. It helps to measure what you gain."),
        Step.CONTENT: (
            f"View the online activity: {parts_in_words(facts.kinds).lower()}",
            "In more than one session if you like; pause or repeat any portion.",
        ),
        Step.POST_TEST: (
            f"Pass the post-test: at least {needed} of {facts.items} correct ({edition.pass_mark}%)",
            f"{attempts} Rationales are shown {shown}.",
        ),
        Step.EVALUATION: ("Complete the evaluation", "Your answers are kept apart from your name."),
        Step.CLAIM: ("Register and claim your credit", "You choose how much of it, where the credit allows."),
        Step.CERTIFICATE: ("Receive your certificate", "It is on screen at once and e-mailed to you immediately."),
    }
    return [told[Step(step)] for step in edition.plan]


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
    """A row per profession: what is designated for it, or participation where nothing is. Each is named apart, and nobody is left out."""
    blocks: list[CreditBlock] = []
    served: set[str] = set()
    for offer in (one for one in offers if one.system in pack.systems):
        system = pack.systems[offer.system]
        served.update(system.professions)
        until = offer.valid_to if offer.valid_to and edition.ends_on and offer.valid_to < edition.ends_on else None
        amount, statement = system.amount_markdown(offer.amount), designations[offer.system]
        known = [code for code in system.professions if code in pack.professions]
        blocks += [CreditBlock(code, pack.professions[code].many, amount, statement, until) for code in known]
    nothing = "A certificate of participation is issued on completion."
    rest = [code for code in pack.professions if code not in served]
    return blocks + [CreditBlock(code, pack.professions[code].many, "Certificate of participation", nothing) for code in rest]


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
