"""What we do with the teaching: take it in, open it, note how far somebody got, keep choices, typeset the printable copy."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import EditionState, Step
from preceptor.content.adapters.captions import read_chapters, read_cues
from preceptor.content.adapters.media import keep_file
from preceptor.content.adapters.printable import printable_values
from preceptor.content.models import CaseAnswer, Decision, MediaFile, Part, PartProgress, Printable
from preceptor.content.queries import content_state, duration_of, part_url
from preceptor.content.rules import (
    KIND_LABELS,
    Basis,
    PartKind,
    Range,
    is_content_complete,
    is_part_done,
    overall_basis,
    seconds_in,
    watched_with,
)
from preceptor.jobs.rules import task
from preceptor.journey.actions import complete_step, note_progress
from preceptor.journey.models import Participation, Progress
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.ui.days import timecode

ANCHOR = re.compile(r"^#{2,4} .*\{#([a-z][a-z0-9_-]*)\}\s*$", re.MULTILINE)


# Taking it in


@transaction.atomic
def import_part(edition: Edition, spec: dict[str, Any], folder: Path, position: int) -> Part:
    """Take in one part of a bundle: its texts, files and decisions. Whatever is wrong is refused in words (content.bad_part)."""
    try:
        part = Part.objects.create(
            edition=edition,
            key=str(spec["key"]),
            position=position,
            kind=PartKind(str(spec["kind"])),
            title=str(spec["title"]),
            summary=str(spec.get("summary", "")),
            minutes=int(spec.get("minutes", 0)),
            body=_body(spec, folder),
        )
        part.facts = _kept_facts(part, spec, folder)
        part.save(update_fields=["facts"])
        for number, decision in enumerate(spec.get("decisions", []) if part.kind == PartKind.CASE else []):
            _import_decision(part, decision, number)
    except (KeyError, TypeError, ValueError) as problem:
        what = f"{problem.args[0]} is missing" if isinstance(problem, KeyError) else str(problem)
        raise Refused("content.bad_part", f"{folder.name}/part.yaml: {what}.") from problem
    return part


def _body(spec: dict[str, Any], folder: Path) -> str:
    if spec["kind"] == PartKind.CASE:
        return str(spec["vignette"]).strip()
    if spec["kind"] == PartKind.READING:
        path = folder / "body.md"
        if not path.is_file():
            raise ValueError("body.md is missing beside it")
        return path.read_text(encoding="utf-8").strip()
    return ""


def _kept_facts(part: Part, spec: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Facts of the kind; files are kept on the way."""
    if part.kind == PartKind.READING:
        return {"anchors": ANCHOR.findall(part.body)}
    if part.kind == PartKind.CASE:
        return {}
    video, slides = dict(spec["video"]), [dict(slide) for slide in spec.get("slides", [])]
    if not (video.get("mp4") or video.get("webm")) or not float(video["seconds"]) > 0:
        raise ValueError("a lecture needs a video (mp4 or webm) and its length in seconds")
    captions, chapters = str(spec.get("captions", "")), str(spec.get("chapters", ""))
    names = [*(str(video[k]) for k in ("mp4", "webm", "poster") if video.get(k)), captions, chapters, *(str(s["file"]) for s in slides)]
    for name in dict.fromkeys(filter(None, names)):
        kept = keep_file(folder, name)
        MediaFile.objects.create(
            part=part, name=kept.name, media_type=kept.media_type, sha256=kept.sha256, size=kept.size, file=kept.stored
        )
    return {
        "video": video | {"seconds": float(video["seconds"])},
        "captions": captions,
        "chapters_file": chapters,
        "cues": read_cues(folder / captions) if captions else [],
        "chapters": read_chapters(folder / chapters) if chapters else [],
        "slides": [slide | {"starts": float(slide["starts"])} for slide in slides],
    }


