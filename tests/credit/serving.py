"""Serves every page of the room as a web process does, and says which heavy libraries that loaded: python -m tests.credit.serving"""

import sys

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from preceptor.credit.actions import claim_credit  # noqa: E402
from preceptor.credit.models import Award  # noqa: E402
from preceptor.credit.rules import face_of  # noqa: E402
from preceptor.kernel.refusals import Refused  # noqa: E402
from tests.credit.conftest import NOW, _house, claim_for  # noqa: E402

HEAVY = ("typst", "pyhanko", "pyhanko_certvalidator", "pyld", "pkcs11", "openbadgeslib", "fontTools")


def claimed() -> Award:
    """An award whose papers no worker has made yet."""
    house = _house("Elm Street Medical Education", is_sample=False)
    return claim_credit(house.participation(house.learner(), house.edition()), claim_for(), at=NOW)


def serve(award: Award) -> None:
    """Ask for everything once, as the learner and as anybody."""
    client, serial, place = Client(SERVER_NAME="127.0.0.1"), face_of(award.payload).serial, f"/activities/{award.activity.slug}"
    client.force_login(award.user)
    pages = [
        f"{place}/claim/",
        f"{place}/certificate/",
        f"/certificates/{serial}/",
        f"/certificates/{serial}.pdf",
        "/transcript/",
        "/transcript.pdf",
    ]
    pages += [f"/certificates/{serial}.credential.json", f"/certificates/{serial}.credential.jwt", f"{place}/certificate/correct/"]
    for page in [
        *pages,
        "/verify/",
        f"/verify/{serial}/",
        "/verify/keys.json",
        "/verify/pdf-certificates.pem",
        "/credentials/status/0",
        "/.well-known/did.json",
    ]:
        answer = client.get(page)
        assert answer.status_code < 400, f"{page}: {answer.status_code}"
    sent = client.post("/verify/check/", {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")})
    again = client.post(f"{place}/certificate/send/")
    assert sent.status_code in (200, 303) and again.status_code < 400, (sent.status_code, again.status_code)


def main() -> int:
    """1 when something heavy came in."""
    get_resolver().url_patterns  # noqa: B018 - reads every room's addresses
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        serve(claimed())
    except Refused as no:
        print(no)
        return 1
    loaded = [name for name in HEAVY if name in sys.modules]
    print("loaded:" if loaded else "served", *loaded)
    return bool(loaded)


if __name__ == "__main__":
    sys.exit(main())
