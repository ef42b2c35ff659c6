"""A running house and a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.house_running import House


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The house with its demo."""
    running = House()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    """A browser profile of its own, at the width of a desk."""
    context = browser.new_context(base_url=house.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20000)
    expect.set_options(timeout=10000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test when a script throws, the policy is violated, or somebody else's server is asked for anything."""
    page = context.new_page()
    watch(page)
    return page


def watch(page: Page) -> None:
    """Remember what must not happen; `page.faults` is asserted empty by `check_faults`."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    page.on(
        "request",
        lambda request: (
            faults.append(f"asked {request.url}") if not request.url.startswith(("http://127.0.0.1", "data:", "blob:", "about:")) else None
        ),
    )
    page.faults = faults  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def check_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: no script error, no policy violation, no third party."""
    page = request.getfixturevalue("page") if "page" in request.fixturenames else None
    yield
    if page is not None:
        assert page.faults == []


class Visitors:
    """Further browsers beside `page`: another person, another device, another setting. Each is watched as `page` is."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser = browser
        self.house = house
        self.pages: list[Page] = []

    def come(self, width: int = 1280, **settings: Any) -> Page:
        """A page in a profile of its own."""
        context = self.browser.new_context(base_url=self.house.url, viewport={"width": width, "height": 800}, **settings)
        context.set_default_timeout(20000)
        page = context.new_page()
        watch(page)
        self.pages.append(page)
        return page

    def go(self) -> None:
        """Everybody leaves, and nothing went wrong behind their backs."""
        faults = [fault for page in self.pages for fault in page.faults]  # type: ignore[attr-defined]
        for page in self.pages:
            page.context.close()
        assert faults == []


@pytest.fixture
def visitors(browser: Browser, house: House) -> Iterator[Visitors]:
    """Further browsers beside `page`."""
    all_of_them = Visitors(browser, house)
    yield all_of_them
    all_of_them.go()
