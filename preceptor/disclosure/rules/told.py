"""What learners are told: generated from decisions, frozen at publication. Source: the Standards, 3.5."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

ABSENCE = "no relevant financial relationships with ineligible companies"
MITIGATED = "All relevant financial relationships have been mitigated."


@dataclass(frozen=True)
class PersonRow:
    """One person in control of content, as learners are told.

    Relevant relationships with ineligible companies only: (nature, company), one row each, with whether it has ended.
    `unmitigated` are those of them that nothing was done about (yet): nobody is told that they were mitigated.
    """

    printed_name: str
    title: str
    affiliation: str
    roles: list[str]
    relationships: list[tuple[str, str]]
    has_ended: list[bool]
    person_key: str = ""
    profession: str = ""
    unmitigated: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_relevant(self) -> bool:
        """Is there anything to tell?"""
        return bool(self.relationships)

    @property
    def sentences(self) -> list[str]:
        """One line per company and nature, or the absence in the prescribed words."""
        if not self.relationships:
            return [f"{self.printed_name}: {ABSENCE}."]
        return [
            f"{nature}{' (ended)' if ended else ''}: {company}"
            for (nature, company), ended in zip(self.relationships, self.has_ended, strict=True)
        ]


def absence_sentence(names: Sequence[str]) -> str:
    """Who has nothing relevant to disclose, as a group."""
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "has" if len(names) == 1 else "have"
    return f"{listed} {verb} {ABSENCE}."


def mitigated(rows: Iterable[PersonRow]) -> str:
    """The statement on mitigation; "" where nothing was there to mitigate, and while one relevant relationship is not mitigated."""
    rows = list(rows)
    return MITIGATED if any(row.has_relevant for row in rows) and not any(row.unmitigated for row in rows) else ""
