"""What no page of ours sends: every form and address answers it with a 4xx, an error beside the field or the way on; never with a 500, never by keeping nonsense."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from preceptor.assessment.models import Answer, Attempt
from preceptor.content.models import CaseAnswer, PartProgress
from preceptor.credit.models import Award
from preceptor.evaluation.models import Response
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}
NUL, LONG = "a\x00b", "x" * 1_000_000
VILE: list[Any] = [
    "", NUL, LONG, "-1", "0", "NaN", "Infinity", "1e999", "9" * 40, "٣", "🧬" * 200, "\ud800".encode("utf-8", "surrogatepass"), "' OR 1=1 --", "../../etc/passwd",
    "<script>alert(1)</script>", "{", "null", "[]", "true", "\r\nSet-Cookie: a=b", "\u202e\u0000",
]  # fmt: skip
FIELDS = [
    "fragment", "attempt", "item", "option", "flag", "decision", "position", "ranges", "overall", "intent", "changes", "barriers", "balance", "bias_text",
    "bias_name", "commit", "objective_recall", "profession", "given_name", "family_name", "credentials", "attested", "system-physician",
    "amount-physician-ama_pra_1", "login", "email", "password", "password1", "code", "next", "serial", "year", "look", "q", "page", "topic", "sort",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet(settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Files go with the test; what is refused is not worth a page of warnings."""
    settings.MEDIA_ROOT = tmp_path / "media"
    caplog.set_level("CRITICAL", "django")


@pytest.fixture
def _edition() -> None:
    edition_with_lecture()


def is_clear(answer: HttpResponse) -> bool:
    """A page, a redirect or a refusal; nothing that fell over."""
    return answer.status_code < 500


def addresses() -> Iterator[str]:
    """Every address of the house but the admin's, filled in with plausible things."""
    fill = {"slug": "tiny", "key": "case", "n": 1, "serial": "0000-0000-0000-0000-0", "uuid": "00000000-0000-4000-8000-000000000000", "name": "a.webm",
            "kind": "npi", "number": 1, "uidb36": "1", "path": "x", "token": "abc", "digest": "0" * 64}  # fmt: skip
    some = "00000000-0000-4000-8000-000000000000"
    fill |= dict.fromkeys(
        (
            "accreditation",
            "company",
            "edition",
            "offer",
            "participation",
            "person",
            "relationship",
            "support",
            "account",
            "other",
            "export",
            "letter",
            "job",
        ),
        some,
    )

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                if entry.namespace != "admin":
                    yield from walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            elif isinstance(entry, URLPattern) and entry.name:
                named = entry.pattern.regex.groupindex if hasattr(entry.pattern, "regex") else {}
                keys = [*entry.pattern.converters] or [*named]
                arguments = {key: "abc-def" if entry.name.endswith("_key") and key == "key" else fill[key] for key in keys}
                yield reverse(f"{prefix}{entry.name}", kwargs=arguments)

    yield from walk(get_resolver(), "")


