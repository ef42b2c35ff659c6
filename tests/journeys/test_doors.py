"""Nothing before the front matter: every address of the house, by every role and method, found in the URL table itself."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from preceptor.content.models import MediaFile
from preceptor.credit.models import Award
from preceptor.journey.models import FrontMatterSeen, Participation
from tests.journeys.walking import BEHIND_THE_DOOR, LECTURE, WEBM, Walker, edition_with_lecture
from tests.make import user

pytestmark = pytest.mark.django_db

# Open to everybody, or pages of an account, of staff, of the demo's mailbox. Everything that is not named here stands behind the door.
# The desk has a door of its own, walked by tests/studio/test_doors.py.
OPEN = re.compile(
    r"root|ui:.*|disclosure:.*|studio:.*|journey:(catalogue|activity|begin|home)|accreditation:.*|accounts:.*|account_.*|mail:.*|admin:.*|admin_.*|"
    r"credit:(verify|verification|check|checked|keys|pdf_certificates|verify_script|status_list|did|did_below|transcript.*|external.*|requirement.*)|"
    r"records:.*|"
    r"()"  # the admin's own redirects have no name
)
BY_SERIAL = {"credit:sheet", "credit:pdf", "credit:credential", "credit:token"}
KNOWN = {
    "content:learn", "content:part", "content:opened", "content:progress", "content:answer", "content:media", "content:printable",
    *(f"assessment:{p}_test{page}" for p in ("pre", "post") for page in ("", "_question", "_review", "_finish", "_result")),
    "assessment:pre_test_skip", "assessment:post_test_again", "evaluation:evaluation", "evaluation:save",
    "credit:claim", "credit:certificate", "credit:send", "credit:sheet", "credit:pdf", "credit:correct", "credit:boards",
    "credit:credential", "credit:token",
}  # fmt: skip
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}
RANGE = {"HTTP_RANGE": "bytes=0-99"}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the house, with its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else prefix)
        else:
            yield f"{prefix}{entry.name or ''}", entry


def guarded() -> dict[str, URLPattern]:
    """The addresses behind the door."""
    return {name: pattern for name, pattern in patterns() if not OPEN.fullmatch(name)}


@pytest.fixture
def owner() -> Walker:
    """Somebody who has been through: there are attempts, an award, a file of every kind; none of it is anybody else's."""
    edition_with_lecture()
    return Walker(user("owner@sample.example")).to_certificate()


def addresses(slug: str = "tiny") -> list[tuple[str, str]]:
    """(name, address) of everything behind the door, filled in with what exists. A new kind of argument has to be told here."""
    award = Award.objects.get()
    files = MediaFile.objects.filter(part__edition__activity__slug=slug)
    fill: dict[str, list[object]] = {"slug": [slug], "key": ["lecture", "reading", "case"], "n": [1], "serial": [award.serial]}
    found = []
    for name, pattern in guarded().items():
        keys = list(pattern.pattern.converters)
        if keys == ["slug", "uuid", "name"]:
            found += [(name, reverse(name, args=[slug, file.uuid, file.name])) for file in files]
            continue
        assert set(keys) <= fill.keys(), f"{name} has an argument that this test does not know: {keys}"
        choices: list[dict[str, object]] = [{}]
        for key in keys:
            choices = [{**choice, key: value} for choice in choices for value in fill[key]]
        found += [(name, reverse(name, kwargs=choice)) for choice in choices]
    return found


