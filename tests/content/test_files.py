"""Media and the printable copy: ranges, caches, the door."""

import io

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from preceptor.catalog.models import Edition
from preceptor.content.actions import make_printable
from preceptor.content.adapters.prose_tree import prose_tree
from preceptor.content.adapters.typeset import typeset
from preceptor.content.models import MediaFile, Printable
from tests.content.addresses import every_address, every_form
from tests.content.conftest import AT, CASE, WEBM, draft, published
from tests.pdf_words import words_of_pdf

MIB = 1024 * 1024


@pytest.fixture
def video(edition: Edition) -> MediaFile:
    return MediaFile.objects.get(part__edition=edition, name="lecture.webm")


def address(file: MediaFile, name: str = "lecture.webm") -> str:
    return reverse("content:media", args=["her2", file.uuid, name])


def body(response: object) -> bytes:
    return b"".join(response) if getattr(response, "streaming", False) else response.content  # type: ignore[arg-type, call-overload, attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("asked", "status", "said", "start", "length"),
    [
        ("bytes=0-", 206, f"bytes 0-{MIB - 1}/{len(WEBM)}", 0, MIB),
        ("bytes=100-199", 206, f"bytes 100-199/{len(WEBM)}", 100, 100),
        ("bytes=-10", 206, f"bytes {len(WEBM) - 10}-{len(WEBM) - 1}/{len(WEBM)}", len(WEBM) - 10, 10),
        ("bytes=0-1,4-5", 200, None, 0, len(WEBM)),
        ("bytes=x", 200, None, 0, len(WEBM)),
    ],
)
def test_ranges(inside: Client, video: MediaFile, asked: str, status: int, said: str | None, start: int, length: int) -> None:
    answer = inside.get(address(video), HTTP_RANGE=asked)
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == said
    assert int(answer.headers["Content-Length"]) == length
    assert body(answer) == WEBM[start : start + length]
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "video/webm"
    assert "private" in answer.headers["Cache-Control"]


def test_a_range_is_one_body_in_hand(inside: Client, video: MediaFile) -> None:
    assert not inside.get(address(video), HTTP_RANGE="bytes=0-").streaming


