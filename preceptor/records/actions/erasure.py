"""Erasure: asked for, waited for, carried out through all rooms in one transaction."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from preceptor.accounts.actions import erase_person as erase_account
from preceptor.accounts.actions import hold_people, plan_erasure
from preceptor.accounts.models import User
from preceptor.accreditation.queries import house_zone
from preceptor.assessment.actions import erase_person as erase_tests
from preceptor.content.actions import erase_person as erase_places
from preceptor.credit.actions import erase_person as erase_credit
from preceptor.credit.queries import last_completed_on
from preceptor.evaluation.actions import erase_person as erase_opinions
from preceptor.jobs.rules import periodic
from preceptor.journey.actions import erase_person as erase_progress
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import erase_letters
from preceptor.records.actions.letters import addresses_of, write_to
from preceptor.records.models import DataExport, ErasureRequest
from preceptor.records.queries import erasure_plan, open_request
from preceptor.records.queries.data import subjects_of
from preceptor.records.rules import TIME_TO_KEEP, kept_through
from preceptor.ui.days import long_date

log = logging.getLogger(__name__)
# From what hangs on a participation down to the account itself: each room still finds the person when it is asked.
ROOMS = (erase_progress, erase_places, erase_tests, erase_opinions, erase_credit)


@transaction.atomic
def request_erasure(user: User, *, by: str, reason: str = "", at: datetime) -> ErasureRequest:
    """Ask for a person's erasure. It is carried out after seven days; until then they can sign in and keep the account. Asked twice is asked once.

    `by` is "learner" or how a member of staff signs. Accounts of the staff are refused (records.staff_erasure).
    """
    ((person, *others),) = hold_people(user)
    plan = erasure_plan(person)
    if person.erased_at:
        raise Refused("records.erased_already", "This person was erased already.")
    if plan.is_staff:
        sentence = "This account belongs to the staff. An operator takes its rights away first; then it can be deleted."
        raise Refused("records.staff_erasure", sentence)
    if held := open_request(person):
        return held
    due_at = at + TIME_TO_KEEP
    made = ErasureRequest.objects.create(user=person, by=by[:200], reason=reason, asked_at=at, due_at=due_at)
    plan_erasure(person, due_at)
    name = person.email if by == "learner" else by
    write_entry("records.request_erasure", by=name, at=at, about=person, reason=reason, detail={"due_at": due_at.isoformat()})
    letter = {
        "due": long_date(due_at, house_zone()),
        "through": long_date(plan.through) if plan.through else "",
        "years": settings.RETENTION_YEARS,
    }
    write_to(addresses_of([person, *others]), "erasure_asked", about=str(made.uuid), at=at, page="records:delete_account", **letter)
    return made


@transaction.atomic
def withdraw_erasure(user: User, *, by: str, at: datetime) -> bool:
    """Keep the account after all. False where nothing waits (any more)."""
    ((person, *others),) = hold_people(user)
    waiting = ErasureRequest.objects.filter(user__in=[person, *others], withdrawn_at=None, done_at=None)
    if not waiting.update(withdrawn_at=at):
        return False
    plan_erasure(person, None)
    write_entry("records.withdraw_erasure", by=person.email if by == "learner" else by, at=at, about=person)
    write_to(addresses_of([person, *others]), "erasure_withdrawn", about=str(person.uuid), at=at, page="journey:home")
    return True


@transaction.atomic
def erase_person(request: ErasureRequest, *, at: datetime) -> bool:
    """Carry an erasure out, through every room, all or nothing; files go when the transaction has ended. False where it is not due or was withdrawn.

    What is left: the credit record with the names on certificates until its years are over, and steps and scores without a name.
    """
    ((person, *others),) = hold_people(request.user)
    if not ErasureRequest.objects.filter(pk=request.pk, withdrawn_at=None, done_at=None, due_at__lte=at).update(done_at=at):
        return False
    people, last = [person, *others], last_completed_on(person)
    addresses, (about, mails) = addresses_of(people), subjects_of(person)
    for erase in ROOMS:
        erase(person, at=at)
    DataExport.objects.filter(user__in=people).delete()
    erase_letters(about, [*mails, *addresses], at=at)
    erase_account(person, at=at)
    through = kept_through(last, settings.RETENTION_YEARS) if last else None
    detail = {"accounts": [str(one.uuid) for one in people], "names_kept_through": through.isoformat() if through else ""}
    write_entry("records.erase_person", by="system", at=at, about=person, detail=detail)
    until = long_date(through) if through else ""
    write_to(addresses, "erased", about=str(request.uuid), at=at, through=until, years=settings.RETENTION_YEARS)
    return True


@periodic("records.carry_out_erasures", every=timedelta(hours=1), offset=timedelta(minutes=20))
def carry_out_erasures(*, at: datetime) -> None:
    """Erase everybody whose time to keep the account is over. One that fails holds up no other, and is tried again in an hour."""
    failed = []
    for request in ErasureRequest.objects.filter(withdrawn_at=None, done_at=None, due_at__lte=at).select_related("user").order_by("due_at"):
        try:
            erase_person(request, at=at)
        except Exception:
            log.exception("Erasure %s was not carried out.", request.uuid)
            failed.append(str(request.uuid))
    if failed:
        raise RuntimeError(f"Not carried out: {', '.join(failed)}")