def body(answer: HttpResponseBase) -> bytes:
    """All of it, also where it comes in pieces."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def assert_says_nothing(answer: HttpResponseBase, what: str) -> None:
    """Not a word, not a byte of what is behind the door."""
    said = body(answer)
    assert WEBM[:50] not in said and b"%PDF" not in said and b"WEBVTT" not in said, what
    for secret in BEHIND_THE_DOOR:
        assert secret.encode() not in said, f"{what} says {secret}"


def ask(client: Client, url: str) -> Iterator[tuple[str, HttpResponseBase]]:
    """Every way to ask for an address."""
    ranges = [(" in ranges", RANGE)] if "/media/" in url or url.endswith(".pdf") else []
    for method in ("get", "head", "post"):
        for kind, headers in (("", {}), (" by script", SCRIPT), *ranges):
            yield f"{method}{kind} {url}", getattr(client, method)(url, **headers)


def people() -> dict[str, Client]:
    """Every role that has seen no front matter of the activity."""
    edition_with_lecture("another")
    elsewhere = Walker(user("elsewhere@sample.example"), "another").to_post_test()
    staff = user("staff@sample.example", is_staff=True)
    staff.is_superuser = True
    staff.save()
    return {
        "anonymous": Client(),
        "signed in": Walker(user("new@sample.example")).client,
        "on another activity": elsewhere.client,
        "staff": Walker(staff).client,
    }


def test_the_walk_finds_every_room() -> None:
    assert guarded().keys() >= KNOWN
    assert {name.partition(":")[0] for name in guarded()} == {"content", "assessment", "evaluation", "credit"}, "is the new one public?"


def test_every_address_answers_with_the_door(owner: Walker) -> None:
    begin = reverse("journey:begin", args=["tiny"])
    seen = FrontMatterSeen.objects.count()
    for role, client in people().items():
        for name, url in addresses():
            for what, answer in ask(client, url):
                told = f"{role}: {what} -> {answer.status_code}"
                where = answer.headers.get("Location", "")
                assert_says_nothing(answer, told)
                if name in BY_SERIAL and role != "anonymous":
                    assert answer.status_code in (404, 405), told
                elif answer.status_code == 405:
                    assert set(answer.headers["Allow"].split(", ")).isdisjoint({what.split()[0].upper()}), told
                elif role == "anonymous":
                    assert (answer.status_code == 302 and where.startswith("/account/sign-in/")) or answer.status_code == 401, told
                elif "by script" in what:
                    assert answer.status_code == 409, told
                    assert what.startswith("head") or answer.json()["next"] == begin, told  # type: ignore[attr-defined]
                else:
                    assert (answer.status_code, where) == (303, begin), told
    assert FrontMatterSeen.objects.count() == seen + 1, "only the one on the other activity"


def test_a_script_without_a_session_is_told_so_and_where_to_sign_in(owner: Walker) -> None:
    for name, url in addresses():
        answer = Client().post(url, **SCRIPT)  # type: ignore[arg-type]
        assert answer.status_code in (401, 405), f"{name} {answer.status_code}"
        if answer.status_code == 401:
            assert answer.json()["next"].startswith("/account/sign-in/?next="), name


def test_the_public_page_and_the_begin_page_hold_no_content(owner: Walker) -> None:
    for client in people().values():
        for url in (reverse("journey:activity", args=["tiny"]), reverse("journey:begin", args=["tiny"]), reverse("journey:catalogue")):
            answer = client.get(url)
            assert answer.status_code in (200, 302)
            assert_says_nothing(answer, url)


def test_after_begin_only_what_is_open(owner: Walker) -> None:
    walker = Walker(user())
    assert walker.begin().status_code == 303
    entrance = walker.url("assessment:pre_test")
    shut = {"post_test", "evaluation", "save", "claim", "certificate", "send"}
    for name, url in addresses():
        answer = walker.client.get(url)
        step = name.partition(":")[2]
        if name in BY_SERIAL:
            assert answer.status_code == 404, url
        elif step in shut or step.startswith("post_test"):
            assert (answer.status_code, answer.headers["Location"]) == (303, entrance), url
            assert walker.client.post(url, **SCRIPT).json()["next"] == entrance, url  # type: ignore[arg-type]
        else:
            assert answer.status_code in (200, 202, 302, 303, 405), url
            assert answer.headers.get("Location", entrance).startswith(("/activities/tiny/pre-test/", "/activities/tiny/learn/")), url
    assert not walker.participation.lines.exclude(step="front_matter").exists(), "looking completes nothing"


def test_media_come_in_ranges_to_whoever_has_begun_and_not_to_another_activity(owner: Walker) -> None:
    video = MediaFile.objects.get(name=LECTURE["video"]["webm"])
    url = reverse("content:media", args=["tiny", video.uuid, video.name])
    part = owner.client.get(url, **RANGE)  # type: ignore[arg-type]
    assert (part.status_code, part.content) == (206, WEBM[:100])
    assert part.headers["Cache-Control"].startswith("private")
    edition_with_lecture("another")
    stranger = Walker(user(), "another").to_content()
    assert stranger.client.get(reverse("content:media", args=["another", video.uuid, video.name])).status_code == 404


def test_another_learners_things_do_not_exist(owner: Walker) -> None:
    award = Award.objects.get()
    stranger = Walker(user()).to_post_test()
    stranger.answer()
    for name in BY_SERIAL:
        assert stranger.client.get(reverse(name, args=[award.serial])).status_code == 404
        assert owner.client.get(reverse(name, args=[award.serial])).status_code in (200, 202)
    foreign = {"attempt": 7, "item": str(stranger.items()[0].uuid), "option": "a"}
    assert stranger.post("assessment:post_test_question", 1, data=foreign).status_code == 303
    assert stranger.post("assessment:post_test_question", 1, data=foreign, **SCRIPT).json()["code"] == "assessment.unknown_attempt"  # type: ignore[attr-defined]
    assert "owner" not in stranger.client.get(reverse("credit:transcript")).content.decode()


def test_a_stale_hash_shows_the_page_again() -> None:
    edition_with_lecture()
    walker = Walker(user())
    for fragment in ("", "0" * 64, "stale"):
        answer = walker.post("journey:begin", data={"fragment": fragment})
        assert (answer.status_code, answer.headers["Location"]) == (303, walker.url("journey:begin"))
        assert b"has changed since you opened the page" in walker.get("journey:begin").content
        refused = walker.post("journey:begin", data={"fragment": fragment}, **SCRIPT)
        assert (refused.status_code, refused.json()["code"]) == (409, "journey.front_matter_changed")  # type: ignore[attr-defined]
    assert not Participation.objects.exists()


def test_begin_twice_is_one_participation_and_one_record() -> None:
    edition_with_lecture()
    walker = Walker(user())
    fragment = walker.get("journey:begin").context["page"].fragment.sha256  # type: ignore[attr-defined]
    for _ in range(3):
        answer = walker.post("journey:begin", data={"fragment": fragment}, HTTP_ACCEPT_LANGUAGE="de-CH,de;q=0.9")
        assert (answer.status_code, answer.headers["Location"]) == (303, walker.url("assessment:pre_test"))
    seen = FrontMatterSeen.objects.get()
    assert (seen.participation, seen.fragment_id, seen.locale) == (Participation.objects.get(), fragment, "en-US"), (
        "the language that was shown, not the one a browser would like"
    )
    assert seen.edition == walker.edition
    assert walker.get("journey:begin").status_code == 303, "who has begun goes on"


AGREED = {
    "kind": "monetary",
    "amount_cents": 1,
    "signed_supporter": -70,
    "signed_provider": -69,
    "agreement": "agreement.pdf",
    "clauses": "all",
}
OTHER = [{"company": "tiny-company", **AGREED}, {"company": "second-company", **AGREED}]
COMPANIES = [
    {
        "key": "tiny-company",
        "name": "Sample Company, Inc.",
        "eligibility": "ineligible",
        "basis": "Sells sample products used on patients.",
    },
    {"key": "tiny-press", "name": "Sample Press", "eligibility": "eligible", "basis": "A publisher."},
    {"key": "second-company", "name": "Second Sample Company", "eligibility": "ineligible", "basis": "Sells other samples."},
]


def test_a_newer_edition_with_other_disclosures_is_shown_before_going_on() -> None:
    first = edition_with_lecture()
    walker = Walker(user()).to_post_test()
    walker.post("assessment:post_test_question", 1, data={"attempt": 1, "item": str(walker.items()[0].uuid), "option": "a"})
    second = edition_with_lecture(support=OTHER, companies=COMPANIES)
    begin = walker.url("journey:begin")
    for name, url in [(n, reverse(n, args=["tiny"])) for n in ("content:learn", "assessment:post_test", "content:printable")]:
        answer = walker.client.get(url)
        assert (answer.status_code, answer.headers["Location"]) == (303, begin), name
    page = walker.get("journey:begin")
    assert b"What has changed" in page.content and b"Second Sample Company" in page.content
    assert page.context["page"].fragment.sha256 == second.front_matter_id  # type: ignore[attr-defined]
    old = walker.post("journey:begin", data={"fragment": first.front_matter_id or ""})
    assert (old.status_code, old.headers["Location"]) == (303, begin), "the old page does not do"
    assert walker.begin().headers["Location"] == walker.url("assessment:post_test")
    assert walker.participation.edition == first, "plan and test stay"
    assert Participation.objects.count() == 1
    walker.answer()
    walker.finish()
    assert walker.evaluate().headers["Location"] == walker.url("credit:claim")
    assert walker.claim().status_code == 303
    assert Award.objects.get().edition == first
    shown = FrontMatterSeen.objects.order_by("pk").values_list("fragment_id", "edition_id")
    assert list(shown) == [(first.front_matter_id, first.pk), (second.front_matter_id, second.pk)]


def test_a_newer_edition_with_the_same_disclosures_stops_nobody() -> None:
    first = edition_with_lecture()
    walker = Walker(user()).to_post_test()
    second = edition_with_lecture(title="A tiny activity, looked over once more")
    assert first.front_matter_id != second.front_matter_id
    assert walker.get("assessment:post_test").headers["Location"] == walker.url("assessment:post_test_question", 1)
    assert Walker(user("newcomer@sample.example")).edition == second


def test_who_has_claimed_keeps_their_certificate_when_a_newer_edition_discloses_something_else() -> None:
    edition_with_lecture()
    walker = Walker(user()).to_certificate()
    edition_with_lecture(support=OTHER, companies=COMPANIES)
    assert walker.get("credit:certificate").status_code == 200


def test_public_pages_answer_head_as_they_answer_get() -> None:
    edition_with_lecture()
    for url in ("/activities/", "/activities/tiny/", "/policies/", "/verify/", "/activities/tiny/begin/"):
        look, asked = Client().get(url), Client().head(url)
        assert (asked.status_code, asked.content) == (look.status_code, b""), url
