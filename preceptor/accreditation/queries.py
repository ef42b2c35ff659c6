"""What we ask of packs, providers and accreditations."""

from datetime import date
from functools import lru_cache

from preceptor.accreditation.adapters.packs import Library, read_library
from preceptor.accreditation.models import Provider
from preceptor.accreditation.rules import Pack


@lru_cache(maxsize=1)
def library() -> Library:
    """All packs, read once per process."""
    return read_library()


@lru_cache(maxsize=64)
def pack_on(day: date) -> Pack:
    """What is valid on the day: credit systems, professions, identifiers, formats, kinds of accreditation, vocabulary."""
    return library().on(day)


def main_provider() -> Provider | None:
    """The provider whose house this is: the first."""
    return Provider.objects.order_by("pk").first()
