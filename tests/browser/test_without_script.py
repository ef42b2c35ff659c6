"""The whole journey with script switched off: plain video, buttons, forms."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.walk import OWN_PASSWORD, Walk, new_address
from tests.house_running import House

BASIS = """
from preceptor.journey.models import Participation
held = Participation.objects.get(user__email={email!r})
print("basis:", held.lines.get(step="content").evidence["basis"])
"""


def test_the_whole_journey(visitors: Visitors, house: House) -> None:
    page = visitors.come(360, java_script_enabled=False)
    walk, email = Walk(page, house), new_address("plain")
    page.goto(walk.place)
    walk.press(page.locator("main a.btn--lg").first)
    walk.sign_up(email, "Physician", "DO")
    walk.press(walk.button("Begin"))
    walk.press(walk.button(re.compile("^Skip the pre-test")))
    expect(page.locator("video[controls]")).to_be_visible()
    assert page.locator("video source, video[src]").count() > 0
    walk.see_content()
    assert f"basis: {'attested'}" in house.manage("shell", "-c", BASIS.format(email=email))

    walk.take_test(wrong=4)
    walk.finish_test()
    expect(page.locator("main")).to_contain_text("Not passed yet")
    walk.press(walk.button("Take the post-test again"))
    walk.take_test()
    walk.finish_test()
    walk.press(page.get_by_role("link", name="Go to the evaluation"))
    walk.press(walk.button("Send evaluation and go to the claim"))
    expect(page.locator(".errors")).to_be_visible()
    assert walk.send_evaluation() <= 12

    assert "/claim/" in page.url
    degree = page.get_by_role("textbox", name="Degree")
    degree.fill("DO, FACP")
    page.locator(".for-physician .segs label").first.click()
    walk.press(page.locator(".whynot").get_by_role("button"))
    page.get_by_label(re.compile("code", re.I)).fill(walk.code_for(email))
    walk.press(walk.button("Verify my address"))
    if "/claim/" not in page.url:
        page.goto(f"{walk.place}claim/")
    expect(degree).to_have_value("DO, FACP")
    expect(page.locator(".for-physician .segs input").first).to_be_checked()
    words = page.locator(".formfoot button").inner_text()
    assert not re.search(r"\d", words), f"without script the button names no amount that may not be true: {words}"
    walk.attest()
    walk.claim()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your certificate is ready")
    assert page.request.get(f"/certificates/{walk.serial()}.pdf").ok
    page.goto("/home/")
    expect(page.locator(".home-done")).to_contain_text("HER2-Positive")


def test_filters_sorting_and_light_or_dark_are_forms(visitors: Visitors) -> None:
    page = visitors.come(1280, java_script_enabled=False)
    page.goto("/activities/?q=cancer")
    everything = page.locator(".course").count()
    counts = [int(text) for text in page.locator(".facet .n").all_inner_texts()]
    narrower = next(n for n, count in enumerate(counts) if 0 < count < everything)
    page.locator(".facet input").nth(narrower).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Show the courses that fit").click()
    assert page.locator(".course").count() == counts[narrower]
    expect(page.locator(".chip")).to_have_count(1)
    assert "q=cancer" in page.url, "the address holds search and filters"
    with page.expect_navigation():
        page.locator(".chip").click()
    assert page.locator(".course").count() == everything
    page.get_by_label("Sort by").select_option(index=1)
    with page.expect_navigation():
        page.get_by_role("button", name="Sort").click()
    expect(page.get_by_label("Sort by")).not_to_have_value("")
    page.get_by_label("Dark").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Keep this").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert "q=cancer" in page.url, "back to where one was"


def test_signing_in_again_goes_on_where_one_was_going(visitors: Visitors) -> None:
    page = visitors.come(360, java_script_enabled=False)
    page.goto("/transcript/")
    page.get_by_label("E-mail address").fill("nobody@hospital.example")
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".errors")).to_be_visible()
    assert page.get_by_label("E-mail address").input_value() == "nobody@hospital.example"
