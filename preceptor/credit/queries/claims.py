"""What somebody may claim, and everything that the one decision reads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accounts.queries import has_verified_address, identifiers_of, identities_of
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import PARTICIPATION, ClaimMode, CreditSystem, Pack, Profession, systems_for, us_date
from preceptor.catalog.models import CreditOffer, RoleHolder
from preceptor.catalog.queries import OfferStanding, offer_standings
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award, Standing
from preceptor.credit.rules import (
    MAIN_SLOT,
    Claim,
    Deadlines,
    Profile,
    Wish,
    claim_until,
    is_about_the_form,
    warnings_about,
    why_not_yet,
)
from preceptor.journey.models import Participation
from preceptor.journey.queries import done_on, ends_at, has_grace, lines_of, step_url
from preceptor.journey.rules import PAGES, is_over
from preceptor.kernel.credits import plain, steps_up_to
from preceptor.kernel.refusals import Reason


@dataclass(frozen=True)
class Choice:
    """One credit that a profession may claim on an edition. `maximum` is 0 for participation. `ends_on` is the last day, where it is earlier than the
    edition's. `closed`: why it cannot be claimed, as Markdown.
    """

    system: CreditSystem
    maximum: Decimal
    ends_on: date | None
    closed: str = ""

    @property
    def is_claimed(self) -> bool:
        """Does the learner state the amount?"""
        return self.system.claim_mode is ClaimMode.CLAIMED

    @property
    def steps(self) -> list[Decimal]:
        """The amounts to choose from."""
        return steps_up_to(self.maximum, self.system.step) if self.is_claimed else [self.maximum]

    @property
    def says(self) -> str:
        """What it is, as Markdown: "Up to 1.0 *AMA PRA Category 1 Credit*™"."""
        if not self.system.is_credit:
            return self.system.label
        return f"{'Up to ' if self.is_claimed else ''}{self.system.amount_markdown(self.maximum)}"

    @property
    def button(self) -> str:
        """The words of the button for the maximum."""
        return button_words(self.system, self.maximum)


def button_words(system: CreditSystem, amount: Decimal) -> str:
    """ "Claim 0.75 credits and e-mail my certificate"."""
    if not system.is_credit:
        return "E-mail my certificate of participation"
    noun = "contact hour" if "hour" in system.unit_one else "credit"
    return f"Claim {plain(amount)} {noun}{'' if amount == 1 else 's'} and e-mail my certificate"


@dataclass(frozen=True)
class ProfessionDesk:
    """What one profession may claim; `ended` names credit that is closed: its approval is over or missing, or its accreditation has lapsed."""

    profession: Profession
    choices: list[Choice]
    ended: list[Choice]


@dataclass(frozen=True)
class ClaimDesk:
    """Everything that the claim page shows and the decision reads, at one moment."""

    participation: Participation
    at: datetime
    pack: Pack
    user: User
    desks: dict[str, ProfessionDesk]
    offers: Mapping[str, CreditOffer]
    standings: Mapping[str, OfferStanding]
    identifiers: Mapping[str, str]
    is_verified: bool
    is_faculty: bool
    earlier: frozenset[str]
    beside: Decimal | None = None
    corrected: Award | None = None

    @property
    def is_beside(self) -> bool:
        """Is there credit already, so that only points of a board can come beside it? `beside` is its amount."""
        return self.beside is not None

    def most_of(self, system: CreditSystem, offered: Decimal) -> Decimal:
        """How much may be claimed: of points, where the learner states them, not more than the credit beside which they stand (CRD-009)."""
        is_bound = self.beside is not None and system.board and system.claim_mode is ClaimMode.CLAIMED
        return min(offered, self.beside) if is_bound and self.beside is not None else offered

    @property
    def zone(self) -> str:
        """The provider's."""
        return self.participation.edition.activity.provider.time_zone

    def slot_of(self, claim: Claim) -> str:
        """What of the participation a claim fills: what it gives by itself, or a board's points beside that."""
        if self.corrected is not None:
            return self.corrected.slot
        system = self.pack.systems.get(claim.system)
        return system.board if system and system.board and self.is_beside else MAIN_SLOT

    def reasons(self, claim: Claim) -> list[Reason]:
        """The one decision, on a claim as it was typed, with addresses to go to."""
        plan, done = self.participation.plan, lines_of(self.participation)
        found = why_not_yet(plan, done, self._wish(claim), self._profile(claim), self.earlier, self._deadlines(claim.system), self.at)
        return [self._with_way(reason) for reason in found]

    def situation(self) -> list[Reason]:
        """What stands in the way before anything is typed."""
        profession = self.user.profession if self.user.profession in self.desks else "other"
        choice = self.desks[profession].choices[0]
        claim = Claim(profession, choice.system.key, choice.maximum, "", "", "", is_attested=True)
        return [reason for reason in self.reasons(claim) if not is_about_the_form(reason)]

    def warnings(self) -> list[Reason]:
        """What is said without stopping anybody."""
        return warnings_about(is_faculty=self.is_faculty)

    def completed_on(self) -> date:
        """The day, in the provider's zone, of the last step before the claim."""
        return done_on(self.participation, self.at)

    def facts(self) -> list[tuple[str, str]]:
        """What stands beside the form: what was done, and until when one may claim."""
        edition, lines = self.participation.edition, lines_of(self.participation)
        told = [("Format", self.pack.formats[edition.format].label), ("Completed", us_date(self.completed_on()))]
        if (test := lines.get(Step.POST_TEST)) and "correct" in test.evidence:
            told.append(("Post-test", f"{test.evidence['correct']} of {test.evidence['total']}, passed"))
        if Step.EVALUATION in lines:
            told.append(("Evaluation", "Sent"))
        if edition.ends_on:
            told.append(("Claim by", us_date(edition.ends_on)))
        return told

    def _wish(self, claim: Claim) -> Wish:
        system = self.pack.systems.get(claim.system, self.pack.systems[PARTICIPATION])
        offer = self.offers.get(system.key)
        return Wish(system, self.most_of(system, offer.amount) if offer else None, claim.amount, claim.is_attested)

    def _profile(self, claim: Claim) -> Profile:
        profession = self.pack.professions.get(claim.profession)
        return Profile(
            profession=profession.code if profession else "",
            given_name=claim.given_name,
            family_name=claim.family_name,
            credentials=claim.credentials,
            is_verified=self.is_verified,
            kinds=self.pack.identifiers,
            identifiers={**self.identifiers, **claim.identifiers},
            wanted_kinds=claim.wanted_kinds,
            has_degrees=bool(profession and profession.degrees),
            is_profession_attested=claim.is_profession_attested or claim.profession == self.user.profession,
        )

    def _deadlines(self, system: str) -> Deadlines:
        standing = self.standings.get(system)
        last, grace = self.participation.edition.ends_on, has_grace(self.participation, self.at)
        if standing is None:
            return Deadlines(last, None, self.zone, has_grace=grace)
        until = claim_until(self.completed_on(), standing.offer.claim_days)
        return Deadlines(last, standing.ends_on, self.zone, standing.state, grace, until)

    def _with_way(self, reason: Reason) -> Reason:
        """The name of a page as an address; after verifying one is back at the claim."""
        if not reason.next_url:
            return reason
        edition = self.participation.edition
        if reason.next_url in {page.url_name for page in PAGES.values()}:
            return replace(reason, next_url=reverse(reason.next_url, args=[edition.activity.slug]))
        back = f"?next={step_url(Step.CLAIM, edition)}" if reason.next_url == "accounts:verify" else ""
        return replace(reason, next_url=reverse(reason.next_url) + back)


