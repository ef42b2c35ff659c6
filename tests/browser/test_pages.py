"""Every page: axe finds nothing, and nothing scrolls sideways, in light and dark, at 360 and 1280 px."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.walk import OWN_PASSWORD, Walk, new_learner
from tests.house_running import House

AXE = Axe().axe_script
WIDTHS = (1280, 360)
# Structure is the same in light and dark; what changes is color.
EVERYTHING = '{resultTypes: ["violations"]}'
ONLY_COLOR = '{resultTypes: ["violations"], runOnly: ["color-contrast", "link-in-text-block"]}'
OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
  return `${root.scrollWidth} px wide in ${root.clientWidth}: ` + wide.slice(-3).map((e) => e.outerHTML.slice(0, 90)).join(" | ");
}"""


def told(violation: dict[str, Any]) -> str:
    """One finding of axe in one line."""
    nodes = "; ".join(f"{node['target']} {node['html'][:120]}" for node in violation["nodes"][:3])
    return f"{violation['id']}: {nodes}"


def findings(page: Page, name: str) -> list[str]:
    """What axe and the ruler find on the page as it stands."""
    found = []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if wide := page.evaluate(OVERFLOW):
            found.append(f"{name} at {width}: {wide}")
        for scheme, options in (("light", EVERYTHING), ("dark", ONLY_COLOR)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            violations = page.evaluate(f"axe.run({options}).then((results) => results.violations)")
            found += [f"{name} at {width} in {scheme}: {told(violation)}" for violation in violations]
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


class Inspector:
    """Looks at the pages of a walk, and says everything at the end."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str, address: str = "", *, status: int = 200) -> None:
        """Look at the page that stands there, or at an address."""
        if address:
            answer = self.page.goto(address)
            assert answer is not None and answer.status == status, (name, answer and answer.status)
        assert self.page.get_by_role("heading", level=1).count() == 1, f"{name} has one first heading"
        self.seen.append(name)
        self.found += findings(self.page, name)

    def close(self) -> None:
        """Nothing was found."""
        assert not self.found, f"{len(self.found)} findings on {len(self.seen)} pages:\n" + "\n".join(self.found)


@pytest.fixture
def inspector(page: Page) -> Inspector:
    """Looks at pages."""
    return Inspector(page)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button of the page."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name).first.click()


def test_pages_without_an_account(inspector: Inspector) -> None:
    look, page = inspector.look, inspector.page
    look("catalogue", "/activities/")
    look("catalogue, filtered", "/activities/?q=breast&profession=pharmacist&free=1")
    look("catalogue, empty", "/activities/?q=zzzzzz&profession=pharmacist")
    look("activity, signed out", "/activities/her2-positive-metastatic-breast-cancer/")
    look("policies", "/policies/")
    look("verify", "/verify/")
    page.get_by_label("Certificate serial").fill("ABCD")
    press(page, re.compile(""))
    look("verify, refused")
    look("mailbox", "/mailbox/")
    look("not found", "/nothing/here/", status=404)
    inspector.close()


def test_pages_of_the_entrance(inspector: Inspector, page: Page) -> None:
    look = inspector.look
    look("sign in", "/account/sign-in/?next=/transcript/")
    press(page, "Sign in")
    look("sign in, refused")
    look("sign up", "/account/sign-up/")
    press(page, "Create my account")
    look("sign up, refused")
    expect(page.locator(".errors")).to_be_focused()
    look("forgot", "/account/password/forgot/")
    page.get_by_label("E-mail address").fill("nobody@hospital.example")
    press(page, "E-mail me a reset link")
    look("forgot, sent")
    look("reset link that is spent", "/account/password/new/1-none/")
    page.goto("/account/sign-in/")
    page.context.clear_cookies()
    press(page, "Sign in")
    look("form that is too old")
    inspector.close()


def test_an_address_that_is_not_this_site(visitors: Visitors, house: House) -> None:
    page = visitors.come()
    answer = page.goto(house.url.replace("127.0.0.1", "elsewhere.localhost") + "/activities/")
    assert answer is not None and answer.status == 400
    assert findings(page, "bad request") == []
    page.faults.clear()  # type: ignore[attr-defined]


def test_pages_of_the_journey(inspector: Inspector, page: Page, house: House) -> None:
    look, walk = inspector.look, Walk(page, house)
    page.goto(f"{walk.place}begin/")
    walk.sign_in(new_learner(house), OWN_PASSWORD)
    look("home, empty", "/home/")
    look("transcript, empty", "/transcript/")
    look("begin", f"{walk.place}begin/")
    walk.press(walk.button("Begin"))
    look("pre-test")
    walk.press(walk.button(re.compile("^Skip the pre-test")))
    look("lecture")
    for part in ("reading", "case"):
        address = page.locator(f"[data-tabs] a[href*='{part}']").first.get_attribute("href")
        look(part, address or "")
    answer_a_decision(page)
    look("case, decided")
    look("activity, under way", walk.place)
    look("home, under way", "/home/")
    walk.see_content()
    look("question")
    page.locator(".q__opts label").first.click()
    expect(page.locator("[data-save]")).to_contain_text("Saved at")
    look("question, saved")
    look("review, not all answered", f"{walk.place}post-test/review/")
    page.goto(f"{walk.place}post-test/question/1/")
    walk.take_test(wrong=9)
    look("review")
    walk.finish_test()
    look("result, not yet")
    walk.press(walk.button("Take the post-test again"))
    walk.take_test(wrong=1)
    walk.finish_test()
    look("result, passed")
    look("evaluation", f"{walk.place}evaluation/")
    for reveal in ("#intent-will", "#bias-no"):
        page.locator(reveal).check()
    walk.press(walk.button("Send evaluation and go to the claim"))
    look("evaluation, refused")
    page.locator("#intent-already").check()
    walk.send_evaluation()
    look_at_the_claim(inspector, walk)
    look_at_the_certificate(inspector, walk)
    inspector.close()


def answer_a_decision(page: Page) -> None:
    """The first decision of the case."""
    form = page.locator(".decision form").first
    form.locator("label.choice--card").first.click()
    with page.expect_navigation():
        form.get_by_role("button").click()


def look_at_the_claim(inspector: Inspector, walk: Walk) -> None:
    """Each profession's panel, and the refusal."""
    page = walk.page
    inspector.look("claim")
    for profession in ("pharmacist", "nurse_practitioner", "other"):
        page.locator(f"input[name=profession][value={profession}]").check()
        inspector.look(f"claim as {profession}")
    page.locator("input[name=profession][value=pharmacist]").check()
    walk.claim()
    inspector.look("claim, refused")
    page.locator("input[name=profession][value=physician]").check()
    walk.attest()
    walk.claim()


def look_at_the_certificate(inspector: Inspector, walk: Walk) -> None:
    """Everything after the claim."""
    look, page, house = inspector.look, walk.page, walk.house
    expect(page.get_by_role("heading", level=1)).to_have_text("Your certificate is ready")
    look("certificate")
    serial = walk.serial()
    look("certificate at full size", f"/certificates/{serial}/")
    look("transcript", "/transcript/")
    look("transcript of another year", "/transcript/?year=2001")
    look("verified", f"/verify/{serial}/")
    look("no such serial", f"/verify/{serial[:-1]}{'2' if serial[-1] != '2' else '3'}/", status=404)
    look("home, completed", "/home/")
    look("activity, completed", walk.place)
    look("evaluation, sent", f"{walk.place}evaluation/")
    look("catalogue, signed in", "/activities/")
    look("profile", "/account/")
    look("password", "/account/password/")
    look("verify address", "/account/verify/")
    house.wait_for_letters(1)
    page.goto("/mailbox/")
    walk.press(page.locator(".mailbox__list a").first)
    look("letter")
    address = page.locator("iframe").get_attribute("src") or ""
    page.goto(address)
    assert page.evaluate(OVERFLOW) == ""


def test_the_address_page_while_it_waits(inspector: Inspector, page: Page, house: House) -> None:
    walk = Walk(page, house)
    page.goto("/account/sign-in/?next=/home/")
    walk.sign_up(f"waiting.{house.port}@hospital.example", "Pharmacist", "PharmD")
    inspector.look("verify address, waiting", "/account/verify/")
    page.get_by_label(re.compile("code", re.I)).first.fill("000000")
    press(page, "Verify my address")
    inspector.look("verify address, wrong code")
    press(page, re.compile("^Send a new e-mail"))
    inspector.look("verify address, sent again or too soon")
    inspector.close()


LOOKS: list[tuple[str, Callable[[Page], None]]] = [
    ("dark", lambda page: page.get_by_label("Dark").check()),
    ("light", lambda page: page.get_by_label("Light").check()),
]


@pytest.mark.parametrize(("look", "choose"), LOOKS)
def test_the_footer_chooses_light_or_dark_over_the_system(page: Page, look: str, choose: Callable[[Page], None]) -> None:
    page.emulate_media(color_scheme="light" if look == "dark" else "dark")
    page.goto("/policies/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    choose(page)
    page.wait_for_timeout(300)
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    page.goto("/verify/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == after, "kept on the next page"
