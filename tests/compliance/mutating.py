"""Breaks the conditions of the gate's rules, one at a time, and asks whether a case of cases.py notices.

Each mutant is the source of one module of rules with one condition turned: negated, always or never so, one half left out, a comparison moved by
one or turned round. It is compiled anew; nothing that is imported is touched.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
# Mutants that no case can notice, by a piece of their name, and why.
EQUIVALENT = {
    "56 content → always": "the text is asked only where an objective did not say it",
    "without kind": "every pack with such a system has its number's kind; for types",
    "without offer.system in packs.systems": "a pack of another time may lack the system",
    "without AMA not in packs.systems": "a pack of another time may lack the system",
    "without not problem": "an earlier problem is told first, the later one stays a problem",
    "without decided.mitigated_at": "without a day there is a problem before; for types",
    "without done": "without a day there is a problem before; for types",
    "lookback_months != 24 → never": "about the pack, not the dossier: test_gate has a case of its own",
    "without dossier.zone": "without a zone the day is taken in UTC, and the zone is found missing",
    "dossier.format in packs.formats → never": "the longest time of every known format is 36 months, as of an unknown one",
    "year > date.max.year": "the end of the calendar: the property tests go there",
}
TOLD = frozenset(FILE.read_text().splitlines())


@dataclass(frozen=True)
class Mutant:
    """One module with one condition turned."""

    module: ModuleType
    name: str
    tree: ast.Module

    def rules(self) -> list[Rule]:
        """The table, with the checks of the module taken from the mutant."""
        space: dict[str, object] = {"__name__": self.module.__name__}
        exec(compile(self.tree, self.name, "exec"), space)
        return [
            replace(rule, check=space[rule.check.__name__]) if rule.check.__module__ == self.module.__name__ else rule  # type: ignore[arg-type]
            for rule in RULES
        ]

    @property
    def is_equivalent(self) -> bool:
        """Is it known that no case can notice it?"""
        return any(piece in self.name for piece in EQUIVALENT)

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
        spots = [(node, field, index) for node, field, index in _conditions(tree)]
        for number, (node, field, index) in enumerate(spots):
            condition = _at(node, field, index)
            for what, changed in _changes(condition):
                broken = copy.deepcopy(tree)
                owner, field_, index_ = list(_conditions(broken))[number]
                _put(owner, field_, index_, changed)
                name = f"{path.name}:{condition.lineno} {ast.unparse(condition)[:70]} → {what}"
                yield Mutant(module, name, ast.fix_missing_locations(broken))


def _conditions(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int]]:
    """(owner, field, index) of every condition inside functions: if, comprehension, conditional expression, returned comparison."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.If | ast.IfExp):
                yield node, "test", -1
            elif isinstance(node, ast.comprehension):
                for index in range(len(node.ifs)):
                    yield node, "ifs", index
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.BoolOp | ast.Compare):
                yield node, "value", -1


def _changes(condition: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    yield "not", ast.UnaryOp(ast.Not(), copy.deepcopy(condition))
    yield "always", ast.Constant(True)
    yield "never", ast.Constant(False)
    for part in ast.walk(condition):
        if isinstance(part, ast.BoolOp):
            for index in range(len(part.values)):
                yield f"without {ast.unparse(part.values[index])[:50]}", _without(condition, part, index)
        if isinstance(part, ast.Compare) and len(part.ops) == 1 and type(part.ops[0]) in TURNED:
            yield f"{type(part.ops[0]).__name__} turned in {ast.unparse(part)[:50]}", _turned(condition, part)


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
