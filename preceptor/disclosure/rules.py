"""What must be true of disclosures. Plain Python. Source: the Standards for Integrity and Independence (docs/rules/disclosure.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

ABSENCE = "no relevant financial relationships with ineligible companies"
MITIGATED = "All relevant financial relationships have been mitigated."


class Eligibility(StrEnum):
    """Whether a company is an ineligible company by the definition of the Standards; undetermined blocks publication."""

    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"


class SupportKind(StrEnum):
    """Commercial support is money (an educational grant) or in kind (its nature is told, never a value)."""

    MONETARY = "monetary"
    IN_KIND = "in_kind"


class ExclusionOutcome(StrEnum):
    """Owners and employees are excluded from controlling content; Standard 3.2 knows three exceptions for employees."""

    EXCLUDED = "excluded"
    UNRELATED = "unrelated"  # (a) content unrelated to the employer's business lines and products
    BASIC_SCIENCE = "basic_science"  # (b) limited to basic science or research methods, without care recommendations
    TECHNICIAN = "technician"  # (c) technicians teaching the safe and proper use of a device


class Nature(StrEnum):
    """Natures of a financial relationship, one per row and company."""

    EMPLOYEE = "employee"
    EXECUTIVE = "executive"
    BOARD = "board"
    PRIVATE_STOCK = "private_stock"
    PUBLIC_STOCK = "public_stock"
    OPTIONS = "options"
    CONSULTANT = "consultant"
    SPEAKER = "speaker"
    ADVISOR = "advisor"
    RESEARCHER = "researcher"
    ROYALTIES = "royalties"
    OTHER = "other"


NATURES: dict[str, str] = {
    Nature.EMPLOYEE: "Employee",
    Nature.EXECUTIVE: "Executive role",
    Nature.BOARD: "Board member",
    Nature.PRIVATE_STOCK: "Owner (privately held stock)",
    Nature.PUBLIC_STOCK: "Stock (publicly traded)",
    Nature.OPTIONS: "Stock options",
    Nature.CONSULTANT: "Consultant",
    Nature.SPEAKER: "Speaker",
    Nature.ADVISOR: "Advisor",
    Nature.RESEARCHER: "Researcher",
    Nature.ROYALTIES: "Royalties or patent beneficiary",
    Nature.OTHER: "Other",
}
# Standard 3.2: owners and employees of ineligible companies are excluded from controlling content.
EXCLUDING = frozenset({Nature.EMPLOYEE, Nature.PRIVATE_STOCK})

METHODS: dict[str, str] = {
    "independent_review": "Peer review by persons without relevant financial relationships",
    "divest": "The relationship was ended",
    "recuse": "Recused from the part concerned",
    "evidence_only": "Recommendations restricted to the best available evidence and attested",
    "replace": "Replaced for the part concerned",
}
# Standard 3.4: planners choose among divesting, recusing, review or replacement; those who write or teach among divesting, review or attestation.
METHODS_FOR_ROLE: dict[str, frozenset[str]] = {
    "planner": frozenset({"independent_review", "divest", "recuse", "replace"}),
    "faculty": frozenset({"independent_review", "divest", "evidence_only", "replace"}),
    "author": frozenset({"independent_review", "divest", "evidence_only", "replace"}),
    "reviewer": frozenset({"independent_review", "divest", "recuse", "evidence_only", "replace"}),
}


@dataclass(frozen=True)
class PersonRow:
    """One person in control of content, as learners are told.

    Relevant relationships with ineligible companies only: (nature, company), one row each, with whether it has ended.
    """

    printed_name: str
    title: str
    affiliation: str
    roles: list[str]
    relationships: list[tuple[str, str]]
    has_ended: list[bool]
    person_key: str = ""
    profession: str = ""

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


def support_sentence(company: str, kind: str, nature: str) -> str:
    """The acknowledgement of one supporter: name, and the nature if in kind; never a value, a logo or a trade name."""
    if kind != SupportKind.IN_KIND:
        said = f"This activity is supported by an educational grant from {company}"
    elif nature:
        said = f"This activity is supported in kind by {company}: {nature}"
    else:
        said = f"This activity is supported in kind by {company}"
    return said if said.endswith(".") else f"{said}."


def absence_sentence(names: Sequence[str]) -> str:
    """Who has nothing relevant to disclose, as a group."""
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "has" if len(names) == 1 else "have"
    return f"{listed} {verb} {ABSENCE}."


def mitigated(rows: Iterable[PersonRow]) -> str:
    """The statement on mitigation; "" where nothing was there to mitigate."""
    return MITIGATED if any(row.has_relevant for row in rows) else ""
