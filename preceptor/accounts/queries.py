"""What we ask of people and their accounts."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from preceptor.accounts.models import Identifier, IdentityLink, ProfessionChange, User
from preceptor.accounts.rules import DUTIES, LinkKind
from preceptor.accreditation.queries import house_zone, pack_on
from preceptor.accreditation.rules import Profession
from preceptor.kernel.identifiers import masked
from preceptor.logbook.models import Entry
from preceptor.mail.models import Letter
from preceptor.mail.queries import letter_fate, letters_about


@dataclass(frozen=True)
class AddressState:
    """A person's addresses: the one in use, whether it is verified, and the one that waits for its verification ("" = none)."""

    current: str
    is_verified: bool
    pending: str
    sentence: str
    sent_at: datetime | None


@dataclass(frozen=True)
class ShownIdentifier:
    """An identifier as its owner sees it: masked, with the reason why it is kept."""

    kind: str
    label: str
    purpose: str
    shown: str
    updated_at: datetime


def identities_of(user: User) -> list[User]:
    """Every account that is this person, the one that stands for them first: all that asks "has this person …" asks it of all of them.

    One query, always fresh: a merge is seen at once by whoever holds an older copy of the user.
    """
    root = Subquery(User.objects.filter(pk=user.pk).values(root=Coalesce("person_id", "pk")))
    return list(User.objects.filter(Q(pk=root) | Q(person=root)).order_by(F("person").asc(nulls_first=True), "pk"))


def person_of(user: User) -> User:
    """The account that stands for the person, whichever of their accounts this is."""
    return User.objects.filter(pk=Subquery(User.objects.filter(pk=user.pk).values(root=Coalesce("person_id", "pk")))).get()


def links_between(accounts: Collection[User]) -> list[IdentityLink]:
    """Every line of the identity ledger about these accounts, the oldest first."""
    return list(IdentityLink.objects.filter(Q(kept__in=accounts) | Q(merged__in=accounts)).select_related("kept", "merged").order_by("pk"))


def standing_links(accounts: Collection[User]) -> list[IdentityLink]:
    """The links that hold now, of those by which these accounts were put to others."""
    latest = {
        line.merged_id: line for line in IdentityLink.objects.filter(merged__in=accounts).select_related("kept", "merged").order_by("pk")
    }
    return [line for line in latest.values() if line.kind == LinkKind.LINK]


def signatures_like(by: str) -> set[str]:
    """Every signature of whoever of the staff signs like this now: with the earlier ones, from before a name or an address was changed."""
    accounts = User.objects.filter(is_staff=True, email__in=re.findall(r"\(([^()\s]+)\)$", by)).values_list("uuid", flat=True)
    lines = Entry.objects.filter(verb="accounts.sign_anew", about__in=[str(uuid) for uuid in accounts])
    return {by, *(line.detail["was"] for line in lines)}


def has_verified_address(user: User) -> bool:
    """Has this person shown to receive letters at an address? Needed by the claim."""
    return EmailAddress.objects.filter(user__in=identities_of(user), verified=True).exists()


def waiting_address(user: User) -> EmailAddress | None:
    """The address that a code or link would verify now."""
    return EmailAddress.objects.filter(user=user, verified=False).order_by("-pk").first()


def address_state(user: User) -> AddressState:
    """What the address page shows."""
    waiting = waiting_address(user)
    is_verified = has_verified_address(user)
    letter = verification_letter(user, waiting.email) if waiting else None
    return AddressState(
        current=user.email,
        is_verified=is_verified,
        pending=waiting.email if waiting else "",
        sentence=letter_fate(letter, to=letter.recipient, zone=house_zone()).sentence if letter else "",
        sent_at=letter.queued_at if letter else None,
    )


def verification_letter(user: User, email: str) -> Letter | None:
    """The newest letter that carries, or stands for, a code for this address."""
    return letters_about(user.uuid).filter(kind__in=["accounts.verification", "accounts.account_exists"], recipient=email).first()


def identifiers_of(user: User) -> dict[str, str]:
    """Kind → value of everything that the person gave, by whichever of their accounts; what the first account says holds."""
    return {row.kind: row.value for row in reversed(_identifiers(user))}


def _identifiers(user: User) -> list[Identifier]:
    order = F("user__person").asc(nulls_first=True)
    return list(Identifier.objects.filter(user__in=identities_of(user)).select_related("user").order_by(order, "user", "kind"))


def shown_identifiers(user: User, day: date) -> list[ShownIdentifier]:
    """The person's identifiers for the profile."""
    kinds = pack_on(day).identifiers
    rows = sorted({row.kind: row for row in reversed(_identifiers(user))}.values(), key=lambda row: row.kind)
    return [
        ShownIdentifier(
            row.kind,
            kinds[row.kind].label if row.kind in kinds else row.kind,
            kinds[row.kind].purpose if row.kind in kinds else "",
            masked(row.value),
            row.updated_at,
        )
        for row in rows
    ]


def professions(day: date | None = None) -> Sequence[Profession]:
    """The professions that one can choose, in the packs' order."""
    return list(pack_on(day or timezone.now().date()).professions.values())


def profession_name(code: str, day: date | None = None) -> str:
    """ "physician" → "Physician"; a code that the packs do not know any more stays as it is."""
    return next((profession.one for profession in professions(day) if profession.code == code), code)


def degrees(day: date | None = None) -> list[str]:
    """Suggestions for the degree field, each once, in the packs' order."""
    return list(dict.fromkeys(degree for profession in professions(day) for degree in profession.degrees))


def changes_to_look_at() -> QuerySet[ProfessionChange]:
    """Changes of profession that no member of staff has looked at, the oldest first."""
    return ProfessionChange.objects.filter(review=None).select_related("user").order_by("at")


def duties_of(user: User) -> frozenset[str]:
    """What this person may do at the staff's desk: keys of DUTIES. Nobody but active staff has any; one query."""
    if not (user.is_active and user.is_staff):
        return frozenset()
    if user.is_superuser:
        return frozenset(DUTIES)
    groups = set(user.groups.values_list("name", flat=True))
    return frozenset(duty for duty, group in DUTIES.items() if group in groups)


def personal_data(user: User) -> dict[str, Any]:
    """What this room keeps of a person, for the person: every account, with addresses, numbers, changes of profession and links."""
    people = identities_of(user)
    return {
        "accounts": [
            {
                "id": str(one.uuid),
                "email": one.email,
                "given_name": one.given_name,
                "family_name": one.family_name,
                "credentials": one.credentials,
                "profession": one.profession,
                "joined_at": one.date_joined,
                "last_signed_in_at": one.last_login,
                "addresses": list(EmailAddress.objects.filter(user=one).values("email", "verified", "primary")),
                "identifiers": list(Identifier.objects.filter(user=one).values("kind", "value", "updated_at")),
                "profession_changes": list(ProfessionChange.objects.filter(user=one).values("at", "old", "new", "attestation")),
            }
            for one in people
        ],
        "links": [
            {"kind": line.kind, "kept": str(line.kept.uuid), "merged": str(line.merged.uuid), "at": line.at}
            for line in links_between(people)
        ],
    }
