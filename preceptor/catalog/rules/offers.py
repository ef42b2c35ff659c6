"""Until when credit is offered: to the earlier of the edition's end and its own approval, while the accreditation lasts."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Protocol

from preceptor.accreditation.rules import Approvable, Numbered, Pack, has_lapsed, is_approved_on, us_date

# The longest time, in days, in which a credit may be claimed after completion.
LONGEST_CLAIM = 3650


class OfferState(StrEnum):
    """Where an offer of credit stands on a day."""

    OPEN = "open"
    UNAPPROVED = "unapproved"
    ENDED = "ended"
    LAPSED = "lapsed"


class Bounded(Protocol):
    """An edition as far as the end of its offers is concerned."""

    @property
    def ends_on(self) -> date | None:
        """The edition's last day."""


def offer_ends_on(edition_end: date | None, offer: Approvable) -> date | None:
    """The last day on which the credit can be claimed: the earlier of the edition's end and the offer's own."""
    ends = [day for day in (edition_end, offer.valid_to) if day is not None]
    return min(ends) if ends else None


def offer_state(offer: Approvable, edition: Bounded, accreditations: Collection[Numbered], day: date, *, pack: Pack) -> OfferState:
    """Where the offer stands on the day. `pack` is that of the day. A system that the packs do not have any more has ended."""
    if offer.system not in pack.systems:
        return OfferState.ENDED
    if has_lapsed(pack, offer.system, accreditations, day):
        return OfferState.LAPSED
    last = offer_ends_on(edition.ends_on, offer)
    if last is not None and day > last:
        return OfferState.ENDED
    return OfferState.OPEN if is_approved_on(pack, offer, accreditations, day) else OfferState.UNAPPROVED


def is_offer_open(offer: Approvable, edition: Bounded, accreditations: Collection[Numbered], day: date, *, pack: Pack) -> bool:
    """Can the credit be claimed on the day?"""
    return offer_state(offer, edition, accreditations, day, pack=pack) is OfferState.OPEN


def closed_sentence(state: OfferState, says: str, last: date | None) -> str:
    """What learners are told of an offer that is closed; "" for one that is open. `says` is the credit, as Markdown."""
    if state is OfferState.ENDED:
        until = f"could be claimed until {us_date(last)}" if last else "cannot be claimed any more"
        return f"{says} {until}. This credit is closed; a certificate of participation remains."
    if state is OfferState.LAPSED:
        return f"{says} cannot be claimed any more: the accreditation behind this credit has ended. A certificate of participation remains."
    if state is OfferState.UNAPPROVED:
        return f"{says} cannot be claimed: this credit is not approved. A certificate of participation remains."
    return ""
