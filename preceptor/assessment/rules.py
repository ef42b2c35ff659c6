"""What must be true of tests. Plain Python."""

from enum import StrEnum


class Purpose(StrEnum):
    """The same items serve twice."""

    PRE = "pre"
    POST = "post"
