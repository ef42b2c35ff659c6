"""The staff's desk in a real browser: the main path of each page, by keyboard and without script, accessible in both looks and widths."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors

PASSWORD = "sample-pass-2026"
TODAY = datetime.now(ZoneInfo("America/New_York")).date()
SLUG = "hepatocellular-carcinoma"


def sign_in(page: Page, email: str = "staff@sample.example") -> Page:
    """Somebody of the demo's staff, at the desk."""
    page.goto("/account/sign-in/?next=/studio/")
    page.get_by_label("E-mail").first.fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activities")
    return page


def open_draft(page: Page) -> str:
    """The draft of the liver activity, made when it is not there yet; its address."""
    page.goto("/studio/activities/")
    rows = page.locator("tr", has=page.get_by_text(SLUG, exact=True))
    rows.get_by_role("link").first.click()
    page.wait_for_url(re.compile("/studio/activities/[0-9a-f-]{36}/$"))
    page.wait_for_load_state()
    make = page.get_by_role("button", name="New edition")
    if make.count():
        make.click()
        expect(page.get_by_role("status")).to_contain_text("is a draft")
        page.wait_for_load_state()
    return page.url.partition("#")[0]


def says(page: Page, words: str) -> None:
    """What the desk says was done."""
    expect(page.get_by_role("status").first).to_contain_text(words)


def test_a_checklist_leads_to_what_mends_it(page: Page) -> None:
    draft = open_draft(sign_in(page))
    publish = page.get_by_role("button", name="Publish activity")
    expect(publish).to_be_disabled()
    expect(page.locator("#why")).to_contain_text(re.compile("block"))
    page.get_by_role("link", name=re.compile("to fix first")).click()
    assert page.url.endswith("#ck")
    page.get_by_role("link", name=re.compile("Change dates and policy.*PUB-002")).first.click()
    page.get_by_label("Released").fill("2026-11-20")
    page.get_by_label("Last reviewed").fill("2026-11-20")
    page.get_by_label("Ends").fill("2026-11-19")
    page.get_by_role("button", name="Save dates and policy").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a day after the release")
    page.get_by_label("Ends").fill("2027-11-01")
    page.get_by_role("button", name="Save dates and policy").click()
    says(page, "Dates and policy are saved")
    page.goto(draft)
    expect(page.get_by_text("The release date is missing.")).to_have_count(0)


