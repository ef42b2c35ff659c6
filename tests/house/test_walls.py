"""Walls that the import linter cannot see, because strings stand where imports would."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse

from preceptor.catalog.rules import Step
from preceptor.journey.rules import PAGES
from tests.house.floors import ROOMS_FOLDER, ROOT, contract, floors, room_of, rooms, sources

FLOORS = floors()
OWN_LISTS = {"kernel", "ui", "studio", "api", "demo"}
OUR_MODELS = [model for model in apps.get_models() if model.__module__.startswith("preceptor.")]
TEMPLATES = sources("*/templates/**/*.html") + sources("*/templates/**/*.txt")


def test_every_room_is_on_a_floor() -> None:
    assert set(rooms()) <= set(FLOORS)


def test_every_room_keeps_the_inner_order() -> None:
    listed = {line.removeprefix("preceptor.") for line in contract("room")["containers"]}
    assert listed == set(rooms()) - OWN_LISTS


def test_readers_have_their_contract_from_the_first_day() -> None:
    if {"reporting", "outcomes"} & set(rooms()):
        assert contract("readers")["forbidden_modules"]


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_foreign_keys_point_down(model: type) -> None:
    here = model.__module__.split(".")[1]
    for field in model._meta.get_fields():  # type: ignore[attr-defined]
        target = getattr(field, "related_model", None)
        if field.auto_created or target is None or not target.__module__.startswith("preceptor."):
            continue
        there = target.__module__.split(".")[1]
        assert there == here or FLOORS[there] < FLOORS[here], f"{model.__name__}.{field.name} points up to {there}"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_models_say_what_personal_data_they_hold(model: type) -> None:
    assert "Personal data:" in (model.__doc__ or "")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOMS_FOLDER)))
def test_templates_use_their_own_rooms_or_the_shells(path: Path) -> None:
    used = re.findall(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""", path.read_text())
    own = {"account": "accounts", "admin": "admin"}.get(path.relative_to(ROOMS_FOLDER).parts[2], room_of(path))
    for name in used:
        first = name.split("/")[0]
        assert first in {"ui", room_of(path), own} or (room_of(path) == "accounts" and first == "account"), f"uses {name}"


# Letters are left out: mail programs know no other style than an inline one.
@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if "mail" not in path.parts[-3:-1]], ids=lambda path: str(path.relative_to(ROOMS_FOLDER))
)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", text)
    assert not re.search(r"<style\b|\sstyle=\"|\son[a-z]+=\"", text)
    assert not re.search(r"""(?:src|action)=["']https?://""", text)


@pytest.mark.parametrize("step", Step)
def test_every_step_has_a_page(step: Step) -> None:
    assert reverse(PAGES[step].url_name, args=["some-activity"])


URL_NAME = re.compile(r"""["']([a-z]+):[a-z_]+["']""")


def test_pages_of_rooms_above_are_named_in_the_step_table_only() -> None:
    """Below, beside or above: a URL name is an upward word too. The one table that may hold it is `journey.rules`."""
    named = [
        (path, room)
        for path in [*sources("**/*.py"), *TEMPLATES]
        for room in URL_NAME.findall(path.read_text())
        if room in FLOORS and room != room_of(path) and FLOORS[room] >= FLOORS[room_of(path)]
    ]
    assert {str(path.relative_to(ROOMS_FOLDER)) for path, _ in named} == {"journey/rules.py"}, named


WRITES = re.compile(
    r"\.(save|create|bulk_create|update_or_create|get_or_create|bulk_update)\(|\.objects\.[^\n]*\.(update|delete)\(|transaction\.atomic"
)


@pytest.mark.parametrize("path", [*sources("*/views.py"), *sources("*/views/*.py")], ids=lambda path: str(path.relative_to(ROOMS_FOLDER)))
def test_views_do_not_write_and_do_not_catch(path: Path) -> None:
    text = path.read_text()
    assert not WRITES.search(text), WRITES.search(text)
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Try)]


