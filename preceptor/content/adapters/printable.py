"""What the printable copy of an edition says, as plain values for the typesetter.

In it: the frozen front matter word for word, texts of readings, transcripts and slides of lectures, cases with their questions and options, the
bibliography. Not in it: test items, feedback and debriefs of cases, and which option is best.
"""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from preceptor.catalog.models import Citation, Edition
from preceptor.content.adapters.prose_tree import Node, prose_tree
from preceptor.content.models import Part
from preceptor.content.rules import KIND_LABELS, PartKind, transcript_lines
from preceptor.ui.days import local, long_date, long_moment, timecode
from preceptor.ui.prose import render_markdown

SAMPLE_MARK = "SAMPLE: no credit is awarded"
SAMPLE_NOTE = f"{SAMPLE_MARK}. Demonstration content, not medical advice."


def printable_values(edition: Edition, at: datetime) -> dict[str, Any]:
    """Everything that the template draws."""
    provider = edition.activity.provider
    is_sample = provider.is_sample or edition.activity.is_sample
    made = local(at, provider.time_zone)
    refs = {citation.key: number for number, citation in enumerate(edition.citations.all(), 1)}
    last = datetime.combine(edition.ends_on, time(23, 59), tzinfo=ZoneInfo(provider.time_zone)) if edition.ends_on else None
    facts = [
        ["Released", long_date(edition.released_on) if edition.released_on else ""],
        ["Last reviewed", long_date(edition.reviewed_on) if edition.reviewed_on else ""],
        ["Expires", long_moment(last, provider.time_zone) if last else ""],
        ["Activity number", edition.activity.activity_number],
        ["Edition", str(edition.number)],
    ]
    sections = [
        _section(
            "Information about this activity",
            blocks=_without_references(prose_tree(edition.front_matter.html if edition.front_matter else "")),
        ),
        *(_part_section(part, refs) for part in edition.parts.prefetch_related("decisions")),
    ]
    citations = [_entry(citation) for citation in edition.citations.all()]
    return {
        "title": edition.title,
        "subtitle": edition.subtitle,
        "provider": provider.name,
        "lang": edition.language.split("-")[0],
        "made": [made.year, made.month, made.day],
        "mark": SAMPLE_MARK if is_sample else "",
        "sample": SAMPLE_NOTE if is_sample else "",
        "footer": f"{provider.name} · {provider.email}",
        "facts": [fact for fact in facts if fact[1]],
        "note": (
            "This copy holds the text of the activity for reading on paper. Credit is claimed online, after passing the post-test and completing "
            "the evaluation; test questions and feedback to the cases are there."
        ),
        "sections": [*sections, _section("References", numbered=citations)] if citations else sections,
    }


def _section(
    title: str,
    lead: str = "",
    blocks: list[Node] | None = None,
    lines: list[list[str]] | None = None,
    numbered: list[dict[str, str]] | None = None,
    after: list[Node] | None = None,
) -> dict[str, Any]:
    return {"title": title, "lead": lead, "blocks": blocks or [], "lines": lines or [], "numbered": numbered or [], "after": after or []}


def _part_section(part: Part, refs: dict[str, int]) -> dict[str, Any]:
    title = part.title if part.title.lower().startswith(part.kind) else f"{KIND_LABELS[PartKind(part.kind)]}: {part.title}"
    lead = ". ".join(filter(None, [part.summary.rstrip("."), f"About {part.minutes} minutes" if part.minutes else ""]))
    lead = f"{lead}." if lead else ""
    if part.kind == PartKind.LECTURE:
        lines = [[timecode(line.at), line.text] for line in transcript_lines(part.facts.get("cues", []))]
        return _section(
            title, f"{lead} Transcript, with the time at which each passage is spoken.".strip(), lines=lines, after=_slides(part)
        )
    blocks = prose_tree(render_markdown(part.body, refs))
    return _section(title, lead, blocks=blocks + _decisions(part, refs) if part.kind == PartKind.CASE else blocks)


def _slides(part: Part) -> list[Node]:
    slides = [slide for slide in part.facts.get("slides", []) if slide.get("title") or slide.get("text")]
    if not slides:
        return []
    nodes = [_heading("Slides")]
    for slide in slides:
        title = f"{timecode(float(slide['starts']))} {slide.get('title', '')}".strip()
        nodes += [{"k": "dt", "c": [_words(title)]}, {"k": "dd", "c": [_paragraph(line) for line in _lines(slide.get("text", ""))]}]
    return nodes


def _decisions(part: Part, refs: dict[str, int]) -> list[Node]:
    nodes: list[Node] = []
    for number, decision in enumerate(part.decisions.all(), 1):
        nodes += [_heading(f"Decision {number}"), *prose_tree(render_markdown(decision.narrative, refs))]
        nodes.append({"k": "p", "c": [{"k": "strong", "c": [_words(decision.question)]}]})
        nodes.append({"k": "ul", "c": [{"k": "li", "c": prose_tree(render_markdown(str(option["text"])))} for option in decision.options]})
    return nodes


def _without_references(nodes: list[Node]) -> list[Node]:
    """The front matter up to its list of references: the copy has its own at the end, with the same numbers."""
    for i, node in enumerate(nodes):
        if node["k"] == "h" and "".join(str(child.get("v", "")) for child in node["c"]).strip() == "References":
            return nodes[:i]
    return nodes


def _entry(citation: Citation) -> dict[str, str]:
    return {"text": citation.text, "url": citation.url if citation.url.startswith("https://") else ""}


def _heading(text: str) -> Node:
    return {"k": "h", "level": 2, "c": [_words(text)]}


def _paragraph(text: str) -> Node:
    return {"k": "p", "c": [_words(text)]}


def _words(text: str) -> Node:
    return {"k": "t", "v": text}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in str(text).splitlines() if line.strip()]
