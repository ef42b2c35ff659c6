"""Everything that the house keeps of a person, room by room, for the person."""

from collections.abc import Callable
from typing import Any

from preceptor.accounts.models import User
from preceptor.accounts.queries import identities_of
from preceptor.accounts.queries import personal_data as accounts_data
from preceptor.assessment.queries import personal_data as assessment_data
from preceptor.content.queries import personal_data as content_data
from preceptor.credit.models import Award, CertificateFile, ExternalCredit
from preceptor.credit.queries import personal_data as credit_data
from preceptor.credit.rules import PAPER
from preceptor.disclosure.queries import personal_data as disclosure_data
from preceptor.evaluation.queries import personal_data as evaluation_data
from preceptor.journey.queries import personal_data as journey_data
from preceptor.logbook.queries import personal_data as logbook_data
from preceptor.mail.queries import personal_data as mail_data
from preceptor.records.models import ErasureRequest

ROOMS: dict[str, Callable[[User], dict[str, Any]]] = {
    "accounts": accounts_data,
    "disclosure": disclosure_data,
    "journey": journey_data,
    "content": content_data,
    "assessment": assessment_data,
    "evaluation": evaluation_data,
    "credit": credit_data,
}


def subjects_of(user: User) -> tuple[list[str], list[str]]:
    """What letters and lines about this person are about (accounts, certificates, requests), and their addresses."""
    people = identities_of(user)
    about = [str(one.uuid) for one in people]
    about += [str(key) for key in Award.objects.filter(user__in=people).values_list("uuid", flat=True)]
    about += [str(key) for key in ErasureRequest.objects.filter(user__in=people).values_list("uuid", flat=True)]
    return about, [one.email for one in people]


def everything_about(user: User) -> dict[str, dict[str, Any]]:
    """Room → what it keeps of this person."""
    about, addresses = subjects_of(user)
    rooms = {room: ask(user) for room, ask in ROOMS.items()}
    return rooms | {"mail": mail_data(about, addresses), "logbook": logbook_data(about, addresses), "records": _records(user)}


def _records(user: User) -> dict[str, Any]:
    rows = ErasureRequest.objects.filter(user__in=identities_of(user)).order_by("asked_at")
    return {"erasure_requests": list(rows.values("asked_at", "due_at", "withdrawn_at", "done_at"))}


def archive_values(user: User) -> tuple[dict[str, dict[str, Any]], list[tuple[str, bytes]], list[str]]:
    """Everything as data, the files that go with it (name, bytes), and the serials of certificates whose file is not made (any more)."""
    people = identities_of(user)
    awards = Award.objects.filter(user__in=people).order_by("pk")
    pdfs = {row.award_id: bytes(row.data) for row in CertificateFile.objects.filter(award__in=awards, paper=PAPER)}
    files = [(f"certificates/{award.serial[:-1]}.pdf", pdfs[award.pk]) for award in awards if award.pk in pdfs]
    for row in ExternalCredit.objects.filter(user__in=people).exclude(file="").order_by("pk"):
        if row.file.storage.exists(str(row.file.name)):
            with row.file.open("rb") as held:
                files.append((f"external-credit/{row.uuid.hex[:8]}-{row.file_name or 'proof'}", held.read()))
    return everything_about(user), files, [award.serial for award in awards if award.pk not in pdfs]