def claim_desk(participation: Participation, at: datetime, *, corrected: Award | None = None) -> ClaimDesk:
    """What the learner may claim now, and everything that the decision reads; `corrected` is an award that is to be replaced, and so does not count."""
    edition, people = participation.edition, identities_of(participation.user)
    # Name, profession, numbers and address are those of the account that stands for the person, whichever of theirs took part.
    user = people[0]
    zone = edition.activity.provider.time_zone
    pack = pack_on(at.astimezone(ZoneInfo(zone)).date())
    # After the edition's own end (in the hours of grace, or too late) what counts is how the offers stood on its last day.
    end = ends_at(edition)
    looked_at = min(at, end - timedelta(seconds=1)) if end else at
    standings = {standing.offer.system: standing for standing in offer_standings(edition, looked_at)}
    completed_on = done_on(participation, at)
    return ClaimDesk(
        participation=participation,
        at=at,
        pack=pack,
        user=user,
        desks={
            code: _profession_desk(pack, profession, standings, completed_on, at, zone) for code, profession in pack.professions.items()
        },
        offers={key: standing.offer for key, standing in standings.items()},
        standings=standings,
        identifiers=identifiers_of(user),
        is_verified=has_verified_address(user),
        is_faculty=RoleHolder.objects.filter(_is_any_of(people), edition=edition).exists(),
        earlier=frozenset(
            Standing.objects.filter(user__in=people, activity=edition.activity).exclude(award=corrected).values_list("system", flat=True)
        ),
        beside=Standing.objects.filter(participation=participation, slot=MAIN_SLOT)
        .exclude(award=corrected)
        .values_list("award__amount", flat=True)
        .first(),
        corrected=corrected,
    )


