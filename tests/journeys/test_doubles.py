"""Double clicks, the back button, a stale tab, twenty requests at one moment: one of each, and every answer leads on."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from preceptor.assessment.models import Answer, Attempt
from preceptor.content.models import CaseAnswer, PartProgress
from preceptor.credit.models import Award, CertificateLetter
from preceptor.evaluation.models import Commitment, Draft, Response
from preceptor.jobs.models import Job
from preceptor.journey.models import FrontMatterSeen, Participation, StepLine
from preceptor.mail.models import Letter
from tests.journeys.walking import Walker, edition_with_lecture
from tests.make import user

MANY = 20
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}


def leads_on(answer: HttpResponse) -> bool:
    """A page, a redirect, or a refusal that names the next step."""
    if answer.status_code == 303:
        return bool(answer.headers["Location"])
    return answer.status_code == 200 or (answer.status_code == 409 and bool(answer.json()["next"]))  # type: ignore[attr-defined]


def steps(**more: int) -> dict[str, int]:
    """How many lines each step has in the ledger."""
    return {
        step: StepLine.objects.filter(step=step).count() for step in ("front_matter", "pre_test", "content", "post_test", "claim")
    } | more


@pytest.mark.django_db
def test_everything_twice_one_after_the_other() -> None:
    edition_with_lecture()
    walker = Walker(user())
    fragment = walker.get("journey:begin").context["page"].fragment.sha256  # type: ignore[attr-defined]
    for _ in range(2):
        assert walker.post("journey:begin", data={"fragment": fragment}).status_code == 303
    for _ in range(2):
        assert walker.skip().status_code == 303
    for _ in range(2):
        assert walker.learn().status_code == 303
        for option in "ab":
            assert walker.post("content:answer", "case", data={"decision": "d1", "option": option}).status_code == 303
    for _ in range(2):
        walker.answer()
    for _ in range(2):
        assert walker.finish().headers["Location"] == walker.url("assessment:post_test_result")
    verdict = walker.verdict(intent="will", changes=["0"], commit="on")
    for _ in range(2):
        assert walker.post("evaluation:evaluation", data=verdict).headers["Location"] == walker.url("credit:claim")
    form = walker.claim_form()
    for amount in ("0.50", "0.25"):
        answer = walker.post("credit:claim", data=form | {"amount-physician-ama_pra_1": amount})
        assert answer.headers["Location"] == walker.url("credit:certificate")
    assert set(steps().values()) == {1}
    assert (Participation.objects.count(), FrontMatterSeen.objects.count(), Attempt.objects.count()) == (1, 1, 1)
    assert (PartProgress.objects.count(), CaseAnswer.objects.get().option, Answer.objects.count()) == (3, "a", 3)
    assert (Response.objects.count(), Commitment.objects.count(), Draft.objects.count()) == (1, 1, 0)
    assert (str(Award.objects.get().amount), Letter.objects.count()) == ("0.50", 1)


@pytest.mark.django_db
def test_back_button_and_stale_tabs_lead_on() -> None:
    edition_with_lecture()
    walker = Walker(user()).to_evaluation()
    item = walker.items()[0]
    before = list(Answer.objects.order_by("pk").values_list("option", flat=True))
    stale = {"attempt": 1, "item": str(item.uuid), "option": next(o["key"] for o in item.options if o["key"] != item.answer)}
    late = walker.post("assessment:post_test_question", 1, data=stale)
    assert (late.status_code, late.headers["Location"]) == (303, walker.url("assessment:post_test_result"))
    by_script = walker.post("assessment:post_test_question", 1, data=stale, **SCRIPT)
    assert (by_script.status_code, by_script.json()["next"]) == (409, walker.url("assessment:post_test_result"))  # type: ignore[attr-defined]
    assert list(Answer.objects.order_by("pk").values_list("option", flat=True)) == before, "what was graded stays"
    again = walker.post("assessment:post_test_again")
    assert again.status_code == 303 and Attempt.objects.count() == 1, "who has passed takes no second one"
    for name, args in [("assessment:post_test_question", [2]), ("assessment:post_test_review", []), ("assessment:pre_test_question", [1])]:
        assert walker.get(name, *args).status_code in (200, 302, 303), name
    pre = walker.post("assessment:pre_test_question", 1, data=stale)
    assert pre.status_code == 303 and not Attempt.objects.filter(purpose="pre").exists(), "the pre-test closed when the content opened"
    verdict = walker.verdict()
    walker.post("evaluation:evaluation", data=verdict)
    draft = walker.post("evaluation:save", data=verdict, **SCRIPT)
    assert (draft.status_code, draft.json()["next"]) == (409, walker.url("credit:claim"))  # type: ignore[attr-defined]
    assert walker.get("evaluation:evaluation").status_code == 200 and not Draft.objects.exists()
    form = walker.claim_form()
    walker.post("credit:claim", data=form)
    for name in ("credit:claim", "journey:begin"):
        assert walker.get(name).status_code in (302, 303), name
    assert walker.post("credit:claim", data=form).headers["Location"] == walker.url("credit:certificate")
    assert Award.objects.count() == Letter.objects.count() == 1
    assert walker.post("content:part", "reading").status_code == 303, "the content stays open to read again"


@pytest.mark.django_db
def test_unknown_and_foreign_addresses_are_404_and_never_more() -> None:
    edition_with_lecture()
    walker = Walker(user()).to_post_test()
    for url in (
        "/activities/none/learn/",
        "/activities/tiny/learn/none/",
        "/activities/none/begin/",
        "/certificates/0000-0000/",
        "/certificates/x.pdf",
    ):
        for answer in (walker.client.get(url), walker.client.post(url)):
            assert answer.status_code in (404, 405), url
    for n in (0, 4, 99999999999999999999):
        answer = walker.client.get(f"/activities/tiny/post-test/question/{n}/")
        assert answer.status_code in (302, 303, 404), n


def at_once(deed: Callable[[Client, int], HttpResponse], clients: list[Client]) -> list[HttpResponse]:
    """Twenty browsers, each with its own connection, let go together. What breaks counts as an answer of 500."""
    gate = threading.Barrier(MANY)

    def run(number: int) -> Any:
        gate.wait()
        try:
            return deed(clients[number], number)
        except Exception as error:
            return HttpResponse(repr(error), status=500)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_at_every_step() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL (TEST_DATABASE_URL)")
    edition_with_lecture()
    walker = Walker(user())
    clients = [Walker(walker.user).client for _ in range(MANY)]

    def rush(name: str, *args: object, data: Callable[[int], dict[str, object]]) -> None:
        url = reverse(name, args=["tiny", *args])
        answers = at_once(lambda c, n: c.post(url, data(n), **(SCRIPT if n % 2 else {})), clients)  # type: ignore[return-value, arg-type]
        wrong = [(a.status_code, a.content[:300]) for a in answers if not leads_on(a)]
        assert not wrong, f"{name}: {wrong}"

    fragment = walker.get("journey:begin").context["page"].fragment.sha256  # type: ignore[attr-defined]
    rush("journey:begin", data=lambda _: {"fragment": fragment})
    assert (Participation.objects.count(), FrontMatterSeen.objects.count()) == (1, 1)
    rush("assessment:pre_test_skip", data=lambda _: {})
    for key in ("lecture", "reading"):
        rush("content:part", key, data=lambda _: {})
    rush("content:answer", "case", data=lambda n: {"decision": "d1", "option": "abc"[n % 3]})
    assert (PartProgress.objects.count(), CaseAnswer.objects.count()) == (3, 1)
    rush("content:progress", "lecture", data=lambda n: {"position": n, "ranges": f"[[0, {n + 1}]]"})
    items = walker.items()
    for n, item in enumerate(items, 1):
        rush("assessment:post_test_question", n, data=lambda k, i=item: {"attempt": 1, "item": str(i.uuid), "option": i.answer})  # type: ignore[misc]
    assert (Attempt.objects.count(), Answer.objects.count()) == (1, 3)
    rush("assessment:post_test_finish", data=lambda _: {"attempt": 1})
    verdict = walker.verdict(intent="will", changes=["0"], commit="on")
    rush("evaluation:evaluation", data=lambda _: verdict)
    assert (Response.objects.count(), Commitment.objects.count(), Draft.objects.count()) == (1, 1, 0)
    form = walker.claim_form()
    rush("credit:claim", data=lambda n: form | {"amount-physician-ama_pra_1": ("0.50", "0.25")[n % 2]})
    assert (Award.objects.count(), Letter.objects.count(), CertificateLetter.objects.count()) == (1, 1, 1)
    assert Job.objects.filter(task="credit.typeset_certificate").count() == 1
    assert set(steps().values()) == {1}
    assert {walker.client.get(walker.url("credit:certificate")).status_code} == {200}
