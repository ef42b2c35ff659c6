"""Sealing the ledger: its head is signed, written to a file outside of the database, and sent to the administrator."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from preceptor.accounts.models import User
from preceptor.credit.adapters.credential_keys import sign_bytes
from preceptor.credit.adapters.seal_files import add_seals, read_seals
from preceptor.credit.models import LedgerHead, LedgerSeal
from preceptor.credit.queries import kept_seals
from preceptor.credit.rules import SEAL_LETTER_EVERY, is_seal_due, seal_bytes, seal_line, seal_time
from preceptor.jobs.rules import periodic
from preceptor.mail.actions import attach, queue_letter
from preceptor.mail.models import Letter

LETTER = "credit.ledger_seal"
log = logging.getLogger(__name__)


@periodic("credit.seal_ledger", every=timedelta(hours=1), offset=timedelta(minutes=20))
def seal_ledger(*, at: datetime) -> None:
    """Seal the head a day after the last seal, or many lines after it; then bring file and letter up to what was sealed.

    The file is written after the database's transaction, with all that it does not hold yet: what a crash kept from it is made up for at the next run,
    and a file that is new (on another machine) is whole at once.
    """
    _seal_head(at=at)
    send_seals(at=at)
    _write_file()  # last: a disk that is full keeps no letter back, and the job fails and is seen


@transaction.atomic
def _seal_head(*, at: datetime) -> None:
    head, last = LedgerHead.objects.first(), LedgerSeal.objects.order_by("-number").first()
    if head is None or not is_seal_due(head.number, at, last.number if last else 0, last.at if last else None):
        return
    moment = at.replace(microsecond=0)  # as it is signed
    key_id, signature = sign_bytes(seal_bytes(head.number, head.hash, seal_time(moment)))
    row = LedgerSeal(number=head.number, hash=head.hash, at=moment, key_id=key_id, signature=signature.hex())
    LedgerSeal.objects.bulk_create([row], ignore_conflicts=True)  # another worker's seal of the same head is as good


def _write_file() -> None:
    path, seals = Path(settings.LEDGER_SEALS_FILE), kept_seals()
    if not seals and not path.exists():
        return
    add_seals(path, seals)
    head = LedgerHead.objects.first()
    furthest = max((seal.number for seal in read_seals(path)[0]), default=0)
    if furthest > (head.number if head else 0):
        log.error("The ledger was sealed up to line %s and ends before it (%s). See docs/operate.md, seals.", furthest, path)


@transaction.atomic
def send_seals(*, at: datetime) -> None:
    """Send the administrator what was sealed since the last letter; a letter a day at most, none where nothing is new.

    The letter is the copy that nobody on this machine can change afterwards. It goes to LEDGER_SEAL_TO, else to the operators; says nothing of anybody.
    """
    last = Letter.objects.filter(kind=LETTER).order_by("-queued_at").first()
    if last is not None and at - last.queued_at < SEAL_LETTER_EVERY:
        return
    seals = kept_seals(after=int(last.about) if last else 0)
    if not seals:
        return
    context = {"seal": seals[-1], "lines": [seal_line(seal) for seal in seals], "provider_name": ""}
    data = "".join(f"{seal_line(seal)}\n" for seal in seals).encode()
    for address in _administrators():
        letter = queue_letter(
            to=address,
            kind=LETTER,
            template="credit/mail/ledger_seal",
            context=context,
            about=str(seals[-1].number),
            at=at,
            awaits_attachment=True,
        )
        attach(letter, name=f"ledger-seal-{seals[-1].number}.jsonl", media_type="application/json", data=data, at=at)


def _administrators() -> list[str]:
    if settings.LEDGER_SEAL_TO:
        return list(settings.LEDGER_SEAL_TO)
    operators = User.objects.filter(is_superuser=True, is_active=True).exclude(email="").order_by("email")
    return list(dict.fromkeys(operators.values_list("email", flat=True)))
