"""axe and the ruler again, on the pages that a walk seldom meets: links from letters, files in the making, ends, operators."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_pages import Inspector
from tests.browser.walk import OWN_PASSWORD, Walk, letter_in, new_address, new_learner, text_of
from tests.house_running import ROOT, House

Seeded = dict[str, str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house of its own: what is sown here would stand in everybody's catalogue."""
    running = House()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def seeded(house: House) -> Seeded:
    """tests/browser/seed.py."""
    done = subprocess.run([sys.executable, "-m", "tests.browser.seed"], cwd=ROOT, env=house.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture
def inspector(page: Page) -> Inspector:
    """Looks at pages."""
    return Inspector(page)


def come_as(page: Page, house: House, session: str) -> None:
    """With this session's cookie."""
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": house.url}])


def stand_still(page: Page) -> None:
    """A page that looks again by itself would be gone before it is looked at."""

    def still(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={name: value for name, value in answer.headers.items() if name != "refresh"})

    page.route("**/*.pdf", still)


def link_in_letter(house: House, email: str, words: str) -> str:
    """The address in the newest letter to somebody that holds the words."""
    for _ in range(150):
        texts = [text_of(letter) for path in house.letters() if email in str((letter := letter_in(path))["To"])]
        links = [found[0] for text in texts if (found := re.search(rf"{house.url}\S*{words}\S*", text))]
        if links:
            return links[-1]
        house.wait_for_letters(len(house.letters()), 1)
        subprocess.run(["sleep", "0.2"], check=True)
    raise AssertionError(f"no letter with {words} came to {email}")


def test_links_from_letters(inspector: Inspector, page: Page, house: House) -> None:
    email = new_learner(house)
    page.goto("/account/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    with page.expect_navigation():
        page.get_by_role("button", name="Forgot your password?").click()
    expect(page.get_by_label("E-mail address")).to_have_value(email)
    assert email not in page.url
    inspector.look("forgot, with the typed address")
    with page.expect_navigation():
        page.get_by_role("button", name="E-mail me a reset link").click()
    inspector.look("reset form with a good key", link_in_letter(house, email, "password/new"))
    with page.expect_navigation():
        page.get_by_role("button", name="Save and sign in").click()
    inspector.look("reset form, refused")
    page.context.clear_cookies()
    newcomer = new_address("newcomer")
    page.goto("/account/sign-in/?next=/home/")
    Walk(page, house).sign_up(newcomer, "Pharmacist", "PharmD")
    address = link_in_letter(house, newcomer, "email/confirm")
    inspector.look("link that verifies an address", address)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=re.compile("^Verify ")).click()
    inspector.look("link that was used", address, status=410)
    inspector.close()


def test_files_in_the_making(inspector: Inspector, page: Page, house: House, seeded: Seeded) -> None:
    come_as(page, house, seeded["waiting"])
    stand_still(page)
    inspector.look("certificate without its file", "/activities/waiting/certificate/")
    inspector.look("certificate in the making", f"/certificates/{seeded['serial']}.pdf", status=202)
    inspector.look("printable copy in the making", "/activities/waiting/activity.pdf", status=202)
    inspector.close()


def test_what_has_ended(inspector: Inspector, page: Page, house: House, seeded: Seeded) -> None:
    inspector.look("ended, signed out", "/activities/ended/")
    expect(page.get_by_role("main")).to_contain_text("No credit any more")
    come_as(page, house, seeded["failed"])
    inspector.look("ended, signed in", "/activities/ended/")
    inspector.look("result after the last attempt", "/activities/capped/post-test/result/")
    assert page.locator(".ans-item .why").count(), "the key is open after the last attempt"
    inspector.look("activity after the last attempt", "/activities/capped/")
    inspector.close()


def test_operators_pages(inspector: Inspector, page: Page, house: House) -> None:
    page.goto("/operators/")
    Walk(page, house).sign_in("staff@sample.example")
    inspector.look("operators", "/operators/")
    for place in ("accounts/user", "accounts/professionchange", "logbook/entry", "evaluation/biasreport"):
        inspector.look(f"operators: {place}", f"/operators/{place}/")
    inspector.look("operators: people, found", "/operators/accounts/user/?q=physician")
    for place in ("accounts/user", "logbook/entry"):
        page.goto(f"/operators/{place}/")
        address = page.locator("#result_list th a").first.get_attribute("href")
        inspector.look(f"operators: one of {place}", address or "")
    inspector.look("operators: somebody's rights", rights_page(house, page))
    for place in ("auth/group", "account/emailaddress"):
        inspector.look(f"operators: {place}", f"/operators/{place}/")
        page.goto(f"/operators/{place}/")
        inspector.look(f"operators: one of {place}", page.locator("#result_list th a").first.get_attribute("href") or "")
    inspector.close()


MAKE_CHIEF = """
from preceptor.accounts.models import User
from tests.make import user
User.objects.filter(pk=user("chief@hospital.example", password="{password}", is_staff=True).pk).update(is_superuser=True)
"""


def rights_page(house: House, page: Page) -> str:
    """Where somebody who may do everything gives rights; signs in as such a one."""
    house.manage("shell", "-c", MAKE_CHIEF.format(password=OWN_PASSWORD))
    page.context.clear_cookies()
    page.goto("/account/sign-in/")
    Walk(page, house).sign_in("chief@hospital.example", OWN_PASSWORD)
    page.goto("/operators/accounts/user/?q=nurse")
    return page.locator("#result_list th a").first.get_attribute("href") or ""
