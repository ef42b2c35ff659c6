"""`python -m tests.faults.seed NAME:STEP …`: a published activity, and people who have come to a step of it. Prints what a browser of theirs needs."""

import json
import os
import sys
from typing import Any

import django
from django.test.utils import setup_test_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.house_settings")
django.setup()
setup_test_environment()

from tests.journeys.walking import Walker, edition_with_lecture  # noqa: E402
from tests.make import user  # noqa: E402


def person(name: str, step: str) -> dict[str, Any]:
    """Somebody at a step: their session, and what their forms send."""
    walker = Walker(user(f"{name}@sample.example", given_name=name.capitalize()))
    getattr(walker, f"to_{step}")()
    return {
        "name": name,
        "email": walker.user.email,
        "session": walker.client.cookies["sessionid"].value,
        "items": [{"uuid": str(item.uuid), "answer": item.answer} for item in walker.items()],
        "verdict": walker.verdict(),
        "claim": {
            "profession": "physician", "given_name": name.capitalize(), "family_name": "Sample", "credentials": "MD",
            "amount-physician-ama_pra_1": "0.50", "attested": "on",
        },
    }  # fmt: skip


if __name__ == "__main__":
    edition_with_lecture()
    json.dump([person(*wish.split(":")) for wish in sys.argv[1:]], sys.stdout)
