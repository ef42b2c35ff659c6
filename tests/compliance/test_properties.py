"""What holds of the gate whatever it is given: it never crashes, it is the same in any order, a defect here hides none there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.compliance.rules import (
    CitationFacts,
    CompanyFacts,
    Decided,
    Dossier,
    Excluded,
    GateStage,
    HolderFacts,
    ItemFacts,
    ObjectiveFacts,
    OfferFacts,
    PersonFacts,
    RelationshipFacts,
    ReviewFacts,
    SupporterFacts,
    TopicFacts,
    findings,
)
from preceptor.disclosure.rules import METHODS, NATURES, OUTCOMES, support_sentence
from preceptor.kernel.findings import Finding
from tests.compliance.cases import FAILS, SCHEDULED_FAILS
from tests.compliance.good import AT, BY_HAND, CONSULTANT, GOOD, MITIGATION, PACK, SIGNED, SUPPORTER, designations, moment

TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "significant relationships", "consultant and/or speaker of A, B, C", "![](x.png)", "http://[x", "HER2-Postive"]
    ),
)
NAME = st.one_of(st.sampled_from(["A", "B", "C, MD", "Sample Company, Inc."]), TEXT)
DAY = st.one_of(st.none(), st.dates(), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
MOMENT = st.datetimes(datetime(1902, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
AMOUNT = st.one_of(st.decimals(0, 200, places=2), st.sampled_from([Decimal("0.25"), Decimal("0.75"), Decimal(1)]))
SYSTEM = st.one_of(st.sampled_from(sorted(PACK.systems)), TEXT)
ELIGIBILITY = st.sampled_from(["ineligible", "eligible", "undetermined", "x"])
KEYS = st.sampled_from(["1", "2", "3"])
DECIDED = st.builds(Decided, st.booleans(), TEXT, NAME, st.one_of(TEXT, st.sampled_from(sorted(METHODS))), st.one_of(st.none(), MOMENT))
EXCLUDED = st.builds(Excluded, st.one_of(TEXT, st.sampled_from(sorted(OUTCOMES))), TEXT, TEXT)
HOLDER = st.builds(
    HolderFacts,
    st.sampled_from(["faculty", "author", "planner", "reviewer", "x"]),
    st.dictionaries(KEYS, DECIDED, max_size=3),
    st.dictionaries(KEYS, EXCLUDED, max_size=2),
    DAY,
)
NATURE = st.one_of(TEXT, st.sampled_from(sorted(NATURES)))
RELATIONSHIP = st.builds(RelationshipFacts, KEYS, NAME, ELIGIBILITY, NATURE, TEXT)
PROFESSION = st.one_of(st.sampled_from(sorted(PACK.professions)), TEXT)


def rows(facts: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(facts, max_size=most).map(tuple)


PLACES = rows(st.tuples(st.sampled_from(["reading", "case", ""]), st.sampled_from(["", "first", "last"])), 2)
PERSON = st.builds(
    PersonFacts, NAME, NAME, TEXT, PROFESSION, rows(HOLDER), rows(RELATIONSHIP), st.one_of(st.none(), MOMENT),
    st.sampled_from([PACK.definition.key, "old"]),
)  # fmt: skip
SUPPORTER_FACTS = st.builds(
    SupporterFacts, NAME, ELIGIBILITY, st.sampled_from(["monetary", "in_kind", "x"]), TEXT, st.booleans(), DAY, DAY,
    st.dictionaries(st.sampled_from([*PACK.clauses, "x"]), st.booleans(), max_size=4), TEXT,
)  # fmt: skip
OFFER = st.builds(
    OfferFacts, SYSTEM, AMOUNT, st.one_of(TEXT, st.just("JA0000000-0000-26-001-H01-P")),
    st.sampled_from(["", "knowledge", "application", "practice", "x"]), DAY, DAY, DAY,
    rows(st.sampled_from(["number", "dates", "evidence", "x"])), st.one_of(st.none(), AMOUNT), st.dictionaries(st.sampled_from(["by", "who", "how"]), TEXT),
)  # fmt: skip
REVIEW = st.builds(
    ReviewFacts, NAME, NAME, st.dictionaries(st.sampled_from(["evidence", "images", "x"]), st.booleans()), st.booleans(), MOMENT
)
DOSSIER = st.builds(
    Dossier,
    slug=TEXT, title=TEXT, texts=st.dictionaries(st.sampled_from(["need", "content", "equity", "off_label", "description"]), TEXT),
    objectives=rows(st.builds(ObjectiveFacts, KEYS, TEXT, TEXT, TEXT, PLACES)), professions=rows(PROFESSION),
    format=st.sampled_from(["enduring_material", "x"]), medium=TEXT, plan=rows(st.sampled_from([*GOOD.plan, "x"]), 8),
    pass_mark=st.integers(0, 100), fee_cents=st.integers(0, 10**6), minutes=st.integers(-5, 10**4),
    worksheet_minutes=st.one_of(st.none(), st.decimals(0, 10**4, places=2)), released_on=DAY, reviewed_on=DAY, ends_on=DAY,
    zone=st.sampled_from(["", "America/New_York", "Pacific/Kiritimati"]),
    citations=rows(st.builds(CitationFacts, KEYS, st.integers(0, 9999), st.sampled_from(["", "alive", "dead", "unknown"]))),
    people=rows(PERSON), supporters=rows(SUPPORTER_FACTS), offers=rows(OFFER, 5),
    items=rows(st.builds(ItemFacts, KEYS, KEYS, TEXT, st.booleans(), st.booleans(), PLACES)), has_evaluation=st.booleans(),
    changes=st.integers(0, 3), barriers=st.integers(0, 3), parts=st.integers(0, 3), without_captions=rows(TEXT), provider_name=NAME,
    provider_email=TEXT, provider_state=st.sampled_from(["", "CA", "NY"]), has_privacy_policy=st.booleans(),
    accreditation_kinds=rows(st.one_of(TEXT, st.sampled_from(sorted(PACK.kinds)))), accreditation_statements=rows(TEXT),
    designations=st.dictionaries(SYSTEM, TEXT), told_people=st.dictionaries(NAME, rows(st.tuples(TEXT, NAME))), told_support=rows(TEXT),
    mitigation_sentence=TEXT, front_matter=st.one_of(st.none(), TEXT),
    companies=rows(st.builds(CompanyFacts, NAME, ELIGIBILITY, rows(TEXT), rows(TEXT), DAY, DAY)), reviews=rows(REVIEW), partners=rows(NAME),
    practice=st.dictionaries(st.sampled_from(["gap", "change", "exempt", "competencies"]), TEXT),
    equity_plan=st.dictionaries(st.sampled_from(["clc", "ib"]), TEXT), novel_topics=rows(TEXT),
    state_topics=rows(st.builds(TopicFacts, TEXT, TEXT, rows(TEXT), st.integers(-5, 500))), is_patient_care=st.booleans(),
    derived_from_live=TEXT, activity_number=TEXT, imported=st.dictionaries(st.sampled_from(["disclosure", "support", "related"]), TEXT),
    cited=st.frozensets(TEXT, max_size=2), anchors=st.dictionaries(st.sampled_from(["reading", "case"]), rows(st.sampled_from(["first", ""]))), content_links=rows(TEXT),
)  # fmt: skip
STAGE = st.sampled_from(GateStage)
LISTS = (
    "people",
    "offers",
    "items",
    "supporters",
    "citations",
    "objectives",
    "companies",
    "reviews",
    "partners",
    "state_topics",
    "novel_topics",
)


@settings(max_examples=300, deadline=None)
@given(dossier=DOSSIER, at=MOMENT, stage=STAGE)
def test_no_dossier_crashes_the_gate(dossier: Dossier, at: datetime, stage: GateStage) -> None:
    assert all(isinstance(one, Finding) and one.message for one in findings(dossier, PACK, at, stage))


@settings(max_examples=150, deadline=None)
@given(dossier=DOSSIER, at=MOMENT, stage=STAGE, data=st.data())
def test_the_same_dossier_gives_the_same_findings_in_any_order(
    dossier: Dossier, at: datetime, stage: GateStage, data: st.DataObject
) -> None:
    turned = replace(dossier, **{name: tuple(data.draw(st.permutations(getattr(dossier, name)))) for name in LISTS})
    assert findings(turned, PACK, at, stage) == findings(dossier, PACK, at, stage)


def plain(finding: Finding) -> tuple[str, ...]:
    """A finding without its evidence, which may count what else there is."""
    return finding.rule_id, finding.where, finding.message, str(finding.severity)


# Objects with a name of their own, whole; each defect breaks one of them. However many are broken already, breaking one more hides nothing of the others.
PEOPLE = [
    PersonFacts(f"p{n}", f"Person {n}, MD", "MD", "physician", (HolderFacts("faculty", {"1": MITIGATION}),), (CONSULTANT,), SIGNED, PACK.definition.key)
    for n in range(4)
]  # fmt: skip
PEOPLE_DEFECTS = [
    {"signed_at": None},
    {"signed_at": moment(date(2026, 11, 1))},
    {"definition": "old"},
    {"credentials": ""},
    {"holders": (HolderFacts("faculty", {}),)},
    {"holders": (HolderFacts("faculty", {"1": replace(MITIGATION, method="")}),)},
    {"holders": (HolderFacts("faculty", {"1": replace(MITIGATION, rationale="")}),)},
    {"relationships": (replace(CONSULTANT, nature="employee"),)},
    {"relationships": (replace(CONSULTANT, nature="and/or"),)},
    {"relationships": (replace(CONSULTANT, nature="other"),)},
    {"relationships": (replace(CONSULTANT, eligibility="undetermined"),)},
]
OFFERS = [
    *GOOD.offers,
    replace(GOOD.offers[3], system="acpe_t", identifier="JA0000000-0000-26-001-H01-T"),
    replace(GOOD.offers[2], system="aanp", identifier="S-1"),
    replace(GOOD.offers[2], system="moc_abim", identifier="123456789", reporting=BY_HAND),
]
OFFERS_DEFECTS = [
    {"amount": Decimal("0.70")},
    {"amount": Decimal("0.25")},
    {"amount": Decimal(0)},
    {"identifier": ""},
    {"identifier": "#1"},
    {"identifier": "JA0000000-0000-25-001-L77-T"},
    {"activity_type": ""},
    {"activity_type": "practice"},
    {"designated_on": None},
    {"designated_on": date(2026, 10, 24)},
    {"valid_to": None},
    {"valid_to": date(2026, 10, 1)},
    {"valid_to": date(2031, 1, 1)},
    {"approved_from": date(2026, 10, 24)},
    {"approval_gaps": ("number", "dates", "evidence")},
    {"rx_hours": Decimal(9)},
    {"reporting": {}},
    {"reporting": {"by": "hand"}},
]
OBJECTIVES = tuple(replace(GOOD.objectives[0], key=f"o{n}") for n in range(4))
ITEMS = [ItemFacts(f"i{n}", f"o{n}", "competence", True, True, (("reading", "first"),)) for n in range(4)]
ITEMS_DEFECTS = [
    {"objective": "nowhere"},
    {"objective": ""},
    {"level": "recall"},
    {"has_rationale": False},
    {"has_reference": False},
    {"has_rationale": False, "has_reference": False},
    {"review": (("lecture", ""),)},
    {"review": (("reading", "last"), ("case", "first"))},
]
SUPPORTERS = [replace(SUPPORTER, company=f"Sample Company {name}") for name in ("One", "Two", "Three", "Four")]
SUPPORTERS_DEFECTS = [
    {"has_agreement": False},
    {"signed_supporter_on": None},
    {"signed_provider_on": None},
    {"signed_supporter_on": date(2026, 10, 24)},
    {"signed_provider_on": date(2026, 10, 24)},
    {"clauses": {}},
    {"clauses": {**SUPPORTER.clauses, "no_suggestions": False}},
    {"clauses_checked_by": ""},
    {"eligibility": "undetermined"},
    {"kind": "in_kind"},
]
KINDS: dict[str, tuple[list, list[dict], Callable[[list], Dossier], Callable[[Any], str]]] = {
    "people": (PEOPLE, PEOPLE_DEFECTS, lambda rows: replace(GOOD, people=tuple(rows)), lambda one: one.name),
    "offers": (
        OFFERS,
        OFFERS_DEFECTS,
        lambda rows: replace(GOOD, offers=tuple(rows), designations=designations(tuple(rows)), front_matter=None),
        lambda one: one.system,
    ),
    "items": (
        ITEMS,
        ITEMS_DEFECTS,
        lambda rows: replace(GOOD, items=tuple(rows), objectives=OBJECTIVES, front_matter=None),
        lambda one: one.key,
    ),
    "supporters": (
        SUPPORTERS,
        SUPPORTERS_DEFECTS,
        lambda rows: replace(
            GOOD,
            supporters=tuple(rows),
            told_support=tuple(support_sentence(one.company, one.kind, one.nature) for one in rows),
            front_matter=None,
        ),
        lambda one: one.company,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_defect_is_found_of_some_object(kind: str) -> None:
    """A defect that nothing finds would make the next test say nothing. What belongs to one credit alone is no defect of another."""
    whole, defects, dossier, named = KINDS[kind]
    bare = {plain(finding) for finding in findings(dossier(whole), PACK, AT)}
    for defect in defects if kind != "items" else [one for one in defects if "level" not in one]:
        broken = [dossier([replace(one, **defect) if n == at else one for n, one in enumerate(whole)]) for at in range(len(whole))]
        assert any({plain(one) for one in findings(each, PACK, AT)} - bare for each in broken), defect


@settings(max_examples=250, deadline=None)
@given(kind=st.sampled_from(sorted(KINDS)), data=st.data())
def test_a_defect_of_one_object_hides_none_of_another(kind: str, data: st.DataObject) -> None:
    whole, defects, dossier, named = KINDS[kind]
    order = data.draw(st.permutations(range(len(whole))))
    last, others = order[0], order[1:]
    broken = list(whole)
    for place in others[: data.draw(st.integers(1, len(others)))]:
        for defect in data.draw(st.lists(st.sampled_from(defects), min_size=1, max_size=2)):
            broken[place] = replace(broken[place], **defect)
    before = findings(dossier(broken), PACK, AT)
    added = list(broken)
    added[last] = replace(added[last], **data.draw(st.sampled_from(defects)))
    after = {plain(finding) for finding in findings(dossier(added), PACK, AT)}
    names = {named(one) for n, one in enumerate(whole) if n != last}
    assert {plain(finding) for finding in before if finding.where in names} <= after


# Which part of the dossier a case changes; findings whose place lies elsewhere must stay when the defect is added to another broken dossier.
SINGLE = [(rule, what, change) for rule, what, change in FAILS if len(change) == 1]


@settings(max_examples=300, deadline=None)
@given(first=st.sampled_from(SINGLE), second=st.sampled_from(SINGLE))
def test_adding_a_defect_elsewhere_removes_nothing(first: tuple, second: tuple) -> None:
    """Two cases that change different parts: what the first alone is found for is found with both, unless it was about what both share."""
    if set(first[2]) & set(second[2]):
        return
    only = {plain(one) for one in findings(replace(GOOD, **first[2]), PACK, AT) if one.rule_id == first[0]}
    both = {plain(one) for one in findings(replace(GOOD, **first[2], **second[2]), PACK, AT)}
    conditional = {
        "people",
        "offers",
        "supporters",
        "items",
        "parts",
        "format",
        "has_evaluation",
        "provider_state",
        "released_on",
        "front_matter",
    }
    if not set(second[2]) & conditional:
        assert only <= both, (first[:2], second[:2])


CHANGES = st.lists(st.sampled_from([change for *_, change in (*FAILS, *SCHEDULED_FAILS)]), max_size=8)


@settings(max_examples=150, deadline=None)
@given(changes=CHANGES, stage=STAGE)
def test_any_mixture_of_defects_is_judged_and_always_alike(changes: list[dict], stage: GateStage) -> None:
    dossier = GOOD
    for change in changes:
        dossier = replace(dossier, **change)
    turned = replace(dossier, **{name: getattr(dossier, name)[::-1] for name in LISTS})
    assert findings(turned, PACK, AT, stage) == findings(dossier, PACK, AT, stage)
