"""The gate: one pure function over a dossier and the table of rules."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from preceptor.accreditation.rules import Pack
from preceptor.compliance.rules.dossier import Dossier
from preceptor.compliance.rules.table import RULES, GateStage, Rule
from preceptor.kernel.findings import Finding, Severity


def findings(
    dossier: Dossier, packs: Pack, at: datetime, stage: GateStage = GateStage.PUBLISH, rules: Iterable[Rule] = RULES
) -> list[Finding]:
    """What the rules of a stage say about the dossier at that moment. The same dossier gives the same findings in the same order.

    `packs` is what is valid on the release date; a draft without one is judged by the packs of the day.
    """
    found = {
        Finding(rule.id, rule.severity, message, where, evidence, dossier.place_of(rule.kind, where, evidence), rule.source)
        for rule in rules
        if stage in rule.stages
        for message, where, evidence in rule.check(dossier, packs, at)
    }
    return sorted(found, key=lambda finding: (finding.rule_id, finding.where, finding.message, finding.evidence, finding.fix))


def blocking(found: Iterable[Finding]) -> list[Finding]:
    """The findings that block publication."""
    return [finding for finding in found if finding.severity is Severity.ERROR]


def by_rule(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings under their rules."""
    return {rule: list(rows) for rule, rows in groupby(sorted(found, key=lambda one: one.rule_id), key=lambda one: one.rule_id)}
