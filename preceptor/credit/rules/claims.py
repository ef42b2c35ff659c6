"""The one credit decision. Plain Python; time comes in as `at`.

`why_not_yet` issues, explains to the learner and explains to the staff alike: an empty list means "yes". A reason's `next_url` holds the name
of the page where it can be mended; queries turn it into an address.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from preceptor.accounts.rules import tidy_words, why_not_identifier
from preceptor.accreditation.rules import PARTICIPATION, ClaimMode, CreditSystem, IdentifierKind, us_date
from preceptor.catalog.rules import OfferState, Step
from preceptor.journey.rules import OPTIONAL, PAGES, is_over
from preceptor.kernel.credits import is_step, plain
from preceptor.kernel.refusals import Reason

ATTESTATION = "I took part in this activity and am claiming credit commensurate with my participation."
ATTESTATION_PARTICIPATION = "I took part in this activity."
REMAINS = "A certificate of participation remains."
AFTER_EVALUATION = (Step.CLAIM, Step.CERTIFICATE)
# Beside which field of the form a reason is shown; any other is about the situation, not about what was typed.
FIELD_OF = {
    "credit.profession_missing": "profession",
    "credit.profession_not_attested": "profession_attested",
    "credit.not_for_profession": "system",
    "credit.not_offered": "system",
    "credit.name_missing": "given_name",
    "credit.degree_missing": "credentials",
    "credit.amount": "amount",
    "credit.not_attested": "attested",
}


@dataclass(frozen=True)
class Wish:
    """What a learner asks for: one system's credit, or participation. `maximum` is what the edition offers; None = not offered at all."""

    system: CreditSystem
    maximum: Decimal | None
    amount: Decimal
    is_attested: bool


@dataclass(frozen=True)
class Profile:
    """Who asks. `identifiers` are those typed or kept; `wanted_kinds` the optional ones that the learner chose to add."""

    profession: str
    given_name: str
    family_name: str
    credentials: str
    is_verified: bool
    kinds: Mapping[str, IdentifierKind]
    identifiers: Mapping[str, str] = field(default_factory=dict)
    wanted_kinds: Collection[str] = ()
    has_degrees: bool = True
    is_profession_attested: bool = True


@dataclass(frozen=True)
class Deadlines:
    """Last days: of the edition (EXP-001), of this credit's own approval and of the days to claim it in (EXP-002), in the provider's zone, and where
    the offer stands.

    `state` is that of the day: an offer that is not approved, or whose accreditation has lapsed, gives nothing, whatever its dates.
    `has_grace`: the edition has ended, but the learner passed in time and may still claim; a credit's own earlier end knows no grace.
    """

    ends_on: date | None
    offer_ends_on: date | None
    zone: str
    state: OfferState = OfferState.OPEN
    has_grace: bool = False
    claim_until: date | None = None


def claim_until(completed_on: date, days: int | None) -> date | None:
    """The last of the days in which a credit has to be claimed, counted from the day of completion; None where its offer sets none."""
    return completed_on + timedelta(days=days) if days else None


def why_not_yet(
    plan: Sequence[str], done: Collection[str], offer: Wish, profile: Profile, earlier: Collection[str], deadlines: Deadlines, at: datetime
) -> list[Reason]:
    """Everything that stands between a learner and the award, in the order in which to mend it; an empty list means "yes".

    `done` holds the steps of the journey's ledger, `earlier` the systems that this person was given for this activity before.
    """
    return [
        *_unfinished(plan, done),
        *_too_late(offer, deadlines, at),
        *_doubled(offer, earlier),
        *_unverified(profile),
        *_wrong_profession(offer, profile),
        *_incomplete_name(profile),
        *_wrong_identifiers(offer, profile),
        *_wrong_amount(offer),
        *_unattested(offer),
    ]


def warnings_about(*, is_faculty: bool) -> list[Reason]:
    """What does not stop a claim, but is said to the learner and kept for the staff (CLAIM-005)."""
    if not is_faculty:
        return []
    sentence = "You are named in this activity's faculty or planning group. Your claim is noted for the staff to look at."
    return [Reason("credit.own_activity", sentence)]


def is_about_the_form(reason: Reason) -> bool:
    """Can the reason be mended on the claim page itself?"""
    return reason.code in FIELD_OF or reason.code.startswith("credit.identifier_")


def _unfinished(plan: Sequence[str], done: Collection[str]) -> Iterable[Reason]:
    for step in map(Step, plan):
        if step not in done and step not in OPTIONAL and step not in AFTER_EVALUATION:
            page = PAGES[step]
            yield Reason("credit.unfinished", f"This step is not done yet: {page.label}.", page.url_name, page.verb)


