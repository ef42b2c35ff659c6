"""A further link, asked for by whoever holds one that opens nothing any more."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from preceptor.disclosure.actions.requests import send_letter
from preceptor.disclosure.models import DisclosureDraft, DisclosureLink, DisclosureRequest
from preceptor.disclosure.queries import link_state, zone_of
from preceptor.disclosure.rules import LINK_OUTLIVES_DUE, RENEWED_WITHIN, may_send_link
from preceptor.logbook.actions import write_entry


@transaction.atomic
def send_new_link(uuid: UUID, *, at: datetime) -> None:
    """A letter with a new link, to the address on record and no other.

    It opens what waits for the person's answer, or a new form with what was saved or signed to start from. Nothing is said of what was found: a request that is not there, a person
    without an address and one who was written to often enough are passed over in silence.
    """
    asked = DisclosureRequest.objects.select_for_update().filter(uuid=uuid).first()
    if asked is None or not asked.person.email:
        return
    sent = DisclosureLink.objects.filter(request__person=asked.person, sent_at__gt=at - timedelta(days=1)).values_list("sent_at", flat=True)
    if not may_send_link(sent, at):
        return
    was = link_state(asked, at)
    request = _to_answer(asked, at)
    detail = {"was": was, "instead_of": str(asked.uuid)}
    write_entry("disclosure.send_new_link", by=asked.person.printed_name, at=at, about=request, detail=detail)
    send_letter(request, "disclosure/mail/new_link", at=at)


def _to_answer(asked: DisclosureRequest, at: datetime) -> DisclosureRequest:
    """What the person is to answer: what waits for them already, or else a new request for the same roles, with what was typed so far.

    A link that has run out stays so: whoever holds an old letter does not get in by asking, only by what comes to the address.
    """
    waiting = asked.person.disclosure_requests.filter(answered_at__isnull=True, expires_at__gt=at).order_by("pk").last()
    if waiting is not None:
        return waiting
    zone = zone_of(asked)
    due_on = (at + RENEWED_WITHIN).astimezone(zone).date() if asked.answered_at else asked.due_on
    last_day = max(due_on, at.astimezone(zone).date()) + LINK_OUTLIVES_DUE
    request = DisclosureRequest.objects.create(
        person=asked.person,
        by=asked.person.printed_name,
        asked_at=at,
        due_on=due_on,
        expires_at=datetime.combine(last_day, time.max, tzinfo=zone),
    )
    request.role_holders.add(*asked.role_holders.all())
    DisclosureDraft.objects.filter(request=asked).update(request=request)
    return request
