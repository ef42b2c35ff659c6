"""What we ask of the teaching."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.db.models import Count
from django.urls import reverse

from preceptor.catalog.models import Citation, Edition
from preceptor.catalog.rules import Step
from preceptor.content.models import CaseAnswer, Decision, MediaFile, Part, PartProgress
from preceptor.content.rules import (
    KIND_LABELS,
    PartKind,
    Range,
    TranscriptLine,
    covers,
    is_part_done,
    overall_fraction,
    part_fraction,
    seconds_in,
    transcript_lines,
    word_count,
)
from preceptor.journey.models import Participation
from preceptor.journey.queries import lines_of, next_url
from preceptor.journey.rules import PAGES, next_step
from preceptor.ui.days import timecode
from preceptor.ui.prose import cited_keys


class ContentFacts(TypedDict):
    """What publishing has to know of an edition's content."""

    parts: int
    minutes: int
    words: int
    media_seconds: float
    files: int
    kinds: list[str]
    anchors: dict[str, list[str]]
    without_captions: list[str]


def facts(edition: Edition) -> ContentFacts:
    """Numbers for the dossier and the worksheet: parts, stated minutes, words to read (feedback left out), seconds of media, files.

    `anchors` says per part what a review link can point to; `without_captions` names lectures whose video has none.
    """
    parts = list(edition.parts.prefetch_related("decisions", "files"))
    return ContentFacts(
        parts=len(parts),
        minutes=sum(part.minutes for part in parts),
        words=sum(words_of(part) for part in parts),
        media_seconds=round(sum(duration_of(part) for part in parts), 1),
        files=sum(len(part.files.all()) for part in parts),
        kinds=[part.kind for part in parts],
        anchors={part.key: list(part.facts.get("anchors", [])) for part in parts},
        without_captions=[part.key for part in parts if part.kind == PartKind.LECTURE and not part.facts.get("captions")],
    )


def words_of(part: Part) -> int:
    """Words that a learner reads in a part; a lecture's time is its video's."""
    options = [str(option["text"]) for decision in part.decisions.all() for option in decision.options]
    prose = [text for decision in part.decisions.all() for text in (decision.narrative, decision.question, decision.debrief)]
    return word_count(part.body, *prose, *options) if part.kind != PartKind.LECTURE else 0


def plain_words(edition: Edition) -> str:
    """The text of the content, for the search index: readings, transcripts, vignettes; no feedback."""
    texts: list[str] = []
    for part in edition.parts.all():
        texts += [part.title, part.summary, part.body, *(str(cue["text"]) for cue in part.facts.get("cues", []))]
    return "\n\n".join(text for text in texts if text)


def duration_of(part: Part) -> float:
    """Seconds of a lecture's video, 0 for other parts."""
    return float(part.facts.get("video", {}).get("seconds", 0)) if part.kind == PartKind.LECTURE else 0.0


@dataclass(frozen=True)
class PartRow:
    """A part as one learner sees it in lists."""

    part: Part
    number: int
    url: str
    kind_label: str
    short_label: str
    progress: PartProgress | None
    is_done: bool
    is_current: bool
    fraction: float
    detail: str
    state_words: str

    @property
    def is_opened(self) -> bool:
        """Has the learner opened it?"""
        return self.progress is not None


def part_url(participation: Participation, part: Part) -> str:
    """The page of a part."""
    return reverse("content:part", args=[participation.edition.activity.slug, part.key])


def part_rows(participation: Participation, current: Part | None = None) -> list[PartRow]:
    """Every part of the learner's edition, in order, with how far they got. Three queries, however many parts."""
    edition = participation.edition
    parts = list(Part.objects.filter(edition=edition).annotate(decision_count=Count("decisions")).order_by("position"))
    progress = {row.part_id: row for row in PartProgress.objects.filter(participation=participation)}
    tally = CaseAnswer.objects.filter(participation=participation).values_list("decision__part_id").annotate(n=Count("pk"))
    answered: dict[int, int] = dict(tally)
    names = _short_labels([part.kind for part in parts])
    return [
        _row(part, number, name, part_url(participation, part), progress.get(part.pk), answered.get(part.pk, 0), current)
        for number, (part, name) in enumerate(zip(parts, names, strict=True), 1)
    ]


def _short_labels(kinds: Sequence[str]) -> list[str]:
    """ "Lecture", "Reading 1", "Reading 2", "Case": numbered where there are several of a kind."""
    words = {PartKind.LECTURE: "Lecture", PartKind.READING: "Reading", PartKind.CASE: "Case"}
    labels: list[str] = []
    for i, kind in enumerate(kinds):
        word = words[PartKind(kind)]
        labels.append(f"{word} {list(kinds[: i + 1]).count(kind)}" if list(kinds).count(kind) > 1 else word)
    return labels


