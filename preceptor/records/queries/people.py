"""Finding people, for the staff: by a part of name or address, a certificate's serial, or a number that a board knows them by."""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from preceptor.accounts.models import Identifier, User
from preceptor.credit.queries import award_with_serial


@dataclass(frozen=True)
class Found:
    """What was typed, what it was taken for, and whom it found: accounts, those that stand for a person first."""

    typed: str
    how: str
    rows: QuerySet[User]


def people_found(typed: str) -> Found:
    """A serial finds whose certificate it is, a number whose it is; anything else is looked for in names and addresses, word by word."""
    everybody = User.objects.select_related("person").order_by("family_name", "given_name", "pk")
    if award := award_with_serial(typed):
        return Found(typed, "serial", everybody.filter(pk=award.user_id))
    if owners := Identifier.objects.filter(value__iexact=typed.strip()).values("user"):
        return Found(typed, "number", everybody.filter(pk__in=owners))
    known = everybody.filter(erased_at=None)
    words = typed.split()[:6]
    if not words:
        return Found(typed, "", known.none())
    return Found(typed, "words", known.filter(reduce(and_, [_has(word) for word in words])).distinct())


def _has(word: str) -> Q:
    address = Q(email__icontains=word) | Q(emailaddress__email__icontains=word)
    return Q(given_name__icontains=word) | Q(family_name__icontains=word) | address
