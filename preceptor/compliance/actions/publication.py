"""What we do on the way to publication: stages, signed warnings, reviews, publish, withdraw. Nothing that breaks a rule gets past here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction

from preceptor.catalog.actions import index_edition, mark_published, withdraw_edition
from preceptor.catalog.models import Edition, Person
from preceptor.catalog.rules import EditionState, Stage
from preceptor.compliance.models import Acknowledgement, ContentReview, Publication, StageChange
from preceptor.compliance.queries import judge, may_publish_alone, open_warnings
from preceptor.compliance.rules import ORDER, REVIEW_CHECKLIST, STATUS_WORDS, ActivityStatus, barring, blocking, digest_of, may_step
from preceptor.content.queries import plain_words
from preceptor.disclosure.queries import disclosure_digest
from preceptor.jobs.actions import enqueue
from preceptor.kernel.findings import Finding, Severity
from preceptor.kernel.refusals import Reason, Refused
from preceptor.logbook.actions import write_entry

PUBLISHED, WITHDRAWN = "published", "withdrawn"


@transaction.atomic
def change_stage(edition: Edition, to: str, *, by: str, at: datetime) -> StageChange:
    """Take a draft one stage on, or back to any earlier one, and keep what the rules said then.

    Refused: compliance.unknown_stage, compliance.stage_skipped, compliance.blocked with the errors that bar the stage.
    """
    edition = _locked_draft(edition)
    if to not in ORDER:
        raise Refused("compliance.unknown_stage", f"There is no stage {to!r}.")
    if not may_step(edition.stage, to):
        raise Refused("compliance.stage_skipped", f"From {_word(edition.stage)}, the draft cannot go to {_word(to)}: one stage at a time.")
    stage = Stage(to)
    found = judge(edition, at=at).findings
    if ORDER.index(stage) > ORDER.index(Stage(edition.stage)):
        _refuse(barring(stage, found), f"{edition.activity.slug} cannot go to {_word(to)}")
    change = _write_change(edition, to, found, by=by, at=at)
    Edition.objects.filter(pk=edition.pk).update(stage=stage)
    if stage in {Stage.CONTENT_REVIEW, Stage.READY} and settings.CHECK_LINKS:
        enqueue("compliance.check_links", at=at, key=f"links:{edition.pk}:{at:%Y-%m-%d}", edition=edition.pk)
    write_entry(
        "compliance.change_stage", by=by, at=at, about=edition, detail={"from": change.from_stage, "to": to, "findings": len(found)}
    )
    return change


@transaction.atomic
def acknowledge(edition: Edition, finding: Finding, reason: str, *, by: str, at: datetime) -> Acknowledgement:
    """Sign a warning with a reason. It holds for exactly this finding; what changes in it has to be signed anew.

    Refused: compliance.not_a_warning (errors are mended, never signed), compliance.no_reason, compliance.no_such_finding.
    """
    edition = _locked_draft(edition)
    if finding.severity is not Severity.WARN:
        raise Refused("compliance.not_a_warning", "Only a warning can be acknowledged. An error has to be mended.")
    if not reason.strip():
        raise Refused("compliance.no_reason", "Say why this warning does not stand in the way.")
    if digest_of(finding) not in {digest_of(one) for one in judge(edition, at=at).findings}:
        raise Refused("compliance.no_such_finding", "This finding is not there any more. Look at the checklist again.")
    signed, is_new = Acknowledgement.objects.get_or_create(
        edition=edition,
        finding_sha256=digest_of(finding),
        defaults={"rule_id": finding.rule_id, "reason": reason.strip(), "by": by, "at": at},
    )
    if is_new:
        detail = {"rule": finding.rule_id, "where": finding.where, "message": finding.message, "evidence": finding.evidence}
        write_entry("compliance.acknowledge", by=by, at=at, about=edition, reason=reason.strip(), detail=detail)
    return signed


@transaction.atomic
def sign_review(
    edition: Edition, reviewer: Person, checklist: Mapping[str, bool], is_accepted: bool, note: str = "", *, by: str, at: datetime
) -> ContentReview:
    """A reviewer's signed verdict on a draft's content; the latest of each reviewer holds.

    `checklist` answers every key of REVIEW_CHECKLIST. Refused: compliance.review_incomplete, compliance.not_a_reviewer, compliance.no_reason.
    """
    edition = _locked_draft(edition)
    if set(checklist) != set(REVIEW_CHECKLIST):
        raise Refused("compliance.review_incomplete", "Answer every line of the review's checklist.")
    if not edition.role_holders.filter(person=reviewer, role="reviewer").exists():
        raise Refused("compliance.not_a_reviewer", f"{reviewer.printed_name} holds no role as reviewer of this activity.")
    if is_accepted and not all(checklist.values()):
        raise Refused("compliance.review_incomplete", "Content is accepted only when every line of the checklist holds.")
    if not is_accepted and not note.strip():
        raise Refused("compliance.no_reason", "Say why the content is not accepted.")
    review = ContentReview.objects.create(
        edition=edition, reviewer=reviewer, checklist=dict(checklist), is_accepted=is_accepted, note=note.strip(), signed_at=at, by=by
    )
    write_entry("compliance.sign_review", by=by, at=at, about=review, detail={"reviewer": reviewer.key, "is_accepted": is_accepted})
    return review


@transaction.atomic
def publish(edition: Edition, *, by: str, at: datetime) -> Publication:
    """Publish a draft that is ready, that no rule blocks, and whose every warning is signed. What was found and who did it is kept for ever.

    Freezes the front matter, puts the texts into the search index, and has the printable made. Refused: compliance.blocked (with every
    finding), compliance.unsigned (with every warning), compliance.needs_second_person, compliance.not_ready.
    """
    edition_ = _locked_draft(edition)
    judgement = judge(edition_, at=at)
    _refuse(blocking(judgement.findings), f"{edition_.activity.slug} cannot be published")
    if edition_.stage != Stage.READY:
        raise Refused("compliance.not_ready", f"The draft is at “{_word(edition_.stage)}”. It is published from “Ready”.")
    if warnings := open_warnings(edition_, judgement.findings):
        said = f"{len(warnings)} warning{'s' if len(warnings) > 1 else ''} of {edition_.activity.slug} want a signed reason"
        raise Refused("compliance.unsigned", f"{said}: {_said(warnings)}", reasons=_reasons(warnings))
    if not may_publish_alone(edition_, by):
        raise Refused("compliance.needs_second_person", "You alone wrote this edition. Somebody else has to publish it.")
    mark_published(edition_, judgement.html, judgement.text, told_sha256=disclosure_digest(edition_), at=at)
    index_edition(edition_, plain_words(edition_))
    found = judgement.findings
    publication = Publication.objects.create(edition=edition_, by=by, at=at, findings=[_kept(one) for one in found])
    _write_change(edition_, PUBLISHED, found, by=by, at=at)
    write_entry("compliance.publish", by=by, at=at, about=edition_, detail={"findings": len(found), "fragment": edition_.front_matter_id})
    enqueue("content.make_printable", at=at, key=f"printable:{edition_.pk}", edition=edition_.pk)
    edition.refresh_from_db()
    return publication


@transaction.atomic
def withdraw(edition: Edition, reason: str, *, by: str, at: datetime) -> StageChange:
    """Take a published edition out of the catalogue, with the reason. Nobody loses what they earned (compliance.no_reason)."""
    if not reason.strip():
        raise Refused("compliance.no_reason", "Say why the activity is withdrawn.")
    withdraw_edition(edition, by=by, at=at, reason=reason.strip())
    return StageChange.objects.create(edition=edition, from_stage=PUBLISHED, to_stage=WITHDRAWN, by=by, at=at, reason=reason.strip())


def _locked_draft(edition: Edition) -> Edition:
    fresh = Edition.objects.select_related("activity__provider", "front_matter").get(pk=edition.pk)
    if fresh.state != EditionState.DRAFT:
        raise Refused("catalog.is_published", "This edition is published already.")
    return fresh


def _write_change(edition: Edition, to: str, found: Sequence[Finding], *, by: str, at: datetime) -> StageChange:
    return StageChange.objects.create(
        edition=edition, from_stage=edition.stage, to_stage=to, by=by, at=at, findings=[_kept(one) for one in found]
    )


def _refuse(errors: Sequence[Finding], what: str) -> None:
    if errors:
        raise Refused("compliance.blocked", f"{what}: {_said(errors)}", reasons=_reasons(errors))


def _said(found: Sequence[Finding]) -> str:
    said = "; ".join(reason.message for reason in _reasons(found[:3]))
    return f"{said}; and {len(found) - 3} more" if len(found) > 3 else said


def _reasons(found: Sequence[Finding]) -> list[Reason]:
    return [
        Reason(one.rule_id, f"{one.rule_id}: {one.message} ({one.where}{': ' + one.evidence if one.evidence else ''})") for one in found
    ]


def _word(stage: str) -> str:
    return STATUS_WORDS[ActivityStatus(stage)]


def _kept(finding: Finding) -> dict[str, object]:
    return {**asdict(finding), "severity": str(finding.severity), "fix": list(finding.fix)}
