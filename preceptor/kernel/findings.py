"""What a rule found out about something that is to be published."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error blocks; a warning wants a signed reason; info is only said."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """A rule's verdict. `fix` is (kind, uuid or path): the desk maps it to a page; before there is one, to a file of the bundle."""

    rule_id: str
    severity: Severity
    message: str
    where: str = ""
    evidence: str = ""
    fix: tuple[str, str] = ("", "")
    source: str = ""
