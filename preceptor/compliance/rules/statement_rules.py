"""Rules on statements and wording: STM-… and TXT-…. Each yields (message, where, evidence) for every defect."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.dossier import Dossier
from preceptor.compliance.rules.wording import slips

Verdict = tuple[str, str, str]
AMA = "ama_pra_1"
COMMENSURATE = "Physicians should claim only the credit commensurate with the extent of their participation in the activity."
# Images, links, markup and signs of trade names have no place beside a company's name.
MARKS = re.compile(r"!\[|<[a-z]|https?://|[®™℠]|\blogo\b", re.IGNORECASE)


def accreditation(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-001."""
    if not dossier.accreditation_statements:
        yield "No accreditation of the provider that is valid on the release date gives a statement.", dossier.provider_name, ""
    granted = {system for kind in dossier.accreditation_kinds if kind in packs.kinds for system in packs.kinds[kind].grants}
    grantable = {system for kind in packs.kinds.values() for system in kind.grants}
    for offer in dossier.offers:
        if offer.system in grantable and offer.system not in granted:
            yield "No accreditation that is valid on the release date lets the provider designate this credit.", offer.system, ""
    yield from _missing(
        dossier, dossier.accreditation_statements, "The accreditation statement is not in what learners see before they start."
    )


def ama_designation(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-002."""
    if not dossier.offers:
        yield "No credit is designated: there is no designation statement.", AMA, ""
    for offer in dossier.offers:
        if offer.system != AMA or AMA not in packs.systems:
            continue
        if dossier.format not in packs.formats:
            yield f"{dossier.format!r} is not a learning format of the AMA's list.", AMA, dossier.format
        text = dossier.designations.get(AMA, "")
        amount = packs.systems[AMA].amount_markdown(offer.amount)
        if not text.endswith(f" for a maximum of {amount}. {COMMENSURATE}") or f"{dossier.provider_name} designates this " not in text:
            yield "The designation statement is not the prescribed one.", AMA, text
        yield from _missing(dossier, [text], "The AMA designation statement is not in what learners see before they start.")


def designated_in_time(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-003."""
    for offer in dossier.offers:
        if offer.designated_on is None:
            yield "It is not written down when this credit was designated.", offer.system, ""
        elif offer.designated_on > (dossier.released_on or date.max):
            yield "Credit was designated after the release: it cannot be designated afterwards.", offer.system, str(offer.designated_on)
    yield from _terms(dossier, packs, "STM-003")


def designations_complete(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-004."""
    for offer in dossier.offers:
        if offer.system not in packs.systems:
            yield "This credit system is not in the packs of the release date.", offer.system, ""
        elif offer.system != AMA:
            text = dossier.designations.get(offer.system, "")
            if not text or re.search(r"\{\w+\}|until \.|: *\.$|ID \.", text):
                yield "The designation statement has an empty place.", offer.system, text
            yield from _missing(
                dossier, [text], f"The designation statement of {offer.system} is not in what learners see before they start."
            )


def approved(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-004: credit that needs an approval is offered only with number, dates and evidence."""
    words = {"number": "number", "dates": "first and last day", "evidence": "letter of approval as evidence"}
    for offer in dossier.offers:
        for gap in offer.approval_gaps:
            yield f"The approval of this credit lacks its {words.get(gap, gap)}.", offer.system, ""
        if offer.approved_from and dossier.released_on and offer.approved_from > dossier.released_on:
            yield "The approval of this credit begins after the release.", offer.system, str(offer.approved_from)
        if offer.valid_to and dossier.released_on and offer.valid_to < dossier.released_on:
            yield "The approval of this credit has ended before the release.", offer.system, str(offer.valid_to)


def forbidden_terms(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-001."""
    yield from _terms(dossier, packs, "TXT-001")


def preferred_terms(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-002."""
    yield from _terms(dossier, packs, "TXT-002")


def names_only(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-003: names only; no image, link, markup, trade mark or trade name."""
    told = {
        "support": list(dossier.told_support),
        "disclosure": [f"{nature}: {company}" for rows in dossier.told_people.values() for nature, company in rows],
        **{f"imported: {name}": [text] for name, text in dossier.imported.items() if name in {"disclosure", "support"}},
    }
    products = sorted({product for company in dossier.companies for product in company.products if product.strip()})
    for where, sentences in told.items():
        for text in sentences:
            if mark := MARKS.search(text):
                yield "A company is told by its name only: no image, link, markup or trade mark.", where, f"{mark[0]} in “{text[:120]}”"
            for product in products:
                if re.search(rf"\b{re.escape(product)}\b", text, re.IGNORECASE):
                    yield "A trade name stands in a disclosure or acknowledgement.", where, product


def spelling(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-009: title and objectives are read against a list of slips and against the edition's own words."""
    objectives = [f"{objective.verb} {objective.text}" for objective in dossier.objectives]
    others = [text for name, text in dossier.texts.items() if name not in {"title", "objectives"}]
    for where, texts in (("title", [dossier.title]), ("objectives", objectives)):
        for word, meant in slips(texts, others):
            yield f"“{word}” looks like a slip{f' of “{meant}”' if meant else ''}.", where, word


def _missing(dossier: Dossier, statements: Iterable[str], message: str) -> Iterator[Verdict]:
    for statement in statements:
        if not dossier.shows(statement):
            yield message, "front matter", statement


def _terms(dossier: Dossier, packs: Pack, rule: str) -> Iterator[Verdict]:
    for term in packs.terms.values():
        if term.rule != rule:
            continue
        for where, text in dossier.read.items():
            if term.where not in {"all", where.removeprefix("imported: ")}:
                continue
            for match in re.finditer(term.pattern, text, re.IGNORECASE):
                yield term.say, where, match[0]
