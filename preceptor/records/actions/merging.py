"""Two accounts of one person put together, and parted again. Nothing is re-pointed: a link is one line, and what stands is derived anew."""

from datetime import datetime

from django.db import transaction

from preceptor.accounts.actions import hold_people, link_accounts, unlink_account
from preceptor.accounts.models import IdentityLink, User
from preceptor.accounts.queries import identities_of
from preceptor.credit.actions import move_standings, reinstate_award, reverse_award
from preceptor.credit.models import Award, LedgerLine
from preceptor.credit.rules import DOUBLED, UNMERGED
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry
from preceptor.records.actions.letters import addresses_of, write_to
from preceptor.records.models import DataExport, DoubledAward
from preceptor.records.queries.merging import standing_of, unmerge_preview, why_not_merged, would_stand
from preceptor.records.rules import doubles


@transaction.atomic
def merge_people(kept: User, merged: User, *, by: User, reason: str, at: datetime, signed: str = "") -> IdentityLink:
    """From now on both accounts are one person's, with one transcript; either address signs in, each with its own password.

    A credit that both have stands once: the certificate that was claimed first; the other is reversed, with the public reason that it was doubled.
    `reason` is the staff's own and stays in the logbook, `signed` is how they are named there. Undone by `unmerge_people`.
    """
    _need_reason(reason)
    ours, theirs = hold_people(kept, merged)
    if reasons := why_not_merged(ours, theirs, by=by):
        raise Refused("records.not_merged", "These accounts cannot be put together. " + reasons[0].message, reasons=reasons)
    link = link_accounts(ours[0], theirs[0], by=signed or by.email, reason=reason, at=at)
    pairs = doubles(standing_of(ours), standing_of(theirs))
    falling = {one.pk: one for one in Award.objects.filter(pk__in=[falls.award for _, falls in pairs])}
    for stays, falls in pairs:
        _let_fall(link, falling[falls.award], stays.award, by=by, reason=reason, at=at)
    move_standings([*ours, *theirs], ours[0])
    fallen = [falling[falls.award].serial for _, falls in pairs]
    detail = {"merged": str(theirs[0].uuid), "merged_email": theirs[0].email, "reversed": fallen}
    write_entry("records.merge_people", by=signed or by.email, at=at, about=ours[0], reason=reason, detail=detail)
    letter = {"kept_email": ours[0].email, "merged_email": theirs[0].email, "doubled": len(fallen)}
    write_to(addresses_of([ours[0], theirs[0]]), "merged", about=str(ours[0].uuid), at=at, page="credit:transcript", **letter)
    return link


@transaction.atomic
def unmerge_people(merged: User, *, by: User, reason: str, at: datetime, signed: str = "") -> list[Award]:
    """Part an account from the one that it was put to; what was put to it before goes with it. Each has what it earned.

    What fell because of this link, or because of an award that now belongs to the other side, stands again where its person has no other of the kind.
    Those awards are returned.
    """
    _need_reason(reason)
    hold_people(merged)
    preview = unmerge_preview(merged, at, by=by)
    if preview is None:
        raise Refused("records.not_merged_before", "This account was not put together with another, so there is nothing to undo.")
    if preview.reasons:
        raise Refused("records.not_unmerged", "These accounts cannot be parted. " + preview.reasons[0].message, reasons=preview.reasons)
    unlink_account(merged, by=signed or by.email, reason=reason, at=at)
    sides = [identities_of(preview.goes[0]), identities_of(preview.stays[0])]
    # A copy that was made of both tells one person about another from here on.
    DataExport.objects.filter(user__in=[*sides[0], *sides[1]]).delete()
    for side in sides:
        move_standings(side, side[0])
    risen = [award for side in sides for award in would_stand(side, preview.link)]
    for award in risen:
        reinstate_award(award, by=by, reason=UNMERGED, note=reason, at=at)
    stayed, parted = sides[1][0], sides[0][0]
    detail = {"parted": str(parted.uuid), "parted_email": parted.email, "reinstated": [award.serial for award in risen]}
    write_entry("records.unmerge_people", by=signed or by.email, at=at, about=stayed, reason=reason, detail=detail)
    for mine, other in ((stayed, parted), (parted, stayed)):
        write_to(
            addresses_of([mine]), "unmerged", about=str(mine.uuid), at=at, page="credit:transcript", email=mine.email, other=other.email
        )
    return risen


def _let_fall(link: IdentityLink, award: Award, stays: int, *, by: User, reason: str, at: datetime) -> None:
    reverse_award(award, by=by, reason=DOUBLED, note=reason, at=at)
    line = LedgerLine.objects.filter(award=award).latest("number")
    DoubledAward.objects.create(link=link, award=award, stays_id=stays, line=line)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("records.reason_missing", "Say why. The reason is kept in the logbook.")
