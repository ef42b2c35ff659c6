"""The one way in which a rule or an action says no."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One reason why something is not possible yet, with the way out.

    `code` is stable and explained in docs/rules; `message` is for the person concerned; `next_url` is where it can be mended ("" = nowhere).
    """

    code: str
    message: str
    next_url: str = ""
    next_label: str = ""


class Refused(Exception):
    """Raised by rules and actions; turned into a page, a 409 or an exit status in one place each.

    `code` has the form "room.reason". `next_url` is where the person can go on: no refusal is a dead end.
    """

    def __init__(self, code: str, message: str, next_url: str = "", reasons: Sequence[Reason] = (), next_label: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_url = next_url
        self.next_label = next_label
        self.reasons = tuple(reasons)
