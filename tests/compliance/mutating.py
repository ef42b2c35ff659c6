"""Breaks the conditions of the gate's rules, one at a time, and asks whether a case of cases.py notices.

Each mutant is the source of one module of rules with one condition turned: negated, always or never so, one half left out, a comparison moved by
one or turned round. It is compiled anew; nothing that is imported is touched.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType

from preceptor.compliance.rules import (
    RULES,
    GateStage,
    Rule,
    content_rules,
    credit_rules,
    disclosure_rules,
    education_rules,
    findings,
    scheduled_rules,
    statement_rules,
    support_rules,
)
from tests.compliance.good import AT, GOOD, PACK
from tests.compliance.told import CASES, FILE, row

MODULES = [content_rules, credit_rules, disclosure_rules, education_rules, scheduled_rules, statement_rules, support_rules]
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
# Mutants that no case can notice: file, function, condition and change, how many of them there are, and why.
NO_KIND = "every pack with such a system has its number's kind; for types"
OTHER_PACK = "a pack of another time may lack the system"
EARLIER = "without a day, or with an earlier problem, that is told; the later one stays a problem"
NO_ZONE = "without a zone the day is taken in UTC, and the zone is found missing"
MONTHS = "the longest time of every known format is 36 months, as of an unknown one"
CALENDAR = "the end of the calendar: the property tests go there"
LATE = "decided.mitigated_at and (decided.mitigated_at > at)"
EQUIVALENT: dict[str, tuple[int, str]] = {
    "content_rules.py off_label: content → always": (1, "the text is asked only where an objective did not say it"),
    "credit_rules.py acpe_year_and_format: uan and kind → without kind": (1, NO_KIND),
    "credit_rules.py _acpe: offer.system in ACPE and offer.system in packs.systems → without offer.system in packs.systems": (
        1,
        OTHER_PACK,
    ),
    "statement_rules.py ama_designation: offer.system != AMA or AMA not in packs.systems → without AMA not in packs.systems": (
        1,
        OTHER_PACK,
    ),
    f"disclosure_rules.py mitigated_in_time: not problem and {LATE} → without not problem": (1, EARLIER),
    f"disclosure_rules.py mitigated_in_time: not problem and {LATE} → without decided.mitigated_at": (1, EARLIER),
    "disclosure_rules.py mitigated_in_time: not problem and done and dossier.released_on and (done >= dossier.released_on) → without done": (
        1,
        EARLIER,
    ),
    "disclosure_rules.py disclosures_fresh: packs.definition.lookback_months != 24 → never": (
        1,
        "of the pack, not of a dossier: test_gate has its case",
    ),
    "education_rules.py dates: end is not None and end < at.astimezone(ZoneInfo(dossier.zone or 'UTC')).date() → without dossier.zone": (
        1,
        NO_ZONE,
    ),
    "education_rules.py dates: dossier.format in packs.formats → never": (1, MONTHS),
    "scheduled_rules.py review_due: dossier.format in packs.formats → never": (1, MONTHS),
    "education_rules.py months_later: year > date.max.year → never": (1, CALENDAR),
    "education_rules.py months_later: year > date.max.year → Gt turned in year > date.max.year": (1, CALENDAR),
}
TOLD = frozenset(FILE.read_text().splitlines())


@dataclass(frozen=True)
class Mutant:
    """One module with one condition turned; the broken source is made when it is asked for."""

    module: ModuleType
    name: str
    tree: Callable[[], ast.Module]

    def rules(self) -> list[Rule]:
        """The table, with the checks of the module taken from the mutant."""
        space: dict[str, object] = {"__name__": self.module.__name__}
        exec(compile(self.tree(), self.name, "exec"), space)
        return [
            replace(rule, check=space[rule.check.__name__]) if rule.check.__module__ == self.module.__name__ else rule  # type: ignore[arg-type]
            for rule in RULES
        ]

    @property
    def is_equivalent(self) -> bool:
        """Is it known that no case can notice it?"""
        return self.name in EQUIVALENT

    @property
    def ids(self) -> set[str]:
        """The rules that the module has a part in."""
        return {rule.id for rule in RULES if rule.check.__module__ == self.module.__name__}


def is_noticed(rules: list[Rule], ids: set[str]) -> bool:
    """Does what these rules say in a case of these ids differ from the table of cases, or do they break down?"""
    rules = [rule for rule in rules if rule.id in ids]
    try:
        if any(findings(GOOD, PACK, AT, stage, rules) for stage in GateStage):
            return True
        return any(row(rule, what, dossier, stage, rules) not in TOLD for rule, what, dossier, stage in CASES if rule in ids)
    except Exception:  # a mutant may do anything
        return True


def mutants() -> Iterator[Mutant]:
    """Every mutant of every module, in order."""
    for module in MODULES:
        path = Path(module.__file__ or "")
        tree = ast.parse(path.read_text())
        for number, (function, node, field, index) in enumerate(_conditions(tree)):
            condition = _at(node, field, index)
            for what, changed in _changes(condition):
                name = f"{path.name} {function}: {ast.unparse(condition)} → {what}"
                yield Mutant(module, name, partial(_broken, tree, number, changed))


def _broken(tree: ast.Module, number: int, changed: ast.expr) -> ast.Module:
    broken = copy.deepcopy(tree)
    _, owner, field, index = list(_conditions(broken))[number]
    _put(owner, field, index, changed)
    return ast.fix_missing_locations(broken)


def _conditions(tree: ast.AST) -> Iterator[tuple[str, ast.AST, str, int]]:
    """(function, owner, field, index) of every condition inside functions: if, comprehension, conditional expression, returned comparison."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.If | ast.IfExp):
                yield function.name, node, "test", -1
            elif isinstance(node, ast.comprehension):
                for index in range(len(node.ifs)):
                    yield function.name, node, "ifs", index
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.BoolOp | ast.Compare):
                yield function.name, node, "value", -1


def _changes(condition: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    yield "not", ast.UnaryOp(ast.Not(), copy.deepcopy(condition))
    yield "always", ast.Constant(True)
    yield "never", ast.Constant(False)
    for part in ast.walk(condition):
        if isinstance(part, ast.BoolOp):
            for index in range(len(part.values)):
                yield f"without {ast.unparse(part.values[index])}", _without(condition, part, index)
        if isinstance(part, ast.Compare) and len(part.ops) == 1 and type(part.ops[0]) in TURNED:
            yield f"{type(part.ops[0]).__name__} turned in {ast.unparse(part)}", _turned(condition, part)


def _without(condition: ast.expr, part: ast.BoolOp, index: int) -> ast.expr:
    place = list(ast.walk(condition)).index(part)
    changed = copy.deepcopy(condition)
    inner = list(ast.walk(changed))[place]
    assert isinstance(inner, ast.BoolOp)
    inner.values[index] = ast.Constant(isinstance(inner.op, ast.And))
    return changed


def _turned(condition: ast.expr, part: ast.Compare) -> ast.expr:
    place = list(ast.walk(condition)).index(part)
    changed = copy.deepcopy(condition)
    inner = list(ast.walk(changed))[place]
    assert isinstance(inner, ast.Compare)
    inner.ops = [TURNED[type(part.ops[0])]()]
    return changed


def _at(node: ast.AST, field: str, index: int) -> ast.expr:
    value = getattr(node, field)
    found: ast.expr = value if index < 0 else value[index]
    return found


def _put(node: ast.AST, field: str, index: int, value: ast.expr) -> None:
    if index < 0:
        setattr(node, field, value)
    else:
        getattr(node, field)[index] = value
