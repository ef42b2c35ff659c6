"""What the gate says in every case, as a table that a compliance officer can read. Written anew by: python -m tests.compliance.told"""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

from preceptor.compliance.rules import REGISTER, RULES, GateStage, Registered, Rule, findings
from tests.compliance.cases import FAILS, PASSES, SCHEDULED_FAILS, SCHEDULED_PASSES
from tests.compliance.good import AT, GOOD, PACK

FILE = Path(__file__).parents[2] / "docs/rules/compliance-cases.md"
REGISTER_FILE = FILE.with_name("compliance.md")
REGISTER_HEAD = """## Every rule
| id | severity | when | what it demands | where it is held | case |
|---|---|---|---|---|---|
"""
HEAD = """# Every rule of publication in cases

What breaks a rule, and what the gate then says; what comes near and passes. Each line is one change to a sample edition in which everything is right
(`tests/compliance/good.py`), judged on November 22, 2026. The tests hold this table to what the gate does.

| rule | case | what the gate says |
|---|---|---|
"""
TABLES = (
    (FAILS, GateStage.PUBLISH),
    (PASSES, GateStage.PUBLISH),
    (SCHEDULED_FAILS, GateStage.SCHEDULED),
    (SCHEDULED_PASSES, GateStage.SCHEDULED),
)
CASES = [(rule, what, replace(GOOD, **change), stage) for cases, stage in TABLES for rule, what, change in cases]


def said(rule: str, dossier: object, stage: GateStage, rules: Iterable[Rule] = RULES) -> str:
    """What one rule finds in a dossier, in one line."""
    found = findings(dossier, PACK, AT, stage, [one for one in rules if one.id == rule])  # type: ignore[arg-type]
    lines = dict.fromkeys(f"{one.message} ({', '.join(part for part in (one.where, one.evidence[:60]) if part)})" for one in found)
    return re.sub(r"[|\s]+", " ", "; ".join(lines)) or "passes"


def row(rule: str, what: str, dossier: object, stage: GateStage, rules: Iterable[Rule] = RULES) -> str:
    """One line of the table."""
    when = " (daily)" if stage is GateStage.SCHEDULED else ""
    return f"| {rule} | {what}{when} | {said(rule, dossier, stage, rules)} |"


def table() -> str:
    """The whole document, by rule."""
    return HEAD + "\n".join(sorted((row(*case) for case in CASES), key=lambda line: line[:10])) + "\n"


def register_table() -> str:
    """The register as the last part of docs/rules/compliance.md, in the order of the reference."""
    order = [line.split()[0] for line in Path(__file__).with_name("section9.txt").read_text().splitlines()]
    return REGISTER_HEAD + "".join(f"{_registered(rule, REGISTER[rule])}\n" for rule in order)


def _registered(rule: str, place: Registered) -> str:
    demand = "; ".join([*dict.fromkeys(one.demand for one in RULES if one.id == rule), *filter(None, [place.demand])])
    case = "[cases](compliance-cases.md)" if "test_gate.py" in place.case else f"`{place.case}`" if place.file else ""
    where = place.file.removeprefix("preceptor/") or f"{place.place} ({place.case})"
    return f"| {rule} | {place.severity} | {place.when} | {demand} | {where} | {case} |"


if __name__ == "__main__":
    told = REGISTER_FILE.read_text()
    REGISTER_FILE.write_text(told[: told.index("## Every rule")] + register_table())
    sys.exit(0 if FILE.write_text(table()) else 1)
