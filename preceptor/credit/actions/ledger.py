"""The ledger: what happened to an award, line upon line, each bound to the one before. Nothing else in the house writes here.

A line is the last thing that its transaction writes: whoever appends holds the ledger's head until they commit, so lines are numbered without
gaps on every database, and nobody waits longer than for that.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from preceptor.accounts.actions import hold_people
from preceptor.accounts.models import User
from preceptor.credit.models import Award, LedgerHead, LedgerLine, PersonalPart, Standing
from preceptor.credit.rules import GENESIS, SALT_BYTES, LineKind, PartKind, commitment, line_hash, split_payload, status_range
from preceptor.kernel.hashing import canonical_json, sha256_of

HEAD = 1
TRIES = 32


@transaction.atomic
def freeze_award(payload: Mapping[str, Any], **facts: Any) -> Award:
    """The award as a row, and beside it what it says of a person. The caller writes the ledger's line in the same transaction."""
    frozen, personal = split_payload(payload)
    text = canonical_json(frozen).decode()
    award = _with_bit(Award(frozen=text, frozen_sha256=sha256_of(text), **facts))
    PersonalPart.objects.bulk_create(
        PersonalPart(award=award, kind=kind, salt=secrets.token_hex(SALT_BYTES), data=canonical_json(data).decode())
        for kind, data in personal.items()
    )
    return award


@transaction.atomic
def append_line(kind: LineKind, award: Award, *, by: str, at: datetime, reason: str = "", erased: PartKind | None = None) -> LedgerLine:
    """One line at the end of the ledger. `by` is "learner", "staff:" and a uuid, or "system"; `reason` may be read by anybody who verifies."""
    LedgerHead.objects.get_or_create(pk=HEAD, defaults={"number": 0, "hash": GENESIS})
    # Whoever comes next waits here, on every database, until this transaction ends.
    LedgerHead.objects.filter(pk=HEAD).update(number=F("number") + 1)
    head = LedgerHead.objects.get(pk=HEAD)
    parts = {part.kind: commitment(part.salt, part.data) for part in PersonalPart.objects.filter(award=award)}
    line = LedgerLine(
        number=head.number,
        kind=kind,
        award=award,
        at=at,
        by=by,
        reason=reason,
        commitments=canonical_json(parts).decode(),
        erased=erased or "",
        previous=head.hash,
    )
    line.hash = line_hash(line, award)
    line.save(force_insert=True)
    LedgerHead.objects.filter(pk=HEAD).update(hash=line.hash)
    return line


def stand(award: Award) -> Standing:
    """Let an award stand. IntegrityError where this person has the same credit of this activity already, or the participation gave its credit.

    The person's accounts are held until the transaction ends, so that no merge passes by.
    """
    ((person, *_),) = hold_people(award.user)
    return Standing.objects.create(
        user=person,
        activity_id=award.activity_id,
        system=award.system,
        participation_id=award.participation_id,
        slot=award.slot,
        award=award,
    )


def fall(award: Award) -> bool:
    """Let an award stand no more. False when it did not stand: somebody was faster.

    The person is held first, as by `stand` and by a merge: who wants what stands and the ledger's head takes them in one order, and nobody waits in a ring.
    """
    hold_people(award.user)
    return bool(Standing.objects.filter(award=award).delete()[0])


def move_standings(accounts: Collection[User], person: User) -> None:
    """What these accounts earned stands for this person from now on. IntegrityError where the person has one of them already: that one falls first."""
    Standing.objects.filter(award__user__in=accounts).exclude(user=person).update(user=person)


def by_staff(user: User) -> str:
    """A member of staff as the ledger names them: a pseudonym; the logbook has the name."""
    return f"staff:{user.uuid}"


def _with_bit(award: Award) -> Award:
    """Write the award with a bit that nobody has. A rival who chose the same one at the same moment is no reason to refuse a claim: then another bit."""
    while True:
        award.status_index = _free_bit()
        try:
            with transaction.atomic():
                award.save(force_insert=True)
        except IntegrityError:
            if Award.objects.filter(status_index=award.status_index).exists():
                continue
            raise
        return award


def _free_bit() -> int:
    """A bit of the list of the day that nobody has. At most every second one is taken, so this ends soon."""
    head = LedgerHead.objects.filter(pk=HEAD).values_list("number", flat=True).first() or 0
    bits = status_range(head)
    tried = [secrets.choice(bits) for _ in range(TRIES)]
    taken = set(Award.objects.filter(status_index__in=tried).values_list("status_index", flat=True))
    return next(bit for bit in tried if bit not in taken)