def _too_late(offer: Wish, deadlines: Deadlines, at: datetime) -> Iterable[Reason]:
    if deadlines.ends_on and not deadlines.has_grace and is_over(deadlines.ends_on, deadlines.zone, at):
        sentence = f"This activity ended on {us_date(deadlines.ends_on)}. A claim that arrives after that gives no credit."
        yield Reason("credit.edition_ended", sentence, "journey:catalogue", "Find another activity")
    elif deadlines.state is OfferState.LAPSED:
        sentence = f"{offer.system.label} is not given any more: the accreditation behind it has ended. {REMAINS}"
        yield Reason("credit.accreditation_lapsed", sentence)
    elif (own := deadlines.offer_ends_on) and not (deadlines.has_grace and own == deadlines.ends_on) and is_over(own, deadlines.zone, at):
        sentence = (
            f"{offer.system.label} could be claimed until {us_date(deadlines.offer_ends_on)}. A later claim gives none of it. {REMAINS}"
        )
        yield Reason("credit.offer_ended", sentence)
    elif deadlines.claim_until and is_over(deadlines.claim_until, deadlines.zone, at):
        sentence = f"{offer.system.label} had to be claimed by {us_date(deadlines.claim_until)}. A later claim gives none of it. {REMAINS}"
        yield Reason("credit.claim_window_over", sentence)
    elif deadlines.state is OfferState.UNAPPROVED:
        yield Reason("credit.not_approved", f"{offer.system.label} is not approved for this activity. {REMAINS}")


def _doubled(offer: Wish, earlier: Collection[str]) -> Iterable[Reason]:
    if offer.system.key in earlier:
        sentence = "You have claimed this for this activity before. One activity gives the same credit once."
        yield Reason("credit.already_claimed", sentence, "credit:transcript", "See my transcript")


def _unverified(profile: Profile) -> Iterable[Reason]:
    if not profile.is_verified:
        sentence = "Your e-mail address is not verified yet. The certificate goes to it."
        yield Reason("credit.address_unverified", sentence, "accounts:verify", "Verify my address")


def _wrong_profession(offer: Wish, profile: Profile) -> Iterable[Reason]:
    if not profile.profession:
        yield Reason("credit.profession_missing", "Choose your profession. It decides which credit you may receive.")
        return
    if not profile.is_profession_attested:
        yield Reason("credit.profession_not_attested", "Tick the sentence that says that this is your profession.")
    if offer.system.key == PARTICIPATION:
        return
    if profile.profession not in offer.system.professions:
        yield Reason(
            "credit.not_for_profession", f"Choose a credit type that your profession may receive. {offer.system.label} is not one."
        )
    elif offer.maximum is None:
        yield Reason("credit.not_offered", f"This activity does not offer {offer.system.label}.")


def _incomplete_name(profile: Profile) -> Iterable[Reason]:
    if not (tidy_words(profile.given_name) and tidy_words(profile.family_name)):
        yield Reason("credit.name_missing", "Enter your name as it should stand on the certificate.")
    if profile.has_degrees and not tidy_words(profile.credentials):
        yield Reason("credit.degree_missing", "Enter your degree as it should stand after your name, for example MD or PharmD.")


def _wrong_identifiers(offer: Wish, profile: Profile) -> Iterable[Reason]:
    needed = list(offer.system.learner_identifiers)
    added = [key for key in offer.system.optional_identifiers if key in profile.wanted_kinds]
    for key in needed + added:
        kind, value = profile.kinds[key], profile.identifiers.get(key, "").strip()
        if not value:
            yield Reason(f"credit.identifier_missing.{key}", f"Enter your {kind.label_inside}. {kind.hint}".rstrip(". ") + ".")
        elif wrong := why_not_identifier(value, kind):
            yield Reason(f"credit.identifier_malformed.{key}", wrong.rstrip(". ") + ".")


def _wrong_amount(offer: Wish) -> Iterable[Reason]:
    system, most = offer.system, offer.maximum or Decimal(0)
    match system.claim_mode:
        case ClaimMode.NONE:
            fits, say = offer.amount == 0, "A certificate of participation carries no amount."
        case ClaimMode.FIXED:
            fits, say = offer.amount == most, f"{system.label} are given in full: {plain(most)}."
        case _:
            fits = is_step(offer.amount, system.step) and offer.amount <= most
            say = f"Choose an amount from {plain(system.step)} to {plain(most)}, in steps of {plain(system.step)}."
    if not fits:
        yield Reason("credit.amount", say)


def _unattested(offer: Wish) -> Iterable[Reason]:
    if not offer.is_attested:
        yield Reason("credit.not_attested", "Tick the statement about your participation.")


@dataclass(frozen=True)
class Claim:
    """A claim as it was typed: who, which credit, how much, and the ticks. `wanted_kinds` are optional identifiers that the learner chose to add."""

    profession: str
    system: str
    amount: Decimal
    given_name: str
    family_name: str
    credentials: str
    is_attested: bool
    is_profession_attested: bool = False
    identifiers: Mapping[str, str] = field(default_factory=dict)
    wanted_kinds: Collection[str] = ()
