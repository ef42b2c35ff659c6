"""How long the whole gate takes for a large edition: 30 people, 120 relationships, 60 items. Run: python bench/gate.py

Gathers the facts, renders the front matter, and judges, as publishing and the checklist do. Prints CPU time and the number of queries.
"""

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from preceptor.catalog.models import Edition  # noqa: E402
from preceptor.compliance.queries import judge  # noqa: E402
from tests.compliance.large import large_edition  # noqa: E402

RUNS, LIMIT_MS = 50, 100


def main() -> int:
    """Print the figures; 1 when the median is over the limit."""
    connection.creation.create_test_db(verbosity=0)
    edition = large_edition()
    at, times = timezone.now(), []
    for _ in range(RUNS):
        fresh = Edition.objects.select_related("activity__provider", "front_matter").get(pk=edition.pk)
        begun = time.process_time()
        found = judge(fresh, at=at).findings
        times.append((time.process_time() - begun) * 1000)
    with CaptureQueriesContext(connection) as caught:
        judge(Edition.objects.select_related("activity__provider", "front_matter").get(pk=edition.pk), at=at)
    median, slow = statistics.median(times), sorted(times)[int(RUNS * 0.95)]
    print(f"{len(found)} findings; CPU median {median:.1f} ms, 95% {slow:.1f} ms; {len(caught)} queries (limit {LIMIT_MS} ms)")
    return 0 if median < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
