"""What is taken out of letters when a person is erased."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from preceptor.mail.models import Attachment, Letter, LetterEvent
from preceptor.mail.queries import letters_of
from preceptor.mail.rules import ENDED, ERASED_RECIPIENT, LetterState


@transaction.atomic
def erase_letters(about: Collection[str], addresses: Collection[str], *, at: datetime) -> int:
    """Take words, files and addresses out of the letters about these things, and of those about nothing to these addresses. How many there were.

    That a letter was queued, and what became of it, stays; one that was not posted yet is not posted any more.
    """
    letters = letters_of(about, addresses)
    keys = list(letters.values_list("pk", flat=True))
    held = Letter.objects.filter(pk__in=keys)
    held.exclude(state__in=ENDED).update(state=LetterState.GIVEN_UP, sending_until=None)
    Attachment.objects.filter(letter__in=keys).delete()
    LetterEvent.objects.filter(letter__in=keys).delete()
    return held.update(recipient=ERASED_RECIPIENT, subject="", text="", html="", last_reply="")
