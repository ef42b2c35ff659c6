"""Every rule of the gate: the good dossier passes all of them; each case of cases.py breaks, or just passes, the rule that it names."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from preceptor.compliance.rules import REGISTER, RULES, GateStage, barring, blocking, digest_of, findings, unsigned
from preceptor.kernel.findings import Severity
from tests.compliance.cases import FAILS, PASSES, SCHEDULED_FAILS, SCHEDULED_PASSES
from tests.compliance.good import AT, GOOD, PACK, relationship
from tests.compliance.told import FILE, REGISTER_FILE, register_table, table

ROOT = Path(__file__).parents[2]
REFERENCE = [line.split() for line in (ROOT / "tests/compliance/section9.txt").read_text().splitlines()]
WHEN = {"D": "draft", "P": "publish", "E": "enrol", "C": "claim", "R": "report", "J": "scheduled"}
# What is not held at every time that the reference names: numbers are told of at enrolment and asked for at the claim; sending waits for reporting.
NOT_THEN = {"CLAIM-003": {"enrol"}, "REP-002": {"report", "scheduled"}}
NAMES = {"E": Severity.ERROR, "W": Severity.WARN, "I": Severity.INFO}


def ids(dossier, stage=GateStage.PUBLISH) -> set[str]:
    return {finding.rule_id for finding in findings(dossier, PACK, AT, stage)}


def name(cases):
    return [f"{rule}: {what}" for rule, what, _ in cases]


@pytest.mark.parametrize("stage", GateStage)
def test_the_good_dossier_passes_every_rule(stage):
    assert findings(GOOD, PACK, AT, stage) == []


@pytest.mark.parametrize(("rule", "what", "change"), FAILS, ids=name(FAILS))
def test_each_rule_finds_its_defect(rule, what, change):
    assert rule in ids(replace(GOOD, **change))


@pytest.mark.parametrize(("rule", "what", "change"), PASSES, ids=name(PASSES))
def test_each_rule_lets_pass_what_is_near(rule, what, change):
    assert rule not in ids(replace(GOOD, **change))


@pytest.mark.parametrize(("rule", "what", "change"), SCHEDULED_FAILS, ids=name(SCHEDULED_FAILS))
def test_the_clock_finds(rule, what, change):
    assert rule in ids(replace(GOOD, **change), GateStage.SCHEDULED)


@pytest.mark.parametrize(("rule", "what", "change"), SCHEDULED_PASSES, ids=name(SCHEDULED_PASSES))
def test_the_clock_lets_pass(rule, what, change):
    assert rule not in ids(replace(GOOD, **change), GateStage.SCHEDULED)


def test_every_rule_of_the_gate_has_a_failing_and_a_passing_case():
    assert {rule.id for rule in RULES} == {rule for rule, *_ in (*FAILS, *SCHEDULED_FAILS)}
    assert {rule.id for rule in RULES} == {rule for rule, *_ in (*PASSES, *SCHEDULED_PASSES)}


def test_every_check_is_shown_by_a_case_of_its_own():
    """Of two entries of the table with one id, each finds something that the other does not."""
    for rule in RULES:
        cases = SCHEDULED_FAILS if GateStage.SCHEDULED in rule.stages else FAILS
        assert any(id_ == rule.id and list(rule.check(replace(GOOD, **change), PACK, AT)) for id_, _, change in cases), rule


def test_no_case_is_written_twice():
    counted = Counter(name([*FAILS, *PASSES])) + Counter(name([*SCHEDULED_FAILS, *SCHEDULED_PASSES]))
    assert [case for case, count in counted.items() if count > 1] == []


def test_severities_are_the_registers():
    """The first entry of an id has the reference's severity; further entries are milder parts of it."""
    first = {rule.id: rule.severity for rule in reversed(RULES)}
    assert first == {rule: NAMES[REGISTER[rule].severity] for rule in first}


