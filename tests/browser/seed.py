"""`python -m tests.browser.seed`: pages that a walk seldom meets, made through the product's own pages. Prints where they are, and each person's session.

Nothing is typeset: the jobs that were asked for wait an hour, so the pages that wait for a file stay as they are.
"""

import json
import os
from datetime import timedelta

import django
from django.test.utils import setup_test_environment

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
setup_test_environment()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from preceptor.credit.models import Award  # noqa: E402
from preceptor.jobs.models import Job  # noqa: E402
from preceptor.jobs.rules import JobState  # noqa: E402
from tests.journeys.walking import Walker, edition_with_lecture  # noqa: E402
from tests.make import user  # noqa: E402


def session(walker: Walker) -> str:
    """What a browser of theirs needs."""
    return walker.client.cookies["sessionid"].value


@transaction.atomic
def seed() -> dict[str, str]:
    """An activity that has ended, one whose only attempt was failed, and one whose files are still being made."""
    now = timezone.now()
    edition_with_lecture("ended", at=now - timedelta(days=340))
    edition_with_lecture("capped", max_attempts=1)
    edition_with_lecture("waiting")
    failed = Walker(user("failed@sample.example"), "capped").to_post_test()
    failed.answer(right=0)
    failed.finish()
    waiting = Walker(user("waiting@sample.example"), "waiting").to_certificate()
    Job.objects.filter(state=JobState.WAITING, run_after__lte=timezone.now()).update(run_after=now + timedelta(hours=1))
    return {"failed": session(failed), "waiting": session(waiting), "serial": Award.objects.get(participation__user=waiting.user).serial}


if __name__ == "__main__":
    print(json.dumps(seed()))