def _is_any_of(people: list[User]) -> Q:
    by_address = [Q(person__email__iexact=one.email) for one in people]
    return reduce(or_, by_address, Q(person__user__in=people))


def _profession_desk(
    pack: Pack, profession: Profession, standings: Mapping[str, OfferStanding], completed_on: date, at: datetime, zone: str
) -> ProfessionDesk:
    systems = [system for system in systems_for(pack, profession.code, standings) if system.key != PARTICIPATION]
    fitting = [_choice(system, standings[system.key], completed_on, at, zone) for system in systems]
    open_ones = [choice for choice in fitting if not choice.closed]
    # Points of a board come beside credit, on a page of their own; they are chosen here only where nothing else is left.
    open_ones = [choice for choice in open_ones if not choice.system.board] or open_ones
    ended = [choice for choice in fitting if choice.closed]
    return ProfessionDesk(profession, open_ones or [Choice(pack.systems[PARTICIPATION], Decimal(0), None)], ended)


def _choice(system: CreditSystem, standing: OfferStanding, completed_on: date, at: datetime, zone: str) -> Choice:
    until = claim_until(completed_on, standing.offer.claim_days)
    closed = standing.closed
    if not closed and until and is_over(until, zone, at):
        closed = f"{standing.says} had to be claimed by {us_date(until)}. This credit is closed; a certificate of participation remains."
    ends = [day for day in (standing.offer.valid_to, until) if day]
    return Choice(system, standing.offer.amount, min(ends) if ends else None, closed)


def boards_desk(participation: Participation, at: datetime) -> ClaimDesk | None:
    """The desk for points of boards beside the credit that stands; None where there is no credit, or nothing (more) to add."""
    held = Standing.objects.filter(participation=participation).values_list("slot", "award__system")
    slots = dict(held)
    desk = claim_desk(participation, at)
    profession = desk.desks.get(desk.user.profession)
    main = desk.pack.systems.get(slots.get(MAIN_SLOT, ""))
    if profession is None or main is None or not main.is_credit:
        return None
    offered = [_choice(system, desk.standings[system.key], desk.completed_on(), at, desk.zone) for system in _boards(desk, profession)]
    offered = [replace(choice, maximum=desk.most_of(choice.system, choice.maximum)) for choice in offered]
    choices = [choice for choice in offered if not choice.closed and choice.system.board not in slots and choice.steps]
    return replace(desk, desks={profession.profession.code: ProfessionDesk(profession.profession, choices, [])}) if choices else None


def strands_points(desk: ClaimDesk, claim: Claim) -> bool:
    """Would a corrected claim leave points of a board without as much credit beside them, or with a profession that may not have them?"""
    wanted, systems = desk.pack.systems.get(claim.system), desk.pack.systems
    rows = Standing.objects.filter(participation=desk.participation).exclude(award=desk.corrected).values_list("system", "award__amount")
    beside = [(systems[key], amount) for key, amount in rows if key in systems and systems[key].board]
    new = replace(desk, beside=claim.amount)
    fits = [claim.profession in board.professions and new.most_of(board, amount) == amount for board, amount in beside]
    return bool(beside) and not (wanted and wanted.is_credit and all(fits))


def _boards(desk: ClaimDesk, profession: ProfessionDesk) -> list[CreditSystem]:
    return [system for system in systems_for(desk.pack, profession.profession.code, desk.standings) if system.board]
