"""Commercial support: what an agreement must say, what it may be spent on, what learners are told. Source: the Standards, 4."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from preceptor.disclosure.rules.natures import is_told_plainly


class SupportKind(StrEnum):
    """Commercial support is money (an educational grant) or in kind (its nature is told, never a value)."""

    MONETARY = "monetary"
    IN_KIND = "in_kind"


# The checklist of an agreement: each has to be true of its text. SUP-002.
CLAUSES: dict[str, str] = {
    "in_writing": "Terms, conditions and purposes of the support are in writing",
    "provider_decides": "The accredited provider alone decides on receiving and spending the support",
    "no_suggestions": "The supporter neither suggests nor chooses topics, speakers, authors or other persons in control of content",
    "no_approval": "The supporter has no right to see, comment on or approve content before its release",
    "no_direct_payment": "The supporter pays no cost of the education or of its learners directly",
    "no_learner_expenses": "Nothing is spent on travel, lodging, honoraria or personal expenses of learners",
    "no_marketing": "The support is not tied to marketing, exhibits or promotion",
    "no_learner_data": "Names and addresses of learners are not given to the supporter without each learner’s consent",
    "acknowledgement": "The supporter is acknowledged by name, without logo, trade name or product message",
    "accounting": "The provider accounts for the spending, to the accreditor and to this supporter, on request",
}
EXPENSES: dict[str, str] = {
    "faculty_honoraria": "Honoraria of faculty and authors",
    "faculty_travel": "Travel and lodging of faculty and authors in that role",
    "planner_honoraria": "Honoraria of planners and reviewers",
    "planner_travel": "Travel and lodging of planners and reviewers in that role",
    "production": "Production of content",
    "platform": "Platform and distribution",
    "staff": "Staff and administration of the provider",
    "accreditation": "Accreditation and credit fees",
    "evaluation": "Evaluation and outcomes",
    "fees_for_all": "Lower or no fee, for all learners alike",
    "other": "Other cost of the education",
}
# Standard 4.1: support may never pay for these, whoever asks. SUP-005.
FORBIDDEN_EXPENSES: dict[str, str] = {
    "learner_travel": "Travel of learners",
    "learner_lodging": "Lodging of learners",
    "learner_honoraria": "Honoraria or gifts to learners",
    "learner_expenses": "Personal expenses of learners",
}


def open_clauses(answers: Mapping[str, bool]) -> list[str]:
    """The clauses of the checklist that nobody has found to be so, as texts."""
    return [text for key, text in CLAUSES.items() if answers.get(key) is not True]


@dataclass(frozen=True)
class Account:
    """What came in, what was spent, what went back, in cents."""

    received: int
    spent: int
    returned: int = 0

    @property
    def left(self) -> int:
        """What is still there."""
        return self.received - self.spent - self.returned

    @property
    def is_balanced(self) -> bool:
        """Everything was spent or returned."""
        return self.left == 0


def nature_problem(kind: str, nature: str, products: Sequence[str] = ()) -> str:
    """Why the nature of a support cannot be told as it is typed; "" when it can. In kind: a nature, never a value, trade name or logo."""
    if kind == SupportKind.MONETARY:
        return ""
    if not nature.strip():
        return "Say what was given in kind."
    if re.search(r"[$€£]|\b(?:USD|EUR|dollars?|cents?|valued?|worth)\b", nature, re.IGNORECASE):
        return "Support in kind is told by its nature, never by a value."
    if not is_told_plainly(nature) or any(product and product.casefold() in nature.casefold() for product in products):
        return "Name the kind of thing that was given: no trade name, logo or link."
    return ""


def support_sentence(company: str, kind: str, nature: str) -> str:
    """The acknowledgement of one supporter: name, and the nature if in kind; never a value, a logo or a trade name."""
    if kind != SupportKind.IN_KIND:
        said = f"This activity is supported by an educational grant from {company}"
    elif nature:
        said = f"This activity is supported in kind by {company}: {nature}"
    else:
        said = f"This activity is supported in kind by {company}"
    return said if said.endswith(".") else f"{said}."


# A scan or a signed file, by its first bytes: what it is, not what it is called.
LARGEST_AGREEMENT = 20 * 1024 * 1024
AGREEMENT_KINDS: dict[bytes, tuple[str, str]] = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}


def agreement_kind(head: bytes) -> tuple[str, str] | None:
    """(media type, ending) of a file by its first bytes; None for anything but a PDF, PNG or JPEG."""
    return next((kind for magic, kind in AGREEMENT_KINDS.items() if head.startswith(magic)), None)
