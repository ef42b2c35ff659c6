"""Every page of the staff's desk: axe and the ruler in both looks and widths, every control by keyboard; and the main paths that `test_studio` does not walk."""

import json
import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.test_keyboard import FOCUS
from tests.browser.test_pages import Inspector
from tests.browser.test_studio import SLUG, TODAY, open_draft, says, sign_in
from tests.browser.walk import letter_in, text_of
from tests.house_running import House

YESTERDAY = TODAY - timedelta(days=1)
PUBLISHED = "metastatic-colorectal-cancer"
ADDRESSES = """
import json
from preceptor.catalog.models import Edition
from tests.studio.addresses import desk_urls
print(json.dumps(desk_urls(Edition.objects.filter(activity__slug="{slug}", state="{state}").latest("number"))))
"""
POSTED = {"completions_csv", "home", "stage", "publish", "new_edition", "drop_imported", "offer_remove", "evidence", "remind", "remind_all"}
# Of a published edition, what looks otherwise than on a draft.
LOCKED = ("edition", "texts", "objectives", "references", "offers", "offer", "person", "person_roles", "relationship", "support_one",
          "support_ledger", "review", "withdraw", "correction", "learners", "learner", "replay")  # fmt: skip


def addresses(house: House, slug: str, state: str) -> dict[str, str]:
    """Name → address of everything at the desk that can be looked at, for this edition."""
    found = json.loads(house.manage("shell", "-v0", "-c", ADDRESSES.format(slug=slug, state=state)).strip().splitlines()[-1])
    return {name: address for name, address in found.items() if name not in POSTED}


def learner_begins(visitors: Visitors) -> None:
    """Somebody begins the published activity, so that there is a learner to look at."""
    page = visitors.come()
    page.goto(f"/account/sign-in/?next=/activities/{PUBLISHED}/begin/")
    page.get_by_label("E-mail").first.fill("nurse@sample.example")
    page.get_by_label("Password", exact=True).fill("sample-pass-2026")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    if page.get_by_role("button", name="Begin").count():
        page.get_by_role("button", name="Begin").click()
        page.wait_for_load_state()


def money_for(page: Page, draft: str) -> str:
    """A grant on the draft, without its amount; the address of its page."""
    page.goto(f"{draft}support/")
    page.get_by_label("Company", exact=True).select_option(index=1)
    page.get_by_label("Money: an educational grant").check()
    page.get_by_role("button", name="Record this support").click()
    says(page, "is recorded")
    page.get_by_role("rowheader").get_by_role("link").last.click()
    page.wait_for_url(re.compile("/support/[0-9a-f-]{36}/$"))
    return page.url


def pages_of(page: Page, house: House, visitors: Visitors) -> list[tuple[str, str]]:
    """(name, address) of every page of a draft, and of a published edition where it looks otherwise."""
    money_for(page, open_draft(page))
    learner_begins(visitors)
    drafted, published = addresses(house, SLUG, "draft"), addresses(house, PUBLISHED, "published")
    assert {"acknowledge", "support_one", "support_ledger", "support_remove", "relationship", "company", "accreditation"} <= set(drafted)
    assert {"learner", "replay", "correction", "withdraw"} <= set(published)
    return [(f"draft: {name}", url) for name, url in drafted.items()] + [
        (f"published: {name}", published[name]) for name in LOCKED if name in published
    ]


def test_axe_and_the_ruler_find_nothing_on_any_page(page: Page, house: House, visitors: Visitors) -> None:
    inspector = Inspector(sign_in(page))
    for name, address in pages_of(page, house, visitors):
        inspector.look(name, address)
    inspector.close()


CONTROLS = """() => {
  const all = [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")];
  const seen = all.filter((e) => !e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility() && !e.closest("details:not([open]) > :not(summary)"));
  const groups = new Set();
  return seen.filter((e) => e.type !== "radio" || (!groups.has(e.name) && groups.add(e.name))).length;
}"""
MARK = """() => {
  const e = document.activeElement;
  if (!e.closest("main")) return null;
  const key = e.type === "radio" ? "radio " + e.name : null;
  window.stops ??= new Map();
  if (!window.stops.has(key ?? e)) window.stops.set(key ?? e, window.stops.size);
  return window.stops.size;
}"""