def _row(part: Part, number: int, name: str, url: str, progress: PartProgress | None, answered: int, current: Part | None) -> PartRow:
    duration, decisions = duration_of(part), int(getattr(part, "decision_count", 0))
    seconds = seconds_in(progress.watched) if progress else 0.0
    is_done = progress is not None and (
        progress.completed_at is not None
        or is_part_done(part.kind, seconds=seconds, duration=duration, answered=answered, decisions=decisions)
    )
    fraction = part_fraction(
        part.kind,
        is_opened=progress is not None,
        is_done=is_done,
        seconds=seconds,
        duration=duration,
        answered=answered,
        decisions=decisions,
    )
    detail = f"{part.minutes} min"
    if part.kind == PartKind.LECTURE and progress and progress.position >= 1 and not is_done:
        detail = f"{timecode(progress.position)} of {timecode(duration)}"
    if part.kind == PartKind.CASE and answered and not is_done:
        detail = f"{answered} of {decisions} answered"
    words = "not opened yet" if progress is None else "done" if is_done else "opened"
    if words == "opened" and part.kind == PartKind.LECTURE:
        words = f"opened, {timecode(duration - seconds)} not watched"
    if words == "opened" and part.kind == PartKind.CASE:
        words = f"opened, {answered} of {decisions} answered"
    return PartRow(
        part=part,
        number=number,
        url=url,
        kind_label=KIND_LABELS[PartKind(part.kind)],
        short_label=name,
        progress=progress,
        is_done=is_done,
        is_current=current is not None and part.pk == current.pk,
        fraction=fraction,
        detail=detail,
        state_words=words,
    )


@dataclass(frozen=True)
class ContentState:
    """What stands between the learner and the step after the content, and where Continue leads.

    `opens` is the name of the step that the content opens ("post-test"); `go_url` is empty while it is shut.
    """

    rows: list[PartRow]
    is_complete: bool
    fraction: float
    next_row: PartRow | None
    opens: str
    go_url: str
    go_label: str

    @property
    def percent(self) -> int:
        """Whole percent of the activity done."""
        return int(self.fraction * 100)

    @property
    def parts_opened(self) -> int:
        """How many parts were opened."""
        return sum(row.is_opened for row in self.rows)


def content_state(participation: Participation, current: Part | None = None) -> ContentState:
    """The panel beside every part: rows, what is left, and the next page."""
    rows = part_rows(participation, current)
    plan, lines = participation.plan, lines_of(participation)
    is_complete = Step.CONTENT in lines
    after = next_step(plan, {*lines, *plan[: plan.index(Step.CONTENT) + 1]}) or Step.CERTIFICATE
    return ContentState(
        rows=rows,
        is_complete=is_complete,
        fraction=overall_fraction([row.fraction for row in rows]),
        next_row=_next_row(rows),
        opens=PAGES[after].label.lower(),
        go_url=next_url(participation) if is_complete else "",
        go_label=PAGES[after].verb,
    )


def _next_row(rows: Sequence[PartRow]) -> PartRow | None:
    """Where Continue leads from the current part: the next one after it that was not opened, else one before it; None when all were."""
    here = next((i for i, row in enumerate(rows) if row.is_current), -1)
    later = [*rows[here + 1 :], *rows[: max(here, 0)]]
    return next((row for row in later if not row.is_opened), None)


def part_to_resume(participation: Participation) -> Part | None:
    """The part that the learner was in last, unless it is done; else the first that is not opened, or not done; else the first."""
    rows = part_rows(participation)
    begun = [row for row in rows if row.progress is not None and not row.is_done]
    if begun:
        return max(begun, key=lambda row: row.progress.updated_at if row.progress else row.part.pk).part  # type: ignore[arg-type,return-value]
    unopened = [row.part for row in rows if not row.is_opened]
    return unopened[0] if unopened else rows[0].part if rows else None


@dataclass(frozen=True)
class Chapter:
    """A chapter of a lecture, with the learner's mark."""

    at: float
    title: str
    is_watched: bool

    @property
    def second(self) -> int:
        """The whole second, for links."""
        return int(self.at)


@dataclass(frozen=True)
class Slide:
    """A slide of a lecture."""

    number: int
    at: float
    title: str
    text: str
    url: str

    @property
    def second(self) -> int:
        """The whole second, for links."""
        return int(self.at)


