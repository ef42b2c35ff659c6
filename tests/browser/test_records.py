"""Records in a real browser: two accounts put together and parted by a registrar; a copy of the data; an account that is deleted and kept."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.test_pages import Inspector
from tests.browser.test_pages import inspector as inspector
from tests.browser.test_studio import says, sign_in
from tests.house_running import ROOT, House

PASSWORD = "sample-pass-2026"


@pytest.fixture(scope="module")
def accounts(house: House) -> dict[str, str]:
    """Two accounts of one person, by their numbers."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.seed_records"], cwd=ROOT, env=house.environment, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    return dict(json.loads(made.stdout.splitlines()[-1]))


def enter(page: Page, email: str, onward: str) -> None:
    page.goto(f"/account/sign-in/?next={onward}")
    page.get_by_label("E-mail").first.fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{onward}")


def confirm(page: Page, sentence: str, button: str, reason: str = "Confirmed by phone.") -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text("Fill this in: Why")
    page.get_by_label("Why").fill(reason)
    page.get_by_role("checkbox", name=re.compile(sentence)).check()
    page.get_by_role("button", name=button).click()


def test_a_registrar_puts_two_accounts_together_and_parts_them(page: Page, accounts: dict[str, str], inspector: Inspector) -> None:
    sign_in(page)
    page.get_by_role("navigation").get_by_role("link", name="People", exact=True).click()
    # Other walks in this house make learners of the same sample name.
    page.get_by_role("searchbox").fill("jordan@")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(3)
    inspector.look("people")
    page.get_by_role("row", name=re.compile("home.example")).get_by_role("link").click()
    page.get_by_role("searchbox").fill("jordan@hospital")
    page.get_by_role("button", name="Find the other account").click()
    inspector.look("person")
    page.get_by_role("link", name=re.compile("^Compare")).click()
    expect(page.get_by_role("table")).to_contain_text("Is taken back")
    confirm(page, "Both accounts belong to one person", "Put the accounts together")
    says(page, "The accounts are one person’s now")
    expect(page.get_by_role("table", name="Certificates")).to_contain_text("taken back")
    inspector.look("merged person")
    page.get_by_role("link", name=re.compile("Part this account")).click()
    inspector.look("part")
    confirm(page, "These accounts are not one person’s", "Part the accounts")
    says(page, "The accounts are separate again")
    inspector.look("merge", f"/studio/people/{accounts['first']}/merge/{accounts['second']}/")
    inspector.look("erase", f"/studio/people/{accounts['first']}/erase/")
    inspector.close()


def test_a_learner_has_a_copy_made_without_script(visitors: Visitors, accounts: dict[str, str]) -> None:
    page = visitors.come(java_script_enabled=False)
    enter(page, "jordan@home.example", "/account/data/")
    page.get_by_role("button", name="Have a copy made").click()
    link = page.get_by_role("link", name=re.compile("Download my data"))
    expect(link).to_be_visible(timeout=60000)
    with page.expect_download() as coming:
        link.click()
    assert coming.value.suggested_filename.startswith("my-data-")


def test_a_learner_deletes_the_account_by_keyboard_and_keeps_it(page: Page, accounts: dict[str, str], inspector: Inspector) -> None:
    enter(page, "jordan@hospital.example", "/account/data/")
    inspector.look("my data")
    page.get_by_role("main").get_by_role("link", name="Delete my account").click()
    expect(page.get_by_role("heading", name=re.compile("^Stays until"))).to_be_visible()
    inspector.look("delete account")
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is going to happen on")).to_be_visible()
    inspector.look("leaving")
    page.goto("/activities/")
    inspector.look("leaving, elsewhere")
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("status")).to_contain_text("Your account stays")
    inspector.close()
