"""A file is chosen, dropped or pasted; each answer is looked at; the downloads of the owner are there."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.test_pages import Inspector
from tests.house_running import ROOT, House

Seeded = dict[str, str]
DROP = """([selector, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type }));
  const form = document.querySelector(selector);
  for (const event of ["dragenter", "dragover", "drop"]) form.dispatchEvent(new DragEvent(event, { dataTransfer: held, bubbles: true, cancelable: true }));
}"""
PASTE = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true }));
}"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house of its own, where certificates are taken back."""
    running = House()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def files(house: House) -> Path:
    return house.folder


@pytest.fixture(scope="module")
def seeded(house: House, files: Path) -> Seeded:
    line = [sys.executable, "-m", "tests.browser.certificates", str(files)]
    done = subprocess.run(line, cwd=ROOT, env=house.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _fresh_limits(house: House) -> None:
    """Files are few per minute; the tests of this module are one visitor."""
    house.manage("shell", "-c", "from django.core.cache import cache; cache.clear()")


def result(page: Page) -> str:
    """The heading of the result, once the page has found it by itself."""
    heading = page.locator("#vr")
    expect(heading).to_be_visible(timeout=30000)
    return heading.inner_text()


def test_a_file_is_chosen_dropped_and_pasted(page: Page, seeded: Seeded, files: Path) -> None:
    data = base64.b64encode((files / "valid.pdf").read_bytes()).decode()
    page.goto("/verify/")
    page.get_by_label("File to check").set_input_files(files / "valid.pdf")
    page.get_by_role("button", name="Check this file").click()
    assert result(page) == "This sample certificate is valid"
    page.goto("/verify/")
    expect(page.get_by_text("You can also drop the file here, or paste it.")).to_be_visible()
    page.evaluate(DROP, ["[data-drop]", "certificate.pdf", "application/pdf", data])
    assert result(page) == "This sample certificate is valid"
    page.goto("/verify/")
    page.evaluate(PASTE, ["certificate.pdf", "application/pdf", data])
    assert result(page) == "This sample certificate is valid"
    expect(page.get_by_text(seeded["valid"]).first).to_be_visible()


def test_without_script_and_with_the_keyboard_alone(visitors: Visitors, seeded: Seeded, files: Path) -> None:
    page = visitors.come(java_script_enabled=False)
    page.goto("/verify/")
    page.get_by_label("Or paste a credential").focus()
    page.keyboard.insert_text((files / "revoked.json").read_text())
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Check this file")).to_be_focused()
    page.keyboard.press("Enter")
    assert result(page) == "This sample certificate was revoked"
    expect(page.get_by_text("It was issued in error.").first).to_be_visible()


def test_every_answer_is_in_order(page: Page, seeded: Seeded, files: Path, visitors: Visitors) -> None:
    inspector = Inspector(page)
    inspector.look("verify", "/verify/")
    inspector.look("revoked", f"/verify/{seeded['revoked']}/")
    page.goto("/verify/")
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_text("Choose the file to check")).to_be_visible()
    inspector.look("nothing chosen")
    document = json.loads((files / "valid.json").read_text())
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Eve Forger, MD"
    page.get_by_label("Or paste a credential").fill(json.dumps(document))
    page.get_by_role("button", name="Check this file").click()
    assert result(page) == "This file was altered"
    expect(page.get_by_role("cell", name="Eve Forger, MD")).to_be_visible()
    inspector.look("altered")
    page.goto("/verify/")
    page.get_by_label("File to check").set_input_files({"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 none"})
    page.get_by_role("button", name="Check this file").click()
    assert result(page) == "This file was not signed here"
    inspector.look("unreadable")
    inspector.close()


def test_a_file_that_is_too_large_is_told(page: Page, house: House) -> None:
    page.goto("/verify/")
    page.get_by_label("File to check").set_input_files(
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" + bytes(3 * 2**20)}
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This file is too large")


def test_the_owner_downloads_all_three(page: Page, house: House, seeded: Seeded) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": seeded["valid_session"], "url": house.url}])
    page.goto("/activities/valid/certificate/")
    for name in ("Credential (JSON)", "VC-JWT"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename.startswith(f"certificate-{seeded['valid'][:-2]}.credential.")