def _import_decision(part: Part, spec: dict[str, Any], position: int) -> Decision:
    options = [
        {"key": str(o["key"]), "text": str(o["text"]), "is_best": bool(o.get("is_best")), "feedback": str(o.get("feedback", "")).strip()}
        for o in spec["options"]
    ]
    if not 2 <= len(options) <= 8 or not any(option["is_best"] for option in options):
        raise ValueError(f"decision {spec['key']} needs two to eight options, with a best one among them")
    return Decision.objects.create(
        part=part,
        key=str(spec["key"]),
        position=position,
        narrative=str(spec.get("narrative", "")).strip(),
        question=str(spec["question"]).strip(),
        options=options,
        debrief=str(spec.get("debrief", "")).strip(),
        objective=str(spec.get("objective", "")),
    )


@transaction.atomic
def copy_part(old: Edition, new: Edition) -> None:
    """This room's share of copying an edition: every part with its files (the same bytes) and decisions."""
    for part in old.parts.prefetch_related("files", "decisions"):
        files, decisions = list(part.files.all()), list(part.decisions.all())
        values = {f.attname: getattr(part, f.attname) for f in Part._meta.concrete_fields if f.name not in ("id", "uuid", "edition")}
        copy = Part.objects.create(edition=new, **values)
        for row in [*files, *decisions]:
            fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in ("id", "uuid", "part")}
            type(row)._default_manager.create(part=copy, **fields)


# Learning


@transaction.atomic
def open_part(participation: Participation, part: Part, *, basis: Basis, at: datetime) -> PartProgress:
    """Record that the learner opened a part, and complete the content step when the edition's rule is met (LRN-001).

    The first opening holds; what a page's script measured is not weakened by a button.
    """
    progress, is_new = PartProgress.objects.get_or_create(
        participation=participation, part=part, defaults={"opened_at": at, "updated_at": at, "basis": basis}
    )
    if not is_new:
        PartProgress.objects.filter(pk=progress.pk).update(updated_at=at)
    note_place(participation, part, progress, at=at)
    complete_content(participation, at=at)
    return progress


@transaction.atomic
def attest_part(participation: Participation, part: Part, *, at: datetime) -> PartProgress:
    """The learner goes on from a part with the button: it is opened, and for all but a case they say that they are through with it."""
    progress = open_part(participation, part, basis=Basis.ATTESTED, at=at)
    if part.kind != PartKind.CASE:
        PartProgress.objects.filter(pk=progress.pk, completed_at=None).update(completed_at=at)
        note_place(participation, part, progress, at=at)
    return progress


def complete_content(participation: Participation, *, at: datetime) -> bool:
    """Write the content line when the edition's rule is met; idempotent."""
    keys = dict(participation.edition.parts.values_list("pk", "key"))
    opened = dict(PartProgress.objects.filter(participation=participation, part_id__in=keys).values_list("part_id", "basis"))
    if not is_content_complete(participation.edition.content_rule, keys.values(), [keys[pk] for pk in opened]):
        return False
    complete_step(participation, Step.CONTENT, evidence={"parts": len(keys), "basis": overall_basis(opened.values())}, at=at)
    return True


@transaction.atomic
def save_progress(participation: Participation, part: Part, *, position: float | None, ranges: list[Range], at: datetime) -> PartProgress:
    """Take in a report of the player: merge what was played, and note the place: the report that arrives last decides it (LRN-006).

    A report for a part that was not opened opens it (LRN-002): the player runs only on an open page.
    """
    progress = PartProgress.objects.filter(participation=participation, part=part).first()
    progress = progress or open_part(participation, part, basis=Basis.MEASURED, at=at)
    while not _take_report(progress, duration_of(part), position, ranges, at):
        progress.refresh_from_db()
    note_place(participation, part, progress, at=at)
    return progress


