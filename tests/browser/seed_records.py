"""`python -m tests.browser.seed_records`: a person with two accounts who earned one credit twice, made through the product's own pages."""

import json
import os

import django
from django.test.utils import setup_test_environment

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
setup_test_environment()

from django.db import transaction  # noqa: E402

from preceptor.accounts.queries import identities_of  # noqa: E402
from tests.journeys.walking import Walker, edition_with_lecture  # noqa: E402
from tests.make import user  # noqa: E402


@transaction.atomic
def seed() -> dict[str, str]:
    """Both accounts have claimed; where they are."""
    edition_with_lecture("doubled")
    first, second = user("jordan@home.example", given_name="Jordan"), user("jordan@hospital.example", given_name="Jordan")
    for who in (first, second):
        if len(identities_of(who)) == 1:
            Walker(who, "doubled").to_certificate()
    return {"first": str(first.uuid), "second": str(second.uuid)}


if __name__ == "__main__":
    print(json.dumps(seed()))
