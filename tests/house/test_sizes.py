"""Budgets. Passing one means raising the number here, with a reason."""

import ast
from pathlib import Path

import pytest

from tests.house.floors import ROOMS_FOLDER, ROOT, sources

FILES = [*sources("**/*.py"), *sorted(ROOT.glob("config/**/*.py"))]
LONGER: dict[str, int] = {}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGER.get(_name(path), 400)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


@pytest.mark.parametrize("path", [*sources("*/views.py"), *sources("*/views/*.py")], ids=lambda path: str(path.relative_to(ROOMS_FOLDER)))
def test_views_stay_thin(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 25, node.name
