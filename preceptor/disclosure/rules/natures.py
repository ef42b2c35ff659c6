"""Companies, relationships and roles: what counts, who is excluded, which mitigation fits. Source: the Standards, 3.1 to 3.4."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Eligibility(StrEnum):
    """Whether a company is an ineligible company by the definition of the Standards; undetermined blocks publication."""

    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"


class ExclusionOutcome(StrEnum):
    """Owners and employees are excluded from controlling content; Standard 3.2 knows three exceptions for employees."""

    EXCLUDED = "excluded"
    UNRELATED = "unrelated"  # (a) content unrelated to the employer's business lines and products
    BASIC_SCIENCE = "basic_science"  # (b) limited to basic science or research methods, without care recommendations
    TECHNICIAN = "technician"  # (c) technicians teaching the safe and proper use of a device
    NOT_OWNER = "not_owner"  # no exception: who sits on a board or holds an office was found to be neither owner nor employee


OUTCOMES: dict[str, str] = {
    ExclusionOutcome.EXCLUDED: "Excluded from controlling content",
    ExclusionOutcome.UNRELATED: "Exception (a): the content is unrelated to the employer’s business lines and products",
    ExclusionOutcome.BASIC_SCIENCE: "Exception (b): basic science or research methods only, without recommendations for care",
    ExclusionOutcome.TECHNICIAN: "Exception (c): a technician teaches the safe and proper use of a device, not whether or when to use it",
    ExclusionOutcome.NOT_OWNER: "Neither owner nor employee",
}
EXCEPTIONS = frozenset({ExclusionOutcome.UNRELATED, ExclusionOutcome.BASIC_SCIENCE, ExclusionOutcome.TECHNICIAN})


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


# As learners are told.
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
# As people are asked, where that says more.
ASKED: dict[str, str] = NATURES | {
    Nature.BOARD: "Member of the board of directors",
    Nature.PRIVATE_STOCK: "Owner, or holder of private stock",
    Nature.PUBLIC_STOCK: "Holder of publicly traded stock (not a mutual fund)",
    Nature.SPEAKER: "Speaker, promotional talks included",
    Nature.ADVISOR: "Advisor, member of an advisory board or review panel",
    Nature.RESEARCHER: "Researcher, contracted research included",
    Nature.ROYALTIES: "Receiver of royalties, or of income from a patent",
    Nature.OTHER: "Something else",
}
# Standard 3.2: owners and employees of ineligible companies are excluded from controlling content.
EXCLUDING = frozenset({Nature.EMPLOYEE, Nature.PRIVATE_STOCK})
# Whether the holder of an office is an owner or employee is for a person to find out: the ruling is recorded like an exclusion.
NEEDS_RULING = frozenset({Nature.EXECUTIVE, Nature.BOARD})

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


def needs_exclusion(nature: str, eligibility: str) -> bool:
    """Must the staff decide whether this person is out? Owners, employees and holders of offices of ineligible companies (DISC-004)."""
    return eligibility == Eligibility.INELIGIBLE and nature in EXCLUDING | NEEDS_RULING


def is_named(given_name: str, family_name: str, typed: str) -> bool:
    """Does what was typed name this person, in whatever case, order and with whatever degrees?"""
    return bool(set(plain_name(typed).split()) >= set(plain_name(f"{given_name} {family_name}").split()))


def outcomes_for(nature: str) -> list[str]:
    """The outcomes that can be decided for a nature: the exceptions are for employees; an owner is out; an office wants a ruling."""
    match nature:
        case Nature.EMPLOYEE:
            return [ExclusionOutcome.EXCLUDED, *sorted(EXCEPTIONS)]
        case Nature.PRIVATE_STOCK:
            return [ExclusionOutcome.EXCLUDED]
        case Nature.EXECUTIVE | Nature.BOARD:
            return [ExclusionOutcome.EXCLUDED, ExclusionOutcome.NOT_OWNER, *sorted(EXCEPTIONS)]
    return []


def role_start(starts_on: date | None, role: str, released_on: date | None) -> date | None:
    """The day before which everything has to be settled: the role's own, or else the release for those whose content is released then.

    When planning began cannot be guessed: a planner without a day has none.
    """
    return starts_on or (None if role == "planner" else released_on)


def mitigation_problem(role: str, method: str, done_on: date | None, starts_on: date | None) -> str:
    """Why a mitigation does not do; "" when it does: a method that fits the role, finished before the role began."""
    if not method or done_on is None:
        return "It is not mitigated yet."
    if method not in METHODS_FOR_ROLE.get(role, frozenset()):
        return f"“{METHODS.get(method, method)}” does not fit the role of {role}."
    if starts_on is None:
        return f"The day on which the role of {role} begins is not known."
    if done_on >= starts_on:
        return "It was mitigated only after the role had begun."
    return ""


_FORMS = {"inc", "incorporated", "llc", "ltd", "limited", "corp", "corporation", "co", "company", "plc", "ag", "gmbh", "sa", "nv", "the"}


def plain_name(name: str) -> str:
    """A company's name for comparison: small letters without accents, punctuation and legal form: “Sample Bio, Inc.” is “sample bio”."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", " ", bare.replace("&", " and ")).split()
    return " ".join([word for word in words if word not in _FORMS] or words) or name.strip().casefold()


