"""What we ask about publication: the dossier, the checklist, the status, what was shown."""

from preceptor.compliance.queries.checklists import (
    Checklist,
    FindingRow,
    Judgement,
    RuleRow,
    acknowledgements_of,
    activity_status,
    checklist,
    judge,
    may_publish_alone,
    open_warnings,
)
from preceptor.compliance.queries.dossiers import dossier_of, teaching_facts
from preceptor.compliance.queries.evidence import Replay, Shown, engaged_with, replay

__all__ = [
    "Checklist",
    "FindingRow",
    "Judgement",
    "Replay",
    "RuleRow",
    "Shown",
    "acknowledgements_of",
    "activity_status",
    "checklist",
    "dossier_of",
    "engaged_with",
    "judge",
    "may_publish_alone",
    "open_warnings",
    "replay",
    "teaching_facts",
]
