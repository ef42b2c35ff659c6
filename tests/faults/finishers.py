"""`python -m tests.faults.finishers COUNT SECONDS DEED`: people who finish one after another, evenly over so many seconds; each does DEED once.

DEED is the path of a function that takes the number of the person and is over when the letter is queued. The one here queues a letter as a certificate's
is queued, and completes it in a transaction of its own as the job that typesets does, with a file of the size of a certificate.
"""

import os
import random
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.house_settings")
django.setup()

from django.utils import timezone  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from preceptor.mail.actions import attach, queue_letter  # noqa: E402

DOMAINS = ["hospital.example"] * 6 + [f"clinic-{number}.example" for number in range(6)]
FACE = {
    "title": "certificate of credit", "activity": "Hepatocellular carcinoma in practice", "is_credit": True, "amount_text": "0.50 AMA PRA Category 1 Credits",
    "amount_markdown": "0.50 *AMA PRA Category 1 Credits*™", "name": "Riley Sample, MD", "format": "Enduring material", "completed_on": "November 28, 2026",
    "serial": "0000-0000-0000-0000", "verify_url": "https://cme.example/verify/", "check_at": "cme.example/verify", "fine": ["A sample of a statement."],
}  # fmt: skip


def letter_with_file(number: int, *, name: str = "finisher") -> None:
    """A certificate's letter, with 75 KB of sample."""
    at = timezone.now()
    context = {"face": FACE, "provider_name": "Sample Provider", "action_url": "https://cme.example/x.pdf", "action_label": "Download", "transcript_url": "https://cme.example/"}  # fmt: skip
    letter = queue_letter(
        to=f"{name}{number}@{DOMAINS[number % len(DOMAINS)]}", kind="credit.certificate", template="credit/mail/certificate",
        context=context, at=at, awaits_attachment=True,
    )  # fmt: skip
    data = b"%PDF-1.7 sample " + random.Random(number).randbytes(75_000)
    attach(letter, name=f"certificate-{number}.pdf", media_type="application/pdf", data=data, at=timezone.now())


def letter_that_may_be_refused(number: int) -> None:
    """The same; every twentieth person has an address that the server refuses."""
    letter_with_file(number, name="refuse" if number % 20 == 7 else "finisher")


if __name__ == "__main__":
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    deed = import_string(sys.argv[3]) if len(sys.argv) > 3 else letter_with_file
    begun = time.monotonic()
    for number in range(count):
        time.sleep(max(begun + seconds * number / count - time.monotonic(), 0))
        deed(number)
