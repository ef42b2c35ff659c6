"""A small published edition with one part of each kind, and a learner inside it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from preceptor.accounts.models import User
from preceptor.accreditation.models import Provider
from preceptor.catalog.actions import mark_published
from preceptor.catalog.models import Activity, Citation, Edition
from preceptor.catalog.rules import Step
from preceptor.content.actions import import_part
from preceptor.content.models import Part
from preceptor.journey.actions import begin, complete_step
from preceptor.journey.models import Participation

AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PLAN = ["front_matter", "pre_test", "content", "post_test", "evaluation", "claim", "certificate"]
WEBM = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 12000
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24
CAPTIONS = """WEBVTT

00:00.000 --> 00:04.500
There are three goals of care:

00:04.500 --> 00:09.000
to palliate symptoms, to improve quality of life, and to extend survival.

00:09.000 --> 00:15.250
They can pull against each other &amp; the patient decides how to weigh them.
"""
CHAPTERS = """WEBVTT

00:00.000 --> 00:09.000
Goals of therapy

00:09.000 --> 01:40.000
Weighing them
"""
LECTURE: dict[str, Any] = {
    "kind": "lecture",
    "key": "lecture",
    "title": "Three goals of care",
    "minutes": 2,
    "video": {"webm": "lecture.webm", "seconds": 100, "poster": "poster.webp"},
    "captions": "captions.en.vtt",
    "chapters": "chapters.vtt",
    "slides": [{"file": "slides/slide-01.webp", "starts": 0.0, "title": "Goals", "text": "Palliate\nImprove"}],
}
READING: dict[str, Any] = {"kind": "reading", "key": "reading", "title": "Choosing therapy", "minutes": 3}
BODY = """*Demonstration content.*

## First line {#first-line}

Dual blockade [@swain2015] with a taxane. Zürich, ≥ 50%, "quoted", #read("x") and $x^2$ stay text.

| Drug | Dose |
|---|---:|
| Trastuzumab | 6 mg |
"""
CASE: dict[str, Any] = {
    "kind": "case",
    "key": "case",
    "title": "A teacher with cough",
    "minutes": 2,
    "vignette": "A *fictional* patient coughs.",
    "decisions": [
        {
            "key": f"d{n}",
            "narrative": f"Visit {n}.",
            "question": f"What now, {n}?",
            "objective": "describe",
            "options": [
                {"key": "a", "text": f"Wait {n}", "is_best": False, "feedback": f"FEEDBACK-WAIT-{n}"},
                {"key": "b", "text": f"Act {n}", "is_best": True, "feedback": f"FEEDBACK-ACT-{n}"},
            ],
            "debrief": f"DEBRIEF-{n} [@swain2015]",
        }
        for n in (1, 2)
    ],
}
SPECS = [LECTURE, READING, CASE]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle's folder of a part, with every file that the specs name."""
    root = tmp_path / "01-part"
    (root / "slides").mkdir(parents=True)
    (root / "lecture.webm").write_bytes(WEBM)
    (root / "poster.webp").write_bytes(WEBP)
    (root / "slides" / "slide-01.webp").write_bytes(WEBP + b"1")
    (root / "captions.en.vtt").write_text(CAPTIONS, encoding="utf-8")
    (root / "chapters.vtt").write_text(CHAPTERS, encoding="utf-8")
    (root / "body.md").write_text(BODY, encoding="utf-8")
    return root


def draft(slug: str = "her2") -> Edition:
    """A draft edition of a sample provider's activity."""
    provider, _ = Provider.objects.get_or_create(
        name="Sample CME Provider",
        defaults={
            "address": "1 Sample Street", "email": "cme@sample.example", "privacy_policy": "p", "disclosure_policy": "d",
            "accessibility_policy": "a", "is_sample": True,
        },
    )  # fmt: skip
    activity = Activity.objects.create(provider=provider, slug=slug, activity_number="SAMPLE-1", is_sample=True)
    edition = Edition.objects.create(
        activity=activity, number=1, title="Advances in HER2", summary="s", topic="breast", topic_label="Breast", medium="Online", description="d",
        need="n", audience="a", plan=PLAN, released_on=date(2026, 11, 1), reviewed_on=date(2026, 11, 1), ends_on=date(2099, 12, 31),
    )  # fmt: skip
    Citation.objects.create(
        edition=edition, key="swain2015", position=0, text="Swain SM, et al. CLEOPATRA.", year=2015, url="https://doi.org/10.1/x"
    )
    return edition


def published(edition: Edition, folder: Path, specs: list[dict[str, Any]] | None = None) -> Edition:
    """The edition with its parts, published."""
    for position, spec in enumerate(SPECS if specs is None else specs):
        import_part(edition, spec, folder, position)
    mark_published(
        edition, "<section><h2>Learning objectives</h2><ol><li><b>Describe</b> goals</li></ol></section>", "Learning objectives", at=AT
    )
    edition.refresh_from_db()
    return edition


@pytest.fixture
def edition(db: None, folder: Path) -> Edition:
    """A published edition."""
    return published(draft(), folder)


def learner(email: str = "riley@sample.example") -> User:
    """Somebody with an account."""
    return User.objects.create_user(email=email, password="sample-pass-2026")


def begun(user: User, edition: Edition) -> Participation:
    """Their participation: front matter seen, pre-test skipped."""
    assert edition.front_matter
    held = begin(user, edition, None, fragment=edition.front_matter.sha256, at=AT)
    complete_step(held, Step.PRE_TEST, evidence={}, at=AT, is_skipped=True)
    return held


@pytest.fixture
def user(db: None) -> User:
    """A learner."""
    return learner()


@pytest.fixture
def participation(user: User, edition: Edition) -> Participation:
    """A learner inside the edition."""
    return begun(user, edition)


@pytest.fixture
def inside(client: Client, user: User, participation: Participation) -> Client:
    """A browser of that learner."""
    client.force_login(user)
    return client


def part(edition: Edition, key: str) -> Part:
    """A part by its key."""
    return edition.parts.get(key=key)


def after(seconds: float) -> datetime:
    """A moment after AT."""
    return AT + timedelta(seconds=seconds)
