"""People who walk through an activity over its pages, with forms as a browser without script sends them."""

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from preceptor.accounts.models import User
from preceptor.assessment.models import Item
from preceptor.bundle.actions import import_bundle
from preceptor.catalog.models import Activity, Edition
from preceptor.journey.models import Participation
from preceptor.journey.queries import standing_of
from tests.make import BUNDLES, BY, provider, released

WEBM = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24
CUE = "Only who has begun may hear this sentence."
LECTURE: dict[str, Any] = {
    "kind": "lecture",
    "key": "lecture",
    "title": "A tiny lecture",
    "minutes": 1,
    "summary": "A minute.",
    "video": {"webm": "lecture.webm", "seconds": 60, "poster": "poster.webp"},
    "captions": "captions.en.vtt",
    "slides": [{"file": "slide-01.webp", "starts": 0.0, "title": "One", "text": "A slide that stays behind the door"}],
}
# What nobody may read before the front matter was seen: from the reading, the case, the captions, the slide, the test.
BEHIND_THE_DOOR = (
    "It is chosen so that one can learn",
    "She asks whether it is enough",
    CUE,
    "A slide that stays behind the door",
    "A patient asks for more than a sample",
    "What is a sample not?",
    "An example",
    "Did the activity meet",
)


def edition_with_lecture(slug: str = "tiny", *, at: datetime | None = None, is_published: bool = True, **changes: object) -> Edition:
    """tests/bundles/tiny with a lecture before its parts; `changes` replace fields of activity.yaml. A slug that exists gets its next edition."""
    at = at or timezone.now()
    known = Activity.objects.filter(slug=slug).select_related("provider").first()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / slug
        shutil.copytree(BUNDLES / "tiny", folder)
        lecture = folder / "content" / "00-lecture"
        lecture.mkdir()
        (lecture / "part.yaml").write_text(json.dumps(LECTURE))
        (lecture / "lecture.webm").write_bytes(WEBM)
        (lecture / "poster.webp").write_bytes(WEBP)
        (lecture / "slide-01.webp").write_bytes(WEBP + b"1")
        (lecture / "captions.en.vtt").write_text(f"WEBVTT\n\n00:00.000 --> 00:05.000\n{CUE}\n")
        facts = yaml.safe_load((folder / "activity.yaml").read_text()) | changes | {"slug": slug}
        (folder / "activity.yaml").write_text(json.dumps(facts, default=str))
        edition = import_bundle(folder, by=BY, at=at, provider=known.provider if known else provider(at=at))
    if is_published:
        released(edition, at=at)
    return edition


@dataclass
class Walker:
    """One person on one activity. Every step returns the answer of its last request."""

    user: User
    slug: str = "tiny"
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user)

    def url(self, name: str, *args: object) -> str:
        """A page of the activity."""
        return reverse(name, args=[self.slug, *args])

    def get(self, name: str, *args: object) -> HttpResponse:
        """Look at a page."""
        return self.client.get(self.url(name, *args))  # type: ignore[return-value]

    def post(self, name: str, *args: object, data: dict[str, object] | None = None, **more: Any) -> HttpResponse:
        """Press its button."""
        return self.client.post(self.url(name, *args), data or {}, **more)  # type: ignore[return-value]

    @property
    def activity(self) -> Activity:
        """The activity."""
        return Activity.objects.get(slug=self.slug)

    @property
    def edition(self) -> Edition:
        """The edition that concerns this person now."""
        standing = standing_of(self.user, self.activity, timezone.now())
        assert standing is not None
        return standing.edition

    @property
    def participation(self) -> Participation:
        """The newest one."""
        return Participation.objects.filter(user=self.user, edition__activity__slug=self.slug).latest("pk")

    def begin(self) -> HttpResponse:
        """Read the page before the start and press Begin."""
        page = self.get("journey:begin")
        fragment = page.context["page"].fragment.sha256  # type: ignore[attr-defined]
        return self.post("journey:begin", data={"fragment": fragment})

    def skip(self) -> HttpResponse:
        """Go on without the pre-test."""
        return self.post("assessment:pre_test_skip")

    def learn(self) -> HttpResponse:
        """Open every part with its button."""
        for key in self.edition.parts.order_by("position").values_list("key", flat=True):
            answer = self.post("content:part", key)
            assert answer.status_code == 303, answer
        return answer

    def items(self) -> list[Item]:
        """The questions."""
        return list(self.edition.items.order_by("position"))

    def answer(self, purpose: str = "post", *, right: int = 99, attempt: int = 1) -> None:
        """Answer every question, the first `right` ones correctly."""
        for n, item in enumerate(self.items(), 1):
            option = item.answer if n <= right else next(o["key"] for o in item.options if o["key"] != item.answer)
            data = {"attempt": attempt, "item": str(item.uuid), "option": option}
            answer = self.post(f"assessment:{purpose}_test_question", n, data=data)
            assert answer.status_code == 303, answer

    def finish(self, purpose: str = "post", *, attempt: int = 1) -> HttpResponse:
        """Finish the test."""
        return self.post(f"assessment:{purpose}_test_finish", data={"attempt": attempt})

    def verdict(self, **changes: object) -> dict[str, object]:
        """An evaluation with everything that is required."""
        rows: dict[str, object] = {f"objective_{key}": "5" for key in self.edition.objectives.values_list("key", flat=True)}
        return {**rows, "overall": "4", "intent": "no", "balance": "yes", **changes}

    def evaluate(self, **changes: object) -> HttpResponse:
        """Send the evaluation."""
        return self.post("evaluation:evaluation", data=self.verdict(**changes))

    def claim_form(self, **changes: object) -> dict[str, object]:
        """What a browser sends from the claim page: every field as preset there, and the statement ticked."""
        form = self.get("credit:claim").context["form"]  # type: ignore[attr-defined]
        preset = {name: form[name].value() for name in form.fields}
        return {name: value for name, value in preset.items() if value not in (None, False, "")} | {"attested": "on"} | changes

    def claim(self, **changes: object) -> HttpResponse:
        """Claim what is preset."""
        return self.post("credit:claim", data=self.claim_form(**changes))

    def to_content(self) -> "Walker":
        """Begun, pre-test skipped."""
        self.begin()
        self.skip()
        return self

    def to_post_test(self) -> "Walker":
        """… and every part opened."""
        self.to_content().learn()
        return self

    def to_evaluation(self) -> "Walker":
        """… and passed."""
        self.to_post_test().answer()
        self.finish()
        return self

    def to_claim(self) -> "Walker":
        """… and evaluated."""
        self.to_evaluation().evaluate()
        return self

    def to_certificate(self, **changes: object) -> "Walker":
        """… and claimed."""
        answer = self.to_claim().claim(**changes)
        assert answer.status_code == 303, answer.content.decode()
        return self
