"""The player in a real browser: keyboard, resume, unsaved reports, no script, the panel that opens the post-test."""

import re
import time

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import watch
from tests.house_running import House
from tests.make import PASSWORD

ACTIVITY = "/activities/her2-positive-metastatic-breast-cancer/"
NOW = "document.querySelector('video').currentTime"


def sign_in_and_begin(page: Page, email: str) -> None:
    """In front of the content, with the front matter seen and the pre-test skipped."""
    page.goto(f"{ACTIVITY}begin/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(re.compile("/(begin|learn|pre-test)/"))
    if "/begin/" in page.url:
        page.locator("main form[method=post] button").last.click()
        page.wait_for_url(lambda url: "/begin/" not in url)
    if "/pre-test/" in page.url:
        page.get_by_role("button", name="Skip the pre-test and go to the activity").click()
        page.wait_for_url(re.compile("/learn/"))


def at(page: Page) -> float:
    """The second at which the player stands."""
    return float(page.evaluate(NOW))


def until(page: Page, condition: str, seconds: float = 15) -> None:
    """Wait for a condition in the page, asking from outside: the page's policy lets nothing be evaluated inside."""
    limit = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < limit, f"{condition} did not come; the player stands at {page.evaluate(NOW)}"
        page.wait_for_timeout(100)


def test_keyboard_resume_and_reports_that_could_not_be_sent(page: Page, context: BrowserContext, browser: Browser, house: House) -> None:
    sign_in_and_begin(page, "nurse@sample.example")
    page.goto(f"{ACTIVITY}learn/lecture/")
    page.get_by_role("button", name="Play the lecture").click()
    until(page, f"{NOW} > 2")
    page.keyboard.press("l")
    until(page, f"{NOW} > 11")
    page.keyboard.press(">")
    page.keyboard.press("m")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
    assert page.evaluate("document.querySelector('video').muted")
    page.keyboard.press("k")
    expect(page.locator("[data-save]")).to_contain_text("Saved at")
    page.keyboard.press("ArrowLeft")
    until(page, f"{NOW} < 8")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")

    page.locator("[data-lines] a").nth(7).click()
    expect(page.locator("[data-lines] li.now")).to_have_count(1)
    there = at(page)
    page.locator("h1").click()
    page.keyboard.press("l")
    assert at(page) == there, "keys belong to the player only while it has the focus"

    page.locator(".ctl[data-do=play]").click()
    until(page, f"{NOW} > {there + 1}")
    context.set_offline(True)
    page.locator(".ctl[data-do=play]").click()
    expect(page.locator("[data-unsaved]")).to_contain_text("Not saved yet")
    context.set_offline(False)
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    stopped = at(page)

    second = browser.new_context(base_url=house.url)
    other = second.new_page()
    watch(other)
    sign_in_and_begin(other, "nurse@sample.example")
    other.goto(f"{ACTIVITY}learn/")
    expect(other).to_have_url(re.compile("/learn/lecture/$"))
    expect(other.locator("[data-resume]")).to_contain_text("You stopped at")
    until(other, f"Math.abs({NOW} - {stopped}) < 1.5")
    assert other.faults == []  # type: ignore[attr-defined]
    second.close()


def test_opening_the_last_part_opens_the_post_test_on_the_same_page(page: Page) -> None:
    sign_in_and_begin(page, "pa@sample.example")
    page.goto(f"{ACTIVITY}learn/lecture/")
    expect(page.locator("[data-panel] button")).to_be_disabled()
    addresses = page.locator("[data-tabs] a").evaluate_all("links => links.map((link) => link.href)")
    for address in addresses[1:]:
        page.goto(address)
        until(page, "!!document.querySelector('[data-tabs]').dataset.html")
    expect(page.locator("[data-panel] a.btn")).to_have_text("Go to the post-test")


@pytest.mark.parametrize("width", [360, 1280])
def test_without_script_there_is_a_plain_video_and_a_button(browser: Browser, house: House, width: int) -> None:
    context = browser.new_context(base_url=house.url, java_script_enabled=False, viewport={"width": width, "height": 800})
    page = context.new_page()
    sign_in_and_begin(page, "np@sample.example")
    page.goto(f"{ACTIVITY}learn/lecture/")
    assert page.locator("video[controls]").count() == 1
    expect(page.locator("[data-bar]")).to_be_hidden()
    expect(page.locator("[data-lines] li").first).to_be_visible()
    if width == 1280:
        for _ in range(5):
            page.locator(".go-on button").click()
        expect(page).to_have_url(re.compile("/post-test/"))
    context.close()


def test_the_worker_typesets_the_printable_copy(page: Page) -> None:
    sign_in_and_begin(page, "pharmacist@sample.example")
    for _ in range(60):
        answer = page.request.get(f"{ACTIVITY}activity.pdf")
        if answer.status == 200:
            break
        page.wait_for_timeout(500)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
