"""YAML as people write it: safe, small, without aliases or doubled keys, and every error with its file and line."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

LIMIT_BYTES = 2_000_000


class YamlError(ValueError):
    """A file that cannot be read; the message begins with file and line."""


class Lined(dict[str, Any]):
    """A mapping that remembers the line on which it begins."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.value in seen if isinstance(key_node.value, str) else False:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key_node.value!r} is given twice", key_node.start_mark)
            seen.add(key_node.value if isinstance(key_node.value, str) else id(key_node))
        return super().construct_mapping(node, deep)


def _lined_map(loader: _Loader, node: Any) -> Any:
    mapping = Lined()
    mapping.line = node.start_mark.line + 1
    yield mapping
    mapping.update(loader.construct_mapping(node, deep=True))  # type: ignore[arg-type]


_Loader.add_constructor("tag:yaml.org,2002:map", _lined_map)


def read_yaml(path: Path, *, shown: str = "") -> Any:
    """The content of a YAML file. Mappings are `Lined`. Raises YamlError with "file, line n: …"; `shown` is the file's name for people."""
    name = shown or path.name
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise YamlError(f"{name}: {error.strerror or error}") from error
    if len(data) > LIMIT_BYTES:
        raise YamlError(f"{name}: larger than {LIMIT_BYTES // 1_000_000} MB")
    try:
        return yaml.load(data.decode("utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError as error:
        raise YamlError(f"{name}: not UTF-8 ({error.reason} at byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"{name}, line {mark.line + 1 if mark else 1}: {error.problem or error}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlError(f"{name}: {error}") from error
