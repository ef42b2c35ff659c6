"""Rules on statements and wording: STM-… and TXT-…. Each yields (message, where, evidence) for every defect."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.dossier import Dossier

Verdict = tuple[str, str, str]
AMA = "ama_pra_1"


def accreditation(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-001."""
    if not dossier.accreditation_statements:
        yield "No accreditation of the provider that is valid on the release date gives a statement.", dossier.provider_name, ""
    granted = {system for kind in dossier.accreditation_kinds if kind in pack.kinds for system in pack.kinds[kind].grants}
    for offer in dossier.offers:
        if offer.system not in granted and offer.system not in {"aanp"}:
            yield "No accreditation that is valid on the release date lets the provider designate this credit.", offer.system, ""
        if offer.system == "aanp" and not offer.identifier:
            yield "This credit needs the approving body's number.", offer.system, ""
    yield from _missing(
        dossier, dossier.accreditation_statements, "The accreditation statement is not in what learners see before they start."
    )


def ama_designation(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-002."""
    offer = next((offer for offer in dossier.offers if offer.system == AMA), None)
    if offer is None:
        return
    if dossier.format not in pack.formats:
        yield f"{dossier.format!r} is not a learning format of the AMA's list.", AMA, dossier.format
    text = dossier.designations.get(AMA, "")
    amount = pack.systems[AMA].amount_markdown(offer.amount)
    wanted = f" for a maximum of {amount}. Physicians should claim only the credit commensurate with the extent of their participation in the activity."
    if not text.endswith(wanted) or f"{dossier.provider_name} designates this " not in text:
        yield "The designation statement is not the prescribed one.", AMA, text
    yield from _missing(dossier, [text], "The AMA designation statement is not in what learners see before they start.")


def designated_in_time(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-003."""
    for offer in dossier.offers:
        if offer.designated_on is None:
            yield "It is not written down when this credit was designated.", offer.system, ""
        elif offer.designated_on > (dossier.released_on or date.max):
            yield "Credit was designated after the release: it cannot be designated afterwards.", offer.system, str(offer.designated_on)
    yield from _terms(dossier, pack, "STM-003")


def designations_complete(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-004."""
    for offer in dossier.offers:
        if offer.system not in pack.systems:
            yield "This credit system is not in the packs of the release date.", offer.system, ""
        elif offer.system != AMA:
            text = dossier.designations.get(offer.system, "")
            if not text or re.search(r"\{\w+\}|until \.|: *\.$|ID \.", text):
                yield "The designation statement has an empty place.", offer.system, text
            yield from _missing(
                dossier, [text], f"The designation statement of {offer.system} is not in what learners see before they start."
            )


def forbidden_terms(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-001."""
    yield from _terms(dossier, pack, "TXT-001")


def preferred_terms(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """TXT-002."""
    yield from _terms(dossier, pack, "TXT-002")


def _missing(dossier: Dossier, statements: Iterable[str], message: str) -> Iterator[Verdict]:
    for statement in statements:
        if not dossier.shows(statement):
            yield message, "front matter", statement


def _terms(dossier: Dossier, pack: Pack, rule: str) -> Iterator[Verdict]:
    for term in pack.terms.values():
        if term.rule != rule:
            continue
        for where, text in dossier.texts.items():
            if term.where not in {"all", where}:
                continue
            for match in re.finditer(term.pattern, text, re.IGNORECASE):
                yield term.say, where, match[0]
