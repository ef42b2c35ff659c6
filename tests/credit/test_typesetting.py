"""The certificate on paper: every credit system, both papers, names of the world, words of any length, and strings that mean harm."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from preceptor.accreditation.queries import pack_on
from preceptor.credit.adapters.typeset import typeset_certificate, typeset_transcript
from preceptor.credit.rules import face_of, transcript_payload
from preceptor.ui.typesetting import Typeset, drawable
from tests.credit.payloads import ADDRESS, AT, DAY, PROVIDER, SYSTEMS, TITLE, attached, payload_for
from tests.pdf_words import compact, words_of_pdf

LETTER, A4 = (792, 612), (841.89, 595.276)
NAMES = {
    "accents": "Zoë Łukasz Ğülşah Þórunn Đặng Ērika Ñandú Ḍāwūd",
    "vietnamese": "Nguyễn Thị Ánh Tuyết",
    "greek": "Ἀλέξανδρος Παπαδόπουλος",
    "cyrillic": "Красногорская Ђорђевић Щербань",
    "devanagari": "प्रज्ञा श्रीवास्तव क्षत्रिय",
    "hebrew": "דוד בן־גוריון",
    "arabic": "محمد عبد الله الخوارزمي",
    "persian": "فاطمه پژوهش گنجی",
}
UNDRAWABLE = {
    "chinese": ("王小明", "cjk"),
    "korean": ("김민수", "hangul"),
    "emoji": ("Ann 👩🏽‍⚕️", "symbols"),
    "private": ("A\ue000", "private use"),
    "unassigned": ("A\u0378", "unassigned"),
}


@pytest.fixture(autouse=True)
def _only_fonts_that_come_along(settings: Any) -> None:
    """What prints must not depend on the machine that the tests run on."""
    settings.SYSTEM_FONTS, settings.FONT_DIRS = False, []


def printed(payload: dict[str, Any], paper: str = "letter") -> Typeset:
    return typeset_certificate(face_of(payload), payload_json=attached(payload), paper=paper, at=AT)


def pages_of(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as pdf:
        return len(pdf.pages)


# What a certificate of each credit has to carry, in the order of reading. Source: the packs' certificate_fields and statements.
CARRIES = {
    "ama_pra_1": ["0.75 AMA PRA Category 1 Credits™", "designates this enduring material for a maximum of 0.75", "Physicians should claim only the credit"],
    "aapa_1": ["0.75 AAPA Category 1 CME credits", "SAMPLE-A-9", "authorized by the American Academy of PAs", "Approval is valid until November 21, 2027"],
    "ancc": [ADDRESS, "0.75 ANCC contact hours", "SAMPLE-N-7", "American Nurses Credentialing Center"],
    "aanp": ["0.75 AANP contact hours", "Including: 0.5 pharmacology hours", "AANP activity ID: SAMPLE-1", "American Association of Nurse Practitioners"],
    "acpe_p": ["0.75 ACPE contact hours", "Universal Activity Number: JA0000000-0000-26-001-H01-P", "(0.075 CEUs)", "for pharmacists"],
    "acpe_t": ["0.75 ACPE contact hours", "Universal Activity Number: JA0000000-0000-26-001-H01-T", "(0.075 CEUs)", "for pharmacy technicians"],
    "ipce": ["0.75 Interprofessional Continuing Education (IPCE) credits", "planned by and for the healthcare team"],
    "participation": ["Certificate of Participation", "The activity was designated for 0.75 AMA PRA Category 1 Credits™."],
}  # fmt: skip


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_carries_what_it_has_to_on_either_paper(system: str, paper: str) -> None:
    payload, pack = payload_for(system), pack_on(DAY)
    made = printed(payload, paper)
    assert made.standard == "ua-1, a-3a" and not made.problem
    with pikepdf.open(BytesIO(made.data)) as pdf:
        assert len(pdf.pages) == 1
        assert [float(side) for side in pdf.pages[0].MediaBox][2:] == pytest.approx(LETTER if paper == "letter" else A4, abs=0.01)
    words = compact(words_of_pdf(made.data))
    face = face_of(payload)
    # Top to bottom; serial and address of checking stand at the foot beside the statements.
    at = 0
    for line in [face.provider, face.title, face.opening, face.name, face.role, face.activity, face.dated, face.amount_text]:
        found = words.find(compact(line), at)
        assert found >= 0, f"{line!r} is missing or out of order"
        at = found + len(compact(line))
    for line in [*face.words(), *CARRIES.get(system, ["0.75", "MOC points", "ACCME activity ID: 123456789"])]:
        assert compact(line) in words, line
    for field in pack.systems[system].certificate_fields:
        value = {
            "identifier": payload["offer_number"],
            "provider": PROVIDER,
            "provider_address": ADDRESS,
            "credentials": payload["credentials"],
        }
        assert compact(value.get(field, "")) in words, field


def test_the_facts_are_attached_as_they_are() -> None:
    payload = payload_for(name="Zoë O\u2019Brien \u202eabc")
    with pikepdf.open(BytesIO(printed(payload).data)) as pdf:
        assert list(pdf.attachments) == ["certificate.json"]
        spec = pdf.Root.AF[0]
        assert spec.AFRelationship == "/Source" and spec.UF == "certificate.json" and spec.EF.F.Subtype == "/application/json"
        assert json.loads(spec.EF.F.read_bytes()) == {key: value for key, value in payload.items() if key != "identifiers"}


def test_it_is_accessible_and_made_to_be_kept() -> None:
    with pikepdf.open(BytesIO(printed(payload_for()).data)) as pdf:
        assert pdf.pdf_version == "1.7" and pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "en-US"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle and pdf.Root.StructTreeRoot.K is not None
        metadata = pdf.open_metadata()
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "3", "A")
        assert metadata["dc:title"] == f"Certificate of Credit: {TITLE}"
        assert pdf.Root.OutputIntents and "/Encrypt" not in pdf.trailer
        alts = [str(node.Alt) for node in walk(pdf.Root.StructTreeRoot) if "/Alt" in node]
        assert any(alt.startswith("QR code: https://cme.example.org/verify/") for alt in alts)
        kinds = {str(node.S) for node in walk(pdf.Root.StructTreeRoot) if "/S" in node}
        assert {"/H1", "/P", "/Figure", "/Link"} <= kinds
        for font in pdf.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert ("/FontFile2" in descriptor or "/FontFile3" in descriptor) and "/ToUnicode" in font


def walk(node: Any) -> Any:
    """Every element of a structure tree."""
    if isinstance(node, pikepdf.Array):
        for inner in node:
            yield from walk(inner)
    elif isinstance(node, pikepdf.Dictionary):
        yield node
        if "/K" in node:
            yield from walk(node.K)


@pytest.mark.parametrize("script", NAMES)
def test_names_of_the_world_are_printed_and_can_be_read_out(script: str) -> None:
    made = printed(payload_for(name=NAMES[script]))
    assert made.standard == "ua-1, a-3a", made.problem
    words = words_of_pdf(made.data).replace("\u200f", "")
    assert compact(NAMES[script]) in compact(words)


@pytest.mark.parametrize("kind", UNDRAWABLE)
def test_a_character_that_nobody_has_stops_nothing_and_tells_no_name(kind: str) -> None:
    name, told = UNDRAWABLE[kind]
    payload = payload_for(name=name)
    made = printed(payload)
    assert made.standard == "" and made.problem == f"no installed font holds a character of the kind: {told}"
    assert compact(TITLE) in compact(words_of_pdf(made.data)) and pages_of(made.data) == 1
    with pikepdf.open(BytesIO(made.data)) as pdf:
        assert json.loads(pdf.attachments["certificate.json"].get_file().read_bytes())["name"] == name


def test_a_font_that_is_added_prints_it(settings: Any, tmp_path: Path) -> None:
    small_font(tmp_path / "sample.ttf", "王小明")
    settings.FONT_DIRS = [tmp_path]
    made = printed(payload_for(name="王小明"))
    assert made.standard == "ua-1, a-3a" and "王小明" in words_of_pdf(made.data)


def small_font(path: Path, letters: str) -> None:
    """A font of squares, for these letters alone."""
    names = [".notdef", *(f"uni{ord(letter):04X}" for letter in letters)]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(letter): name for letter, name in zip(letters, names[1:], strict=True)})
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    made.setupGlyf(dict.fromkeys(names, pen.glyph()))
    made.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Sample Squares", "styleName": "Regular", "psName": "SampleSquares-Regular"})
    made.setupOS2()
    made.setupPost()
    made.save(path)


HARM = {
    "markup": '#read("/etc/passwd") *b* _i_ $x^2$ = H \\ <l> @r `c` // c /* d */ [z] ~ -- "q"',
    "html": "<b>&lt;</b><script>alert(1)</script>",
    "controls": "A\x00B\x01\x1b[31mC\x7f\x85D",
    "lines": "A\nB\r\nC\tD\u2028E\u2029F",
    "halves": "A\ud800B\udfff",
    "nothing": "A\uffff\U0010ffffB\ufdd0",
    "invisible": "A\u200bB\u200cC\u200dD\u2060E\ufeffF\u00adG\U000e0041",
    "directions": "Ann \u202egnirts\u202c \u2067x\u2069 \u200f\u200e\u061c B",
    "pile": "Z" + "\u0301\u0316" * 60 + "a",
    "endless": "x" * 10_000,
    "words": "word " * 2_000,
}


@pytest.mark.parametrize("harm", HARM)
def test_whatever_a_string_holds_is_drawn_on_the_one_sheet(harm: str) -> None:
    face = face_of(payload_for(name=HARM[harm]))
    made = typeset_certificate(face, payload_json=b"{}", paper="letter", at=AT)
    assert made.standard == "ua-1, a-3a" and pages_of(made.data) == 1
    words = words_of_pdf(made.data)
    assert "root:" not in words
    # The rest of the sheet is untouched.
    assert compact(TITLE) in compact(words) and "0.75 AMA PRA" in words


def test_markup_in_any_place_is_printed_as_it_is() -> None:
    text = '#panic("x") *b* $x$'
    places = {"title": text, "activity_number": text, "provider": {"name": text, "address": text}, "format_statement": text}
    made = printed(payload_for("aanp", name=text, offer_number=text, sub_amounts=[text], **places))
    assert compact(words_of_pdf(made.data)).count(compact(text)) >= 8


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("system", ["aanp", "moc_abim", "participation"])
def test_long_words_fit_and_stay_readable(system: str, paper: str) -> None:
    title = ("Advances in the interprofessional management of treatment-resistant breast cancer in older adults: " * 3)[:255].strip()
    name = "Maximiliane-Alexandra Konstantina von und zu Hohenstein-Sonnenberg Papadopoulou-Krasnogorskaya de la Santísima Trinidad"
    provider = {
        "name": "The International Foundation for the Advancement of Interprofessional Continuing Education " * 2,
        "address": ADDRESS * 3,
    }
    payload = payload_for(system, title=title, name=name, credentials="MD, PhD, MPH, FACP", provider=provider, is_sample=True)
    payload["statements"]["accreditation"] *= 3
    made = printed(payload, paper)
    assert made.standard and pages_of(made.data) == 1
    words = compact(words_of_pdf(made.data))
    for line in face_of(payload).words():
        assert compact(line.replace("-", "")) in words.replace("-", ""), line
    sizes = {float(size) for size in re.findall(rb"/f\d+ ([\d.]+) Tf", content_of(made.data))}
    assert min(sizes) >= 6 - 1e-3, f"smallest letters are {min(sizes)} points"


def content_of(data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data)) as pdf:
        return b"\n".join(stream.read_bytes() for stream in [*pdf.pages[0].Contents] if isinstance(stream, pikepdf.Stream)) if isinstance(
            pdf.pages[0].Contents, pikepdf.Array
        ) else pdf.pages[0].Contents.read_bytes()  # fmt: skip


def test_the_same_words_and_moment_give_the_same_bytes() -> None:
    assert printed(payload_for()).data == printed(payload_for()).data
    assert printed(payload_for()).data != printed(payload_for(name="Riley Other")).data


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "https://education.a-long-name-of-a-hospital.example.org/cme"])
def test_the_link_leads_to_the_verification_page_however_long_its_address_is(site: str) -> None:
    url = f"{site}/verify/7K4M-2QXD-9F3T-ABCD-E/"
    with pikepdf.open(BytesIO(printed(payload_for(verify_url=url)).data)) as pdf:
        (link,) = [note for note in pdf.pages[0].Annots if note.Subtype == "/Link"]
        assert (str(link.A.URI), str(link.Contents)) == (url, url)
        assert f"QR code: {url}" in {str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Riley  Sample", "Riley  Sample"),
        ("Zoe\u0308", "Zoë"),
        ("a\tb\nc", "a b c"),
        ("\u202eabc\u202c\u2066\u2069\ufeff", "abc"),
        ("\x00\ud800\uffff", "\ufffd\ufffd\ufffd"),
        ("نامه\u200cای", "نامه\u200cای"),
        ("x" * 60, "x" * 25 + "\u200b" + "x" * 25 + "\u200b" + "x" * 10),
        ("é" * 3 + "\u0316" * 9, "é" * 3 + "\u0316" * 6),
        ("A\u00a0B", "A\u00a0B"),
    ],
)
def test_what_is_drawn_of_a_text(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_a_transcript_keeps_the_same_standards_and_names() -> None:
    faces = [(face_of(payload_for(system, number)), DAY.isoformat()) for number, system in enumerate([*SYSTEMS, *SYSTEMS, *SYSTEMS])]
    values = transcript_payload(
        NAMES["arabic"] + " " + NAMES["cyrillic"], "All years", faces, ["2.25 *AMA PRA Category 1 Credits*™"], 3, DAY
    )
    made = typeset_transcript(values, at=AT)
    assert made.standard == "ua-1, a-3a", made.problem
    words = compact(words_of_pdf(made.data))
    assert pages_of(made.data) > 1 and all(compact(face.serial) in words for face, _ in faces)
    assert compact("Universal Activity Number JA0000000-0000-26-001-H01-P") in words and compact(NAMES["cyrillic"]) in words
    assert "2.25AMAPRACategory1Credits™" in words