def test_stages_texts_and_preview_without_script(visitors: Visitors) -> None:
    page = sign_in(visitors.come(java_script_enabled=False), "editor@sample.example")
    draft = open_draft(page)
    if page.get_by_role("button", name="Go to disclosures open").count():
        page.get_by_role("button", name="Go to disclosures open").click()
        says(page, "The draft is now at “Disclosures open”")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Texts").click()
    page.get_by_label("Subtitle").fill("Looked over")
    page.get_by_label("Statement of need").fill("A **measured** gap.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("strong", has_text="measured")).to_be_visible()
    page.get_by_role("button", name="Save the texts").click()
    says(page, "The texts are saved")
    page.goto(f"{draft}preview/")
    expect(page.locator(".fragment")).to_contain_text("A measured gap.")
    page.goto(f"{draft}statements/")
    expect(page.get_by_text("Wording not confirmed").first).to_be_visible()


def test_a_relationship_is_decided_with_a_suggestion(page: Page) -> None:
    open_draft(sign_in(page))
    page.get_by_role("navigation", name="Sections").get_by_role("link", name=re.compile("People")).click()
    expect(page.get_by_role("heading", level=2, name="People and disclosures")).to_be_visible()
    open_one = page.get_by_role("row").filter(has_text="undecided").get_by_role("listitem").filter(has_text="undecided").get_by_role("link")
    count = open_one.count()
    assert count
    open_one.first.click()
    expect(page.get_by_text("Suggestion:").first).to_be_visible()
    box = page.locator("section.sect").filter(has=page.get_by_role("button", name="Keep this decision")).first
    box.get_by_role("button", name="Keep this decision").click()
    expect(page.get_by_role("alert")).to_contain_text("Fill this in: Why")
    box.get_by_label("No", exact=True).check()
    box.get_by_label("Why").fill("A sample decision of a test.")
    box.get_by_role("button", name="Keep this decision").click()
    says(page, "The decision is kept")


def test_a_person_is_asked_and_reminded(page: Page) -> None:
    open_draft(sign_in(page))
    page.get_by_role("navigation", name="Sections").get_by_role("link", name=re.compile("People")).click()
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_label("Needed by").fill("2020-01-01")
    page.get_by_role("button", name=re.compile("^Ask")).click()
    expect(page.get_by_role("alert")).to_contain_text("The due date has passed already")
    page.get_by_label("Needed by").fill("2030-01-01")
    page.get_by_role("button", name=re.compile("^Ask")).click()
    says(page, "is asked")
    page.get_by_role("button", name="Send a reminder").click()
    says(page, "A reminder to")


def test_support_credit_and_review(page: Page) -> None:
    draft = open_draft(sign_in(page))
    page.goto(f"{draft}support/")
    page.get_by_label("Company", exact=True).select_option(index=1)
    page.get_by_label("Money: an educational grant").check()
    page.get_by_label("Amount in US dollars").fill("5000")
    page.get_by_role("button", name="Record this support").click()
    says(page, "is recorded")
    page.get_by_role("rowheader").get_by_role("link").last.click()
    page.locator("input[type=file]").set_input_files({"name": "agreement.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sample"})
    page.get_by_label("Signed by the supporter on").fill("2026-01-02")
    page.get_by_label("Signed by the provider on").fill("2026-01-03")
    page.get_by_role("button", name="Keep the agreement").click()
    says(page, "The agreement is kept")
    page.get_by_role("link", name="Open the ledger").click()
    page.get_by_label("For", exact=True).select_option("production")
    page.get_by_label("Amount in US dollars").fill("6000")
    page.get_by_label("Paid to").fill("Sample Studio")
    page.get_by_label("On", exact=True).fill("2026-01-05")
    page.get_by_role("button", name="Add to the ledger").click()
    expect(page.get_by_role("alert")).to_contain_text("the ledger has to balance")
    page.goto(f"{draft}credit/new/")
    page.get_by_label("Credit", exact=True).select_option(label="AMA PRA Category 1 Credit™")
    page.get_by_label("Amount", exact=True).fill("0.33")
    page.get_by_role("button", name="Save this credit").click()
    expect(page.get_by_role("alert")).to_contain_text("in steps of 0.25")
    page.get_by_label("Amount", exact=True).fill("0.50")
    page.get_by_label("Designated on").fill("2026-11-01")
    page.get_by_role("button", name="Save this credit").click()
    says(page, "The credit is saved")
    page.goto(f"{draft}review/")
    page.get_by_label("Who reviewed the content").select_option(index=1)
    for row in page.locator("form.clauses fieldset").all():
        row.get_by_label("Yes").check()
    page.get_by_role("button", name="Sign the review").click()
    says(page, "The review is signed")


def test_companies_provider_and_packs(page: Page) -> None:
    sign_in(page)
    nav = page.get_by_role("navigation", name="Main")
    nav.get_by_role("link", name="Companies").click()
    page.get_by_label("Name", exact=True).fill("Sample Newcomer, Inc.")
    page.get_by_role("button", name="Record the company").click()
    says(page, "Decide what it is")
    page.get_by_role("link", name="Sample Newcomer, Inc.").click()
    page.get_by_label(re.compile("^An ineligible company")).check()
    page.get_by_label("On what basis").fill("Sells sample products used on patients.")
    page.get_by_role("button", name="Keep this decision").click()
    says(page, "The decision is kept")
    nav.get_by_role("link", name="Provider").click()
    page.get_by_label("Telephone").fill("+1 212 555 0199")
    page.get_by_role("button", name="Save the provider").click()
    says(page, "The provider is saved")
    nav.get_by_role("link", name="Packs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not confirmed yet")


def test_letters_are_looked_for(visitors: Visitors) -> None:
    """By kind and day, with the keyboard and without script."""
    page = sign_in(visitors.come(java_script_enabled=False))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Letters").click()
    page.get_by_label(re.compile("^From")).fill("2020-01-01")
    page.get_by_label("Kind").select_option(index=1)
    page.get_by_role("button", name="Search").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("since=2020-01-01"))
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What happened to it")).to_be_visible()
    page.goto("/studio/letters/?q=nobody-at-all")
    expect(page.get_by_text("No letter like that")).to_be_visible()
    page.goto("/studio/given-up/")
    expect(page.get_by_role("heading", level=1, name="Work that was given up")).to_be_visible()


def test_the_publish_button_is_reached_by_keyboard_alone(page: Page) -> None:
    draft = open_draft(sign_in(page))
    page.goto(draft)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert any("to fix first" in name or "to sign first" in name for name in names)
    assert "Preview" in names


PAGES = (
    "",
    "texts/",
    "dates/",
    "planning/",
    "people/",
    "support/",
    "credit/",
    "credit/new/",
    "statements/",
    "content/",
    "review/",
    "preview/",
    "learners/",
)


