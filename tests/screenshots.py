"""Takes the pictures of the documentation: `make screenshots`. Starts a house of its own with its demo, walks through it, writes docs/pictures."""

import io
import os
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.walk import Walk
from tests.conftest import CHROMIUM_FLAGS
from tests.house_running import ROOT, House

PICTURES = ROOT / "docs" / "pictures"
WIDTHS = (1280, 360)
TALLEST = {1280: 2200, 360: 2000}
COMMON_COLORS = 128
DEMO_PHYSICIAN = "physician@sample.example"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Camera:
    """Takes a page at both widths, from its top down to a tallest height."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    def take(self, name: str) -> None:
        """`name`-1280.png and `name`-360.png, with few colors and without what a browser adds."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900 if width > 500 else 740})
            self.page.wait_for_timeout(400)
            tall = min(self.page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
            # A frame of its own, as the letter is, is only painted where it is in view.
            self.page.set_viewport_size({"width": width, "height": tall})
            self.page.evaluate("scrollTo(0, 0)")
            self.page.wait_for_timeout(400)
            picture = Image.open(io.BytesIO(self.page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
            target = self.folder / f"{name}-{width}.png"
            with_few_colors(picture).save(target, optimize=True)
            print(f"  {target.relative_to(ROOT)}  {target.stat().st_size // 1024} KB")
        self.page.set_viewport_size({"width": 1280, "height": 900})


def with_few_colors(picture: Image.Image) -> Image.Image:
    """A palette of the commonest colors as they are, so that no surface changes its hue, and of what best stands for the others."""
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    common = [color for _, color in counted[:COMMON_COLORS]]
    rest = Image.new("RGB", (max(len(counted) - COMMON_COLORS, 1), 1))
    rest.putdata([color for _, color in counted[COMMON_COLORS:]])  # type: ignore[arg-type, misc]
    others = rest.quantize(256 - COMMON_COLORS).convert("RGB").getcolors(256) or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for color in [*common, *(color for _, color in others)] for level in color])  # type: ignore[attr-defined]
    reduced = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    exact = {color: index for index, color in enumerate(common)}
    pixels = zip(picture.getdata(), reduced.getdata(), strict=True)  # type: ignore[call-overload]
    reduced.putdata([exact.get(color, near) for color, near in pixels])
    return reduced


def start_browser(playwright: object) -> Browser:
    """The installed Chromium, or the browser tool's own."""
    path = os.environ.get("CHROMIUM") or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)  # type: ignore[attr-defined, no-any-return]


def walk_and_take(walk: Walk, camera: Camera) -> None:
    """A demo physician from the catalogue to the letter."""
    page = walk.page
    page.goto("/account/sign-in/?next=/activities/")
    walk.sign_in(DEMO_PHYSICIAN)
    camera.take("catalogue")
    page.goto(walk.place)
    camera.take("activity")
    page.goto(f"{walk.place}begin/")
    walk.press(walk.button("Begin"))
    walk.take_test(wrong=6)
    walk.finish_test("total")
    walk.press(page.get_by_role("link", name="Go to the activity"))
    play_a_little(page)
    camera.take("player")
    walk.see_content()
    page.locator(".q__opts label").nth(1).click()
    page.locator("[data-save] time").wait_for()
    page.mouse.move(0, 0)
    camera.take("question")
    walk.take_test(wrong=1)
    walk.finish_test()
    camera.take("result")
    walk.press(page.get_by_role("link", name="Go to the evaluation"))
    walk.fill_evaluation()
    page.locator("[data-save]").get_by_text("Saved at").wait_for()
    page.mouse.move(0, 0)
    camera.take("evaluation")
    walk.press(walk.button("Send evaluation and go to the claim"))
    camera.take("claim")
    walk.attest()
    walk.claim()
    page.request.get(f"/certificates/{walk.serial()}.pdf")
    wait_for_the_certificate(walk)
    page.reload()
    camera.take("certificate")
    page.goto("/mailbox/")
    walk.press(page.locator(".mailbox__list a", has_text=re.compile("certificate", re.I)).first)
    camera.take("letter")


def play_a_little(page: Page) -> None:
    """Some seconds of the lecture, from a slide with something on it."""
    page.locator("[data-slides] a").nth(3).click()
    page.locator(".ctl[data-do=play]").click()
    page.wait_for_timeout(4000)
    page.locator(".ctl[data-do=play]").click()
    page.locator("[data-save]").get_by_text("Saved at").wait_for()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)


def wait_for_the_certificate(walk: Walk) -> None:
    """Until the letter with the PDF is in the sink."""
    for _ in range(150):
        if any(b".pdf" in path.read_bytes() for path in walk.house.letters()):
            return
        walk.page.wait_for_timeout(200)
    raise SystemExit("The letter with the certificate did not come.")


def main() -> None:
    """Everything, from an empty folder."""
    house = House()
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        house.start()
        with sync_playwright() as playwright:
            browser = start_browser(playwright)
            page = browser.new_context(base_url=house.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
            walk_and_take(Walk(page, house), Camera(page, PICTURES))
            browser.close()
    finally:
        house.stop()


if __name__ == "__main__":
    main()
