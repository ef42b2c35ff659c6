"""The day on which a role begins, where a person is written to, and what the desk may call at all."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from preceptor.catalog import actions
from preceptor.catalog.models import RoleHolder
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests import make

ROOT = Path(__file__).parents[2] / "preceptor"


@pytest.fixture
def holder(db: None) -> RoleHolder:
    """A person in a role on a draft."""
    return make.draft_edition().role_holders.get(role="faculty")


def lines(verb: str) -> list[Entry]:
    """What the logbook holds of an action."""
    return list(Entry.objects.filter(verb=verb).order_by("pk"))


def test_the_day_on_which_a_role_begins_is_kept_with_its_writer_and_the_earlier_day(holder: RoleHolder) -> None:
    at, was = timezone.now(), holder.starts_on
    for day in (date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 1), None):
        actions.begin_role(holder, day, by="Somebody Else", at=at)
        assert RoleHolder.objects.get(pk=holder.pk).starts_on == day
    holder.edition.refresh_from_db()
    assert "Somebody Else" in holder.edition.written_by
    told = [(line.detail["from"], line.detail["to"], line.by) for line in lines("catalog.begin_role")]
    by = "Somebody Else"
    assert told == [(str(was or ""), "2026-03-01", by), ("2026-03-01", "2026-04-01", by), ("2026-04-01", "", by)]


def test_a_role_of_a_published_edition_begins_when_it_began(db: None) -> None:
    holder = make.published_edition().role_holders.get(role="faculty")
    with pytest.raises(Refused) as refused:
        actions.begin_role(holder, date(2026, 3, 1), by=make.BY, at=timezone.now())
    assert refused.value.code == "catalog.is_published" and not lines("catalog.begin_role")
    assert RoleHolder.objects.get(pk=holder.pk).starts_on == holder.starts_on


def test_where_a_person_is_written_to_changes_with_a_line_that_holds_no_address(holder: RoleHolder) -> None:
    for _ in range(2):
        actions.record_contact(holder.person, "alex@sample.example", by=make.BY, at=timezone.now())
    (line,) = lines("catalog.record_contact")
    assert line.by == make.BY and "alex" not in str(line.detail) + str(line.reason)
    holder.person.refresh_from_db()
    assert holder.person.email == "alex@sample.example"


# --- what the desk calls

Action = tuple[str, str]


def _calls(node: ast.AST) -> set[str]:
    called = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {func.id if isinstance(func, ast.Name) else func.attr for func in called if isinstance(func, ast.Name | ast.Attribute)}


def _actions() -> dict[Action, ast.FunctionDef]:
    """(room, name) → the function, for every function of every room's actions."""
    found = {}
    for path in [*ROOT.glob("*/actions.py"), *ROOT.glob("*/actions/*.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                found[path.relative_to(ROOT).parts[0], node.name] = node
    return found


def _called_by_the_desk() -> Iterator[Action]:
    """The actions that a staff page or an admin page uses."""
    for path in [*(ROOT / "studio").rglob("*.py"), *ROOT.glob("*/admin.py")]:
        tree = ast.parse(path.read_text())
        rooms = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("preceptor."):
                place = str(node.module).split(".")
                for name in node.names:
                    if place[2:] == ["actions"]:
                        yield place[1], name.name
                    elif name.name == "actions" and len(place) == 2:
                        rooms[name.asname or name.name] = place[1]
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
                yield rooms[node.value.id], node.attr


def _writes_a_line(
    action: Action, known: dict[Action, ast.FunctionDef], *, is_atomic: bool = False, seen: frozenset[Action] = frozenset()
) -> bool:
    """Does the action, or one that it calls, write a line, in a transaction of its own or of its caller?"""
    if action not in known or action in seen:
        return False
    called, is_atomic = _calls(known[action]), is_atomic or "atomic" in ast.unparse(known[action])
    if "write_entry" in called:
        return is_atomic
    return any(_writes_a_line(other, known, is_atomic=is_atomic, seen=seen | {action}) for other in known if other[1] in called)


def test_every_action_of_the_desk_is_one_transaction_with_a_line_in_the_logbook() -> None:
    known, used = _actions(), sorted(set(_called_by_the_desk()))
    assert len(used) > 30 and ("catalog", "begin_role") in used
    assert [action for action in used if not _writes_a_line(action, known)] == []


def test_every_action_of_the_catalog_is_one_transaction() -> None:
    found = {name: ast.unparse(node) for (room, name), node in _actions().items() if room == "catalog" and not name.startswith("_")}
    assert [
        name for name, text in found.items() if not text.startswith("@transaction.atomic") and name not in ("note_writer", "need_draft")
    ] == []
