"""Where a finding is mended: the one table from what it names to a page, and the sections of the desk that show how many there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from preceptor.compliance.queries import RuleRow
from preceptor.kernel.findings import Finding


@dataclass(frozen=True)
class Mend:
    """The page of a kind: URL name, what the link says, the section it belongs to.

    `takes`: what stands in its address, the edition, the thing, both or none. `anchor`: the thing's place in a page of many. `bundle`: where it is
    changed in the activity's folder, for what no form of the desk changes; `{where}` is what the finding names.
    """

    name: str
    label: str
    section: str
    takes: tuple[str, ...] = ("edition",)
    anchor: str = ""
    bundle: str = ""


def _look(label: str, anchor: str, bundle: str) -> Mend:
    """Content is looked at here, and changed in the folder."""
    return Mend("studio:content", label, "content", anchor=anchor, bundle=bundle)


# Finding.fix kind → page.
PAGES: dict[str, Mend] = {
    "edition": Mend("studio:texts", "Change the texts", "texts"),
    "offer": Mend("studio:offer", "Open this credit", "credit", takes=("edition", "thing")),
    "person": Mend("studio:person", "Open this person’s disclosure", "people", takes=("edition", "thing")),
    "relationship": Mend("studio:relationship", "Open the review", "people", takes=("edition", "thing")),
    "company": Mend("studio:company", "Open this company", "people", takes=("thing",)),
    "support": Mend("studio:support_one", "Open this support", "support", takes=("edition", "thing")),
    "provider": Mend("studio:provider", "Open the provider", "statements", takes=()),
    "objective": Mend("studio:objectives", "Change the objectives", "objectives"),
    "item": _look("See the item", "item-{thing}", "assessment.yaml, items: the one with key {where}"),
    "part": _look("See the part", "part-{thing}", "content/*/part.yaml: the one with key {where}"),
    "citation": Mend("studio:references", "Change the references", "references"),
}
# Of findings about the edition as a whole, some are mended elsewhere than among its texts: first by what they name …
_TEXTS, _DATES = PAGES["edition"], Mend("studio:dates", "Change dates and policy", "dates")
_PLANNING, _CREDIT = Mend("studio:planning", "Change the planning", "planning"), Mend("studio:offers", "Open credit and time", "credit")
_PEOPLE, _SUPPORT = Mend("studio:board", "Open the disclosures", "people"), Mend("studio:support", "Open commercial support", "support")
_REVIEW, _AGAIN = Mend("studio:review", "Open the content review", "review"), Mend("studio:edition", "Make a new edition", "checklist")
_OBJECTIVES, _REFERENCES, _PROVIDER = PAGES["objective"], PAGES["citation"], PAGES["provider"]
_PARTS = _look("See the content", "parts", "content/*/: part.yaml and its texts")
_ITEMS = _look("See the test items", "items", "assessment.yaml, items")
_FORM = _look("See the evaluation", "evaluation", "evaluation.yaml: changes, barriers")
_TOPICS = Mend("studio:planning", "See the planning", "planning", bundle="activity.yaml, state_topics: {where}")
_NUMBER = Mend("studio:planning", "Change the planning", "planning", bundle="activity.yaml: activity_number")
_IMPORTED = Mend("studio:texts", "Look at the imported texts", "texts", anchor="imported")
BY_PLACE: dict[str, Mend] = {
    **dict.fromkeys(("title", "subtitle", "summary", "description", "need", "audience", "equity", "off_label", "copyright"), _TEXTS),
    **dict.fromkeys(("dates", "pass_mark", "medium"), _DATES),
    **dict.fromkeys(("gap", "needs", "knowledge", "competence", "performance", "change", "format", "competencies", "fee"), _PLANNING),
    **dict.fromkeys(("novel topics", "equity plan"), _PLANNING),
    **dict.fromkeys(("disclosure", "policies"), _PROVIDER),
    **dict.fromkeys(("content", "cases"), _PARTS),
    "activity number": _NUMBER,
    "assessment": _ITEMS,
    "evaluation": _FORM,
    "objectives": _OBJECTIVES,
    "people": _PEOPLE,
    "plan": _look("See the content", "parts", "activity.yaml: has_pre_test"),
    "front matter": Mend("studio:preview", "See what learners see", "preview"),
    "references": _REFERENCES,
    "support": _SUPPORT,
    "worksheet": _CREDIT,
}
# … then by their rule.
OF_EDITION: dict[str, Mend] = {
    **dict.fromkeys(("PUB-002", "PUB-005", "PUB-010"), _DATES),
    **dict.fromkeys(("PUB-011", "CA-001", "CA-002", "FMT-001", "EVAL-001", "DISC-012", "CNT-003"), _PLANNING),
    **dict.fromkeys(
        ("PUB-003", "CRD-001", "CRD-002", "STM-001", "STM-002", "STM-003", "STM-004", "CRD-008", "ANC-003", "SUP-006"), _CREDIT
    ),
    **dict.fromkeys(("PUB-004", "DISC-001", "DISC-002", "DISC-003", "DISC-005", "DISC-007"), _PEOPLE),
    **dict.fromkeys(("SUP-001", "SUP-003", "SUP-004", "TXT-003", "ANC-001"), _SUPPORT),
    **dict.fromkeys(("BIB-001", "CNT-002"), _REFERENCES),
    **dict.fromkeys(("ASM-001", "ASM-002", "ASM-004"), _ITEMS),
    **dict.fromkeys(("CNT-005", "ANC-002"), _PARTS),
    "EVAL-002": _FORM,
    "TAG-001": _TOPICS,
}
# What is never mended where the thing itself is: a review by its page, a team by its people, an edition whose time is over by the next one.
OF_RULE: dict[str, Mend] = {
    **dict.fromkeys(("CNT-001", "CNT-004"), _REVIEW),
    **dict.fromkeys(("CRD-005", "CRD-008"), _PEOPLE),
    "EXP-003": _AGAIN,
}
# Which field of the file, where a rule asks for one.
FIELDS = {
    "ASM-002": "objective",
    "ASM-004": "rationale, references",
    "CNT-005": "captions of the lecture",
}
SECTIONS: dict[str, tuple[str, str]] = {
    "checklist": ("Before you publish", "studio:edition"),
    "texts": ("Texts", "studio:texts"),
    "objectives": ("Objectives", "studio:objectives"),
    "dates": ("Dates and policy", "studio:dates"),
    "planning": ("Planning", "studio:planning"),
    "people": ("People and disclosures", "studio:board"),
    "support": ("Commercial support", "studio:support"),
    "credit": ("Credit and time", "studio:offers"),
    "statements": ("Statements", "studio:statements"),
    "content": ("Content and tests", "studio:content"),
    "references": ("References", "studio:references"),
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
    if kind != "edition":
        return PAGES[kind]
    if finding.where.startswith("imported: "):
        return _IMPORTED
    return BY_PLACE.get(finding.where.partition(":")[0]) or OF_EDITION.get(finding.rule_id, _TEXTS)


def fix_url(finding: Finding, edition_uuid: object) -> str:
    """Its address, within the edition that the finding is about."""
    mend = mend_of(finding)
    known = {"edition": edition_uuid, "thing": finding.fix[1]}
    anchor = "#" + mend.anchor.format(thing=finding.fix[1]) if mend.anchor else ""
    return reverse(mend.name, args=[known[name] for name in mend.takes]) + anchor


def bundle_place(finding: Finding) -> str:
    """Which file and field of the activity's folder has to be changed; "" where a form of the desk does it."""
    mend = mend_of(finding)
    field = FIELDS.get(finding.rule_id, "")
    place = mend.bundle.format(where=finding.where)
    return f"{place} ({field})" if place and field else place


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
