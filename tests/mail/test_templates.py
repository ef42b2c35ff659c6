"""All letters' templates: plain enough for the filters of hospitals, nothing loaded from elsewhere, no promotion; and what a letter looks like whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from preceptor.jobs.actions import run_due
from preceptor.mail.adapters.addresses import sender_line
from preceptor.mail.models import Letter
from tests.mail.conftest import Server

ROOMS = Path(__file__).resolve().parents[2] / "preceptor"
BASE = ROOMS / "ui" / "templates" / "ui" / "mail" / "base.html"
LETTERS = sorted(path for path in ROOMS.glob("*/templates/*/mail/*") if path.parts[-4] == "templates" and path.suffix in {".html", ".txt"})
HTML = [path for path in LETTERS if path.suffix == ".html"]
# Words of letters that sell, follow or ask for a subscription; a record has no use for them. Subjects also avoid what filters weigh.
PROMOTION = re.compile(
    r"\b(newsletter|unsubscribe|subscribe|discount|% off|sale|deal|special offer|limited time|hurry|act now|don.t miss|exclusive|upgrade now|"
    r"recommended for you|you may also like|related courses|more courses|new courses|browse our|explore our|follow us|share (this|it)|tell a friend|"
    r"refer a|rate us|sponsored by|brought to you by|twitter|facebook|linkedin|instagram|advertis\w*|promo\w*)\b",
    re.IGNORECASE,
)
LOUD = re.compile(r"!|\$|[A-Z]{8,}|\b[Ff]ree\b|\b[Uu]rgent\b|\b[Ww]inner\b|\b[Cc]ongratulations\b")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOMS))


def test_the_letters_are_found() -> None:
    assert len(HTML) >= 12 and BASE in HTML
    for path in HTML:
        if path != BASE:
            assert path.with_suffix(".txt") in LETTERS and path.with_suffix(".subject.txt") in LETTERS, name_of(path)


@pytest.mark.parametrize("path", LETTERS, ids=name_of)
def test_a_letter_promotes_nothing(path: Path) -> None:
    words = re.sub(r"It is (a record, )?not marketing|not marketing", "", path.read_text())
    assert not PROMOTION.search(words), PROMOTION.search(words)


@pytest.mark.parametrize("path", HTML, ids=name_of)
def test_a_letter_loads_nothing_and_follows_nobody(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<(img|script|iframe|link|form|input|video|svg|object|embed|base)\b", text, re.IGNORECASE)
    assert not re.search(r"url\(|@import|utm_|background=|\son[a-z]+=", text)
    assert not re.search(r"""(?:href|src)=["']https?:""", text), "links come from the house itself"
    assert len(re.findall(r"<a\s", text)) <= 3


@pytest.mark.parametrize("path", [path for path in LETTERS if path.name.endswith(".subject.txt")], ids=name_of)
def test_a_subject_is_plain(path: Path) -> None:
    plain = re.sub(r"{%.*?%}|{{.*?}}|SAMPLE: ", "", path.read_text())
    assert not LOUD.search(plain), plain
    assert len(plain) <= 70


def luminance(color: str) -> float:
    """Of #rrggbb, by WCAG 2."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_frame_says_that_it_is_light_and_has_no_pure_black_or_white() -> None:
    """Clients that know `color-scheme` leave it alone; those that turn colors themselves spare what is not quite black or white least often."""
    text = BASE.read_text()
    assert '<meta name="color-scheme" content="light">' in text and '<meta name="supported-color-schemes" content="light">' in text
    colors = set(re.findall(r"#[0-9a-fA-F]{3,6}\b", text))
    assert colors and not colors & {"#000", "#000000", "#fff", "#ffffff", "#FFF", "#FFFFFF"}, colors


def test_every_text_has_a_color_and_a_ground_of_its_own() -> None:
    """A client that turns only one of them would leave dark on dark."""
    rules = dict(re.findall(r"^(\.[a-z]+(?: a)?|body|h1) \{([^}]*)\}", BASE.read_text(), re.MULTILINE))
    sheet = re.search(r"background: (#[0-9a-f]{6})", rules[".sheet"])
    assert sheet
    for name in (".head", ".body", ".facts", ".more", ".fine", ".sample", ".code"):
        color, ground = re.search(r"(?<!-)color: (#[0-9a-f]{6})", rules[name]), re.search(r"background: (#[0-9a-f]{6})", rules[name])
        assert color and ground, name
        assert contrast(color[1], ground[1]) >= 4.5, name


@pytest.mark.django_db
def test_a_letter_says_whose_it_is(mail_server: Server, new_letter: Callable[..., Letter], at: datetime, settings: Any) -> None:
    """The provider's name, not the software's, as it was when the letter was queued; the address of MAIL_FROM; no List-Unsubscribe."""
    settings.DEFAULT_FROM_EMAIL, settings.MAIL_REPLY_TO = "no-reply@cme.example", "office@cme.example"
    settings.MAIL_SENDER_NAME = "tests.mail.test_templates.provider"
    new_letter()
    settings.MAIL_SENDER_NAME = ""
    new_letter(sender_name="The Other Provider")
    run_due(at=at)
    first, second = (message_from_bytes(envelope.content, policy=policy.default) for envelope in mail_server.received)
    assert first["From"] == '"Institute for Liver, Kidney & Heart Education" <no-reply@cme.example>'
    assert second["From"] == "The Other Provider <no-reply@cme.example>"
    assert first["Reply-To"] == "office@cme.example" and first["List-Unsubscribe"] is None and first["Precedence"] is None
    assert first["X-Mailer"] is None


def provider() -> str:
    return "Institute for Liver, Kidney &\n Heart Education"


@pytest.mark.parametrize(
    ("setting", "name", "line"),
    [
        ("Office <a@cme.example>", "Provider", "Office <a@cme.example>"),
        ("a@cme.example", "Provider", "Provider <a@cme.example>"),
        ("a@cme.example", "", "a@cme.example"),
        ("a@cme.example", "Ärzte\r\nBcc: x@y.example", '"Ärzte Bcc: x@y.example" <a@cme.example>'),
        ("a@cme.example", "x" * 300, "x" * 100 + " <a@cme.example>"),
    ],
)
def test_the_sender(settings: Any, setting: str, name: str, line: str) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.MAIL_SENDER_NAME = setting, ""
    assert sender_line(name) == line
