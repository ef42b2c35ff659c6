"""What we ask of packs, providers and accreditations."""

from datetime import date
from functools import lru_cache

from preceptor.accreditation.adapters.packs import library
from preceptor.accreditation.models import Accreditation, Provider
from preceptor.accreditation.rules import Entry, Pack, held_on, identifier_doubts

__all__ = ["accreditations_on", "doubts_about", "library", "main_provider", "pack_on", "unconfirmed_on"]


@lru_cache(maxsize=64)
def pack_on(day: date) -> Pack:
    """What is valid on the day: credit systems, professions, identifiers, formats, kinds of accreditation, vocabulary."""
    return library().on(day)


def main_provider() -> Provider | None:
    """The provider whose house this is: the first."""
    return Provider.objects.order_by("pk").first()


def house_zone() -> str:
    """The time zone in which pages and letters tell times: the provider's; "" (the active one) before a provider is recorded."""
    provider = main_provider()
    return provider.time_zone if provider else ""


def main_provider_name() -> str:
    """How letters are signed; "" before a provider is recorded."""
    provider = main_provider()
    return provider.name if provider else ""


def accreditations_on(provider: Provider, day: date) -> list[Accreditation]:
    """The accreditations of the provider that are valid on the day, in the order in which they were recorded."""
    return held_on(provider.accreditations.order_by("pk"), day)


def unconfirmed_on(day: date) -> list[tuple[str, str, Entry]]:
    """What the staff should know is to be confirmed with the issuing body: (pack, key, entry) of every unconfirmed entry of the day.

    Of an entry that is confirmed but for a part of it, the key names the part: the wording with partners, a form of a number.
    """
    pack = pack_on(day)
    shelves = {
        "bodies": pack.bodies, "boards": pack.boards, "kinds": pack.kinds, "systems": pack.systems, "formats": pack.formats,
        "numbers": pack.numbers, "identifiers": pack.identifiers, "professions": pack.professions, "topics": pack.topics,
        "clauses": pack.clauses, "requirements": pack.requirements, "vocabulary": pack.terms, "definitions": {pack.definition.key: pack.definition},
    }  # fmt: skip
    rows = [(name, key, entry) for name, shelf in shelves.items() for key, entry in shelf.items() if entry.certainty == "unconfirmed"]
    joint = [
        ("kinds", f"{key}: with partners", kind) for key, kind in pack.kinds.items() if kind.joint and kind.joint_certainty == "unconfirmed"
    ]
    forms = [("numbers", f"{key}: {kind.unconfirmed_note}", kind) for key, kind in pack.numbers.items() if kind.unconfirmed_note]
    return [*rows, *joint, *forms]


def doubts_about(system: str, identifier: str, day: date) -> list[str]:
    """What of an offer is to be confirmed with the issuing body, as sentences: its credit system as a whole, and the form of its number."""
    pack = pack_on(day)
    held = pack.systems.get(system)
    if held is None:
        return []
    whole = f"What is kept of {held.label} is to be confirmed: {held.source}." if held.certainty == "unconfirmed" else ""
    return [said for said in (whole, identifier_doubts(pack, held, identifier) if identifier else "") if said]
