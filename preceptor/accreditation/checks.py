"""`manage.py check` reads the packs: a broken one is one clear error with file and line, before anybody is served."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from preceptor.accreditation.adapters.packs import BrokenPack, library


@register
def packs_are_whole(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """All packs can be read, the provider's own too, and what they name is there."""
    try:
        library()
    except BrokenPack as broken:
        return [Error(f"A pack cannot be used: {broken}", id="accreditation.E001")]
    return []
