"""Whether every certificate is mailed exactly once, and how soon: a mail server on this machine that counts, one worker, people who finish.

Run: python bench/delivery.py [steady burst thirds burst-thirds kills] [--deed path.of.function] [--latency 0.05], and with TEST_DATABASE_URL on PostgreSQL.
Each scenario has a database of its own and the product's settings (on SQLite synchronous=FULL). "Accepted" is the moment at which the server has
counted the letter, "claimed" the one at which it was queued. The deed queues a letter and completes it with 75 KB; another one can be named.
"""

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.delivering import Delivering
from tests.faults.running import wait_for


def run(name: str, *, count: int, seconds: float, deed: str, latency: float, share: float = 0.0, kills: int = 0) -> bool:
    """One scenario, printed; False when a promise was not kept."""
    house = Delivering()
    house.settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "EMAIL_TIMEOUT": "5"}
    try:
        house.begin(latency=latency, share=share)
        idle = house.cpu_seconds("worker")
        begun = time.monotonic()
        people = house.finish(count, seconds, deed)
        flying: set[str] = set()
        chance = random.Random(1)
        for _ in range(kills):
            time.sleep(seconds / (kills + 1) * (0.7 + 0.6 * chance.random()))
            house.kill("worker")
            flying |= house.in_flight()
            house.start("worker")
        assert people.wait() == 0
        finished = time.monotonic()
        wait_for("every letter has come to its end", lambda: house.is_drained(count), seconds=900, pause=0.2)
        ended = time.monotonic()
        return report(name, house, count, flying, (begun, finished, ended), cpu=None if kills else house.cpu_seconds("worker") - idle)
    finally:
        house.stop()


def report(name: str, house: Delivering, count: int, flying: set[str], times: tuple[float, float, float], *, cpu: float | None) -> bool:
    """The figures of one scenario."""
    queued = dict(house.rows("SELECT message_id, queued_at FROM mail_letter"))
    first: dict[str, float] = {}
    for letter in house.accepted():
        first.setdefault(letter.message_id, letter.at)
    seen = house.times_accepted()
    waits = sorted(first[message_id] - house.seconds_of(at) for message_id, at in queued.items() if message_id in first)
    begun, finished, ended = times
    doubled = {message_id for message_id, times_seen in seen.items() if times_seen > 1}
    missing, strange = set(queued) - set(seen), set(seen) - set(queued)
    attempts = house.one("SELECT sum(attempts) FROM mail_letter")
    print(
        f"{name}, {'PostgreSQL' if house.database else 'SQLite'}: {count} letters queued in {finished - begun:.0f} s, drained {ended - finished:.1f} s after"
    )
    print(f"  accepted {sum(seen.values())}, missing {len(missing)}, unknown {len(strange)}, doubled {len(doubled)}, attempts {attempts}")
    print(
        f"  claim to accepted: median {statistics.median(waits):.2f} s, 95% {waits[int(len(waits) * 0.95)]:.2f} s, longest {waits[-1]:.2f} s"
    )
    if cpu is not None:
        print(f"  CPU of the worker: {1000 * cpu / count:.1f} ms a letter, {1000 * cpu / attempts:.1f} ms an attempt")
    if flying:
        print(f"  in flight at the kills: {len(flying)}; doubled otherwise: {len(doubled - flying)}")
    kept = len(queued) == count and not missing and not strange and not doubled - flying
    if name.startswith("steady"):
        kept = kept and waits[int(len(waits) * 0.95)] < 10
    print("  kept" if kept else "  NOT KEPT", flush=True)
    return kept


SCENARIOS = {
    "steady": {"count": 300, "seconds": 60.0},
    "burst": {"count": 1000, "seconds": 60.0},
    "thirds": {"count": 300, "seconds": 60.0, "share": 1 / 3},
    "burst-thirds": {"count": 1000, "seconds": 60.0, "share": 1 / 3},
    "kills": {"count": 300, "seconds": 60.0, "kills": 5},
}


def main() -> int:
    """Each scenario that was asked for; 1 when a promise was not kept."""
    asked = argparse.ArgumentParser()
    asked.add_argument("scenarios", nargs="*", help=f"of {', '.join(SCENARIOS)}; all of them when none is named")
    asked.add_argument("--deed", default="")
    asked.add_argument("--latency", type=float, default=0.05, help="seconds that the server thinks about each letter")
    options = asked.parse_args()
    print(f"load of the machine at the beginning: {os.getloadavg()[0]:.1f}")
    kept = [run(name, **SCENARIOS[name], deed=options.deed, latency=options.latency) for name in options.scenarios or SCENARIOS]  # type: ignore[arg-type]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
