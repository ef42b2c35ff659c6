"""Content hashes of what is kept for evidence."""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """The same bytes for the same value, always: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(value: Any) -> str:
    """Hex digest of bytes, of a text's UTF-8, or of a value's canonical JSON."""
    data = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else canonical_json(value)
    return hashlib.sha256(data).hexdigest()
