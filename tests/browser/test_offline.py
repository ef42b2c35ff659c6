"""A connection that goes away in the middle of a test: nothing that was chosen is lost, and the page stays."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.make import PASSWORD

ACTIVITY = "/activities/hr-positive-advanced-breast-cancer/"


def test_a_button_pressed_offline_keeps_the_page_and_the_choice(page: Page, context: BrowserContext) -> None:
    page.goto(f"{ACTIVITY}begin/")
    page.get_by_label("E-mail").fill("np@sample.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(re.compile("/pre-test/question/1/$"))

    context.set_offline(True)
    page.locator("main input[name=option]").nth(2).check()
    page.get_by_role("button", name="Save and go to question 2").click()
    expect(page.locator("[data-unsaved]")).to_be_in_viewport()
    assert page.url.endswith("/question/1/")

    context.set_offline(False)
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    page.get_by_role("button", name="Save and go to question 2").click()
    page.wait_for_url(re.compile("/question/2/$"))
    page.goto(f"{ACTIVITY}pre-test/question/1/")
    expect(page.locator("main input[name=option]").nth(2)).to_be_checked()