def test_every_control_of_every_page_is_reached_by_keyboard_and_seen(page: Page, house: House, visitors: Visitors) -> None:
    found = []
    for name, address in pages_of(sign_in(page), house, visitors):
        page.goto(address)
        wanted, reached = page.evaluate(CONTROLS), 0
        for _ in range(wanted * 3 + 60):  # a day is three stops; the header comes first
            page.keyboard.press("Tab")
            at = page.evaluate(MARK)
            if at is None and reached:
                break
            reached = at or reached
            if at is not None and not page.evaluate(FOCUS)["ringed"]:
                found.append(f"{name}: no focus to be seen on {page.evaluate(FOCUS)['tag']}")
        if reached < wanted:
            found.append(f"{name}: {reached} of {wanted} controls are reached")
    assert found == []


def declare(visitors: Visitors, house: House, address: str, company: str, nature: str, name: str) -> None:
    """Follow the link in the letter to `address`, and sign one relationship."""
    page = visitors.come()
    for _ in range(100):
        texts = [text_of(letter) for path in house.letters() if address in str((letter := letter_in(path))["To"])]
        links = [found[0] for text in texts if (found := re.search(r"http\S+/disclosure/\S+", text))]
        if links:
            break
        page.wait_for_timeout(200)
    page.goto(links[-1])
    page.get_by_role("group", name="In the past 24 months").get_by_label("Yes").check()
    page.get_by_label("Company", exact=True).fill(company)
    page.get_by_label("Nature of the relationship").select_option(nature)
    page.get_by_label("No, ongoing").check()
    page.get_by_role("button", name="Add this relationship").click()
    page.get_by_role("group", name="Will you discuss").get_by_label("No").check()
    page.get_by_label("This is complete and correct").check()
    page.get_by_label("Type your full name to sign").fill(name)
    page.get_by_role("button", name="Sign and send disclosure").click()
    expect(page.get_by_role("heading", name="Your disclosure is signed")).to_be_visible()


def newcomer(page: Page, draft: str, given: str) -> str:
    """A new person on the faculty from the day after tomorrow, asked for the disclosure; their address."""
    email = f"{given.lower()}.{datetime.now():%H%M%S%f}@people.sample.example"
    page.goto(f"{draft}people/new/")
    form = page.locator("form").filter(has=page.get_by_label("Family name"))
    for label, value in (("Given name", given), ("Family name", "Sample"), ("Degrees and credentials", "MD"), ("E-mail address", email)):
        form.get_by_label(label).fill(value)
    form.get_by_label("Profession").select_option("physician")
    form.get_by_label("Role", exact=True).select_option("faculty")
    form.get_by_label("The role begins on").fill(f"{TODAY + timedelta(days=2)}")
    form.get_by_role("button").last.click()
    says(page, "The role is given")
    row = page.get_by_role("row").filter(has_text=f"{given} Sample")
    row.get_by_role("rowheader").get_by_role("link").click()
    page.get_by_label("Needed by").fill(f"{TODAY + timedelta(days=1)}")
    page.get_by_role("button", name="Ask for the disclosure").click()
    says(page, "is asked")
    return email


def case_of(page: Page, draft: str, given: str) -> Locator:
    """The one relationship of somebody, opened from the board."""
    page.goto(f"{draft}people/")
    page.get_by_role("row").filter(has_text=f"{given} Sample").get_by_role("listitem").get_by_role("link").first.click()
    return page.locator("section.sect").filter(has=page.get_by_role("button", name="Keep this decision"))