def test_behind_the_end(inside: Client, video: MediaFile) -> None:
    answer = inside.get(address(video), HTTP_RANGE=f"bytes={len(WEBM)}-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(WEBM)}"


def test_if_range_and_if_none_match(inside: Client, video: MediaFile) -> None:
    etag = inside.head(address(video)).headers["ETag"]
    assert inside.get(address(video), HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE=etag).status_code == 206
    assert inside.get(address(video), HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE='"older"').status_code == 200
    assert inside.get(address(video), HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_head(inside: Client, video: MediaFile) -> None:
    answer = inside.head(address(video), HTTP_RANGE="bytes=0-9")
    assert (answer.status_code, int(answer.headers["Content-Length"]), body(answer)) == (200, len(WEBM), b"")
    assert inside.post(address(video)).status_code == 405


@pytest.mark.parametrize("name", ["lecture.webm", "anything", "..%5C..%5Cetc%5Cpasswd"])
def test_the_name_in_the_address_finds_nothing(inside: Client, video: MediaFile, name: str) -> None:
    answer = inside.get(address(video, "x").removesuffix("x") + name, HTTP_RANGE="bytes=0-3")
    assert answer.status_code in (206, 404)
    assert b"root:" not in body(answer)


def test_captions_are_text(inside: Client, edition: Edition) -> None:
    file = MediaFile.objects.get(name="captions.en.vtt")
    answer = inside.get(address(file))
    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert body(answer).startswith(b"WEBVTT")


def test_files_of_another_edition_are_not_here(inside: Client, folder: object, edition: Edition) -> None:
    other = published(draft("other"), folder)  # type: ignore[arg-type]
    file = MediaFile.objects.filter(part__edition=other).first()
    assert file
    assert inside.get(address(file)).status_code == 404


def test_without_a_record_every_address_answers_with_the_door(client: Client, user: object, edition: Edition) -> None:
    make_printable(edition=edition.pk, at=AT)
    for where in every_address(edition):
        assert "/sign" in client.get(where).headers["Location"] or "login" in client.get(where).headers["Location"]
    client.force_login(user)  # type: ignore[arg-type]
    for where in every_address(edition):
        answer = client.get(where)
        assert (answer.status_code, answer.headers["Location"]) == (303, reverse("journey:begin", args=["her2"]))
        assert not answer.content
    for where in every_form(edition):
        assert client.post(where).headers["Location"] == reverse("journey:begin", args=["her2"])
        assert client.post(where, headers={"X-Requested-With": "fetch", "Accept": "application/json"}).status_code == 409


# The printable copy


def text_of(data: bytes) -> str:
    """Words of a PDF, by way of its own maps from glyphs to characters."""
    return words_of_pdf(data)


def test_the_printable_copy_is_tagged_and_carries_its_fonts(inside: Client, edition: Edition) -> None:
    waiting = inside.get(reverse("content:printable", args=["her2"]))
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "4")
    for _ in range(2):
        make_printable(edition=edition.pk, at=AT)
    made = Printable.objects.get()
    assert made.standard == "ua-1"
    answer = inside.get(reverse("content:printable", args=["her2"]))
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(body(answer))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
            assert meta["dc:title"] == "Advances in HER2"
        fonts = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts
        for font in fonts:
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            assert any(key in inner.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Printable.objects.update(standard="")


def test_a_draft_is_not_typeset(db: None, folder: object) -> None:
    make_printable(edition=draft().pk, at=AT)
    assert not Printable.objects.exists()


def test_what_the_copy_says_and_does_not_say(edition: Edition) -> None:
    from preceptor.content.adapters.printable import printable_values  # noqa: PLC0415

    said = str(printable_values(edition, AT))
    for wanted in (
        "SAMPLE: no credit is awarded",
        "Trastuzumab",
        "Zürich",
        "There are three goals of care",
        "What now, 2?",
        "Wait 1",
        "CLEOPATRA",
    ):
        assert wanted in said
    assert '#read("x")' in said
    for kept in ("FEEDBACK", "DEBRIEF", "is_best", CASE["decisions"][0]["options"][1]["feedback"]):
        assert kept not in said


def test_a_character_without_a_font_does_not_stop_the_copy(edition: Edition) -> None:
    from preceptor.content.adapters.printable import printable_values  # noqa: PLC0415

    made = typeset(printable_values(edition, AT) | {"subtitle": "𒀀 󰀀"}, at=AT)
    assert made.standard == ""
    assert made.data.startswith(b"%PDF-")


def test_links_lead_where_they_say_however_long_the_address_is(edition: Edition) -> None:
    from preceptor.content.adapters.printable import printable_values  # noqa: PLC0415

    url = "https://journal.example.org/articles/10.1234/" + "a-very-long-name-of-an-article-" * 3
    values = printable_values(edition, AT)
    section = {**values["sections"][-1], "numbered": [{"text": "One", "url": url}], "blocks": prose_tree(f'<p><a href="{url}">Two</a></p>')}
    made = typeset(values | {"sections": [section]}, at=AT)
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        led = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note and "/URI" in note.A]
    assert len(led) >= 2 and set(led) == {url}


def test_the_same_values_give_the_same_bytes(edition: Edition) -> None:
    from preceptor.content.adapters.printable import printable_values  # noqa: PLC0415

    assert typeset(printable_values(edition, AT), at=AT) == typeset(printable_values(edition, AT), at=AT)


def test_prose_becomes_a_tree_without_script_and_hidden_words() -> None:
    tree = prose_tree('<h2>A</h2><p>b <em>c</em><script>x</script><span class="vh">y</span></p>loose<div>one</div><div>two</div>')
    assert [node["k"] for node in tree] == ["h", "p", "p", "p", "p"]
    assert "x" not in str(tree).replace("'", "")[10:].split("loose")[0].replace("text", "")
    assert "y" not in "".join(str(node.get("v", "")) for node in tree[1]["c"])


def test_raised_numbers_stay_apart_and_close_to_the_word() -> None:
    (paragraph,) = prose_tree("<p>word <sup>3</sup> <sup>10</sup>.</p>")
    text = "".join(str(node.get("v", "")) or "".join(child["v"] for child in node["c"]) for node in paragraph["c"])
    assert text == "word3,10."
