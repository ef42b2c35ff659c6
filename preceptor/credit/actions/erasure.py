"""What goes from credit when a person is erased: at once, and when the years of the record are over. The chain of the ledger holds either way."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.credit.actions.external import erase_own_record
from preceptor.credit.actions.ledger import append_line
from preceptor.credit.models import Award, CertificateFile, CredentialFile, PersonalPart
from preceptor.credit.queries.personal import unreported_numbers
from preceptor.credit.rules import ASKED_FOR, RETENTION_OVER, LineKind, PartKind


@transaction.atomic
def erase_person(user: User, *, at: datetime) -> None:
    """Take away at once what no certificate needs: credit from elsewhere with its files, trackers, transcripts as files, and the learner's numbers
    on awards that were never told to anybody. A line of the ledger for each of those.

    Certificates stay, with their names, until the years of the record are over (`erase_names`). Files go when the transaction has ended.
    """
    erase_own_record(user, at=at)
    for award in unreported_numbers(user):
        _erase(award, [PartKind.IDENTIFIERS], reason=ASKED_FOR, at=at)


@transaction.atomic
def erase_names(user: User, *, at: datetime) -> int:
    """Take away what awards say of a person, with their certificates as files: the years of the record are over. How many awards there were.

    The database refuses it before six years are over since the completion, whoever asks.
    """
    awards = list(Award.objects.filter(user__in=identities_of(user), personal_parts__isnull=False).distinct().order_by("pk"))
    for award in awards:
        held = set(award.personal_parts.values_list("kind", flat=True))
        _erase(award, [kind for kind in (PartKind.IDENTIFIERS, PartKind.NAME) if kind in held], reason=RETENTION_OVER, at=at)
    return len(awards)


def _erase(award: Award, kinds: Iterable[PartKind], *, reason: str, at: datetime) -> None:
    """The line first: the database lets nothing go without it."""
    for kind in kinds:
        append_line(LineKind.ERASURE, award, by="system", at=at, reason=reason, erased=kind)
        PersonalPart.objects.filter(award=award, kind=kind).delete()
        if kind is PartKind.NAME:
            CertificateFile.objects.filter(award=award).delete()
            CredentialFile.objects.filter(award=award).delete()
