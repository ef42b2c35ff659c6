"""Typesetting the printable copy.

Heavy (the typesetter is a large library): only a worker imports this module.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from preceptor.ui import typesetting
from preceptor.ui.typesetting import Typeset

TEMPLATE = Path(__file__).with_name("printable.typ")


def typeset(values: dict[str, Any], *, at: datetime) -> Typeset:
    """The printable copy (PDF/UA-1), the same bytes for the same values and moment."""
    return typesetting.typeset(TEMPLATE, values, at=at, standards=("ua-1",))
