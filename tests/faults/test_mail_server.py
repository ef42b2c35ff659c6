"""The mail server is down, refuses, hangs, recovers: the certificate is on screen and in the account all the time, and the letter comes when it can."""

from datetime import datetime
from typing import Any

import pytest

from tests.faults.running import Person, Running, wait_for

STEPS = "SELECT e.at, e.state FROM mail_letterevent e JOIN mail_letter l ON l.id = e.letter_id WHERE l.recipient = '{}' ORDER BY e.id"


@pytest.fixture(scope="module")
def people(house: Running) -> dict[str, Person]:
    """Learners at the claim; web server and worker are up, the mail server is not."""
    made = house.prepare("anna:claim", "bert:claim", "cleo:claim", "dora:claim", "emil:claim")
    house.start("web")
    house.start("worker")
    return made


def has_certificate(person: Person) -> bool:
    """On screen, in the account, and as a file."""
    page, home = person.get("certificate/"), person.get("/home/")
    serial = page.text.partition("/certificates/")[2].partition(".pdf")[0]
    file = person.get(f"/certificates/{serial}.pdf")
    is_on_screen = page.status == 200 and f"{person.name.capitalize()} Sample, MD" in page.text
    return is_on_screen and "Nothing in progress" in home.text and file.status == 200 and file.content.startswith(b"%PDF")


def said(person: Person) -> str:
    """What the certificate page says of the letter."""
    page = person.get("certificate/").text
    return page.partition("<b>By e-mail</b>")[2].partition("</span>")[0].rpartition(">")[2].strip()


def tries(house: Running, person: Person) -> list[datetime]:
    """When the letter was taken in hand."""
    found: list[tuple[Any, str]] = house.rows(STEPS.format(person.email))  # type: ignore[assignment]
    return [at if isinstance(at, datetime) else datetime.fromisoformat(at) for at, state in found if state == "sending"]


def claim(person: Person) -> None:
    """Claim; the certificate is there at once."""
    answer = person.post("claim/", person.claim)
    assert (answer.status, answer.headers["Location"]) == (303, "/activities/tiny/certificate/")
    assert "Your certificate is ready" in person.get("certificate/").text


def test_down_and_up_again(house: Running, people: dict[str, Person]) -> None:
    anna = people["anna"]
    if "mail" in house.processes:
        house.kill("mail")
    claim(anna)
    wait_for("the learner is told", lambda: said(anna).startswith("Waiting; the mail server was not reached, next try at "))
    wait_for("three tries", lambda: len(tries(house, anna)) >= 3)
    assert has_certificate(anna) and house.letter_states("anna") == ["queued"]
    moments = tries(house, anna)
    first, second = [(later - earlier).total_seconds() for earlier, later in zip(moments, moments[1:], strict=False)][:2]
    assert 1 <= first < second and second >= 3, "the delay grows"
    house.start("mail")
    (letter,) = wait_for("the letter", lambda: house.letters("anna"))
    assert [part.get_content_type() for part in letter.iter_attachments()] == ["application/pdf"]
    wait_for("the learner is told", lambda: said(anna).startswith("Sent at "))
    assert house.letter_states("anna") == ["sent"]


def test_refuses_for_now_refuses_for_good_and_hangs(house: Running, people: dict[str, Person]) -> None:
    bert, cleo, dora, emil = (people[name] for name in ("bert", "cleo", "dora", "emil"))
    if "mail" not in house.processes:
        house.start("mail")
    house.manners(bert="later", cleo="refuse", dora="hang")
    for person in (bert, cleo, dora):
        claim(person)
    wait_for("bert is told", lambda: said(bert).startswith("Waiting; the mail server said “come back later”, next try at "))
    wait_for("cleo is told", lambda: said(cleo).startswith("Refused by the mail server of c…@sample.example: mailbox full. "))
    assert "Use another address" in cleo.get("certificate/").text and "Send it again" in cleo.get("certificate/").text
    wait_for("dora is told", lambda: said(dora).startswith("Waiting; the mail server did not answer in time, next try at "))
    claim(emil)
    wait_for("one slow recipient stops nobody else", lambda: house.letters("emil"))
    assert all(map(has_certificate, (bert, cleo, dora, emil)))
    house.manners(cleo="refuse")
    for person in (bert, dora):
        wait_for("the letter", lambda name=person.name: house.letters(name))
        wait_for("the learner is told", lambda who=person: said(who).startswith("Sent at "))
        assert len(house.letters(person.name)) == 1 and house.letter_states(person.name) == ["sent"]
    assert house.letter_states("cleo") == ["refused"] and len(tries(house, cleo)) == 1, "a refusal for good is not tried again"
