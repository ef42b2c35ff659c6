"""The one credit decision, and what a certificate says. Plain Python; time comes in as `at`.

`why_not_yet` issues, explains to the learner and explains to the staff alike: an empty list means "yes". A reason's `next_url` holds the name
of the page where it can be mended; queries turn it into an address.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from preceptor.accounts.rules import why_not_identifier
from preceptor.accreditation.rules import PARTICIPATION, ClaimMode, CreditSystem, IdentifierKind, us_date
from preceptor.catalog.rules import OfferState, Step
from preceptor.journey.rules import OPTIONAL, PAGES, is_over
from preceptor.kernel.credits import is_step, plain
from preceptor.kernel.refusals import Reason
from preceptor.kernel.serials import CHECKS, LENGTH, grouped, is_serial, normalized

SAMPLE_MARK = "SAMPLE: no credit is awarded"
ATTESTATION = "I took part in this activity and am claiming credit commensurate with my participation."
ATTESTATION_PARTICIPATION = "I took part in this activity."
REMAINS = "A certificate of participation remains."
AFTER_EVALUATION = (Step.CLAIM, Step.CERTIFICATE)
# A letter with the same certificate goes out at most so often.
LETTERS_A_DAY = 5
LETTER_PAUSE = timedelta(minutes=1)
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
    """Last days: of the edition (EXP-001) and of this credit's own approval (EXP-002), in the provider's zone, and where the offer stands.

    `state` is that of the day: an offer that is not approved, or whose accreditation has lapsed, gives nothing, whatever its dates.
    `has_grace`: the edition has ended, but the learner passed in time and may still claim; a credit's own earlier end knows no grace.
    """

    ends_on: date | None
    offer_ends_on: date | None
    zone: str
    state: OfferState = OfferState.OPEN
    has_grace: bool = False


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
    if not (profile.given_name.strip() and profile.family_name.strip()):
        yield Reason("credit.name_missing", "Enter your name as it should stand on the certificate.")
    if profile.has_degrees and not profile.credentials.strip():
        yield Reason("credit.degree_missing", "Enter your degree as it should stand after your name, for example MD or PharmD.")


def _wrong_identifiers(offer: Wish, profile: Profile) -> Iterable[Reason]:
    needed = list(offer.system.learner_identifiers)
    added = [key for key in offer.system.optional_identifiers if key in profile.wanted_kinds]
    for key in needed + added:
        kind, value = profile.kinds[key], profile.identifiers.get(key, "").strip()
        if not value:
            yield Reason(f"credit.identifier_missing.{key}", f"Enter your {kind.label}. {kind.hint}".rstrip(". ") + ".")
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


# --- what a certificate says -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Face:
    """Every word of a certificate, in its order. Page, PDF, letter and verification are made from this and nothing else.

    `amount_number` and `unit` are "" for participation; `unit`, `designated` and `fine` are Markdown.
    """

    title: str
    mark: str
    provider: str
    provider_address: str
    opening: str
    name: str
    role: str
    activity: str
    dated: str
    amount_number: str
    unit: str
    designated: str
    fine: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    serial: str
    verify_url: str
    completed_on: str
    format: str
    is_credit: bool
    is_sample: bool

    @property
    def amount_markdown(self) -> str:
        """ "0.75 *AMA PRA Category 1 Credits*™", or "" for participation."""
        return f"{self.amount_number} {self.unit}".strip()

    @property
    def amount_text(self) -> str:
        """The same, plain."""
        return self.amount_markdown.replace("*", "")

    @property
    def check_at(self) -> str:
        """Where to type the serial, as printed: without scheme and serial."""
        return self.verify_url.partition("://")[2].partition("/verify/")[0] + "/verify"

    def words(self) -> list[str]:
        """Everything that is printed, plain, for tests that compare one rendering with another."""
        lines = [self.title, self.mark, self.provider, self.provider_address, self.opening, self.name, self.role, self.activity, self.dated]
        lines += [self.amount_text, self.designated, *self.fine, *(value for _, value in self.numbers), self.serial, self.check_at]
        return [line.replace("*", "") for line in lines if line]


def face_of(payload: Mapping[str, Any]) -> Face:
    """The words of a certificate from what was frozen at the award."""
    is_credit, is_sample = bool(payload["is_credit"]), bool(payload["is_sample"])
    day = us_date(date.fromisoformat(payload["completed_on"]))
    title = payload["certificate_title"]
    provider = payload["provider"]
    numbers = [("Activity number", payload["activity_number"]), (payload["offer_number_label"], payload["offer_number"])]
    numbers += [("Included", part) for part in payload.get("sub_amounts", ())]
    return Face(
        title=f"Sample {title}" if is_sample else title,
        mark=SAMPLE_MARK if is_sample else "",
        provider=provider["name"],
        provider_address=provider["address"],
        opening="This is to certify that",
        name=payload["printed_name"],
        role=f"has participated in the {payload['format_statement']} titled",
        activity=payload["title"],
        dated=_dated(day, is_credit=is_credit, is_sample=is_sample),
        amount_number=plain(Decimal(payload["amount"])) if is_credit else "",
        unit=payload["unit"] if is_credit else "",
        designated="" if is_credit else payload["statements"]["designated"],
        fine=tuple(filter(None, [*payload["statements"]["accreditation"], payload["statements"]["designation"] if is_credit else ""])),
        numbers=tuple(
            (label, value) for label, value in numbers if value and not (is_credit and value in payload["statements"]["designation"])
        ),
        serial=grouped(payload["serial"]),
        verify_url=payload["verify_url"],
        completed_on=day,
        format=payload["format_label"],
        is_credit=is_credit,
        is_sample=is_sample,
    )


def _dated(day: str, *, is_credit: bool, is_sample: bool) -> str:
    """The line between title and amount. A sample awards nothing, so it does not say so."""
    if not is_credit:
        return f"on {day}"
    return f"on {day} and claimed, in this demonstration," if is_sample else f"on {day} and is awarded"


# Field of a system's `certificate_fields` → where a payload keeps it. Amounts contained in the amount are there where the offer has any.
KEPT_AS = {
    "name": "name", "credentials": "credentials", "title": "title", "format": "format_statement", "completed_on": "completed_on",
    "amount": "amount", "identifier": "offer_number", "serial": "serial", "verify_url": "verify_url",
}  # fmt: skip


def missing_on_certificate(payload: Mapping[str, Any], fields: Iterable[str], *, has_degrees: bool = True) -> list[str]:
    """What a certificate of the credit has to carry and would not (CERT-001). A profession without degrees needs no credentials."""
    held = {field: payload.get(key) for field, key in KEPT_AS.items()}
    held |= {"provider": payload["provider"]["name"], "provider_address": payload["provider"]["address"], "sub_amounts": True}
    held["statement"] = payload["statements"]["designation"]
    held["credentials"] = held["credentials"] or not has_degrees
    return [field for field in fields if not held.get(field)]


def letters_pause(sent_at: Sequence[datetime], at: datetime) -> str:
    """Why the certificate cannot be sent again right now, or "". `sent_at` are the times at which its letters were queued."""
    if any(at - moment < LETTER_PAUSE for moment in sent_at):
        return "The last letter was queued less than a minute ago. Give it a moment, then try again."
    if sum(at - moment < timedelta(days=1) for moment in sent_at) >= LETTERS_A_DAY:
        return f"This certificate was sent {LETTERS_A_DAY} times within a day. You can download it here at any time."
    return ""


# --- serials as people type them ---------------------------------------------------------------------------------------------------------


def why_no_serial(typed: str) -> str:
    """What is wrong with a typed serial, as a sentence that helps to find the slip; "" when it is well formed."""
    text = normalized(typed)
    if is_serial(text):
        return ""
    strange = sorted({c for c in text[:LENGTH] if c not in CHECKS[:32]} | {c for c in text[LENGTH:] if c not in CHECKS})
    if strange:
        return f"A serial never contains {' or '.join(strange)}. Compare it with the certificate: that may be another character."
    if len(text) != LENGTH + 1:
        return f"A serial has {LENGTH + 1} characters, dashes not counted. This one has {len(text)}."
    return "The last character does not fit the others, so one of them was mistyped or two changed places. Compare it with the certificate."


# --- what was typed ----------------------------------------------------------------------------------------------------------------------


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


def transcript_payload(
    name: str, period: str, faces: Sequence[tuple[Face, str]], totals: Sequence[str], participations: int, made_on: date
) -> dict[str, Any]:
    """Everything that a transcript prints; `faces` with the day of completion."""
    rows = [
        {
            "date": us_date(date.fromisoformat(day)),
            "title": face.activity,
            "provider": face.provider,
            "format": face.format,
            "numbers": " · ".join(f"{label} {value}" for label, value in face.numbers),
            "serial": face.serial,
            "amount": face.amount_markdown or "Participation",
            "mark": face.mark,
        }
        for face, day in faces
    ]
    return {
        "name": name,
        "period": period,
        "made_on": us_date(made_on),
        "rows": rows,
        "totals": list(totals),
        "participations": participations,
        "mark": SAMPLE_MARK if any(face.is_sample for face, _ in faces) else "",
        "check_at": faces[0][0].check_at if faces else "",
    }
