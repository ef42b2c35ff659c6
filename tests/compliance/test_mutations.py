"""Break each rule's condition, and a case fails. A sample here; all of them with `python bench/mutations.py`."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from preceptor.compliance.rules import RULES
from tests.compliance.mutating import EQUIVALENT, is_noticed, mutants

SAMPLE, SEED = 150, 20261122


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id} {rule.check.__name__}")
def test_a_rule_that_never_fires_or_always_fires_is_noticed(rule):
    never = replace(rule, check=lambda dossier, packs, at: iter(()))
    always = replace(rule, check=lambda dossier, packs, at: iter([("It is so.", "anywhere", "")]))
    for broken in (never, always):
        assert is_noticed([broken if one is rule else one for one in RULES], {rule.id})


def test_unbroken_rules_are_not_noticed():
    assert not is_noticed(list(RULES), {rule.id for rule in RULES})


def test_what_no_case_can_notice_is_named_and_no_more_of_it():
    """By file, function, condition and change, each with its number: a condition that comes to look alike is not excused along with it."""
    known = [mutant for mutant in mutants() if mutant.is_equivalent]
    assert Counter(mutant.name for mutant in known) == {name: count for name, (count, _) in EQUIVALENT.items()}
    assert [mutant.name for mutant in known if is_noticed(mutant.rules(), mutant.ids)] == []


def test_broken_conditions_are_noticed():
    chosen = random.Random(SEED).sample([mutant for mutant in mutants() if not mutant.is_equivalent], SAMPLE)
    assert [mutant.name for mutant in chosen if not is_noticed(mutant.rules(), mutant.ids)] == []
