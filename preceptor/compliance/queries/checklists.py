"""What the staff ask of an edition: what is passed, failed and warned, what is signed, and what hinders the next stage."""

from dataclasses import dataclass
from datetime import datetime

from preceptor.accounts.queries import signatures_like
from preceptor.accreditation.queries import pack_on
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import Stage
from preceptor.compliance.models import Acknowledgement, StageChange
from preceptor.compliance.queries.dossiers import dossier_of, teaching_facts, with_renewals
from preceptor.compliance.rules import (
    ORDER,
    REGISTER,
    RULES,
    ActivityStatus,
    GateStage,
    Registered,
    barring,
    by_rule,
    digest_of,
    findings,
    is_alone,
    status_on,
    today,
    unsigned,
)
from preceptor.disclosure.queries import decisions_of, people_rows
from preceptor.journey.adapters.front_matter import render
from preceptor.kernel.findings import Finding, Severity


@dataclass(frozen=True)
class Judgement:
    """What the gate says, with the front matter as it would be frozen."""

    findings: list[Finding]
    html: str
    text: str


@dataclass(frozen=True)
class FindingRow:
    """A finding with its digest and, if it is signed, who gave which reason."""

    finding: Finding
    digest: str
    acknowledgement: Acknowledgement | None

    @property
    def is_open(self) -> bool:
        """Does it hinder publication?"""
        is_warning = self.finding.severity is Severity.WARN
        return self.finding.severity is Severity.ERROR or (is_warning and self.acknowledgement is None)


@dataclass(frozen=True)
class RuleRow:
    """One rule with what it found. `state`: failed, warned, signed (every warning has its reason), info or passed."""

    id: str
    severity: str
    title: str
    source: str
    state: str
    rows: list[FindingRow]


@dataclass(frozen=True)
class Checklist:
    """Everything that the gate says about an edition, for people."""

    edition: Edition
    status: ActivityStatus
    failed: list[RuleRow]
    warned: list[RuleRow]
    signed: list[RuleRow]
    noted: list[RuleRow]
    passed: list[RuleRow]
    elsewhere: list[tuple[str, Registered]]
    next_stage: Stage | None
    barring: list[Finding]
    needs_second_person: bool
    history: list[StageChange]

    @property
    def can_publish(self) -> bool:
        """Nothing fails, and every warning is signed."""
        return not self.failed and not self.warned

    @property
    def open_count(self) -> int:
        """How many findings hinder publication."""
        return sum(row.is_open for rule in (*self.failed, *self.warned) for row in rule.rows)


def judge(edition: Edition, *, at: datetime, stage: GateStage = GateStage.PUBLISH) -> Judgement:
    """The gate's findings on an edition as it is now. Writes nothing; a constant number of queries.

    A draft is judged with its front matter rendered anew, a published edition with the one that was frozen.
    """
    day = edition.released_on or today(at, edition.activity.provider.time_zone)
    decisions = decisions_of(edition)
    rows = people_rows(edition, decisions)
    if edition.front_matter is not None:
        html, text = edition.front_matter.html, edition.front_matter.text
    else:
        html, text = render(edition, teaching_facts(edition), rows)
    dossier = dossier_of(edition, day=day, front_matter=text, decisions=decisions, rows=rows)
    if stage is GateStage.SCHEDULED:
        dossier = with_renewals(dossier, edition)
    return Judgement(findings(dossier, pack_on(day), at, stage), html, text)


def acknowledgements_of(edition: Edition) -> dict[str, Acknowledgement]:
    """Digest of a finding → who signed it, with which reason."""
    return {row.finding_sha256: row for row in Acknowledgement.objects.filter(edition=edition)}


def checklist(edition: Edition, at: datetime) -> Checklist:
    """The checklist of an edition at that moment; of a published one, what the clock's rules say."""
    is_draft = edition.published_at is None
    stage = GateStage.PUBLISH if is_draft else GateStage.SCHEDULED
    found = judge(edition, at=at, stage=stage).findings
    signed = acknowledgements_of(edition)
    rows = _rule_rows(found, signed, stage)
    gated = {rule.id for rule in RULES}
    here = Stage(edition.stage)
    following = ORDER[ORDER.index(here) + 1] if is_draft and here != ORDER[-1] else None
    return Checklist(
        edition=edition,
        status=activity_status(edition, at),
        failed=[row for row in rows if row.state == "failed"],
        warned=[row for row in rows if row.state == "warned"],
        signed=[row for row in rows if row.state == "signed"],
        noted=[row for row in rows if row.state == "info"],
        passed=[row for row in rows if row.state == "passed"],
        elsewhere=[(rule, registered) for rule, registered in REGISTER.items() if rule not in gated],
        next_stage=following,
        barring=barring(following, found) if following else [],
        needs_second_person=edition.activity.provider.needs_second_person,
        history=list(StageChange.objects.filter(edition=edition).order_by("at", "pk")),
    )


def may_publish_alone(edition: Edition, by: str) -> bool:
    """May this member of staff publish the draft, as far as who wrote it is concerned?"""
    return not edition.activity.provider.needs_second_person or not is_alone(edition.written_by, signatures_like(by))


def activity_status(edition: Edition, at: datetime) -> ActivityStatus:
    """What the edition is at that moment: a stage of the draft, published, review due, expired, withdrawn."""
    day = today(at, edition.activity.provider.time_zone)
    formats = pack_on(edition.released_on or day).formats
    return status_on(
        edition.state,
        edition.stage,
        released_on=edition.released_on,
        reviewed_on=edition.reviewed_on,
        ends_on=edition.ends_on,
        months=formats[edition.format].max_months if edition.format in formats else 36,
        day=day,
    )


def open_warnings(edition: Edition, found: list[Finding]) -> list[Finding]:
    """The warnings among the findings that nobody has signed with a reason."""
    return unsigned(found, acknowledgements_of(edition))


def _rule_rows(found: list[Finding], signed: dict[str, Acknowledgement], stage: GateStage) -> list[RuleRow]:
    grouped = by_rule(found)
    rows: dict[str, RuleRow] = {}
    for rule in RULES:
        if stage not in rule.stages or rule.id in rows:
            continue
        its = [FindingRow(one, digest_of(one), signed.get(digest_of(one))) for one in grouped.get(rule.id, [])]
        title = ". ".join(one.demand for one in RULES if one.id == rule.id and stage in one.stages)
        rows[rule.id] = RuleRow(rule.id, rule.severity, title, rule.source, _state(its), its)
    return list(rows.values())


def _state(rows: list[FindingRow]) -> str:
    severities = {row.finding.severity for row in rows}
    if Severity.ERROR in severities:
        return "failed"
    if Severity.WARN in severities:
        return "warned" if any(row.is_open for row in rows) else "signed"
    return "info" if rows else "passed"
