"""Every mutant of the gate's rules against the cases: which broken conditions does no case notice? Run: python bench/mutations.py"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from tests.compliance.mutating import EQUIVALENT, is_noticed, mutants  # noqa: E402


def main() -> int:
    """Print survivors and figures; 1 when there are survivors that are not explained, or explanations without their mutant."""
    begun, number, equivalent, survivors = time.process_time(), 0, 0, []
    for mutant in mutants():
        number += 1
        if mutant.is_equivalent:
            equivalent += 1
        elif not is_noticed(mutant.rules(), mutant.ids):
            survivors.append(mutant.name)
            print(mutant.name, flush=True)
    print(
        f"{number} mutants, {equivalent} known to change nothing, {number - equivalent - len(survivors)} noticed, {len(survivors)} not; {time.process_time() - begun:.0f} s of CPU"
    )
    known = sum(count for count, _ in EQUIVALENT.values())
    if equivalent != known:
        print(
            f"{known} mutants are named as changing nothing, and {equivalent} were met: look at EQUIVALENT in tests/compliance/mutating.py"
        )
    return 1 if survivors or equivalent != known else 0


if __name__ == "__main__":
    sys.exit(main())