def test_the_register_names_every_id_with_file_and_case_or_says_not_yet():
    reference = [rule for rule, *_ in REFERENCE]
    assert set(REGISTER) == set(reference) and len(reference) == len(set(reference)) == 94
    for rule, registered in REGISTER.items():
        if not registered.file:
            assert registered.place == "not yet enforced" and registered.case in {"reporting", "records", "outcomes"}, rule
            continue
        assert (ROOT / registered.file).exists(), rule
        file, _, test = registered.case.partition("::")
        assert re.search(rf"^def {test.partition('[')[0]}\(", (ROOT / file).read_text(), re.MULTILINE), registered.case


def test_what_the_register_says_of_the_gate_is_so():
    where = {rule.id: f"preceptor/compliance/rules/{rule.check.__module__.rpartition('.')[2]}.py" for rule in reversed(RULES)}
    assert {rule: REGISTER[rule].file for rule in where} == where
    for rule in RULES:
        assert all(stage in REGISTER[rule.id].when for stage in rule.stages), rule


def test_the_severities_of_the_reference_hold():
    assert {rule: registered.severity for rule, registered in REGISTER.items()} == {rule: severity for rule, severity, _ in REFERENCE}


@pytest.mark.parametrize(("rule", "when"), [(rule, when) for rule, _, when in REFERENCE])
def test_a_rule_acts_when_the_reference_says(rule, when):
    missing = {WHEN[letter] for letter in when.split("/")} - set(REGISTER[rule].when.split(", "))
    assert missing == NOT_THEN.get(rule, set())


def test_a_draft_is_judged_by_fewer_rules():
    bare = replace(GOOD, objectives=(), citations=(), people=())
    assert ids(bare, GateStage.DRAFT) == {"DISC-003", "CRD-005"}
    assert ids(bare, GateStage.DRAFT) < ids(bare)


def test_ineligible_means_relevant_eligible_does_not():
    """An eligible company needs a decision, and is never told."""
    change = relationship(eligibility="eligible") | {"told_people": dict.fromkeys(GOOD.told_people, ()), "mitigation_sentence": ""}
    assert ids(replace(GOOD, **change)) == set()


def test_warnings_do_not_block_but_want_a_signature():
    found = findings(replace(GOOD, provider_email="", has_privacy_policy=False), PACK, AT)
    assert len(found) == 2 and blocking(found) == []
    assert unsigned(found, [digest_of(found[0])]) == found[1:]


def test_a_stage_is_barred_by_its_own_rules_alone():
    found = findings(replace(GOOD, citations=(), objectives=()), PACK, AT)
    assert {one.rule_id for one in barring("disclosures_open", found)} == {"PUB-001"}
    assert {"BIB-001", "PUB-001", "ASM-002"} <= {one.rule_id for one in barring("ready", found)}
    assert barring("draft", found) == []


def test_a_finding_leads_to_what_mends_it():
    uuids = {
        ("person", "Robin Sample, RN"): "p",
        ("relationship", "Alex Sample, MD: Sample Company, Inc."): "r",
        ("offer", "ama_pra_1"): "o",
    }
    broken = replace(GOOD, uuid="e", uuids=uuids, citations=(), **relationship(nature="employee"))
    assert {one.rule_id: one.fix for one in findings(broken, PACK, AT) if one.rule_id in {"DISC-004", "BIB-001"}} == {
        "DISC-004": ("relationship", "r"),
        "BIB-001": ("edition", "e"),
    }


def test_the_table_of_cases_is_what_the_gate_says():
    """After a change of rules or cases: python -m tests.compliance.told, and read the difference."""
    assert FILE.read_text() == table()


def test_the_register_is_told():
    assert REGISTER_FILE.read_text().endswith(register_table())


def test_a_definition_that_looks_back_less_than_24_months_is_told():
    short = replace(PACK, definition=replace(PACK.definition, lookback_months=12))
    assert "DISC-009" in {one.rule_id for one in findings(GOOD, short, AT)}
