"""What learners are told: generated from decisions, frozen at publication. Source: the Standards, 3.5."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from preceptor.disclosure.rules.natures import NATURES, Nature, is_told_plainly, tells_value

MITIGATED = "All relevant financial relationships have been mitigated."
# One short phrase: it stands in a table, before the company's name.
LONGEST_PHRASE = 80


@dataclass(frozen=True)
class PersonRow:
    """One person in control of content, as learners are told.

    Relevant relationships with ineligible companies only: (nature, company), one row each.
    `unmitigated` are those of them that nothing was done about (yet): nobody is told that they were mitigated.
    """

    printed_name: str
    title: str
    affiliation: str
    roles: list[str]
    relationships: list[tuple[str, str]]
    person_key: str = ""
    profession: str = ""
    unmitigated: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_relevant(self) -> bool:
        """Is there anything to tell?"""
        return bool(self.relationships)


def phrase_problem(phrase: str, products: Sequence[str] = ()) -> str:
    """Why learners cannot be told a relationship of another nature in these words; "" when they can."""
    if not phrase.strip():
        return "Say in one short phrase what the relationship is: learners are told it."
    if len(phrase.strip()) > LONGEST_PHRASE or "\n" in phrase.strip():
        return f"Say it in one short phrase of {LONGEST_PHRASE} letters at most: learners are told it."
    if tells_value(phrase):
        return "Learners are told what the relationship is, never an amount."
    if not is_told_plainly(phrase) or any(product and product.casefold() in phrase.casefold() for product in products):
        return "Learners are told what the relationship is, without trade name, logo or link."
    return ""


def told_nature(nature: str, detail: str = "", told_as: str = "") -> str:
    """The nature as learners read it. One that is on no list is told by its plain detail: as the staff words it, or else as it was declared.

    Where neither can be told as it stands, only that it is another one; DISC-007 does not let that pass.
    """
    if nature != Nature.OTHER:
        return NATURES.get(nature, nature)
    phrase = " ".join((told_as or detail).split()).rstrip(".")
    return NATURES[Nature.OTHER] if phrase_problem(phrase) else phrase[0].upper() + phrase[1:]


def mitigated(rows: Iterable[PersonRow]) -> str:
    """The statement on mitigation; "" where nothing was there to mitigate, and while one relevant relationship is not mitigated."""
    rows = list(rows)
    return MITIGATED if any(row.has_relevant for row in rows) and not any(row.unmitigated for row in rows) else ""
