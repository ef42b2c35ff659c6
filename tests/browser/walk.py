"""One learner's walk through one activity, by what stands on the screen. The same presses work with and without script."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import yaml
from playwright.sync_api import Locator, Page, expect

from preceptor.accounts.rules import SAMPLE_PASSWORD
from tests.house_running import ROOT, House

SEED = "her2-positive-metastatic-breast-cancer"
OWN_PASSWORD = "four sample words here"
DEMO = ROOT / "preceptor" / "demo" / "activities"


def squeezed(text: str) -> str:
    """Words with single spaces and without Markdown's emphasis."""
    return re.sub(r"[*_\s]+", " ", text).strip()


def key_of(slug: str) -> dict[str, tuple[str, str]]:
    """Question → the best answer and one that is not, from the demo's own folder: the browser is never told."""
    items = yaml.safe_load((DEMO / slug / "assessment.yaml").read_text(encoding="utf-8"))["items"]
    found: dict[str, tuple[str, str]] = {}
    for item in items:
        texts = {option["key"]: squeezed(option["text"]) for option in item["options"]}
        best = texts.pop(item["answer"])
        found[squeezed(item["question"])] = (best, next(iter(texts.values())))
    return found


def new_address(name: str) -> str:
    """An address that no account has."""
    return f"{name}.{uuid4().hex[:8]}@hospital.example"


MAKE_LEARNER = """
from django.utils import timezone
from preceptor.accounts.actions import create_account
create_account({email!r}, {password!r}, given_name="Jordan", family_name="Sample", credentials={degree!r}, profession={profession!r},
               is_verified=True, is_staff=False, by="a test", at=timezone.now())
"""


def new_learner(house: House, profession: str = "physician", degree: str = "MD") -> str:
    """The address of a new account, verified, made through the product's own action; its password is OWN_PASSWORD."""
    email = new_address(profession)
    house.manage("shell", "-c", MAKE_LEARNER.format(email=email, password=OWN_PASSWORD, profession=profession, degree=degree))
    return email


def letter_in(path: Path) -> EmailMessage:
    """A letter from the sink."""
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(letter: EmailMessage) -> str:
    """Its plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


class Walk:
    """What one person does on one page object. `answers` counts what was chosen or ticked, `presses` every other press."""

    def __init__(self, page: Page, house: House, slug: str = SEED) -> None:
        self.page = page
        self.house = house
        self.slug = slug
        self.place = f"/activities/{slug}/"
        self.key = key_of(slug)
        self.answers = 0
        self.presses = 0

    # --- presses

    def press(self, what: Locator) -> None:
        """Press something that leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            what.click()
        self.presses += 1

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button of the page by its words."""
        return self.page.get_by_role("main").get_by_role("button", name=name).first

    def link(self, name: str | re.Pattern[str]) -> Locator:
        """A link of the page by its words."""
        return self.page.get_by_role("main").get_by_role("link", name=name).first

    def choose(self, what: Locator) -> None:
        """Choose or tick."""
        what.click()
        self.answers += 1

    # --- account

    def sign_up(self, email: str, profession: str, degree: str, given: str = "Jordan", family: str = "Sample") -> None:
        """Fill in the form for a new account, on whatever page asks one to sign in."""
        self.press(self.link("Create an account"))
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
        self.page.get_by_label("Given name").fill(given)
        self.page.get_by_label("Family name").fill(family)
        self.page.get_by_label("Degree").fill(degree)
        self.page.locator("label.choice--card", has_text=re.compile(f"^\\s*{profession}\\s*$")).click()
        self.press(self.button("Create my account"))

    def sign_in(self, email: str, password: str = SAMPLE_PASSWORD) -> None:
        """Fill in the sign-in form of the page that stands there."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press(self.button("Sign in"))

    def go_in(self, email: str) -> None:
        """A demo account in front of this activity's first open step, the front matter seen."""
        self.page.goto(f"{self.place}begin/")
        self.sign_in(email)
        if "/begin/" in self.page.url:
            self.press(self.button("Begin"))

    def code_for(self, email: str) -> str:
        """The newest code that was e-mailed to the address."""
        for _ in range(150):
            mine = [letter for path in self.house.letters() if email in str((letter := letter_in(path))["To"])]
            codes = [found[1] for letter in mine if (found := re.search(r"Your code is (\d{6})", text_of(letter)))]
            if codes:
                return codes[-1]
            self.page.wait_for_timeout(200)
        raise AssertionError(f"no code came to {email}")

    # --- steps

    def take_test(self, wrong: int = 0) -> None:
        """Answer every question, the first `wrong` of them not with the best answer, and stop on the review page."""
        for number in range(len(self.key)):
            asked = squeezed(self.page.locator(".q__ask").inner_text())
            best, other = self.key[asked]
            cards = self.page.locator("label.choice--card")
            texts = [squeezed(text) for text in cards.all_inner_texts()]
            wanted = other if number < wrong else best
            self.choose(cards.nth(next(n for n, text in enumerate(texts) if text.endswith(wanted))))
            before = self.presses
            self.press(self.button(re.compile("^Save and ")))
            self.presses = before if number + 1 < len(self.key) else self.presses  # "next question" is an answer
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Review your answers")

    def finish_test(self, word: str = "score") -> None:
        """From the review page to the result."""
        self.press(self.button(f"Finish and see my {word}"))

    def see_content(self) -> None:
        """Every part by its continue button, every decision of a case answered; ends on the step after it."""
        self.page.goto(f"{self.place}learn/")
        while "/learn/" in self.page.url:
            while (forms := self.page.locator(".decision form")).count():
                self.choose(forms.first.locator("label.choice--card").first)
                self.press(forms.first.get_by_role("button"))
            self.press(self.page.locator(".go-on button"))

    def fill_evaluation(self) -> int:
        """Choose what is required and nothing else; how many taps that took."""
        before = self.answers
        for row in self.page.locator(".likert__row").all():
            if not row.locator(".optional").count():
                self.choose(row.locator("label").nth(3))
        self.choose(self.page.locator("label", has_text="No, I already work this way"))
        self.choose(self.page.locator(".yn label", has_text=re.compile(r"^\s*Yes\s*$")))
        return self.answers - before

    def send_evaluation(self) -> int:
        """Fill in and send; how many taps it took."""
        taps = self.fill_evaluation()
        self.press(self.button("Send evaluation and go to the claim"))
        return taps

    def attest(self) -> None:
        """The statement of the claim, which is never ticked beforehand."""
        box = self.page.locator("input[name=attested]")
        expect(box).not_to_be_checked()
        self.choose(box)

    def claim(self) -> None:
        """The one button at the foot of the claim."""
        self.press(self.page.locator(".formfoot button"))

    def serial(self) -> str:
        """The serial on the certificate page."""
        return self.page.locator(".log .serial").inner_text()
