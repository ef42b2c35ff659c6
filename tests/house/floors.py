"""The order of the rooms, read from the import contract, so that it is written down once."""

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS_FOLDER = ROOT / "preceptor"


def contract(name: str) -> dict[str, list[str]]:
    """One contract of .importlinter: option → its lines."""
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {key: [line for line in value.splitlines() if line] for key, value in parser[f"importlinter:contract:{name}"].items()}


def floors() -> dict[str, int]:
    """Room → floor, 0 is the lowest; neighbours share a floor."""
    lines = contract("floors")["layers"]
    return {room.strip().strip("()"): height for height, line in enumerate(reversed(lines)) for room in line.split("|")}


def rooms() -> list[str]:
    """The rooms that exist."""
    return sorted(path.parent.name for path in ROOMS_FOLDER.glob("*/__init__.py"))


def room_of(path: Path) -> str:
    """The room that a file lies in."""
    return path.relative_to(ROOMS_FOLDER).parts[0]


def sources(pattern: str) -> list[Path]:
    """The rooms' files of a name, migrations left out."""
    return sorted(path for path in ROOMS_FOLDER.glob(pattern) if "migrations" not in path.parts)
