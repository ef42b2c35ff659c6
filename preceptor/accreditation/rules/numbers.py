"""Numbers of activities: the Universal Activity Number's grammar, and the accreditors' own ids."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from preceptor.accreditation.rules.entries import CreditSystem, Format, Pack

UAN = re.compile(r"(\d{4}|JA\d{7})-(\d{4})-(\d{2})-(\d{3,4})-([A-Z])(\d{2})-([A-Z])")
SOLE, JOINT = "0000", "9999"


@dataclass(frozen=True)
class Uan:
    """The pieces of a Universal Activity Number: 1234-0000-26-001-H01-P."""

    provider: str
    joint: str
    year: str
    sequence: str
    letter: str
    topic: str
    audience: str


def parsed_uan(text: str) -> Uan | None:
    """The pieces, or None when it is none."""
    found = UAN.fullmatch(text)
    return Uan(*found.groups()) if found else None


def identifier_problems(
    pack: Pack, system: CreditSystem, identifier: str, *, format: str, released_on: date | None, has_partners: bool | None = None
) -> list[str]:
    """What is wrong with the number of an offer, as sentences; an empty list means that it is there where it is needed and fits.

    A Universal Activity Number is taken to pieces: year of release, letter of the format, topic, audience (P or T), and sole or joint.
    `has_partners` None leaves the last one out.
    """
    if not identifier:
        return [f"{system.label} needs its number."] if system.needs_identifier else []
    kind = pack.numbers.get(system.identifier_kind)
    label = kind.label if kind else "number"
    if kind and re.fullmatch(kind.pattern, identifier) is None:
        return [f"This is no {label}: {kind.hint}"]
    if system.identifier_kind == "uan" and kind:
        uan = parsed_uan(identifier)
        wanted = pack.formats.get(format)
        return (
            uan_problems(uan, system.audience, wanted, kind.codes, released_on, has_partners)
            if uan
            else [f"This is no {label}: {kind.hint}"]
        )
    return [] if system.has_identifier(identifier) else [f"The {label} has another form than {system.label} needs."]


def uan_problems(
    uan: Uan, audience: str, format: Format | None, topics: Collection[str], released_on: date | None, has_partners: bool | None = None
) -> list[str]:
    """What does not fit between a Universal Activity Number and its offer."""
    problems = []
    if released_on and uan.year != f"{released_on:%y}":
        problems.append(f"The year of the number is {uan.year}; the activity is released in {released_on:%Y}.")
    if format and format.uan_letters and uan.letter not in format.uan_letters:
        problems.append(f"The letter {uan.letter} is not for this format: {' or '.join(format.uan_letters)} is.")
    if topics and uan.topic not in topics:
        problems.append(f"There is no topic {uan.topic}.")
    if audience and uan.audience != audience:
        problems.append(f"The number ends in {uan.audience}; this offer needs one that ends in {audience}.")
    if has_partners is False and uan.joint == JOINT:
        problems.append(f"{JOINT} stands for joint providership, and the activity has no partner.")
    if has_partners and uan.joint == SOLE:
        problems.append(f"{SOLE} stands for a sole provider, and the activity has partners.")
    return problems


def identifier_doubts(pack: Pack, system: CreditSystem, identifier: str) -> str:
    """What of the number's form is not confirmed with its issuing body; "" when all of it is."""
    kind = pack.numbers.get(system.identifier_kind)
    doubtful = bool(kind and kind.unconfirmed_pattern and re.fullmatch(kind.unconfirmed_pattern, identifier))
    return kind.unconfirmed_note if kind and doubtful else ""