def test_an_employee_is_out_and_an_office_is_ruled_on_and_mitigated(page: Page, house: House, visitors: Visitors) -> None:
    draft = open_draft(sign_in(page))
    for given, nature in (("Ellis", "employee"), ("Blair", "board")):
        declare(visitors, house, newcomer(page, draft, given), "Sample Biologics, Inc.", nature, f"{given} Sample")
    case = case_of(page, draft, "Ellis")
    expect(case.get_by_text("ruling missing")).to_be_visible()
    case.get_by_role("button", name="Keep this ruling").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer: What was decided?")
    case.get_by_label(re.compile(r"^Exception \(b\)")).check()
    case.get_by_label("On what evidence").fill("The slides teach methods only.")
    case.get_by_label("Approved by").fill("sample, ellis")
    case.get_by_role("button", name="Keep this ruling").click()
    expect(page.get_by_role("alert")).to_contain_text("somebody else than the person concerned")
    expect(case.get_by_label("On what evidence")).to_have_value("The slides teach methods only.")
    case.get_by_label("Excluded from controlling content").check()
    case.get_by_label("Approved by").fill("Sidney Sample")
    case.get_by_role("button", name="Keep this ruling").click()
    says(page, "The ruling is kept")
    page.goto(f"{draft}people/")
    expect(page.get_by_role("row").filter(has_text="Ellis Sample").get_by_text("Excluded", exact=True)).to_be_visible()
    case = case_of(page, draft, "Blair")
    case.get_by_label("Neither owner nor employee").check()
    case.get_by_label("On what evidence").fill("A seat without a share, by the company's report.")
    case.get_by_label("Approved by").fill("Sidney Sample")
    case.get_by_role("button", name="Keep this ruling").click()
    says(page, "The ruling is kept")
    case.get_by_label("Yes", exact=True).check()
    case.get_by_label("Why").fill("The company's field is the activity's.")
    assert "Recused" not in " ".join(case.get_by_label("Mitigated by").locator("option").all_inner_texts()), "it fits planners only"
    case.get_by_label("Mitigated by").select_option("independent_review")
    case.get_by_role("button", name="Keep this decision").click()
    expect(page.get_by_role("alert")).to_contain_text("together with the day")
    case.get_by_label("Finished on").fill(f"{TODAY}")
    case.get_by_role("button", name="Keep this decision").click()
    says(page, "The decision is kept")
    case.get_by_text("Every decision so far: 2").click()
    expect(case.get_by_text("Relevant, peer review")).to_be_visible()
    page.goto(f"{draft}people/")
    expect(page.get_by_role("row").filter(has_text="Blair Sample").get_by_text("mitigated", exact=True)).to_be_visible()


def test_support_from_the_agreement_to_the_account(page: Page) -> None:
    one = money_for(page, open_draft(sign_in(page)))
    page.get_by_role("button", name="Keep the checklist").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer")
    clauses = page.locator("form.clauses fieldset").all()
    for clause in clauses:
        clause.get_by_label("Yes").check()
    page.get_by_role("button", name="Keep the checklist").click()
    says(page, "The clauses are checked")
    page.get_by_role("link", name="Open the ledger").click()
    expect(page.get_by_text("It is not recorded how much was received")).to_be_visible()
    expect(page.get_by_role("button", name="Add to the ledger")).to_have_count(0)
    page.get_by_label("Received, in US dollars").fill("5000")
    page.get_by_role("button", name="Record this amount").click()
    says(page, "The amount is recorded")
    page.get_by_label("For", exact=True).select_option("production")
    page.get_by_label("Amount in US dollars").fill("4500")
    page.get_by_label("Paid to").fill("Sample Studio")
    page.get_by_label("On", exact=True).fill(f"{YESTERDAY}")
    page.get_by_role("button", name="Add to the ledger").click()
    says(page, "The line is in the ledger")
    page.get_by_label("Account sent to the supporter on").fill(f"{YESTERDAY}")
    page.get_by_label("Returned to the supporter").fill("400")
    page.get_by_role("button", name="Reconcile").click()
    expect(page.get_by_role("alert")).to_contain_text("neither spent nor returned")
    page.get_by_label("Returned to the supporter").fill("500")
    page.get_by_role("button", name="Reconcile").click()
    says(page, "The account is reconciled")
    page.goto(one)
    page.get_by_role("link", name="Take this support off the draft").click()
    page.get_by_label("Reason").fill("Typed twice.")
    page.get_by_role("button").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Something was spent from this support")


