"""The shell in a real browser: accessible at both widths and in both looks, and useful with and without script."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 18, 29)"}


@pytest.fixture
def server(the_shell_alone):
    """The shell's pages and static files from this process; no database."""
    with ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler) as httpd:
        httpd.set_app(StaticFilesHandler(WSGIHandler()))
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


def paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/sheet/?email=x", "/sheet/", "/nowhere/", "/reasons/", "/fail/", "/many/"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, server, width, look, path):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=look)
    page.goto(server + path)
    assert paper(page) == PAPER[look]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found] == []
    page.close()


def test_the_look_is_chosen_without_a_reload_and_kept(browser, server):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{server}/sheet/")
    page.locator("label:has(#look-dark)").click()
    assert paper(page) == PAPER["dark"]
    page.goto(f"{server}/page/")
    assert paper(page) == PAPER["dark"]
    page.locator("label:has(#look-auto)").click()
    assert paper(page) == PAPER["light"]
    context.close()


def test_the_look_is_chosen_without_script_too(browser, server):
    context = browser.new_context(color_scheme="light", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/sheet/?email=x")
    page.locator("label:has(#look-dark)").click()
    page.get_by_role("button", name="Keep this").click()
    assert page.url == f"{server}/sheet/?email=x"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_the_error_summary_is_read_first_and_leads_to_the_control(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/sheet/?email=x")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name="Choose an answer: Profession").click()
    assert page.evaluate("document.activeElement.id") == "id_profession_0"
    page.close()


def test_a_form_is_sent_once(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/sheet/")
    page.evaluate(
        "document.querySelector('form[data-once]').addEventListener('submit', e => { window.sent = (window.sent || 0) + !e.defaultPrevented; e.preventDefault() })"
    )
    page.evaluate("for (const n of [1, 2, 3]) document.querySelector('form[data-once] button').click()")
    assert page.evaluate("window.sent") == 1
    assert page.locator("form[data-once] button").get_attribute("aria-disabled") == "true"
    page.close()


def test_a_sent_form_wakes_when_one_comes_back(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/sheet/")
    page.locator("form[data-once] button").click()
    page.wait_for_load_state()
    page.go_back()
    assert page.locator("form[data-once] button").get_attribute("aria-disabled") is None
    page.close()


def test_a_panel_opens_without_script(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/sheet/")
    assert not page.get_by_text("Tell us what was one-sided.").is_visible()
    page.get_by_label("No", exact=True).check()
    assert page.get_by_text("Tell us what was one-sided.").is_visible()
    context.close()