@pytest.mark.parametrize(("width", "look"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visitors: Visitors, width: int, look: str) -> None:
    page = sign_in(visitors.come(width=width, color_scheme=look))
    draft = open_draft(page)
    addresses = [draft + name for name in PAGES] + [
        "/studio/activities/",
        "/studio/companies/",
        "/studio/provider/",
        "/studio/packs/",
        "/studio/letters/",
        "/studio/given-up/",
    ]
    page.goto(f"{draft}people/")
    addresses.append(page.get_by_role("rowheader").get_by_role("link").first.get_attribute("href") or "")
    addresses += [link.get_attribute("href") or "" for link in page.locator(".rel-list a").all()[:1]]
    page.goto("/studio/letters/")
    addresses += [link.get_attribute("href") or "" for link in page.get_by_role("rowheader").get_by_role("link").all()[:1]]
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        found = Axe().run(page).response["violations"]
        assert [(address, fault["id"], fault["nodes"][0]["target"]) for fault in found] == []


def test_two_people_bring_an_edition_to_publication(visitors: Visitors) -> None:
    writer = sign_in(visitors.come())
    writer.goto("/studio/activities/")
    writer.locator("tr", has=writer.get_by_text("biosimilars-in-oncology", exact=True)).get_by_role("link").first.click()
    writer.get_by_role("button", name="New edition").click()
    says(writer, "is a draft")
    draft = writer.url
    writer.goto(f"{draft}dates/")
    for label, day in (("Released", TODAY), ("Last reviewed", TODAY), ("Ends", TODAY + timedelta(days=300))):
        writer.get_by_label(label).fill(f"{day}")
    writer.get_by_role("button", name="Save dates and policy").click()
    says(writer, "saved")
    while True:
        writer.goto(f"{draft}people/")
        open_one = writer.get_by_role("listitem").filter(has_text="undecided").get_by_role("link")
        if not open_one.count():
            break
        open_one.first.click()
        for number in range(writer.get_by_role("button", name="Keep this decision").count()):
            box = writer.locator("section.sect").filter(has=writer.get_by_role("button", name="Keep this decision")).nth(number)
            box.get_by_label("No", exact=True).check()
            box.get_by_label("Why").fill("A sample decision of a test.")
            box.get_by_role("button", name="Keep this decision").click()
            says(writer, "The decision is kept")
    writer.goto(f"{draft}credit/new/")
    writer.get_by_label("Credit", exact=True).select_option(label="AMA PRA Category 1 Credit™")
    writer.get_by_label("Amount", exact=True).fill("0.25")
    writer.get_by_label("Designated on").fill(f"{TODAY}")
    writer.get_by_role("button", name="Save this credit").click()
    says(writer, "The credit is saved")
    writer.goto(f"{draft}review/")
    writer.get_by_label("Who reviewed the content").select_option(index=1)
    for row in writer.locator("form.clauses fieldset").all():
        row.get_by_label("Yes").check()
    writer.get_by_role("button", name="Sign the review").click()
    says(writer, "The review is signed")
    for words in ("disclosures open", "content review", "ready"):
        writer.goto(draft)
        writer.get_by_role("button", name=f"Go to {words}").click()
        says(writer, "The draft is now at")
    while (sign := writer.get_by_role("link", name=re.compile("^Acknowledge"))).count():
        sign.first.click()
        writer.get_by_label("Reason").fill("A sample reason of a test.")
        writer.get_by_role("button", name="Acknowledge with this reason").click()
        says(writer, "is signed")
    expect(writer.locator("#why")).to_contain_text("You alone wrote this edition")
    expect(writer.get_by_role("button", name="Publish activity")).to_be_disabled()
    second = sign_in(visitors.come(), "editor@sample.example")
    second.goto(draft)
    second.get_by_role("button", name="Publish activity").click()
    says(second, "The activity is published")
    expect(second.locator(".studio__bar .tag").first).to_have_text("Published")
    second.get_by_role("link", name="Send a correction").click()
    second.get_by_label("Subject").fill("Correction: a sample")
    second.get_by_label("What was wrong").fill("Nothing was wrong: this is a sample.")
    second.get_by_role("button", name="Send the correction").click()
    expect(second.get_by_role("alert")).to_contain_text("Tick this to go on")
    second.goto(draft)
    second.get_by_role("link", name="Withdraw").click()
    second.get_by_label("Why it is withdrawn").fill("A sample of a test.")
    second.get_by_label(re.compile("Nobody can begin")).check()
    second.get_by_role("button", name="Withdraw the activity").click()
    says(second, "The activity is withdrawn")


def test_what_a_learner_was_shown_is_replayed(visitors: Visitors) -> None:
    learner = visitors.come()
    learner.goto("/account/sign-in/?next=/activities/metastatic-colorectal-cancer/begin/")
    learner.get_by_label("E-mail").first.fill("np@sample.example")
    learner.get_by_label("Password", exact=True).fill(PASSWORD)
    learner.get_by_role("button", name="Sign in").click()
    shown = learner.locator(".doc").first.inner_text()
    learner.get_by_role("button", name="Begin").click()
    page = sign_in(visitors.come())
    page.locator("tr", has=page.get_by_text("metastatic-colorectal-cancer", exact=True)).get_by_role("link").first.click()
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Learners", exact=True).click()
    page.get_by_label("Name or address").fill("np@sample")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    page.get_by_role("link", name=re.compile("^Edition 1,")).click()
    expect(page.get_by_text("SHA-256 of these bytes")).to_be_visible()
    squeezed = " ".join(page.locator("[data-replay]").inner_text().split())
    assert " ".join(shown.split())[:400] == squeezed[:400]