def _callers(name: str) -> set[str]:
    return {room_of(path) for path in sources("**/*.py") if re.search(rf"(?<!def )\b{name}\(", path.read_text())}


def test_only_compliance_marks_an_edition_published() -> None:
    assert _callers("mark_published") == {"compliance"}


LEDGERS = [
    "StepLine", "FrontMatterSeen", "Award", "Entry", "Publication", "AttemptGrant", "ProfessionChange", "StageChange", "Acknowledgement",
    "ContentReview", "CorrectionNotice", "Alert", "LedgerLine", "LedgerSeal", "ReportMark", "IdentityLink", "DoubledAward",
]  # fmt: skip


@pytest.mark.parametrize("ledger", LEDGERS)
def test_ledger_lines_are_written_by_their_own_rooms_actions(ledger: str) -> None:
    writers = {
        path
        for path in sources("**/*.py")
        if re.search(rf"\b{ledger}\.objects\.(create|bulk_create|get_or_create)\(|\b{ledger}\(\s*[a-z_]+=", path.read_text())
    }
    home = next(model.__module__.split(".")[1] for model in OUR_MODELS if model.__name__ == ledger)
    assert writers, f"nobody writes {ledger}"
    assert all(room_of(path) == home and "actions" in str(path.relative_to(ROOMS_FOLDER)) for path in writers), writers


@pytest.mark.parametrize("ledger", LEDGERS)
def test_ledger_lines_are_never_changed_or_taken_away(ledger: str) -> None:
    """No code has a way to, and the database would refuse it."""
    changing = re.compile(rf"\b{ledger}\.objects\.(update_or_create|bulk_update)\(|\b{ledger}\.objects\.[^\n]*\.(update|delete)\(")
    assert [path for path in sources("**/*.py") if changing.search(path.read_text())] == []
    model = next(model for model in OUR_MODELS if model.__name__ == ledger)
    here = ROOMS_FOLDER / model.__module__.split(".")[1] / "migrations"
    guards = "\n".join(text for path in here.glob("*.py") if "kernel.triggers" in (text := path.read_text()))
    assert re.search(rf"\b{model._meta.db_table}\b|[\"']{model._meta.model_name}[\"']", guards)  # type: ignore[attr-defined]


def test_the_map_is_the_territory() -> None:
    told = set(re.findall(r"^\| `preceptor/(\w+)/`", (ROOT / "docs" / "map.md").read_text(), re.MULTILINE))
    assert told == set(rooms())


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r"""env\.\w+\(\s*["']([A-Z0-9_]+)["']""", (ROOT / "config" / "settings.py").read_text()))
    read |= {
        name
        for path in [*ROOT.glob("config/**/*.py"), *sources("**/*.py")]
        for name in re.findall(r"""os\.environ(?:\.get\(|\[)["']([A-Z0-9_]+)""", path.read_text())
    }
    told = set(re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read - {"DJANGO_SETTINGS_MODULE", "PATH"} == told


def _strings_first_in(call: str) -> set[str]:
    return {
        code for path in sources("**/*.py") for code in re.findall(rf"""\b{call}\(\s*["']([a-z_]+\.[a-z_0-9]+)["']""", path.read_text())
    }


def test_every_refusal_is_explained() -> None:
    explained = "\n".join(path.read_text() for path in (ROOT / "docs" / "rules").glob("*.md"))
    missing = {code for code in _strings_first_in("Refused") | _strings_first_in("Reason") if f"`{code}`" not in explained}
    assert not missing


def test_every_rule_id_is_explained() -> None:
    explained = "\n".join(path.read_text() for path in (ROOT / "docs" / "rules").glob("*.md"))
    used = {rule for path in sources("**/*.py") for rule in re.findall(r"\b[A-Z]{2,6}-\d{3}\b", path.read_text())}
    assert not {rule for rule in used if rule not in explained}


def test_web_processes_load_no_typesetter() -> None:
    """It is a large library, and only workers typeset: no room's pages may bring it along."""
    code = "import django; django.setup(); import config.urls, sys; sys.exit('typst' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT).returncode == 0
