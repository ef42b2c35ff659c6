"""Awards and their certificates: whose they are, and what became of the letter."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.credit.models import Award, CertificateFile
from preceptor.credit.queries.standings import FORTUNE
from preceptor.credit.rules import MAIN_SLOT, PAPER
from preceptor.journey.models import Participation
from preceptor.kernel.serials import grouped, is_serial, normalized
from preceptor.mail.queries import Fate, letter_fate


def award_of(participation: Participation, slot: str = MAIN_SLOT) -> Award | None:
    """What this participation was given in this slot: the newest award, whether or not it still stands."""
    return Award.objects.filter(participation=participation, slot=slot).order_by("-pk").first()


def awards_of(user: User) -> QuerySet[Award]:
    """Everything that this person (all of their identities) was given, the newest first."""
    return (
        Award.objects.filter(user__in=identities_of(user))
        .select_related("activity__provider", "edition")
        .prefetch_related("letters__letter", "personal_parts", *FORTUNE)
        .order_by("-completed_on", "-pk")
    )


def award_with_serial(typed: str) -> Award | None:
    """The award whose serial somebody typed, with or without dashes."""
    serial = normalized(typed)
    return Award.objects.filter(serial=serial).first() if is_serial(serial) else None


def own_award(user: User, typed: str) -> Award | None:
    """The same, if it is this person's own."""
    serial = normalized(typed)
    return awards_of(user).filter(serial=serial).first() if is_serial(serial) else None


def certificate_file(award: Award, paper: str) -> CertificateFile | None:
    """The PDF on this paper, if it is there."""
    return CertificateFile.objects.filter(award=award, paper=paper).first()


def has_file(award: Award) -> bool:
    """Is the PDF there?"""
    return CertificateFile.objects.filter(award=award, paper=PAPER).exists()


def fate_of(award: Award, at: datetime) -> Fate | None:
    """What became of the newest letter with this certificate, on the clock of its provider."""
    letters = [link.letter for link in award.letters.all()]
    if not letters:
        return None
    newest = max(letters, key=lambda letter: (letter.queued_at, letter.pk))
    return letter_fate(newest, at=at, zone=award.activity.provider.time_zone)


def letters_sent_at(award: Award) -> list[datetime]:
    """When letters with this certificate were queued."""
    return list(award.letters.values_list("letter__queued_at", flat=True))


def verify_url(serial: str) -> str:
    """The full address behind the QR code."""
    return settings.PUBLIC_URL + reverse("credit:verification", args=[grouped(serial)])
