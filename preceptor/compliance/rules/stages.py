"""How far an edition has come: stages of a draft with their guards, the state of what is published, what a review signs. Plain Python."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from preceptor.catalog.rules import EditionState, Stage
from preceptor.compliance.rules.education_rules import months_later
from preceptor.kernel.findings import Finding, Severity
from preceptor.kernel.hashing import sha256_of

# What a reviewer of content answers, each with yes or no; all must hold. Source: Standards for Integrity and Independence, 1 and 2; HIPAA.
REVIEW_CHECKLIST: dict[str, str] = {
    "evidence": "Recommendations for patient care rest on current science, evidence and clinical reasoning.",
    "balance": "Diagnostic and therapeutic options are given a fair and balanced view.",
    "research": "Research that is cited conforms to accepted standards of design, collection, analysis and interpretation.",
    "new_topics": "New, evolving and controversial topics are identified as such, without advocacy.",
    "no_promotion": "Nothing promotes a product or service; there are no logos and no needless trade names.",
    "deidentified": "The faculty attested that no patient can be identified, or has authorized it.",
    "images": "Every image was looked at for identifying details and for permission of use.",
}
# Days before an end at which the staff are written to (EXP-003, CRD-007).
ALERT_DAYS = (120, 60, 30)
ALERT_SUBJECTS = {
    "EXP-003": "Review due",
    "CRD-007": "An approval ends",
    "DISC-009": "A disclosure is old",
    "DISC-011": "Look at a start-up again",
    "BIB-001": "A link leads nowhere",
    "ANC-001": "Something from elsewhere",
}
OLD_DISCLOSURE = timedelta(days=366)
ORDER = (Stage.DRAFT, Stage.DISCLOSURES_OPEN, Stage.CONTENT_REVIEW, Stage.READY)
# Errors of these rules keep an edition out of a stage; "" at the end stands for every rule. Warnings never do: they want a signed reason at publication.
GUARDS: dict[Stage, tuple[str, ...]] = {
    Stage.DRAFT: (),
    Stage.DISCLOSURES_OPEN: ("PUB-001", "SUP-006"),
    Stage.CONTENT_REVIEW: ("DISC-001", "DISC-002", "DISC-003", "DISC-004", "DISC-005", "DISC-008", "DISC-010", "PUB-001", "PUB-005", "SUP-006", "CRD-005"),
    Stage.READY: ("",),
}  # fmt: skip


class ActivityStatus(StrEnum):
    """What an edition is on a day: its draft stages, then published → review due → expired or withdrawn."""

    DRAFT = "draft"
    DISCLOSURES_OPEN = "disclosures_open"
    CONTENT_REVIEW = "content_review"
    READY = "ready"
    COMING = "coming"
    PUBLISHED = "published"
    REVIEW_DUE = "review_due"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


STATUS_WORDS: dict[ActivityStatus, str] = {
    ActivityStatus.DRAFT: "Draft",
    ActivityStatus.DISCLOSURES_OPEN: "Disclosures open",
    ActivityStatus.CONTENT_REVIEW: "Content review",
    ActivityStatus.READY: "Ready",
    ActivityStatus.COMING: "Published, not released yet",
    ActivityStatus.PUBLISHED: "Published",
    ActivityStatus.REVIEW_DUE: "Review due",
    ActivityStatus.EXPIRED: "Expired",
    ActivityStatus.WITHDRAWN: "Withdrawn",
}


def status_on(
    state: str, stage: str, *, released_on: date | None, reviewed_on: date | None, ends_on: date | None, months: int, day: date
) -> ActivityStatus:
    """The status on a day in the provider's zone. A review is due from 120 days before the end, or before the longest time between reviews is over."""
    if state == EditionState.WITHDRAWN:
        return ActivityStatus.WITHDRAWN
    if state != EditionState.PUBLISHED:
        return ActivityStatus(stage)
    if released_on and day < released_on:
        return ActivityStatus.COMING
    due = review_due_on(reviewed_on, ends_on, months)
    if due and day > due:
        return ActivityStatus.EXPIRED
    return ActivityStatus.REVIEW_DUE if due and (due - day).days <= ALERT_DAYS[0] else ActivityStatus.PUBLISHED


def review_due_on(reviewed_on: date | None, ends_on: date | None, months: int) -> date | None:
    """The last day on which the edition can give credit without another review."""
    days = [day for day in (ends_on, months_later(reviewed_on, months) if reviewed_on else None) if day]
    return min(days) if days else None


def mark_reached(due: date, day: date) -> int | None:
    """Which of 120, 60 and 30 days before `due` has been passed last; None before the first of them and after `due`."""
    left = (due - day).days
    return min((mark for mark in ALERT_DAYS if 0 <= left <= mark), default=None)


def may_step(here: str, there: str) -> bool:
    """One stage on, or back to any earlier one."""
    return ORDER.index(Stage(there)) - ORDER.index(Stage(here)) <= 1 and here != there


def barring(stage: Stage, found: Iterable[Finding]) -> list[Finding]:
    """The findings that keep an edition out of a stage."""
    rules = GUARDS[stage]
    return [finding for finding in found if finding.severity is Severity.ERROR and ("" in rules or finding.rule_id in rules)]


def unsigned(found: Iterable[Finding], signed: Iterable[str] | Mapping[str, object]) -> list[Finding]:
    """The warnings that nobody has signed with a reason; `signed` are digests."""
    known = set(signed)
    return [finding for finding in found if finding.severity is Severity.WARN and digest_of(finding) not in known]


def digest_of(finding: Finding) -> str:
    """What an acknowledgement is about: rule, place, message and evidence, by their hash."""
    return sha256_of([finding.rule_id, finding.where, finding.message, finding.evidence])


def is_alone(written_by: Iterable[str], signatures: Iterable[str]) -> bool:
    """Would somebody, who signs or has signed like this, publish what they alone wrote? Where nobody is known to have written, nobody is alone."""
    writers = {name.strip().casefold() for name in written_by}
    return bool(writers) and writers <= {name.strip().casefold() for name in signatures}


def today(at: datetime, zone: str) -> date:
    """The day in the provider's zone."""
    return at.astimezone(ZoneInfo(zone or "UTC")).date()