def _take_report(progress: PartProgress, duration: float, position: float | None, ranges: list[Range], at: datetime) -> bool:
    """Merge a report into the row, unless another report came first: then nothing is written and the answer is False."""
    elapsed = (at - progress.opened_at).total_seconds()
    progress.watched = watched_with(progress.watched, ranges, duration=duration, elapsed=elapsed)
    progress.position = progress.position if position is None else min(max(position, 0.0), duration)
    progress.updated_at = at
    is_done = is_part_done(progress.part.kind, seconds=seconds_in(progress.watched), duration=duration, answered=0, decisions=1)
    progress.completed_at = progress.completed_at or (at if is_done else None)
    fields = ("watched", "position", "updated_at", "completed_at")
    values = {name: getattr(progress, name) for name in fields} | {"version": progress.version + 1}
    return PartProgress.objects.filter(pk=progress.pk, version=progress.version).update(**values) == 1


@transaction.atomic
def answer_decision(participation: Participation, part: Part, *, decision: str, option: str, at: datetime) -> CaseAnswer:
    """Keep a choice at a decision point. The first choice stays for ever (LRN-005); a doubled or later one returns the first.

    Refused: an unknown decision or option (content.no_such_choice), or one whose turn has not come (content.decision_shut).
    """
    decisions = list(part.decisions.all())
    url = part_url(participation, part)
    wanted = next((d for d in decisions if d.key == decision), None)
    if wanted is None or option not in [o["key"] for o in wanted.options]:
        raise Refused("content.no_such_choice", "Choose one of the options.", url)
    answered = set(CaseAnswer.objects.filter(participation=participation, decision__part=part).values_list("decision_id", flat=True))
    if any(earlier.pk not in answered for earlier in decisions if earlier.position < wanted.position):
        raise Refused("content.decision_shut", "Answer the question before this one first.", url)
    progress = open_part(participation, part, basis=Basis.MEASURED, at=at)
    answer = _kept_answer(participation, wanted, option, at)
    if len(answered | {wanted.pk}) == len(decisions):
        PartProgress.objects.filter(pk=progress.pk, completed_at=None).update(completed_at=at)
    note_place(participation, part, progress, at=at)
    return answer


def _kept_answer(participation: Participation, decision: Decision, option: str, at: datetime) -> CaseAnswer:
    try:
        with transaction.atomic():
            return CaseAnswer.objects.create(participation=participation, decision=decision, option=option, at=at)
    except IntegrityError:
        return CaseAnswer.objects.get(participation=participation, decision=decision)


def note_place(participation: Participation, part: Part, progress: PartProgress, *, at: datetime) -> None:
    """Tell the corridor where the learner is, for the list page and its Resume button. Who looks something up during a later step stays there."""
    noted, plan = Progress.objects.filter(participation=participation).first(), participation.plan
    if noted and noted.step in plan and plan.index(noted.step) > plan.index(Step.CONTENT):
        return
    place = f" at {timecode(progress.position)}" if part.kind == PartKind.LECTURE and progress.position >= 1 else ""
    state = content_state(participation, part)
    label = f"Resume {KIND_LABELS[PartKind(part.kind)].lower()}{place}"
    note_progress(participation, Step.CONTENT, label, state.fraction, part_url(participation, part), at=at)


# The printable copy


@task("content.make_printable", retries=6, first_retry=5)
def make_printable(*, edition: int, at: datetime) -> None:
    """Typeset the printable copy of a published edition, once (LRN-009). A second call finds it made."""
    wanted = Edition.objects.select_related("activity__provider", "front_matter").get(pk=edition)
    if wanted.state == EditionState.DRAFT or Printable.objects.filter(edition=wanted).exists():
        return
    from preceptor.content.adapters.typeset import typeset  # noqa: PLC0415 - heavy: workers only

    made = typeset(printable_values(wanted, at), at=at)
    Printable.objects.get_or_create(
        edition=wanted, defaults={"sha256": sha256_of(made.data), "data": made.data, "standard": made.standard, "made_at": at}
    )


@transaction.atomic
def erase_person(user: User, *, at: datetime) -> None:
    """Take away what a person began to watch and read. What they completed, when and by which seconds watched, is evidence of taking part and stays
    without a name, as do first choices in cases."""
    held = PartProgress.objects.filter(participation__user__in=identities_of(user))
    held.filter(completed_at=None).delete()
    held.update(position=0)
