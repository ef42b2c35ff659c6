"""A clinician earns a certificate: newcomers of four professions, from the catalogue to the letter."""

import re
from io import BytesIO

import pikepdf
from playwright.sync_api import Page, expect

from tests import pdf_words
from tests.browser.conftest import Visitors
from tests.browser.walk import OWN_PASSWORD, Walk, letter_in, new_address, squeezed, text_of
from tests.house_running import House

MARK = "SAMPLE: no credit is awarded"
AWARD_WORDS = re.compile(r"\b(awarded|earned)\b", re.I)


def heading(page: Page) -> str:
    """The words of the page's first heading."""
    return page.get_by_role("heading", level=1).inner_text()


def wait_until(page: Page, condition: str) -> None:
    """Wait for a condition in the page, asked from outside: the page's policy lets nothing be evaluated inside."""
    for _ in range(400):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{condition} did not come")


def words_of_pdf(data: bytes) -> str:
    """The words of a PDF, by other people's program."""
    return squeezed(pdf_words.words_of_pdf(data).replace("ﬁ", "fi").replace("ﬂ", "fl"))


def pdf_at(page: Page, url: str) -> bytes:
    """A PDF by its address; asked again while it is being made."""
    for _ in range(100):
        answer = page.request.get(url)
        if answer.headers["content-type"] == "application/pdf":
            return answer.body()
        page.wait_for_timeout(200)
    raise AssertionError(f"no PDF came from {url}")


def certificate_letter(house: House, email: str, page: Page) -> tuple[str, bytes]:
    """Text and PDF of the letter with the certificate, waited for in the sink."""
    for _ in range(150):
        for path in house.letters():
            letter = letter_in(path)
            if email in str(letter["To"]) and (files := list(letter.iter_attachments())):
                html = letter.get_body(("html",))
                assert html is not None
                return f"{letter['Subject']}\n{text_of(letter)}\n{html.get_content()}", files[0].get_content()
        page.wait_for_timeout(200)
    raise AssertionError(f"no certificate came to {email}")


def assert_is_tagged_pdf(data: bytes) -> None:
    """Tagged, with every font embedded."""
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "en" or str(pdf.Root.Lang).startswith("en")


def verify_as_stranger(visitors: Visitors, serial: str, *, expected: str) -> str:
    """What somebody without an account reads about a serial, typed in small letters without dashes."""
    page = visitors.come()
    page.goto("/verify/")
    page.get_by_label("Certificate serial").fill(serial.replace("-", "").lower())
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(expected)
    return page.get_by_role("main").inner_text()


def test_a_physician_signs_up_stops_on_the_way_fails_once_and_earns_a_certificate(visitors: Visitors, house: House, page: Page) -> None:
    email = new_address("physician")
    walk = Walk(page, house)
    title = enter_from_the_catalogue(walk, email)
    take_the_pre_test(walk)
    stopped = watch_a_part_of_the_lecture(walk)
    page.context.close()

    page = visitors.come(360, is_mobile=True, has_touch=True)
    walk = Walk(page, house)
    resume_on_the_phone(walk, email, stopped)
    walk.see_content()
    assert "/post-test/" in page.url
    fail_and_pass_the_post_test(walk)
    walk.press(page.get_by_role("link", name="Go to the evaluation"))
    taps = walk.send_evaluation()
    print(f"evaluation: {taps} taps")
    assert taps <= 12
    claim_after_the_address_is_verified(walk, email)
    see_the_certificate_everywhere(walk, visitors, email, title)


def enter_from_the_catalogue(walk: Walk, email: str) -> str:
    """Catalogue, activity page, new account, what to know before the start."""
    page = walk.page
    page.goto("/activities/?q=HER2")
    course = page.locator(".course h3 a", has_text="HER2-Positive Metastatic").first
    title = squeezed(course.inner_text())
    walk.press(course)
    assert heading(page).startswith(title)
    walk.press(page.locator("main a.btn--lg").first)
    walk.sign_up(email, "Physician", "MD")
    assert page.url.endswith(f"{walk.place}begin/"), f"after signing up, back to where one was going: {page.url}"
    expect(page.locator("main")).to_contain_text("No relevant financial relationships with ineligible companies")
    walk.press(walk.button("Begin"))
    return title


def take_the_pre_test(walk: Walk) -> None:
    """Optional, taken here with six wrong answers; its result is a total and nothing else."""
    page = walk.page
    assert "/pre-test/question/1/" in page.url
    walk.take_test(wrong=6)
    walk.finish_test("total")
    assert heading(page) == f"You answered {len(walk.key) - 6} of {len(walk.key)} correctly"
    told = squeezed(page.get_by_role("main").inner_text())
    assert not any(best in told for best, _ in walk.key.values()), "no key after a pre-test"
    walk.press(page.get_by_role("link", name="Go to the activity"))


