"""Every rule of the gate: the good dossier passes all of them, and each case breaks the rule that it names."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.compliance.rules import REGISTER, RULES, HolderFacts, ItemFacts, SupporterFacts, blocking, findings
from preceptor.kernel.findings import Severity
from tests.compliance.good import (
    AT,
    FACULTY,
    GOOD,
    MITIGATION,
    PACK,
    PLANNER,
    decided,
    moment,
    offer,
    person,
    relationship,
    shown,
    texts,
)

Q1, Q2 = GOOD.items
# rule, what is wrong, the change that makes it so
CASES = [
    ("STM-001", "no accreditation on the release date", {"accreditation_kinds": (), "accreditation_statements": ()}),
    ("STM-001", "AAPA credit without authorization", {"accreditation_kinds": ("joint_accreditation",)}),
    ("STM-001", "statement not shown before the start", {"front_matter": "nothing"}),
    ("STM-002", "typed by hand", {"designations": {**GOOD.designations, "ama_pra_1": "This educational activity is designated for Category 1."}}),
    ("STM-002", "another amount", {"designations": {**GOOD.designations, "ama_pra_1": GOOD.designations["ama_pra_1"].replace("0.75", "1.0")}}),
    ("STM-002", "superseded wording", {"designations": {**GOOD.designations, "ama_pra_1": GOOD.designations["ama_pra_1"].replace("claim only", "only claim")}}),
    ("STM-002", "no italics", {"designations": {**GOOD.designations, "ama_pra_1": GOOD.designations["ama_pra_1"].replace("*", "")}}),
    ("STM-002", "format not in the list", {"format": "webinar"}),
    ("STM-002", "not shown before the start", {"front_matter": "\n".join(GOOD.accreditation_statements)}),
    ("STM-003", "designated after the release", offer("ama_pra_1", designated_on=date(2026, 10, 24))),
    ("STM-003", "not designated", offer("ancc", designated_on=None)),
    ("STM-003", "credit applied for", texts(description="CME credit has been applied for.")),
    ("STM-004", "AAPA without an end", offer("aapa_1", valid_to=None)),
    ("STM-004", "no such credit system", offer("ancc", system="ancc_2")),
    ("PUB-001", "no objectives", {"objectives": ()}),
    ("PUB-001", "no audience", texts(audience=" ")),
    ("PUB-001", "no need", texts(need="")),
    ("PUB-002", "no release date", {"released_on": None}),
    ("PUB-002", "no review date", {"reviewed_on": None}),
    ("PUB-002", "no end", {"ends_on": None}),
    ("PUB-002", "end before release", {"ends_on": date(2026, 10, 1)}),
    ("PUB-002", "end in the past", {"released_on": date(2025, 1, 1), "reviewed_on": date(2025, 1, 1), "ends_on": date(2026, 11, 21)}),
    ("PUB-002", "more than 36 months", {"ends_on": date(2029, 10, 24)}),
    ("PUB-002", "no time zone", {"zone": ""}),
    ("PUB-002", "last day not shown", shown("October 18, 2027", "October 2027")),
    ("PUB-003", "time not shown", shown("44 minutes", "about 45 minutes")),
    ("PUB-003", "no worksheet", {"worksheet_minutes": None}),
    ("PUB-003", "no time", {"minutes": 0}),
    ("PUB-003", "a wished-for time", {"minutes": 60}),
    ("PUB-004", "no faculty", {"people": (PLANNER,)}),
    ("PUB-004", "no credentials", person(credentials="")),
    ("PUB-004", "no medium", {"medium": ""}),
    ("PUB-005", "no test in the plan", {"plan": tuple(step for step in GOOD.plan if step != "post_test")}),
    ("PUB-005", "no content", {"parts": 0}),
    ("PUB-006", "no contact", {"provider_email": ""}),
    ("PUB-007", "no privacy policy", {"has_privacy_policy": False}),
    ("PUB-008", "no copyright", texts(copyright="")),
    ("PUB-010", "a fee without refund policy", {"fee_cents": 5000}),
    ("BIB-001", "no bibliography", {"citation_years": ()}),
    ("DISC-001", "an old definition", person(definition="commercial-interest-2007")),
    ("DISC-003", "nothing signed", person(PLANNER, signed_at=None)),
    ("DISC-003", "signed after the release", person(PLANNER, signed_at=moment(date(2026, 11, 1)))),
    ("DISC-003", "nobody named", {"people": ()}),
    ("DISC-004", "an employee teaches", relationship(nature="employee")),
    ("DISC-004", "an owner teaches", relationship(nature="private_stock")),
    ("DISC-005", "not decided", person(holders=(HolderFacts("faculty", {}),))),
    ("DISC-005", "no rationale", decided(rationale="  ")),
    ("DISC-005", "decided for one of two roles", person(holders=(HolderFacts("faculty", {"1": MITIGATION}), HolderFacts("author", {})))),
    ("DISC-006", "no method", decided(method="")),
    ("DISC-006", "no date", decided(mitigated_at=None)),
    ("DISC-006", "after the release", decided(mitigated_at=moment(date(2026, 10, 24)))),
    ("DISC-006", "on the release day", decided(mitigated_at=moment(date(2026, 10, 23)))),
    ("DISC-006", "a faculty member cannot recuse", decided(method="recuse")),
    ("DISC-007", "a relationship is not told", {"told_people": {**GOOD.told_people, "alex": ()}}),
    ("DISC-007", "a person is missing", {"told_people": {"alex": GOOD.told_people["alex"], "robin": ()}}),
    ("DISC-007", "a relationship is not shown", shown("Consultant: Sample Company, Inc.", "Consultant")),
    ("DISC-007", "mitigation is not shown", shown("mitigated", "looked at")),
    ("DISC-007", "mitigation is not told", {"mitigation_sentence": ""}),
    ("DISC-007", "mitigation without anything to mitigate", decided(is_relevant=False)),
    ("DISC-008", "pooled natures", relationship(nature="consultant and/or speaker")),
    ("DISC-009", "signed long ago", person(signed_at=moment(date(2025, 10, 1)))),
    ("DISC-010", "undetermined company", relationship(eligibility="undetermined")),
    ("DISC-010", "undetermined supporter", {"supporters": (replace(GOOD.supporters[0], eligibility="undetermined"),)}),
    ("TXT-001", "significant", texts(description="They have no significant financial relationships.")),
    ("TXT-001", "commercial interest", texts(need="Relationships with commercial interests.")),
    ("TXT-001", "COI resolved", texts(description="The COI was resolved.")),
    ("TXT-001", "twelve months in the policy", texts(disclosure="relationships of the past 12 months")),
    ("TXT-001", "ACCME credit", texts(summary="Earn ACCME credits")),
    ("TXT-001", "COI is resolved", texts(policies="It is our policy that the COI is resolved.")),
    ("TXT-001", "the phrase shortened", texts(assessment="Up to 3 Category 1 credits")),
    ("TXT-001", "the statement of 2006", texts(cases="Physicians should only claim credit commensurate with")),
    ("TXT-002", "absence in other words", texts(description="They have no relevant financial disclosures.")),
    ("TXT-003", "a logo", {"told_support": ("This activity is supported by an educational grant from Sample Company, Inc. ![logo](x.png)",)}),
    ("SUP-003", "supporter not told", {"told_support": ()}),
    ("SUP-003", "supporter not shown", shown("an educational grant", "a grant")),
    ("SUP-003", "nature of in-kind support", {"supporters": (SupporterFacts("Sample Company, Inc.", "ineligible", "in_kind", ""),)}),
    ("ASM-001", "no items", {"items": ()}),
    ("ASM-001", "no pass mark", {"pass_mark": 0}),
    ("ASM-001", "pass mark not shown", shown("(70%)", "")),
    ("ASM-001", "needed answers not shown", shown("At least 2 of 2", "")),
    ("ASM-002", "an objective without item", {"items": (Q1,)}),
    ("ASM-002", "an item without objective", {"items": (Q1, Q2, ItemFacts("q3", "three", "recall", True, True))}),
    ("ASM-004", "no rationale for pharmacists", {"items": (replace(Q1, has_rationale=False), Q2)}),
    ("ASM-004", "no reference for pharmacists", {"items": (Q1, replace(Q2, has_reference=False))}),
    ("CRD-001", "others have participation only", {"professions": (*GOOD.professions, "other")}),
    ("CRD-002", "not a quarter", offer("ama_pra_1", amount=Decimal("0.70"))),
    ("CRD-002", "a wished-for 1.0", offer("ama_pra_1", amount=Decimal("1.0"))),
    ("CRD-003", "no number", offer("acpe_p", identifier="")),
    ("CRD-003", "a technician's number", offer("acpe_p", identifier="JA0000000-0000-26-001-H01-T")),
    ("CRD-003", "half an hour is no application", offer("acpe_p", activity_type="application")),
    ("CRD-003", "no type", offer("acpe_p", activity_type="")),
    ("CRD-004", "another year", offer("acpe_p", identifier="JA0000000-0000-25-001-H01-P")),
    ("CRD-004", "live letter", offer("acpe_p", identifier="JA0000000-0000-26-001-L01-P")),
    ("CRD-005", "no nurse plans", person(PLANNER, profession="pharmacist")),
    ("CRD-007", "approval longer than a year", offer("aapa_1", valid_to=date(2027, 10, 24))),
    ("CRD-008", "one profession plans", {"people": (FACULTY, PLANNER)}),
    ("EVAL-001", "knowledge alone", {"items": (Q1, replace(Q2, level="recall")), "changes": 0}),
    ("EVAL-002", "no form", {"has_evaluation": False}),
    ("EVAL-002", "no barriers", {"barriers": 0}),
    ("CNT-002", "old references", {"citation_years": (2010, 2021)}),
    ("CNT-003", "not stated", texts(off_label="", content="An investigational agent.")),
    ("CNT-003", "stated otherwise", {
        "objectives": (replace(GOOD.objectives[0], text="investigational therapies."), GOOD.objectives[1]),
        **texts(off_label="Faculty will not discuss off-label uses."),
    }),
    ("CNT-005", "no captions", {"without_captions": ("lecture",)}),
    ("CA-001", "California without a place for it", {"provider_state": "CA", **texts(equity="")}),
]  # fmt: skip


def ids(dossier) -> set[str]:
    return {finding.rule_id for finding in findings(dossier, PACK, AT)}


def test_the_good_dossier_passes_every_rule():
    assert findings(GOOD, PACK, AT) == []


@pytest.mark.parametrize(("rule", "what", "change"), CASES, ids=[f"{rule}: {what}" for rule, what, _ in CASES])
def test_each_rule_finds_its_defect(rule, what, change):
    assert rule in ids(replace(GOOD, **change))


def test_every_rule_of_the_gate_has_a_failing_case():
    assert {rule.id for rule in RULES} == {rule for rule, _, _ in CASES}


def test_severities_are_the_registers():
    assert {rule.id: rule.severity for rule in RULES} == {
        rule.id: {"E": Severity.ERROR, "W": Severity.WARN, "I": Severity.INFO}[REGISTER[rule.id].severity] for rule in RULES
    }
    assert {name for name, place in REGISTER.items() if place.place == "compliance.rules"} == {rule.id for rule in RULES}


def test_every_rule_is_told_in_the_docs():
    told = (Path(__file__).parents[2] / "docs/rules/compliance.md").read_text()
    assert set(re.findall(r"^\| ([A-Z]+-\d{3}) \|", told, re.MULTILINE)) == set(REGISTER)


def test_ineligible_means_relevant_eligible_does_not():
    """An eligible company needs a decision, and is never told."""
    change = relationship(eligibility="eligible") | {"told_people": dict.fromkeys(GOOD.told_people, ()), "mitigation_sentence": ""}
    assert ids(replace(GOOD, **change)) == set()


def test_warnings_do_not_block():
    found = findings(replace(GOOD, provider_email="", citation_years=(2001,)), PACK, AT)
    assert found and blocking(found) == []


CHANGES = st.lists(st.sampled_from([change for _, _, change in CASES]), max_size=6)


@settings(max_examples=120, deadline=None)
@given(changes=CHANGES)
def test_any_mixture_of_defects_is_judged_and_always_alike(changes):
    dossier = GOOD
    for change in changes:
        dossier = replace(dossier, **change)
    first = findings(dossier, PACK, AT)
    turned = replace(
        dossier, people=dossier.people[::-1], offers=dossier.offers[::-1], items=dossier.items[::-1], supporters=dossier.supporters[::-1]
    )
    assert findings(turned, PACK, AT) == first


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from([case for case in CASES if "people" in case[2]]), days=st.integers(-2000, 2000))
def test_a_defect_of_one_person_hides_no_other(case, days):
    """Adding a defect never removes a finding about another object."""
    broken = replace(GOOD, **case[2])
    more = replace(broken, citation_years=(), ends_on=GOOD.released_on + timedelta(days=days), items=())
    kept = {(finding.rule_id, finding.where) for finding in findings(broken, PACK, AT) if finding.where == FACULTY.name}
    assert kept <= {(finding.rule_id, finding.where) for finding in findings(more, PACK, AT)}
