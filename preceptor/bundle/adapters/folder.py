"""Reads an activity's folder. Nothing is believed: safe YAML, no links out of the folder, every problem with its file and line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preceptor.bundle.rules import (
    EVALUATION,
    REFERENCE,
    Problem,
    activity_problems,
    assessment_problems,
    evaluation_problems,
    list_problems,
    part_problems,
    place_problems,
    reference_problems,
    shape_problems,
    value_problems,
)
from preceptor.kernel.yaml_files import YamlError, read_yaml

PROSE = ("description", "need", "equity", "off_label")
PROSE_LIMIT = 400_000


@dataclass
class Folder:
    """What was read, and what was wrong with it."""

    path: Path
    activity: dict[str, Any] = field(default_factory=dict)
    references: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    evaluation: dict[str, Any] = field(default_factory=dict)
    parts: list[tuple[dict[str, Any], Path]] = field(default_factory=list)
    prose: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(path: Path) -> Folder:
    """Everything of the bundle but its media, checked."""
    folder = Folder(path)
    if not path.is_dir():
        folder.problems.append(Problem(path.name, 0, "there is no such folder"))
        return folder
    folder.problems += _links_out(path)
    if folder.problems:
        return folder
    folder.activity = _yaml(folder, path / "activity.yaml") or {}
    references = _yaml(folder, path / "references.yaml")
    assessment = _yaml(folder, path / "assessment.yaml")
    folder.evaluation = _yaml(folder, path / "evaluation.yaml") or {}
    if folder.problems:
        return folder
    folder.problems += activity_problems(folder.activity)
    folder.problems += _missing_evidence(folder)
    folder.references = references if isinstance(references, list) else []
    folder.problems += list(list_problems("references.yaml", references or [], REFERENCE, "reference"))
    folder.problems += list(reference_problems(references))
    folder.problems += list(shape_problems("evaluation.yaml", folder.evaluation, EVALUATION, "evaluation"))
    folder.problems += list(evaluation_problems(folder.evaluation))
    if not folder.problems:
        objectives = [row["key"] for row in folder.activity["objectives"]]
        folder.problems += assessment_problems(assessment, objectives, [row["key"] for row in folder.references])
        folder.items = assessment["items"] if isinstance(assessment, dict) else []
    folder.prose = {name: _prose(folder, path / f"{name}.md") for name in PROSE}
    _read_parts(folder)
    folder.problems += _places(folder)
    return folder


def _places(folder: Folder) -> list[Problem]:
    """Objectives and items say where the content treats them."""
    parts = [str(spec.get("key")) for spec, _ in folder.parts]
    found: list[Problem] = []
    for row in folder.activity["objectives"] if not folder.problems else []:
        found += place_problems("activity.yaml", row["key"], row.get("review") or [], parts, getattr(row, "line", 0))
    for item in folder.items if not folder.problems else []:
        found += place_problems("assessment.yaml", item["key"], [item.get("review") or {}], parts, getattr(item, "line", 0))
    return found


def _read_parts(folder: Folder) -> None:
    for place in sorted(p for p in (folder.path / "content").glob("*") if p.is_dir()):
        shown = f"content/{place.name}/part.yaml"
        spec = _yaml(folder, place / "part.yaml", shown)
        folder.problems += part_problems(shown, spec, [str(other.get("key")) for other, _ in folder.parts])
        if isinstance(spec, dict):
            folder.parts.append((spec, place))
    if not folder.parts:
        folder.problems.append(Problem("content", 0, "there are no parts: content/NN-key/part.yaml is expected"))


def _yaml(folder: Folder, path: Path, shown: str = "") -> Any:
    try:
        value = read_yaml(path, shown=shown)
        folder.problems += value_problems(shown or path.name, value)
        return value
    except YamlError as error:
        folder.problems.append(_as_problem(str(error), shown or path.name))
        return None


def _as_problem(text: str, shown: str) -> Problem:
    rest = text.removeprefix(shown)
    if rest.startswith(", line "):
        number, _, message = rest.removeprefix(", line ").partition(": ")
        return Problem(shown, int(number), message)
    return Problem(shown, 0, rest.removeprefix(": "))


def _prose(folder: Folder, path: Path) -> str:
    if not path.exists():
        if path.stem in {"description", "need"}:
            folder.problems.append(Problem(path.name, 0, "is missing"))
        return ""
    if path.stat().st_size > PROSE_LIMIT:
        folder.problems.append(Problem(path.name, 0, "is too long"))
        return ""
    try:
        return path.read_bytes().decode("utf-8").strip()
    except UnicodeDecodeError:
        folder.problems.append(Problem(path.name, 0, "is not UTF-8"))
        return ""


def _missing_evidence(folder: Folder) -> list[Problem]:
    """An offer's evidence and a supporter's agreement are files of the bundle, by their path in the folder."""
    root, found = folder.path.resolve(), []
    for what, name in (("offers", "evidence"), ("support", "agreement")):
        for row in folder.activity.get(what) or []:
            named = row.get(name) if isinstance(row, dict) else None
            place = (folder.path / str(named)).resolve() if named else root
            if named and not (place.is_file() and place.is_relative_to(root)):
                found.append(Problem("activity.yaml", getattr(row, "line", 0), f"{what}: there is no file {named!r} in the folder"))
    return found


def _links_out(path: Path) -> list[Problem]:
    root = path.resolve()
    return [
        Problem(str(each.relative_to(path)), 0, "leads out of the folder")
        for each in path.rglob("*")
        if each.is_symlink() and not each.resolve().is_relative_to(root)
    ]
