"""A learner's own record, in a browser: credit from elsewhere with its file, a requirement, and what the two say of each other."""

import re

import icalendar
from playwright.sync_api import Page, expect

from tests.browser.test_pages import Inspector, inspector
from tests.browser.walk import OWN_PASSWORD, Walk, new_learner
from tests.house_running import House

__all__ = ["inspector"]
PDF = b"%PDF-1.7\n%sample\n"


def test_credit_from_elsewhere_counts_toward_a_requirement(inspector: Inspector, page: Page, house: House) -> None:
    walk = Walk(page, house)
    page.goto("/account/sign-in/?next=/transcript/requirements/")
    walk.sign_in(new_learner(house), OWN_PASSWORD)
    inspector.look("requirements, none")
    page.get_by_role("link", name=re.compile("^Follow ?: Opioid and other")).click()
    page.get_by_label("You need it by").fill("2029-06-30")
    inspector.look("follow")
    page.get_by_role("button", name="Follow it").click()
    card = page.locator(".req")
    expect(card).to_contain_text("0.0 of 8.0 hours, 8.0 missing")

    page.get_by_role("link", name="Self-reported", exact=True).click()
    inspector.look("self-reported, none")
    page.get_by_role("link", name="Add credit from elsewhere").click()
    page.get_by_role("button", name="Add to my record").click()
    expect(page.locator(".errors")).to_be_focused()
    inspector.look("add, refused")
    page.get_by_label("Title of the activity").fill("Treating opioid use disorder")
    page.get_by_label("Who gave the credit").fill("Far Away Hospital")
    page.get_by_label("Credit type", exact=True).select_option("other")
    page.get_by_label("Credit type in your own words").fill("AAFP Prescribed credits")
    page.get_by_label("Amount").fill("8")
    page.get_by_label("Completed on").fill("2024-02-02")
    page.get_by_label("Topic that a state or the nation asks for").select_option("mate")
    page.get_by_label("Hours on that topic").fill("7.5")
    page.get_by_label("Certificate or other proof").set_input_files(
        {"name": "my certificate.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Add to my record").click()
    expect(page.locator(".tr-table")).to_contain_text("Self-reported")
    inspector.look("self-reported")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^my-certificate.pdf")).click()
    assert download.value.path().read_bytes() == PDF

    inspector.look("transcript, self-reported alone", "/transcript/")
    inspector.look("transcript, nothing fits", "/transcript/?q=nothing&since=never")
    page.get_by_role("link", name="Requirements", exact=True).click()
    expect(card).to_contain_text("7.5 of 8.0 hours, 0.5 missing")
    expect(card).to_contain_text("0.0 from here, 7.5 self-reported")
    inspector.look("requirements")
    with page.expect_download() as calendar:
        page.get_by_role("link", name="Dates for my calendar").click()
    [event] = icalendar.Calendar.from_ical(calendar.value.path().read_bytes()).walk("VEVENT")
    assert "missing: 0.5 hours" in event["DESCRIPTION"]

    page.goto("/transcript/self-reported/")
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.locator("main")).to_contain_text("is off your record")
    inspector.look("self-reported, removed")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tr-table")).to_contain_text("Treating opioid use disorder")
    inspector.close()