@pytest.mark.usefixtures("_edition")
@pytest.mark.parametrize("stage", ["content", "post_test", "evaluation", "claim"])
def test_every_address_at_every_stage_takes_anything(stage: str) -> None:
    walker = Walker(user())
    getattr(walker, f"to_{stage}")()
    walker.client.raise_request_exception = False
    found = list(addresses())
    assert len(found) > 40
    # Together small enough to reach the views; a megabyte in one field is sent below.
    sent = [value if value != LONG else "x" * 200_000 for value in VILE]
    everything = {name: sent[number % len(sent)] for number, name in enumerate(FIELDS)}
    shifted = {name: sent[(number * 7 + 3) % len(sent)] for number, name in enumerate(FIELDS)}
    for url in found:
        if url == reverse("account_logout"):
            continue
        short = {name: value for name, value in everything.items() if value != "x" * 200_000}
        answers = [
            walker.client.get(url, short),
            walker.client.post(url, everything),
            walker.client.post(url, shifted, **SCRIPT),
            walker.client.post(url, {"given_name": LONG, "bias_text": LONG}),
            walker.client.post(url, b"{broken", content_type="application/json"),
            walker.client.post(url, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x"),
        ]
        assert all(map(is_clear, answers)), f"{url}: {[a.status_code for a in answers]}"
        walker.client.force_login(walker.user)
    assert not Award.objects.exists()


@pytest.mark.usefixtures("_edition")
def test_nothing_wrong_is_taken_for_an_answer() -> None:
    walker = Walker(user()).to_post_test()
    walker.client.raise_request_exception = False
    for value in VILE:
        _try(walker, value)


def _try(walker: Walker, value: Any) -> None:
    """One vile value in each field of the test and the case."""
    item = str(walker.items()[0].uuid)
    right = {"attempt": "1", "item": item, "option": "a"}
    for name in ("attempt", "item", "option"):
        answer = walker.post("assessment:post_test_question", 1, data={**right, name: value}, **SCRIPT)
        plain = walker.post("assessment:post_test_question", 1, data={**right, name: value})
        if name == "option" and value == "":
            continue  # looking at a question without choosing keeps it open
        assert answer.status_code in (400, 409, 422), f"{name}: {answer.status_code}"
        assert plain.status_code in (303, 400, 409, 422), f"{name}: {plain.status_code}"
    assert not Answer.objects.exists()
    for name in ("decision", "option"):
        answer = walker.post("content:answer", "case", data={"decision": "d1", "option": "a", name: value})
        assert answer.status_code in (303, 400, 409, 422)
    assert not CaseAnswer.objects.exists()
    finish = walker.post("assessment:post_test_finish", data={"attempt": value})
    assert finish.status_code in (303, 400, 409, 422) and not Attempt.objects.filter(submitted_at__isnull=False).exists()


@pytest.mark.usefixtures("_edition")
def test_reports_of_the_player_that_cannot_be() -> None:
    walker = Walker(user()).to_content()
    walker.client.raise_request_exception = False
    walker.post("content:opened", "lecture", **SCRIPT)
    for position in ("-5", "NaN", "Infinity", "-Infinity", "1e999", "abc", NUL, LONG, "1" * 400):
        answer = walker.post("content:progress", "lecture", data={"position": position, "ranges": "[]"}, **SCRIPT)
        assert answer.status_code in (200, 400), position[:20]
    broken = ["{", "[[", "null", '{"a": 1}', "[[1]]", '[["a", "b"]]', "[[NaN, 5]]", "[[0, Infinity]]", "[[-9, -3]]", "[[5, 1]]", "[[0, 1e308]]", "[1, 2]",
              "[[[0, 1]]]", NUL, LONG, "[" * 5000, "[[true, false]]", "[[0, " + "9" * 5000 + "]]"]  # fmt: skip
    for ranges in broken:
        answer = walker.post("content:progress", "lecture", data={"position": "1", "ranges": ranges}, **SCRIPT)
        assert answer.status_code in (200, 400), ranges[:20]
    kept = PartProgress.objects.get(part__key="lecture")
    assert math.isfinite(kept.position) and 0 <= kept.position <= 60
    assert all(0 <= start <= end <= 60 for start, end in kept.watched)
    assert sum(end - start for start, end in kept.watched) <= 60 and kept.completed_at is None or kept.watched
    assert walker.get("content:part", "lecture").status_code == 200


@pytest.mark.usefixtures("_edition")
def test_an_evaluation_with_errors_keeps_everything_typed() -> None:
    walker = Walker(user()).to_evaluation()
    for wrong in (
        {"overall": "9"},
        {"overall": ""},
        {"intent": "perhaps"},
        {"balance": "no", "bias_text": "y" * 4001},
        {"changes": ["0", "1", "2", "3"]},
    ):
        said = {"bias_text": "Slide 3 <b>names</b> a brand", "bias_name": "Zoë & Co", "barriers": ["0", "2"]}
        answer = walker.evaluate(**said | wrong)
        page = answer.content.decode()
        assert answer.status_code == 422, wrong
        assert "Zoë &amp; Co" in page and ("Slide 3 &lt;b&gt;names" in page or "bias_text" in wrong), wrong
        bound = answer.context["form"]  # type: ignore[attr-defined]
        assert bound.errors and bound["objective_recall"].value() == "5" and bound["barriers"].value() == ["0", "2"]
        assert all(str(error) in page.replace("&#x27;", "'") for errors in bound.errors.values() for error in errors), bound.errors
    again = walker.get("evaluation:evaluation").content.decode()
    assert "Zoë &amp; Co" in again, "also when the browser was closed after the error"
    assert not Response.objects.exists()


@pytest.mark.usefixtures("_edition")
@pytest.mark.parametrize(
    "wrong",
    [
        {"given_name": ""}, {"credentials": ""}, {"attested": ""}, {"amount-physician-ama_pra_1": "0.30"}, {"amount-physician-ama_pra_1": "99"},
        {"amount-physician-ama_pra_1": "-0.25"}, {"amount-physician-ama_pra_1": "NaN"}, {"profession": "wizard"}, {"profession": "pharmacist"},
        {"given_name": "y" * 101}, {"given_name": NUL}, {"credentials": NUL},
    ],
    ids=repr,
)  # fmt: skip
def test_a_claim_with_an_error_says_it_and_keeps_everything_typed(wrong: dict[str, object]) -> None:
    walker = Walker(user()).to_claim()
    typed: dict[str, object] = {"given_name": "Zoë <i>", "family_name": "Sample-Acosta", "credentials": "MD, PhD"}
    answer = walker.claim(**typed | wrong)
    page = answer.content.decode()
    assert answer.status_code in (200, 422) and not Award.objects.exists()
    form = answer.context["form"]  # type: ignore[attr-defined]
    assert form.errors
    shown = page.replace("&#x27;", "'")
    assert any(str(error) in shown for errors in form.errors.values() for error in errors), form.errors
    for name, value in (typed | wrong).items():
        assert form[name].value() == (value if name != "attested" else bool(value)), name
    assert "Sample-Acosta" in page and "Zoë <i>" not in page


@pytest.mark.parametrize(
    "url",
    [
        "/activities/?q=%00", "/activities/?page=-1", "/activities/?page=99999999999", "/activities/?page=NaN", "/activities/?credit=%ff", "/activities/?topic=" + "a" * 5000,
        "/activities/?q=" + "%F0%9F%A7%AC" * 100, "/activities/%00/", "/activities/..%2f..%2fetc/", "/verify/?serial=%00", "/verify/%00/", "/verify/?serial=" + "9" * 3000,
        "/verify/%E2%80%AE/", "/account/sign-in/?next=//evil.example/", "/account/sign-in/?next=%00", "/look/?look=x", "/mailbox/..%2f..%2fsecret-key/", "/mailbox/x/attachments/99999999999999999999/",
        "/account/email/confirm/x/", "/account/password/new/1-%00/", "/account/password/new/zzzzzzzzzzzzzzzzzz-abc/",
    ],
)  # fmt: skip
def test_odd_addresses_get_a_clear_answer(url: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get(url)
    assert answer.status_code in (200, 302, 400, 404, 405, 410, 429), answer.status_code
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.usefixtures("_edition")
def test_ranges_that_cannot_be_are_answered_by_the_book() -> None:
    walker = Walker(user()).to_content()
    video = walker.edition.parts.get(key="lecture").files.get(name="lecture.webm")
    url = walker.url("content:media", video.uuid, video.name)
    for wanted in (
        "bytes=999999999-",
        "bytes=5-1",
        "bytes=-0",
        "bytes=a-b",
        "pages=1-2",
        "bytes=" + "9" * 5000 + "-",
        "bytes=0-1,4-5",
        "\x00",
        "bytes=--5",
        "bytes=٣-",
    ):
        answer = walker.client.get(url, headers={"Range": wanted})
        assert answer.status_code in (200, 206, 416), wanted[:20]
    assert walker.client.get(url, headers={"Range": "bytes=-5"}).status_code == 206


def test_signing_up_with_anything() -> None:
    client = Client(raise_request_exception=False)
    for value in VILE:
        for url in ("/account/sign-up/", "/account/sign-in/", "/account/password/forgot/"):
            names = ("login", "email", "password", "password1", "given_name", "family_name", "credentials", "profession", "next")
            answer = client.post(url, dict.fromkeys(names, value))
            assert answer.status_code in (200, 302, 400, 422, 429), f"{url} {value!r:.20} {answer.status_code}"
