"""The JSON-LD contexts that give a credential's words their meaning, from installed packages and never from the network.

None is kept in this repository. What a signature covers depends on every byte of them, so each is pinned by its digest: a package
that brings another one stops signing until somebody has looked (docs/decisions/0004).
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

PACKAGE, FOLDER = "openbadgeslib", "ob3/contexts"
PINNED = {
    CREDENTIALS: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    OPEN_BADGES: ("ob-v3p0-context-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    CLR: ("clr_context_2.0.1.json", "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6"),
    EXTENSIONS: ("ob-v3p0-extensions.json", "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93"),
}


class UnknownContext(ValueError):
    """A context that is not pinned, or whose bytes are not the pinned ones."""


@cache
def context(url: str) -> dict[str, Any]:
    """One pinned context. The package's files are read; none of its code runs."""
    if url not in PINNED:
        raise UnknownContext(f"{url} is none of the contexts that credentials are made with")
    name, digest = PINNED[url]
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UnknownContext(f"{PACKAGE} is not installed")
    data = (Path(spec.submodule_search_locations[0]) / FOLDER / name).read_bytes()
    if sha256(data).hexdigest() != digest:
        raise UnknownContext(f"{name} of {PACKAGE} is not the file whose digest is pinned")
    read: dict[str, Any] = json.loads(data)
    return read


def loader(more: Mapping[str, dict[str, Any]] | None = None) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """A document loader for PyLD that knows the pinned contexts (and `more`, for other people's vectors) and refuses all else."""

    def load(url: str, options: dict[str, Any]) -> dict[str, Any]:
        document = more[url] if more and url in more else context(url)
        return {"contextUrl": None, "documentUrl": url, "document": document, "contentType": "application/ld+json"}

    return load
