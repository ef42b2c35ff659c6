"""Four people go the whole way, from the course listing to the certificate in their letters: each receives what their profession may receive."""

import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone

from preceptor.accounts.models import User
from preceptor.assessment.models import Attempt
from preceptor.credit.models import Award
from preceptor.jobs.actions import run_due
from preceptor.journey.models import StepLine
from preceptor.kernel.serials import grouped
from preceptor.mail.models import Letter
from tests.credit.test_certificate import words_of_pdf
from tests.journeys.walking import Walker, edition_with_lecture
from tests.mail.conftest import Server
from tests.make import PASSWORD, user

pytestmark = pytest.mark.django_db
STEPS = ["front_matter", "pre_test", "content", "post_test", "evaluation", "claim", "certificate"]
AWARDING = re.compile(r"\b(awarded|awards|earn|earned|earns)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """Who walks, and what they should come home with."""

    given: str
    family: str
    profession: str
    system: str
    amount: str
    printed: str
    says: str
    title: str = "Certificate of Credit"
    types: dict[str, object] = field(default_factory=dict)


PEOPLE = [
    Person("Ada", "Sample", "physician", "ama_pra_1", "0.25", "Ada Sample, MD", "0.25 AMA PRA Category 1 Credits",
           types={"amount-physician-ama_pra_1": "0.25"}),
    Person("Piet", "Sample-Acosta", "physician_assistant", "aapa_1", "0.50", "Piet Sample-Acosta, PA-C", "0.5 AAPA Category 1 CME"),
    Person("Zoë", "Sample", "pharmacist", "acpe_p", "0.50", "Zoë Sample, PharmD", "0.5 ACPE contact hours",
           types={"nabp_eprofile-pharmacist-acpe_p": "123456", "birth_mmdd-pharmacist-acpe_p": "0704"}),
    Person("Otto", "Sample", "other", "participation", "0.00", "Otto Sample", "", title="Certificate of Participation"),
]  # fmt: skip


def follow(client: Client, url: str) -> str:
    """A page as text."""
    answer = client.get(url, follow=True)
    assert answer.status_code == 200, url
    return answer.content.decode()


def sign_in(person: Person) -> tuple[User, Client]:
    """Through the sign-in page, on the way to where they were going."""
    who = user(f"{person.profession}@sample.example", person.profession, given_name=person.given, family_name=person.family)
    client = Client()
    begin = "/activities/tiny/begin/"
    there = client.get(begin)
    assert there.status_code == 302
    answer = client.post(there.headers["Location"], {"login": who.email, "password": PASSWORD, "next": begin})
    assert (answer.status_code, answer.headers["Location"]) == (302, begin)
    return who, client


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.profession)
def test_from_the_course_listing_to_the_certificate(person: Person, mail_server: Server) -> None:
    edition = edition_with_lecture()
    stranger = Client()
    assert "/activities/tiny/" in follow(stranger, "/activities/?q=tiny")
    assert "Start this activity" in follow(stranger, "/activities/tiny/")
    who, client = sign_in(person)
    walker = Walker(who)
    walker.client = client
    assert "A tiny activity" in follow(client, "/activities/tiny/")

    assert walker.begin().headers["Location"] == "/activities/tiny/pre-test/"
    walker.answer("pre", right=1)
    walker.finish("pre")
    assert "1 of 3" in follow(client, "/activities/tiny/pre-test/result/")
    assert walker.learn().headers["Location"] == "/activities/tiny/post-test/"
    assert "post-test" in follow(client, "/home/").lower()

    walker.answer(right=2)
    walker.finish()
    below = follow(client, "/activities/tiny/post-test/result/")
    assert "2 of 3" in below and "A sample is an example" not in below, "no key below the pass mark under the unlimited policy"
    assert walker.get("evaluation:evaluation").headers["Location"] == "/activities/tiny/post-test/"
    walker.post("assessment:post_test_again")
    walker.answer(attempt=2)
    walker.finish(attempt=2)
    assert "A sample is an example" in follow(client, "/activities/tiny/post-test/result/")

    assert walker.evaluate(intent="will", changes=["0"], commit="on").headers["Location"] == "/activities/tiny/claim/"
    claimed = walker.claim(**person.types)
    assert claimed.status_code == 303, claimed.context["form"].errors
    assert claimed.headers["Location"] == "/activities/tiny/certificate/"
    on_screen = follow(client, "/activities/tiny/certificate/")
    assert person.printed in on_screen and f"Sample {person.title}" in on_screen and "SAMPLE: no credit is awarded" in on_screen

    award = Award.objects.get()
    assert (award.system, str(award.amount), award.user, award.edition) == (person.system, person.amount, who, edition)
    assert list(StepLine.objects.filter(participation__user=who).order_by("pk").values_list("step", flat=True)) == STEPS
    assert [a.correct for a in Attempt.objects.filter(purpose="post").order_by("number")] == [2, 3]

    run_due(at=timezone.now())
    letter = the_letter(mail_server, who)
    pdf = next(part for part in letter.iter_attachments() if part.get_content_type() == "application/pdf").get_content()
    assert pdf == client.get(f"/certificates/{award.serial}.pdf").content
    printed, written = words_of_pdf(pdf), letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    verified = follow(Client(), f"/verify/{award.serial}/")
    transcript = follow(client, "/transcript/")
    assert client.get("/transcript.pdf").status_code == 202
    run_due(at=timezone.now())
    transcript_pdf = words_of_pdf(client.get("/transcript.pdf").content)
    for where in (printed, verified, transcript_pdf):
        assert person.says in text_of(where), text_of(where)[-900:]
        assert grouped(award.serial) in text_of(where)
    assert person.printed in text_of(printed) and person.printed in text_of(verified)
    for where in (printed, written, verified, transcript, transcript_pdf):
        assert "SAMPLE: no credit is awarded" in text_of(where)
        if person.system == "participation":
            said = text_of(where).replace("no credit is awarded", "")
            assert not AWARDING.search(said), [said[max(m.start() - 60, 0) : m.end() + 30] for m in AWARDING.finditer(said)]
    assert "Sent" in follow(client, "/activities/tiny/certificate/")
    assert "Nothing in progress" in follow(client, "/home/")
    assert "Completed" in follow(client, "/activities/")


def text_of(page: str) -> str:
    """Words of a page or a PDF, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", "", page).replace("&amp;", "&").split())


def the_letter(server: Server, who: User) -> EmailMessage:
    """The one letter with the certificate, as the mail server received it."""
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    found = [envelope for envelope in server.received if envelope.rcpt_tos == [who.email]]
    assert len(found) == 1
    message = email.message_from_bytes(found[0].original_content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_an_unverified_address_may_learn_and_has_to_be_verified_by_the_claim() -> None:
    edition_with_lecture()
    walker = Walker(user(verified=False)).to_claim()
    refused = walker.client.get("/activities/tiny/claim/")
    assert b"Your e-mail address is not verified yet" in refused.content
    way = walker.post("credit:claim", data={"go": "credit.address_unverified"})
    assert way.headers["Location"] == "/account/verify/?next=/activities/tiny/claim/"
    assert walker.claim().status_code == 200
    assert not Award.objects.exists()
    walker.user.emailaddress_set.update(verified=True)  # type: ignore[attr-defined]
    assert walker.claim().status_code == 303
    assert Award.objects.count() == 1
