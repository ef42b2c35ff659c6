"""Signed in, content already seen: from the catalogue to the certificate in at most seven actions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.walk import OWN_PASSWORD, Walk, new_learner
from tests.house_running import House

MOST_ACTIONS = 7
SLUG = "hr-positive-advanced-breast-cancer"


def test_from_the_catalogue_to_the_certificate_in_at_most_seven_actions(page: Page, house: House) -> None:
    """Choosing, ticking, typing and "next question" are answers; every other press counts."""
    walk = Walk(page, house, SLUG)
    page.goto(f"{walk.place}begin/")
    walk.sign_in(new_learner(house), OWN_PASSWORD)
    walk.press(walk.button("Begin"))
    if "/pre-test/" in page.url:
        walk.press(walk.button(re.compile("^Skip the pre-test")))
    walk.see_content()

    page.goto("/activities/")
    walk.presses = walk.answers = 0
    course = page.locator(".course", has=page.locator(f"h3 a[href$='{walk.place}']"))
    walk.press(course.locator(".course__credit a.go"))
    walk.take_test()
    walk.finish_test()
    walk.press(page.get_by_role("link", name="Go to the evaluation"))
    walk.send_evaluation()
    walk.attest()
    walk.claim()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your certificate is ready")
    print(f"\nfrom the catalogue to the certificate: {walk.presses} actions, {walk.answers} answers")
    assert walk.presses <= MOST_ACTIONS