@dataclass(frozen=True)
class Lecture:
    """A lecture, ready to be shown."""

    duration: float
    sources: list[tuple[str, str]]
    poster_url: str
    captions_url: str
    chapters_url: str
    chapters: list[Chapter]
    slides: list[Slide]
    lines: list[TranscriptLine]
    position: float
    is_linked: bool
    watched: list[Range]

    @property
    def second(self) -> int:
        """The whole second at which it goes on, for the player of a browser without script."""
        return int(self.position)

    @property
    def watched_chapters(self) -> int:
        """How many chapters were watched."""
        return sum(chapter.is_watched for chapter in self.chapters)


def media_url(slug: str, file: MediaFile) -> str:
    """The address of a file of the content: behind the door."""
    return reverse("content:media", args=[slug, file.uuid, file.name.rsplit("/", 1)[-1]])


def lecture_of(participation: Participation, part: Part, progress: PartProgress | None, start: str = "") -> Lecture:
    """Everything on a lecture's page. `position` is where to go on: the second that a link names (`start`), else where the learner stopped; at
    the very end it is the beginning again."""
    slug = participation.edition.activity.slug
    urls = {file.name: (media_url(slug, file), file.media_type) for file in part.files.all()}
    video: dict[str, Any] = part.facts.get("video", {})
    duration = duration_of(part)
    watched = [(float(a), float(b)) for a, b in progress.watched] if progress else []
    is_linked = start.isascii() and start.isdigit() and len(start) < 7
    position = float(start) if is_linked else progress.position if progress else 0.0
    return Lecture(
        duration=duration,
        sources=[urls[str(video[kind])] for kind in ("webm", "mp4") if video.get(kind)],
        poster_url=urls.get(str(video.get("poster", "")), ("", ""))[0],
        captions_url=urls.get(str(part.facts.get("captions", "")), ("", ""))[0],
        chapters_url=urls.get(str(part.facts.get("chapters_file", "")), ("", ""))[0],
        chapters=[Chapter(c["at"], c["title"], covers(watched, c["at"], c["to"])) for c in part.facts.get("chapters", [])],
        slides=[
            Slide(n, float(s["starts"]), s.get("title", ""), s.get("text", ""), urls[s["file"]][0])
            for n, s in enumerate(part.facts.get("slides", []), 1)
        ],
        lines=transcript_lines(part.facts.get("cues", [])),
        position=position if position < duration - 5 else 0.0,
        is_linked=is_linked,
        watched=watched,
    )


@dataclass(frozen=True)
class Choice:
    """An option of a decision point. Feedback is there for the chosen one, `is_best` only after the choice."""

    key: str
    letter: str
    text: str
    is_chosen: bool
    is_best: bool | None
    feedback: str


@dataclass(frozen=True)
class CaseStep:
    """A decision point as this learner may see it: before the choice nothing tells which option is best."""

    decision: Decision
    number: int
    total: int
    choices: list[Choice]
    is_answered: bool

    @property
    def chosen(self) -> Choice | None:
        """The first choice, which is kept."""
        return next((choice for choice in self.choices if choice.is_chosen), None)


def case_steps(participation: Participation, part: Part) -> list[CaseStep]:
    """The decision points up to and including the first that is not answered; later ones are not told of."""
    answers = dict(CaseAnswer.objects.filter(participation=participation, decision__part=part).values_list("decision_id", "option"))
    steps: list[CaseStep] = []
    decisions = list(part.decisions.all())
    for number, decision in enumerate(decisions, 1):
        chosen = answers.get(decision.pk)
        steps.append(
            CaseStep(decision, number, len(decisions), [_choice(i, o, chosen) for i, o in enumerate(decision.options)], chosen is not None)
        )
        if chosen is None:
            break
    return steps


def _choice(index: int, option: dict[str, Any], chosen: str | None) -> Choice:
    is_chosen = chosen == option["key"]
    return Choice(
        key=str(option["key"]),
        letter="ABCDEFGH"[index],
        text=str(option["text"]),
        is_chosen=is_chosen,
        is_best=None if chosen is None else bool(option.get("is_best")),
        feedback=str(option.get("feedback", "")) if is_chosen else "",
    )


def reference_numbers(edition: Edition) -> dict[str, int]:
    """Key of a reference → its number in the bibliography."""
    return {key: number for number, key in enumerate(edition.citations.values_list("key", flat=True), 1)}


def references_of(edition: Edition, part: Part, steps: Sequence[CaseStep] = ()) -> list[tuple[int, Citation]]:
    """The references cited in what the learner can see of a part, with their numbers in the bibliography. Those of a debrief come with it."""
    seen = [part.body, *(step.decision.narrative for step in steps)]
    for step in steps:
        seen += [step.decision.debrief, step.chosen.feedback] if step.chosen else []
    cited = {key for text in seen for key in cited_keys(text)}
    return [(number, citation) for number, citation in enumerate(edition.citations.all(), 1) if citation.key in cited]