def watch_a_part_of_the_lecture(walk: Walk) -> float:
    """Play some seconds, and pause; where it stopped."""
    page = walk.page
    assert "/learn/lecture/" in page.url
    page.get_by_role("button", name="Play the lecture").click()
    wait_until(page, "document.querySelector('video').currentTime > 5")
    page.keyboard.press("k")
    expect(page.locator("[data-save]")).to_contain_text("Saved at")
    stopped = float(page.evaluate("document.querySelector('video').currentTime"))
    assert stopped > 5
    return stopped


def resume_on_the_phone(walk: Walk, email: str, stopped: float) -> None:
    """A new sign-in on another device leads back to the lecture, where it stopped."""
    page = walk.page
    page.goto("/home/")
    walk.sign_in(email, OWN_PASSWORD)
    walk.press(page.locator("main a.go", has_text="Resume").first)
    expect(page).to_have_url(re.compile("/learn/lecture/"))
    expect(page.locator("[data-resume]")).to_contain_text(f"{int(stopped) // 60}:{int(stopped) % 60:02}")
    wait_until(page, f"Math.abs(document.querySelector('video').currentTime - {stopped}) < 2")


def fail_and_pass_the_post_test(walk: Walk) -> None:
    """Once below the pass mark: what to review, no key. Then passed: rationales and the gain."""
    page, total = walk.page, len(walk.key)
    walk.take_test(wrong=total // 2)
    walk.finish_test()
    assert heading(page) == f"You answered {total - total // 2} of {total} correctly"
    expect(page.locator("main")).to_contain_text("Not passed yet")
    assert page.locator(".missed a[href*='/learn/']").count() > 0
    source = squeezed(page.content())
    assert not any(best in source for best, _ in walk.key.values()), "no key while it may be taken again"
    assert "correct answer" not in source.lower()
    walk.press(walk.button("Take the post-test again"))
    walk.take_test(wrong=1)
    walk.finish_test()
    assert heading(page) == f"You answered {total - 1} of {total} correctly"
    expect(page.locator("main .lede")).to_contain_text(f"Pre-test {total - 6} of {total}, now {total - 1} of {total}.")
    assert page.locator(".ans-item .why").count() == total


def claim_after_the_address_is_verified(walk: Walk, email: str) -> None:
    """The claim says what stands in the way, with the way there; what was typed is there on return, but for the statement."""
    page = walk.page
    assert "/claim/" in page.url
    degree = page.get_by_role("textbox", name="Degree")
    degree.fill("MD, FACP")
    page.locator(".for-physician .segs label").first.click()
    amount = page.locator(".for-physician .segs input:checked").input_value()
    walk.attest()
    with page.expect_navigation():
        degree.press("Enter")  # is the claim, not the way to the address, whose button comes first
    assert "/claim/" in page.url
    refusal = page.locator(".whynot")
    expect(refusal).to_contain_text("e-mail address")
    degree.fill("MD, FACP (kept)")
    walk.press(refusal.get_by_role("button", name="Verify my address"))
    assert page.url.endswith(f"/account/verify/?next={walk.place}claim/")
    page.get_by_label(re.compile("code", re.I)).fill(walk.code_for(email))
    walk.press(walk.button("Verify my address"))
    if "/claim/" not in page.url:
        page.goto(f"{walk.place}claim/")
    expect(degree).to_have_value("MD, FACP (kept)")
    assert page.locator(".for-physician .segs input:checked").input_value() == amount
    degree.fill("MD")
    page.locator(".for-physician .segs label").last.click()
    expect(page.locator(".formfoot button")).to_contain_text(re.compile(r"Claim [\d.]+ credits? and e-mail my certificate"))
    walk.attest()
    walk.claim()


def see_the_certificate_everywhere(walk: Walk, visitors: Visitors, email: str, title: str) -> None:
    """On screen at once, as a PDF, in the letter, at the public address, on the transcript: the same facts."""
    page, house = walk.page, walk.house
    assert heading(page) == "Your certificate is ready"
    serial = walk.serial()
    face = squeezed(page.locator(".cert").inner_text())
    for fact in ("Certificate of Credit", "Jordan Sample, MD", "AMA PRA Category 1 Credit", MARK, serial):
        assert fact in face, fact
    assert "Preceptor" not in face, "no mark of the software on a certificate"
    data = pdf_at(page, f"/certificates/{serial}.pdf")
    assert_is_tagged_pdf(data)
    printed = words_of_pdf(data)
    letter, attached = certificate_letter(house, email, page)
    told = verify_as_stranger(visitors, serial, expected="This sample certificate is valid")
    for place in (printed, letter, told):
        for fact in ("Jordan Sample, MD", serial, MARK):
            assert fact in place, (fact, place)
    assert attached == data
    page.goto("/transcript/")
    record = squeezed(page.get_by_role("main").inner_text())
    assert serial in record and "AMA PRA Category 1 Credit" in record and MARK in record
    assert title in record
    assert serial in words_of_pdf(pdf_at(page, "/transcript.pdf"))


def newcomer(page: Page, house: House, slug: str, email: str, profession: str, degree: str) -> Walk:
    """A new account through a short activity up to the claim, the address verified on the way."""
    walk = Walk(page, house, slug)
    page.goto(walk.place)
    walk.press(page.locator("main a.btn--lg").first)
    walk.sign_up(email, profession, degree)
    walk.press(walk.button("Begin"))
    if "/pre-test/" in page.url:
        walk.press(walk.button(re.compile("^Skip the pre-test")))
    walk.see_content()
    walk.take_test()
    walk.finish_test()
    walk.press(page.get_by_role("link", name="Go to the evaluation"))
    walk.send_evaluation()
    page.goto("/account/verify/")
    page.get_by_label(re.compile("code", re.I)).fill(walk.code_for(email))
    walk.press(walk.button("Verify my address"))
    page.goto(f"{walk.place}claim/")
    return walk


def test_a_pharmacist_gives_the_two_numbers_that_the_credit_needs(page: Page, house: House, visitors: Visitors) -> None:
    email = new_address("pharmacist")
    walk = newcomer(page, house, "biosimilars-in-oncology", email, "Pharmacist", "PharmD")
    expect(page.locator(".formfoot button")).to_contain_text(re.compile(r"Claim [\d.]+ contact hours? and e-mail my certificate"))
    walk.attest()
    walk.claim()
    expect(page.locator(".errors")).to_contain_text("e-Profile")
    expect(page.locator("input[name=attested]")).to_be_checked()
    page.get_by_label("NABP e-Profile ID").locator("visible=true").fill("123456")
    page.get_by_label("Month and day of birth").locator("visible=true").fill("1302")
    walk.claim()
    expect(page.locator(".errors")).to_contain_text("Enter a month from 01 to 12")
    assert page.get_by_label("NABP e-Profile ID").locator("visible=true").input_value() == "123456", "what was typed is kept"
    page.get_by_label("Month and day of birth").locator("visible=true").fill("0704")
    walk.claim()
    assert heading(page) == "Your certificate is ready"
    serial = walk.serial()
    letter, attached = certificate_letter(house, email, page)
    told = verify_as_stranger(visitors, serial, expected="This sample certificate is valid")
    for place in (page.locator(".cert").inner_text(), words_of_pdf(attached), letter, told):
        assert "ACPE contact hour" in squeezed(place) and "Jordan Sample, PharmD" in place
        assert "123456" not in place and "0704" not in place, "a board's number is printed nowhere"


def test_a_registered_nurse_receives_contact_hours(page: Page, house: House) -> None:
    email = new_address("nurse")
    walk = newcomer(page, house, "hepatocellular-carcinoma", email, "Registered nurse", "BSN, RN")
    walk.attest()
    walk.claim()
    face = squeezed(page.locator(".cert").inner_text())
    assert "ANCC contact hour" in face and "Jordan Sample, BSN, RN" in face and "AMA PRA" not in face
    assert "ANCC contact hour" in words_of_pdf(certificate_letter(house, email, page)[1])


def test_others_receive_a_certificate_of_participation_and_never_read_of_an_award(page: Page, house: House, visitors: Visitors) -> None:
    email = new_address("other")
    walk = newcomer(page, house, "metastatic-colorectal-cancer", email, "Other profession", "")
    expect(page.locator(".formfoot button")).to_have_text(re.compile("E-mail my certificate of participation"))
    walk.attest()
    walk.claim()
    serial = walk.serial()
    letter, attached = certificate_letter(house, email, page)
    places = {
        "certificate": page.get_by_role("main").inner_text(),
        "pdf": words_of_pdf(attached),
        "letter": re.sub(r"<(style|head)\b.*?</\1>|<[^>]+>", " ", letter, flags=re.S),
        "verification": verify_as_stranger(visitors, serial, expected="This sample certificate is valid"),
    }
    for name, address in (("sheet", f"/certificates/{serial}/"), ("transcript", "/transcript/"), ("home", "/home/")):
        page.goto(address)
        places[name] = page.get_by_role("main").inner_text()
    places["transcript pdf"] = words_of_pdf(pdf_at(page, "/transcript.pdf"))
    for name, words in places.items():
        without_mark = squeezed(words).replace(MARK, "")
        assert not AWARD_WORDS.search(without_mark), (name, without_mark)
        if name != "home":
            assert re.search("certificates? of participation", without_mark, re.I), name
