"""Every certificate's letter once, as the mail server saw it: while it refuses a third for now and some for good, and while the worker is killed.

The same at the scale and speed that is promised is measured by bench/delivery.py.
"""

import random
import time
from collections.abc import Iterator

import pytest

from tests.faults.delivering import Delivering
from tests.faults.running import wait_for


@pytest.fixture
def house() -> Iterator[Delivering]:
    """Nothing runs yet."""
    running = Delivering()
    yield running
    running.stop()


def test_once_each_while_a_third_is_put_off_and_some_are_refused(house: Delivering) -> None:
    house.begin(share=1 / 3, most=2)
    assert house.finish(60, 3, "tests.faults.finishers.letter_that_may_be_refused").wait(60) == 0
    wait_for("every letter has come to its end", lambda: house.is_drained(60), seconds=150)
    assert house.states() == {"sent": 57, "refused": 3}
    seen = house.times_accepted()
    assert len(seen) == 57 and set(seen.values()) == {1}
    assert all(letter.size > 100_000 and letter.files.startswith("certificate-") for letter in house.accepted())
    refused = house.rows("SELECT attempts, last_reply FROM mail_letter WHERE state = 'refused'")
    assert refused == [(1, "550 5.1.1 no such user here")] * 3, "final at once, and said"
    assert house.one("SELECT sum(attempts) FROM mail_letter") > 70


def test_none_is_missing_when_the_worker_is_killed(house: Delivering) -> None:
    """Three times kill -9 under load. Twice goes only what was in flight at a kill, and then with the same Message-ID."""
    house.begin(latency=0.1)
    people = house.finish(60, 9)
    flying: set[str] = set()
    chance = random.Random(7)
    for _ in range(3):
        time.sleep(1.5 + chance.random())
        house.kill("worker")
        flying |= house.in_flight()
        house.start("worker")
    assert people.wait(60) == 0
    wait_for("every letter has come to its end", lambda: house.is_drained(60), seconds=100)
    seen = house.times_accepted()
    assert set(seen) == house.message_ids() and len(seen) == 60
    assert {message_id for message_id, times in seen.items() if times > 1} <= flying
    assert max(seen.values()) <= 4
