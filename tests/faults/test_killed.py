"""`kill -9` at the moments that matter: what was confirmed is there, what was promised comes, and nothing comes twice."""

import http.client
import os
import signal
import threading
import time

import pytest

from tests.faults.running import Person, Running, wait_for

RUNNING = "SELECT count(*) FROM jobs_job WHERE task = '{}' AND state = 'running'"


@pytest.fixture(scope="module")
def people(house: Running) -> dict[str, Person]:
    """Four learners on one activity, and a house that is up, but for the worker."""
    made = house.prepare("anna:post_test", "bert:post_test", "cleo:claim", "dora:claim")
    house.start("web")
    house.start("mail")
    return made


@pytest.fixture(autouse=True)
def _no_worker(house: Running) -> None:
    """Each test starts its worker when it wants it."""
    if "worker" in house.processes:
        house.kill("worker")


def test_what_the_web_server_confirmed_survives_its_death(house: Running, people: dict[str, Person]) -> None:
    anna = people["anna"]
    assert anna.save(1).status == 200
    house.restart("web")
    assert f'value="{anna.items[0]["answer"]}" checked' in anna.get("post-test/question/1/").text
    assert (anna.save(2).status, anna.save(3).status) == (200, 200)
    assert anna.post("post-test/finish/", {"attempt": 1}).status == 303
    house.restart("web")
    assert "3 of 3" in anna.get("post-test/result/").text
    assert anna.post("evaluation/", anna.verdict).headers["Location"] == "/activities/tiny/claim/"
    claimed = anna.post("claim/", anna.claim)
    house.kill("web")
    assert (claimed.status, claimed.headers["Location"]) == (303, "/activities/tiny/certificate/")
    house.start("web")
    assert "Anna Sample, MD" in anna.get("certificate/").text
    assert anna.post("claim/", anna.claim).headers["Location"] == "/activities/tiny/certificate/", "pressed once more after the failure"
    house.start("worker")
    assert [letter["To"] for letter in wait_for("the letter", lambda: house.letters("anna"))] == [anna.email]
    assert house.one("SELECT count(*) FROM credit_award a JOIN accounts_user u ON u.id = a.user_id WHERE u.email LIKE 'anna%'") == 1
    assert house.one("SELECT count(*) FROM evaluation_response") >= 1


def test_a_web_worker_that_dies_among_saves_loses_none_that_it_confirmed(house: Running, people: dict[str, Person]) -> None:
    bert = people["bert"]
    confirmed: dict[int, str] = {}
    sent_since: dict[int, set[str]] = {1: set(), 2: set(), 3: set()}
    ending = threading.Event()

    def press(number: int) -> None:
        options = "abcd" * 10000
        for option in options:
            if ending.is_set():
                return
            sent_since[number].add(option)
            try:
                if bert.save(number, option).status == 200:
                    confirmed[number] = option
                    sent_since[number] = set()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    threads = [threading.Thread(target=press, args=[number], daemon=True) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    try:
        _kill_the_one_that_answers(house, confirmed)
    finally:
        ending.set()
    for thread in threads:
        thread.join(30)
    kept = house.rows(
        "SELECT i.position, a.option FROM assessment_answer a JOIN assessment_item i ON i.id = a.item_id "
        "JOIN assessment_attempt t ON t.id = a.attempt_id JOIN journey_participation p ON p.id = t.participation_id "
        "JOIN accounts_user u ON u.id = p.user_id WHERE u.email LIKE 'bert%' ORDER BY i.position"
    )
    assert [position for position, _ in kept] == [1, 2, 3]
    for position, option in kept:
        assert option in sent_since[position] | {confirmed[position]}, f"question {position}: {option} was neither confirmed nor on its way"


def _kill_the_one_that_answers(house: Running, confirmed: dict[int, str]) -> None:
    """Kill the process that answers, and wait until another one does."""
    wait_for("answers are being saved", lambda: len(confirmed) == 3)
    for child in house.children("web"):
        os.kill(child, signal.SIGKILL)
    then = dict(confirmed)
    wait_for("the web server has respawned its worker", house.is_serving)
    wait_for("and saves again", lambda: confirmed != then)


def test_a_worker_that_dies_over_the_certificate_is_made_up_for(house: Running, people: dict[str, Person]) -> None:
    cleo = people["cleo"]
    assert cleo.post("claim/", cleo.claim).status == 303
    page = cleo.get("certificate/").text
    assert "Cleo Sample, MD" in page and "The PDF is being made" in page and "Waiting for its attachment" in page
    house.start("worker")
    wait_for("a worker is at it", lambda: house.one(RUNNING.format("credit.typeset_certificate")), pause=0.01)
    house.kill("worker")
    assert house.one(RUNNING.format("credit.typeset_certificate")) == 1, "it was killed too late for this test"
    assert not house.letters("cleo") and "Cleo Sample, MD" in cleo.get("certificate/").text
    house.start("worker")
    (letter,) = wait_for("the letter", lambda: house.letters("cleo"))
    assert [part.get_content_type() for part in letter.iter_attachments()] == ["application/pdf"]
    wait_for("the page says so", lambda: "Sent" in cleo.get("certificate/").text and "The PDF is ready" in cleo.get("certificate/").text)
    assert house.one("SELECT count(*) FROM credit_award a JOIN accounts_user u ON u.id = a.user_id WHERE u.email LIKE 'cleo%'") == 1
    assert house.letter_states("cleo") == ["sent"] and len(house.letters("cleo")) == 1


def test_a_letter_in_flight_when_the_worker_dies_comes_again_with_the_same_message_id(house: Running, people: dict[str, Person]) -> None:
    dora = people["dora"]
    house.manners(dora="hang-after-body")
    assert dora.post("claim/", dora.claim).status == 303
    house.start("worker")
    wait_for("the mail server has the letter, and has not said so", lambda: house.letters("dora", "unanswered"), pause=0.01)
    assert house.letter_states("dora") == ["sending"]
    house.kill("worker")
    house.manners()
    house.start("worker")
    (arrived,) = wait_for("the letter comes again", lambda: house.letters("dora"))
    assert {letter["Message-ID"] for letter in house.letters("dora", "unanswered")} == {arrived["Message-ID"]}
    wait_for("our outbox knows", lambda: house.letter_states("dora") == ["sent"])
    assert house.one("SELECT count(*) FROM credit_award a JOIN accounts_user u ON u.id = a.user_id WHERE u.email LIKE 'dora%'") == 1
