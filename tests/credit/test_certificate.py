"""The certificate: the same facts on screen, on paper, in the letter and at verification; no word of award where none is."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import segno
import zxingcpp
from django.conf import settings
from django.test import Client
from PIL import Image

from preceptor.credit.actions import claim_credit, send_again, sweep, typeset_certificate
from preceptor.credit.adapters.pades import check_pdf
from preceptor.credit.adapters.qr import MASK, qr_file, qr_inline
from preceptor.credit.adapters.typeset import typeset_certificate as typeset
from preceptor.credit.models import Award, CertificateFile
from preceptor.credit.rules import SAMPLE_MARK, face_of
from preceptor.jobs.models import Job
from preceptor.kernel.refusals import Refused
from preceptor.mail.models import Letter
from tests.credit.conftest import NOW, House, claim_for
from tests.pdf_words import compact, words_of_pdf

NAMES = ["Zoë", "Nguyễn Thị Ánh", "Παπαδόπουλος", "Красногорская", "Łukasz", "Ğülşah"]


def squeezed(text: str) -> str:
    """Words with single spaces, typographic ligatures undone."""
    return re.sub(r"\s+", " ", text.replace("ﬁ", "fi").replace("ﬂ", "fl")).strip()


def words_of_page(page: str) -> str:
    """The visible words of HTML."""
    return squeezed(html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(svg|script|head)\b.*?</\1>", " ", page, flags=re.S))))


def claimed(house: House, profession: str = "physician", system: str = "ama_pra_1", amount: str = "0.75", **changes: object) -> Award:
    """An award with its PDF."""
    award = claim_credit(
        house.participation(house.learner(profession), house.edition()), claim_for(profession, system, amount, **changes), at=NOW
    )
    typeset_certificate(award=award.pk, at=NOW)
    return award


def everything_about(award: Award) -> dict[str, str]:
    """All that a learner, an employer or a mailbox sees of an award, as words."""
    client = Client()
    client.force_login(award.user)
    letter = Letter.objects.get()
    serial = face_of(award.payload).serial
    return {
        "page": words_of_page(client.get(f"/activities/{award.activity.slug}/certificate/").content.decode()),
        "sheet": words_of_page(client.get(f"/certificates/{serial}/").content.decode()),
        "pdf": words_of_pdf(client.get(f"/certificates/{serial}.pdf").content),
        "verification": words_of_page(Client().get(f"/verify/{serial}/").content.decode()),
        "transcript": words_of_page(client.get("/transcript/").content.decode()),
        "subject": letter.subject,
        "text": letter.text,
        "html": words_of_page(letter.html),
    }


@pytest.mark.parametrize(
    ("profession", "system", "amount"),
    [
        ("physician", "ama_pra_1", "0.5"),
        ("pharmacist", "acpe_p", "0.75"),
        ("physician_assistant", "aapa_1", "0.25"),
        ("other", "participation", "0"),
    ],
)
def test_paper_and_screen_say_the_same(house: House, profession: str, system: str, amount: str) -> None:
    award = claimed(house, profession, system, amount)
    seen = everything_about(award)
    for line in face_of(award.payload).words():
        for where in ("page", "sheet", "pdf"):
            assert compact(line) in compact(seen[where]), f"{line!r} is not in the {where}"


@pytest.mark.parametrize("is_sample", [False, True])
def test_a_certificate_of_participation_never_says_awarded_or_earned(house: House, sample_house: House, is_sample: bool) -> None:
    award = claimed(sample_house if is_sample else house, "other", "participation", "0")
    for where, words in everything_about(award).items():
        without_mark = words.replace(SAMPLE_MARK, "").replace("no credit is awarded, and nothing here is medical advice", "")
        assert not re.search(r"\b(award|earn)", without_mark, re.I), where
        assert "Certificate of Credit" not in words, where
    seen = everything_about(award)
    paper = compact(seen["pdf"])
    assert not re.search(r"award|(?<!l)earned", paper.replace(compact(SAMPLE_MARK), ""), re.I)
    assert compact("Certificate of Participation") in paper
    assert compact("The activity was designated for 0.75 AMA PRA Category 1 Credits™.") in paper


def test_a_sample_says_so_everywhere_and_awards_nothing(sample_house: House) -> None:
    award = claimed(sample_house)
    for where, words in everything_about(award).items():
        assert ("SAMPLE" if where == "subject" else SAMPLE_MARK) in words, where
        assert "is awarded" not in words.replace(SAMPLE_MARK, "").replace("no credit is awarded", ""), where
    assert "Sample Certificate of Credit" in everything_about(award)["pdf"]


def test_a_real_one_never_says_sample(house: House) -> None:
    seen = everything_about(claimed(house, family_name="Doe"))
    assert not [where for where, words in seen.items() if re.search(r"\bsample\b(?!-)", words, re.I) and where != "page"]
    assert "on November 22, 2026 and is awarded" in seen["pdf"]


def test_the_letter_is_plain_and_links_to_certificate_and_verification(house: House) -> None:
    award = claimed(house)
    letter, face = Letter.objects.get(), face_of(award.payload)
    for part in (letter.text, letter.html):
        assert f"/certificates/{face.serial}.pdf" in part and face.verify_url in part and "/transcript/" in part
    assert "<img" not in letter.html and "<script" not in letter.html and "style=" in letter.html
    assert "Elm Street Medical Education, 1 Main Street" in letter.text


def test_the_pdf_is_tagged_kept_and_its_fonts_are_in_it(house: House) -> None:
    claimed(house)
    file = CertificateFile.objects.get()
    assert file.standard == "ua-1, a-3a" and file.is_signed and check_pdf(bytes(file.data)).payload == json.loads(file.award.payload_json)
    with pikepdf.open(BytesIO(bytes(file.data))) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "en-US" and len(pdf.pages) == 1
        assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, 792, 612]
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1" and metadata["pdfaid:part"] == "3" and metadata["pdfaid:conformance"] == "A"
        for font in pdf.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_same_award_gives_the_same_bytes(house: House) -> None:
    award = claimed(house)
    file = CertificateFile.objects.get()
    made = typeset(face_of(award.payload), payload_json=award.payload_json, paper=file.paper, at=award.claimed_at)
    assert bytes(file.data).startswith(made.data), "the signature is added, nothing else"


@pytest.mark.parametrize("name", NAMES)
def test_names_in_many_scripts_are_printed(house: House, name: str) -> None:
    award = claimed(house, given_name=name, family_name="Doe")
    file = CertificateFile.objects.get(award=award)
    assert file.standard and compact(f"{name} Doe, MD") in compact(words_of_pdf(bytes(file.data)))


def test_a_character_that_no_font_has_does_not_stop_a_certificate(house: House, caplog: pytest.LogCaptureFixture) -> None:
    award = claimed(house, given_name="\U0001f9ec\ue000", family_name="Doe")
    assert CertificateFile.objects.get(award=award).standard == "" and "no installed font holds a character" in caplog.text


def test_long_words_stay_on_one_sheet(house: House) -> None:
    award = claimed(
        house,
        given_name="Maximiliane-Alexandra Konstantina " * 2,
        family_name="von und zu Hohenstein-Sonnenberg",
        credentials="MD, PhD, MPH, FACP",
    )
    face = face_of({**award.payload, "title": "Advances in the treatment of " + "very long words about medicine and pharmacology " * 5})
    with pikepdf.open(BytesIO(typeset(face, payload_json=b"{}", paper="letter", at=NOW).data)) as pdf:
        assert len(pdf.pages) == 1


def test_nothing_of_a_name_is_evaluated(house: House) -> None:
    award = claimed(house, given_name='#read("/etc/passwd")', family_name="<b>$x$</b>")
    seen = everything_about(award)
    assert compact('#read("/etc/passwd") <b>$x$</b>, MD') in compact(seen["pdf"]) and "root:" not in seen["pdf"]


def test_the_certificate_can_be_sent_again_a_few_times(house: House) -> None:
    award = claimed(house)
    with pytest.raises(Refused, match="less than a minute"):
        send_again(award, award.user, at=NOW + timedelta(seconds=30))
    for minutes in range(2, 6):
        send_again(award, award.user, at=NOW + timedelta(minutes=minutes))
    with pytest.raises(Refused, match="5 times"):
        send_again(award, award.user, at=NOW + timedelta(minutes=9))
    typeset_certificate(award=award.pk, at=NOW + timedelta(minutes=10))
    files = {bytes(letter.attachments.get().data) for letter in Letter.objects.all()}
    assert Letter.objects.count() == 5 and len(files) == 1


def test_the_qr_code_leads_to_the_verification_page(house: House) -> None:
    """Read back by a reader that is not ours, from the very squares that page and paper are given."""
    award = claim_credit(house.participation(house.learner(), house.edition()), claim_for(), at=NOW)
    url = award.payload["verify_url"]
    squares = segno.make(url, error="m", micro=False, mask=MASK)
    picture = BytesIO()
    squares.save(picture, kind="png", scale=8, border=2)
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(picture))] == [url]
    for drawn in (qr_inline(url), qr_file(url)):
        assert (
            re.search(r'\bd="([^"]+)"', drawn[drawn.index("stroke") :])[1] == re.search(r'\bd="([^"]+)"', squares.svg_inline(border=2))[1]
        )  # type: ignore[index]
        assert "style=" not in drawn


def test_the_qr_code_on_paper_can_be_read_at_the_size_of_a_screen(house: House) -> None:
    award = claimed(house)
    with pypdfium2.PdfDocument(bytes(CertificateFile.objects.get().data)) as document:
        picture = document[0].render(scale=120 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [award.payload["verify_url"]]


def test_web_processes_load_no_library_of_the_workers() -> None:
    """They are large, and only workers typeset, sign and make credentials. The pages are served in a process of their own."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    env.pop("TEST_DATABASE_URL", None)
    served = subprocess.run([sys.executable, "-m", "tests.credit.serving"], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert served.returncode == 0 and served.stdout.split() == ["served"], served.stdout + served.stderr


def test_a_certificate_whose_typesetting_was_lost_is_made_after_all(house: House) -> None:
    award = claim_credit(house.participation(house.learner(), house.edition()), claim_for(), at=NOW)
    Job.objects.all().delete()
    sweep(at=NOW + timedelta(minutes=4))
    assert not Job.objects.exists()
    sweep(at=NOW + timedelta(minutes=6))
    job = Job.objects.get()
    typeset_certificate(**job.arguments, at=NOW + timedelta(minutes=6))
    assert CertificateFile.objects.get().award == award and Letter.objects.get().state == "queued"
