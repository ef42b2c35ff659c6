"""Commercial support: what an agreement must say, what it may be spent on, what learners are told. Source: the Standards, 4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from preceptor.accreditation.rules import Clause
from preceptor.disclosure.rules.natures import is_told_plainly, tells_value


class SupportKind(StrEnum):
    """Commercial support is money (an educational grant) or in kind (its nature is told, never a value)."""

    MONETARY = "monetary"
    IN_KIND = "in_kind"


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


def open_clauses(answers: Mapping[str, bool], clauses: Mapping[str, Clause]) -> list[str]:
    """The clauses of the day's pack that nobody has found to be so in the agreement, as texts. SUP-002."""
    return [clause.text for key, clause in clauses.items() if answers.get(key) is not True]


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
    if tells_value(nature):
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
