"""The disclosure form in a real browser: from the letter to the signature, with and without its script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.house_running import House

ASK = """
from datetime import timedelta
from django.utils import timezone
from preceptor.catalog.models import Person, RoleHolder
from preceptor.disclosure.actions import request_disclosure
at = timezone.now()
person = Person.objects.get(key="{key}")
request, letter = request_disclosure(person, list(RoleHolder.objects.filter(person=person)[:1]), due_on=(at + timedelta(days=9)).date(), by="x", at=at)
print([word for word in letter.text.split() if "/disclosure/" in word][0])
"""


def link_for(house: House, key: str) -> str:
    """The address in the letter to a person of the demo."""
    return house.manage("shell", "-v0", "-c", ASK.format(key=key)).strip().splitlines()[-1]


def test_from_the_letter_to_the_signature(page: Page, house: House) -> None:
    link = link_for(house, "avery-sample")
    page.goto(link)
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in page.url and token not in page.content()
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="No change in all 5").click()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 200):
        page.get_by_label("Company", exact=True).fill("Sample Novelty")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Company", exact=True)).to_have_value("Sample Novelty")
    page.get_by_role("button", name="Add this relationship").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what the relationship was")
    assert not Axe().run(page).response["violations"]
    page.get_by_label("Nature of the relationship").select_option("other")
    page.get_by_label("What it was").fill("A lecture for its staff")
    page.get_by_label("No, ongoing").check()
    page.get_by_role("button", name="Add this relationship").click()
    expect(page.get_by_role("button", name="Remove Sample Novelty")).to_be_visible()
    page.get_by_role("group", name="Will you discuss").get_by_label("No").check()
    page.get_by_label("This is complete and correct").check()
    page.get_by_label("Type your full name to sign").fill("Avery Sample")
    page.get_by_role("button", name="Sign and send disclosure").click()
    expect(page.get_by_role("heading", name="Your disclosure is signed")).to_be_visible()
    expect(page.get_by_text("A lecture for its staff")).to_be_visible()
    assert not Axe().run(page).response["violations"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_by_keyboard_without_script_on_a_telephone(browser: Browser, house: House, look: str) -> None:
    key = {"light": "casey-sample", "dark": "robin-sample"}[look]
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, color_scheme=look)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(link_for(house, key))
    page.get_by_role("group", name="In the past 24 months").get_by_label("No").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save", exact=True).last.press("Enter")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    expect(page.get_by_role("group", name="In the past 24 months").get_by_label("No")).to_be_checked()
    page.get_by_label("This is complete and correct").press("Space")
    page.get_by_label("Type your full name to sign").press_sequentially("Sam Sample")
    page.get_by_role("button", name="Sign and send disclosure").press("Enter")
    expect(page.get_by_role("heading", name="Your disclosure is signed")).to_be_visible()
    expect(page.get_by_text("You declared no financial relationships")).to_be_visible()
    context.close()


def test_a_link_that_opens_nothing_says_what_to_do(page: Page) -> None:
    page.goto("/disclosure/nothing.here/")
    expect(page.get_by_role("heading", name="This link does not open a disclosure")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for a new link")).to_be_visible()
    assert not Axe().run(page).response["violations"]
