"""`python -m tests.browser.certificates FOLDER`: certificates that count, were replaced, were revoked; their files are written into the folder."""

import json
import os
import sys
from pathlib import Path

import django
from django.test.utils import setup_test_environment

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
setup_test_environment()

from django.utils import timezone  # noqa: E402

from preceptor.credit.actions import reverse_award, typeset_certificate  # noqa: E402
from preceptor.credit.models import Award  # noqa: E402
from preceptor.credit.rules import REVERSAL_REASONS, face_of  # noqa: E402
from tests.journeys.walking import Walker, edition_with_lecture  # noqa: E402
from tests.make import user  # noqa: E402


def seed(folder: Path) -> dict[str, str]:
    """The serials, and the session of the owner of the valid one."""
    now, made = timezone.now(), {}
    for state in ("valid", "revoked"):
        edition_with_lecture(state)
        walker = Walker(user(f"{state}@sample.example"), state).to_certificate()
        award = Award.objects.get(participation__user=walker.user)
        typeset_certificate(award=award.pk, at=now)
        (folder / f"{state}.pdf").write_bytes(bytes(award.certificate_files.get().data))
        (folder / f"{state}.json").write_text(award.credential_file.document)
        made[state] = face_of(award.payload).serial
        made[f"{state}_session"] = walker.client.cookies["sessionid"].value
        if state == "revoked":
            reverse_award(award, by="system", reason=REVERSAL_REASONS[0], at=now)
    return made


if __name__ == "__main__":
    print(json.dumps(seed(Path(sys.argv[1]))))