def is_told_plainly(text: str) -> bool:
    """Names only: no markup, image, address or mark of a product (®, ™) can stand in what learners are told."""
    return not re.search(r"[<>®™]|!\[|\]\(|https?:|www\.", text)


def tells_value(text: str) -> bool:
    """Does a text hold an amount of money? Learners are never told one."""
    return bool(re.search(r"[$€£]|\b(?:USD|EUR|dollars?|cents?|valued?|worth)\b", text, re.IGNORECASE))


_STOP = {"and", "the", "for", "with", "other", "health", "healthcare", "care", "medical", "medicine", "medicines", "products", "treatment",
         "therapy", "patients", "sample", "clinical", "management", "services", "disease", "drugs"}  # fmt: skip


def _words(text: str) -> set[str]:
    """Words that carry a subject, cut to a common beginning: oncology and oncologist, cancers and cancer meet."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return {word.rstrip("s")[:7] for word in re.findall(r"[a-z0-9]{4,}", bare) if word not in _STOP}


@dataclass(frozen=True)
class Suggestion:
    """Help for whoever decides relevance. None: nothing can be said. It is never taken by itself."""

    is_relevant: bool | None
    because: list[str]


def suggested_relevance(
    *,
    company: str,
    eligibility: str,
    lines: Sequence[str],
    products: Sequence[str],
    topics: Iterable[str],
    text: str,
    is_past: bool = False,
    owner: str = "",
    owner_lines: Sequence[str] = (),
    owner_products: Sequence[str] = (),
) -> Suggestion:
    """The company's business lines against the topics, its products against the text: a related topic is enough, the product need not be named.

    `is_past`: the relationship ended more than 24 months before the role begins. What the company's `owner` does counts as well, and is told as the owner's.
    """
    if eligibility == Eligibility.ELIGIBLE:
        return Suggestion(False, [f"{company} is not an ineligible company."])
    if is_past:
        return Suggestion(False, ["The relationship ended more than 24 months before the role begins."])
    topics = list(topics)
    because = _meetings(company, lines, products, topics, text)
    because += _meetings(f"{owner}, which owns {company},", owner_lines, owner_products, topics, text)
    lines, products = [*lines, *owner_lines], [*products, *owner_products]
    if eligibility == Eligibility.UNDETERMINED:
        because.append(f"It is not determined yet whether {company} is an ineligible company: decide that first.")
        return Suggestion(None, because)
    if because:
        return Suggestion(True, because)
    if not lines and not products:
        return Suggestion(None, [f"Nothing is recorded of the business lines and products of {company}."])
    told = " and ".join(["business line" if lines else "", "product" if products else ""]).strip(" and")
    return Suggestion(False, [f"No recorded {told} of {company} meets the topics or the text."])


def _meetings(whose: str, lines: Sequence[str], products: Sequence[str], topics: Sequence[str], text: str) -> list[str]:
    met = [
        f"The business line “{line}” of {whose} meets the topic “{topic}”."
        for line in lines
        for topic in topics
        if _words(line) & _words(topic)
    ]
    met += [f"The business line “{line}” of {whose} occurs in the text." for line in lines if not met and _words(line) & _words(text)]
    return met + [f"The text names {product}, a product of {whose.rstrip(',')}." for product in products if _mentions(text, product)]


def _mentions(text: str, product: str) -> bool:
    return bool(product.strip()) and re.search(rf"\b{re.escape(product.strip())}\b", text, re.IGNORECASE) is not None
