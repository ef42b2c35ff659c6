"""`up` keeps its processes on their feet, and ends all of them together."""

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable

import pytest

from tests.house_running import House


def wait_for(what: str, is_true: Callable[[], object], seconds: float = 40) -> None:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if is_true():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def answers(house: House) -> bool:
    try:
        with urllib.request.urlopen(f"{house.url}/verify/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def is_anew(children: dict[str, int], before: dict[str, int], *words: str) -> bool:
    """Is there another process now for each of these words?"""
    return all(children.get(word, before[word]) != before[word] for word in words)


@pytest.mark.timeout(400)
def test_a_killed_process_comes_back_and_ctrl_c_ends_all() -> None:
    house = House()
    # The demo is not what is tried here, and its fonts and drawings take their time.
    house.start(command=("up", "--no-demo"), path="/verify/")
    try:
        wait_for("all are there", lambda: set(house.children()) == {"granian", "run_worker", "run_mail_sink"})
        before = house.children()
        for word in ("run_worker", "granian"):
            os.kill(before[word], signal.SIGKILL)
        wait_for("both came back", lambda: is_anew(house.children(), before, "granian", "run_worker"))
        wait_for("pages are served again", lambda: answers(house))
        last = house.children()
    finally:
        house.stop()
    wait_for("nothing is left behind", lambda: not any(is_alive(pid) for pid in last.values()), 15)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", house.port)) != 0, "workers of the killed web server would still answer"
