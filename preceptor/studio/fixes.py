"""Where a finding is mended: the one table from what it names to a page, and the sections of the desk that show how many there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from preceptor.compliance.queries import RuleRow
from preceptor.kernel.findings import Finding


@dataclass(frozen=True)
class Mend:
    """The page of a kind: URL name, what the link says, the section it belongs to.

    `takes`: what stands in its address, the edition, the thing, both or none. `anchor`: the thing's place in a page of many.
    """

    name: str
    label: str
    section: str
    takes: tuple[str, ...] = ("edition",)
    anchor: str = ""


# Finding.fix kind → page.
PAGES: dict[str, Mend] = {
    "edition": Mend("studio:texts", "Change the texts", "texts"),
    "offer": Mend("studio:offer", "Open this credit", "credit", takes=("edition", "thing")),
    "person": Mend("studio:person", "Open this person’s disclosure", "people", takes=("edition", "thing")),
    "relationship": Mend("studio:relationship", "Open the review", "people", takes=("edition", "thing")),
    "company": Mend("studio:company", "Open this company", "people", takes=("thing",)),
    "support": Mend("studio:support_one", "Open this support", "support", takes=("edition", "thing")),
    "provider": Mend("studio:provider", "Open the provider", "statements", takes=()),
    "objective": Mend("studio:content", "See the objective", "content", anchor="objective"),
    "item": Mend("studio:content", "See the item", "content", anchor="item"),
    "part": Mend("studio:content", "See the part", "content", anchor="part"),
    "citation": Mend("studio:content", "See the references", "content", anchor="references"),
}
# Of findings about the edition as a whole, some are mended elsewhere than among its texts.
_TEXTS, _DATES = PAGES["edition"], Mend("studio:dates", "Change dates and policy", "dates")
_PLANNING, _CREDIT = Mend("studio:planning", "Change the planning", "planning"), Mend("studio:offers", "Open credit and time", "credit")
_PEOPLE, _SUPPORT = Mend("studio:board", "Open the disclosures", "people"), Mend("studio:support", "Open commercial support", "support")
_CONTENT, _REVIEW = Mend("studio:content", "See content and tests", "content"), Mend("studio:review", "Open the content review", "review")
OF_EDITION: dict[str, Mend] = {
    **dict.fromkeys(("PUB-002", "PUB-005", "PUB-010", "EXP-003"), _DATES),
    **dict.fromkeys(("PUB-011", "CA-001", "CA-002", "FMT-001", "EVAL-001", "DISC-012", "CNT-003"), _PLANNING),
    **dict.fromkeys(
        ("PUB-003", "CRD-001", "CRD-002", "TAG-001", "STM-001", "STM-002", "STM-003", "STM-004", "CRD-008", "ANC-003"), _CREDIT
    ),
    **dict.fromkeys(("PUB-004", "DISC-001", "DISC-002", "DISC-003", "DISC-005", "DISC-007", "CRD-005"), _PEOPLE),
    **dict.fromkeys(("SUP-001", "SUP-003", "SUP-004", "SUP-006", "ANC-001"), _SUPPORT),
    **dict.fromkeys(("ASM-001", "ASM-002", "ASM-004", "EVAL-002", "BIB-001", "CNT-002", "CNT-004", "CNT-005"), _CONTENT),
}
OF_RULE: dict[str, Mend] = {"CNT-001": _REVIEW, "CNT-004": _REVIEW}
SECTIONS: dict[str, tuple[str, str]] = {
    "checklist": ("Before you publish", "studio:edition"),
    "texts": ("Texts", "studio:texts"),
    "dates": ("Dates and policy", "studio:dates"),
    "planning": ("Planning", "studio:planning"),
    "people": ("People and disclosures", "studio:board"),
    "support": ("Commercial support", "studio:support"),
    "credit": ("Credit and time", "studio:offers"),
    "statements": ("Statements", "studio:statements"),
    "content": ("Content and tests", "studio:content"),
    "review": ("Content review", "studio:review"),
    "preview": ("As learners see it", "studio:preview"),
    "learners": ("Learners", "studio:learners"),
}


@dataclass(frozen=True)
class Section:
    """A line of the desk's navigation, with what there is to do behind it."""

    key: str
    label: str
    url: str
    to_fix: int = 0
    to_look_at: int = 0


def mend_of(finding: Finding) -> Mend:
    """The page that mends a finding."""
    kind = finding.fix[0] or "edition"
    if finding.rule_id in OF_RULE:
        return OF_RULE[finding.rule_id]
    return OF_EDITION.get(finding.rule_id, _TEXTS) if kind == "edition" else PAGES[kind]


def fix_url(finding: Finding, edition_uuid: object) -> str:
    """Its address, within the edition that the finding is about."""
    mend = mend_of(finding)
    known = {"edition": edition_uuid, "thing": finding.fix[1]}
    anchor = f"#{mend.anchor}" if mend.anchor == "references" else f"#{mend.anchor}-{finding.fix[1]}" if mend.anchor else ""
    return reverse(mend.name, args=[known[name] for name in mend.takes]) + anchor


def sections_of(edition_uuid: object, failed: Iterable[RuleRow], warned: Iterable[RuleRow]) -> list[Section]:
    """Every section, with how many errors and open warnings are mended there."""
    errors = [mend_of(row.finding).section for rule in failed for row in rule.rows if row.is_open and row.finding.severity == "error"]
    warnings = [mend_of(row.finding).section for rule in (*failed, *warned) for row in rule.rows if row.is_open]
    open_warnings = {key: warnings.count(key) - errors.count(key) for key in SECTIONS}
    all_errors, all_open = {key: errors.count(key) for key in SECTIONS}, open_warnings
    all_errors["checklist"], all_open["checklist"] = len(errors), len(warnings) - len(errors)
    return [
        Section(key, label, reverse(name, args=[edition_uuid]), all_errors[key], all_open[key]) for key, (label, name) in SECTIONS.items()
    ]
