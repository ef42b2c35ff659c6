"""`manage.py check` reads the packs: a broken one is one clear error with file and line, before anybody is served."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from preceptor.accreditation.adapters.packs import BrokenPack, read_library


@register
def packs_are_whole(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """All packs can be read, and what they name is there."""
    try:
        read_library()
    except BrokenPack as broken:
        return [Error(f"A pack in preceptor/accreditation/data cannot be used: {broken}", id="accreditation.E001")]
    return []
