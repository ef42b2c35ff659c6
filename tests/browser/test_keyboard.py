"""By keyboard alone: the way past the header, a question, the claim; focus is always to be seen."""

import re

from playwright.sync_api import Page, expect

from tests.browser.walk import OWN_PASSWORD, Walk, new_learner
from tests.house_running import House

FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const around = e.closest("label, li") ? getComputedStyle(e.closest("label, li")) : style;
  const box = e.getBoundingClientRect();
  const after = getComputedStyle(e, "::after");
  const ringed = [style, around, after].some((s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2)
    || [...(e.parentElement?.children ?? [])].some((s) => s !== e && getComputedStyle(s).outlineStyle !== "none" && parseFloat(getComputedStyle(s).outlineWidth) >= 2);
  return { ringed, tag: e.outerHTML.slice(0, 120), inside: box.bottom > 0 && box.top < innerHeight };
}"""
SLUG = "hepatocellular-carcinoma"


def tab_to(page: Page, wanted: str, most: int = 120) -> None:
    """Press Tab until the wanted element has the focus; the focus is seen at every stop."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        focus = page.evaluate(FOCUS)
        assert focus["ringed"], f"no focus to be seen on {focus['tag']}"
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached with Tab")


def enter(page: Page) -> None:
    """Press Enter and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_skip_link_leads_past_the_header(page: Page) -> None:
    page.goto("/activities/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_every_stop_of_the_catalogue_and_the_activity_page_is_seen(page: Page) -> None:
    for address in ("/activities/", f"/activities/{SLUG}/"):
        page.goto(address)
        tab_to(page, "footer *")


def test_from_sign_in_to_a_graded_answer_without_a_pointer(page: Page, house: House) -> None:
    walk, email = Walk(page, house, SLUG), new_learner(house, "registered_nurse", "RN")
    page.goto(f"{walk.place}begin/")
    tab_to(page, "input[name=login]")
    page.keyboard.type(email)
    tab_to(page, "input[name=password]")
    page.keyboard.type(OWN_PASSWORD)
    enter(page)
    tab_to(page, ".begin__go button", most=200)
    enter(page)
    if "/pre-test/" in page.url:
        tab_to(page, ".skip-note button")
        enter(page)
    walk.see_content()
    asked = walk.page.locator(".q__ask").inner_text()
    tab_to(page, "input[name=option]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()
    expect(page.locator("[data-save]")).to_contain_text("Saved at")
    tab_to(page, ".quiz__act button")
    enter(page)
    assert walk.page.locator(".q__ask").inner_text() != asked
    expect(page.locator(".qnav a").first).to_have_accessible_name(re.compile("answered"))


def test_menus_close_with_escape(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/activities/")
    summary = page.locator(".menu--main > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu--main")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator(".menu--main")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
