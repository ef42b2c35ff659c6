"""What must be true of the teaching. Plain Python."""

from enum import StrEnum


class PartKind(StrEnum):
    """Kinds of parts."""

    LECTURE = "lecture"
    READING = "reading"
    CASE = "case"


class Basis(StrEnum):
    """How we know that a part was completed: measured by the player, or attested by the learner's own button."""

    MEASURED = "measured"
    ATTESTED = "attested"
