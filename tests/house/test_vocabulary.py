"""Our own pages, letters and forms keep to the words that the gate asks of everybody: no forbidden or dated term of the day's packs."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from preceptor.accreditation.queries import pack_on
from tests.house.floors import ROOMS_FOLDER, sources

TERMS = list(pack_on(date.max).terms.values())
MARKUP = re.compile(r"<[^>]+>|{[%#].*?[%#]}", re.DOTALL)
PAGES = sorted([*sources("*/templates/**/*.html"), *sources("*/templates/**/*.txt"), *sources("**/*.typ"), *sources("*/static/**/*.js")])
# Python that words something: forms, views, rules, refusals, letters. What looks for a term has to name it.
CODE = [path for path in sources("**/*.py") if path.relative_to(ROOMS_FOLDER).as_posix() != "compliance/rules/wording.py"]


def found_in(text: str) -> list[str]:
    """The terms of the packs that stand in a text, wherever they are meant for."""
    return [f"{term.key}: {match[0]}" for term in TERMS for match in re.finditer(term.pattern, text, re.IGNORECASE)]


def said(path: Path) -> str:
    """What a page or letter says, without its markup, as one line."""
    return re.sub(r"\s+", " ", MARKUP.sub("", path.read_text()))


def texts_of(source: str) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def _name(path: Path) -> str:
    return str(path.relative_to(ROOMS_FOLDER))


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_pages_and_letters_use_no_forbidden_or_dated_term(path: Path) -> None:
    assert found_in(said(path)) == []


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_forms_and_messages_use_no_forbidden_or_dated_term(path: Path) -> None:
    assert [term for text in texts_of(path.read_text()) for term in found_in(text)] == []


def test_the_rooms_that_speak_of_relationships_and_credit_are_read() -> None:
    read = {path.relative_to(ROOMS_FOLDER).parts[0] for path in PAGES}
    assert {"disclosure", "credit", "journey", "evaluation", "compliance", "studio"} <= read


def test_a_forbidden_term_would_be_found() -> None:
    assert found_in("significant relationships with commercial interests in the past 12 months")
    assert list(texts_of('"""Nothing to disclose."""\nsaid = "nothing to disclose"')) == ["nothing to disclose"]