def test_an_offer_with_its_approval_and_a_pilot(page: Page) -> None:
    draft = open_draft(sign_in(page))
    page.goto(f"{draft}credit/new/")
    page.get_by_label("Credit", exact=True).select_option(label="AAPA Category 1 CME credit")
    page.get_by_label("Amount", exact=True).fill("0.50")
    page.get_by_role("button", name="Save this credit").click()
    says(page, "The credit is saved")
    row = page.get_by_role("row").filter(has_text="AAPA").first
    expect(row).to_contain_text("Rule not confirmed")
    expect(row).to_contain_text("Say who reports it")
    row.get_by_role("link").first.click()
    page.get_by_label("Designated on").fill(f"{TODAY}")
    page.get_by_label("Approved from").fill(f"{TODAY}")
    page.get_by_label("Approved to").fill(f"{TODAY + timedelta(days=300)}")
    page.locator("input[type=file]").set_input_files({"name": "a.exe", "mimeType": "application/pdf", "buffer": b"MZ no letter"})
    page.get_by_label("Who reports it").select_option("hand")
    page.get_by_label("By hand: who").fill("Sample Staff")
    page.get_by_label(re.compile("^How")).fill("Roster and evaluation summary")
    page.get_by_role("button", name="Save this credit").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("By hand: who")).to_have_value("Sample Staff")
    page.locator("input[type=file]").set_input_files({"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sample"})
    page.get_by_role("button", name="Save this credit").click()
    says(page, "The credit is saved")
    expect(page.get_by_role("row").filter(has_text="AAPA").first).to_contain_text("Evidence")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Evidence for .*AAPA")).click()
    assert download.value.suggested_filename == "approval-aapa_1.pdf"
    page.get_by_label("Pilot times").fill("90, ten")
    page.get_by_role("button", name="Save the pilot").click()
    expect(page.get_by_role("alert")).to_contain_text("whole minutes")
    page.get_by_label("Pilot times").fill("90, 95, 92")
    page.get_by_role("button", name="Save the pilot").click()
    says(page, "The pilot is kept")
    expect(page.get_by_role("row").filter(has_text="AAPA").last).to_contain_text("a signed reason is wanted")
    page.get_by_label("Pilot times").fill("")
    page.get_by_role("button", name="Save the pilot").click()
    says(page, "The pilot is kept")


def test_an_accreditation_is_recorded_and_ends(page: Page) -> None:
    sign_in(page).goto("/studio/provider/")
    page.get_by_label("Kind").select_option("ancc_direct")
    page.get_by_label(re.compile("^Number")).fill("SAMPLE-NCPD")
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Record it").click()
    says(page, "The accreditation is recorded")
    row = page.get_by_role("row").filter(has_text="SAMPLE-NCPD")
    expect(row).to_contain_text("no end known")
    row.get_by_role("link").click()
    page.get_by_label("Last day").fill("2025-12-31")
    page.get_by_label("Why").fill("A sample of a test.")
    page.get_by_role("button", name="Set the last day").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot end before it begins")
    page.get_by_label("Last day").fill("2026-01-31")
    page.get_by_role("button", name="Set the last day").click()
    expect(page.get_by_role("row").filter(has_text="SAMPLE-NCPD")).to_contain_text("lapsed")


def test_a_correction_reaches_who_began(page: Page, house: House, visitors: Visitors) -> None:
    learner_begins(visitors)
    sign_in(page).goto(addresses(house, PUBLISHED, "published")["correction"])
    page.get_by_label("Subject").fill("Correction: a sample dose")
    page.get_by_label("What was wrong").fill("It said 50 mg; it is 5 mg. A sample.")
    page.get_by_role("button", name="Send the correction").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick this to go on")
    expect(page.get_by_label("Subject")).to_have_value("Correction: a sample dose")
    page.get_by_label("Send it now").check()
    page.get_by_role("button", name="Send the correction").click()
    expect(page.locator(".note", has_text="Correction: a sample dose")).to_be_visible()
    for _ in range(100):
        letters = [letter_in(path) for path in house.letters()]
        to = [str(one["To"]) for one in letters if "Correction: a sample dose" in str(one["Subject"])]
        if any("nurse@sample.example" in one for one in to):
            break
        page.wait_for_timeout(200)
    assert any("nurse@sample.example" in one for one in to), to
    assert len(to) == len(set(to)), "one letter per address"


def test_a_warning_is_signed_by_keyboard_alone(visitors: Visitors) -> None:
    page = sign_in(visitors.come(width=360))
    draft = open_draft(page)
    page.goto(draft)
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Acknowledge"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/findings/"))
    rule = page.get_by_role("heading", level=2).first.inner_text().split()[-1]
    while page.evaluate("document.activeElement.name") != "reason":
        page.keyboard.press("Tab")
    page.keyboard.type("Looked at, by keyboard alone.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    says(page, f"{rule} is signed")
