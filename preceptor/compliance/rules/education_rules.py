"""Rules on the education itself: PUB-…, BIB-…, ASM-…, CRD-…, EVAL-…, CNT-…, CA-…. Each yields (message, where, evidence) for every defect."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from preceptor.accreditation.rules import Pack, us_date
from preceptor.catalog.rules import Step, needed_correct
from preceptor.compliance.rules.dossier import Dossier
from preceptor.kernel.credits import is_step

Verdict = tuple[str, str, str]
ACPE = ("acpe_p", "acpe_t")
MINIMUM_HOURS = {"knowledge": Decimal("0.25"), "application": Decimal(1), "practice": Decimal(15)}
LATE_TERMS = re.compile(r"\b(off-label|investigational|experimental|not (yet )?approved)\b", re.IGNORECASE)
NURSES = {"registered_nurse", "nurse_practitioner"}
NEEDED_STEPS = (Step.FRONT_MATTER, Step.CONTENT, Step.POST_TEST, Step.EVALUATION, Step.CLAIM, Step.CERTIFICATE)
REVIEW_YEARS = 3


def purpose(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-001."""
    if not dossier.objectives:
        yield "There are no learning objectives.", "objectives", ""
    for name, what in (("audience", "target audience"), ("need", "statement of need"), ("description", "description")):
        if not dossier.texts.get(name, "").strip():
            yield f"The {what} is missing.", name, ""


def dates(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-002."""
    release, review, end = dossier.released_on, dossier.reviewed_on, dossier.ends_on
    for name, day in (("release date", release), ("date of last review", review), ("expiration date", end)):
        if day is None:
            yield f"The {name} is missing.", "dates", ""
        elif not dossier.shows(us_date(day)):
            yield f"The {name} is not in what learners see before they start.", "front matter", us_date(day)
    if not dossier.zone:
        yield "The provider has no time zone: the last day would have no end.", "dates", ""
    if release is None or review is None or end is None:
        return
    months = pack.formats[dossier.format].max_months if dossier.format in pack.formats else 36
    if not release < end:
        yield "The expiration date is not after the release date.", "dates", str(end)
    if review < release:
        yield "The last review lies before the release.", "dates", str(review)
    if end > months_later(review, months):
        yield f"The expiration date is more than {months} months after the last review.", "dates", str(end)
    if dossier.zone and end < at.astimezone(ZoneInfo(dossier.zone)).date():
        yield "The expiration date is in the past.", "dates", str(end)


def estimated_time(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-003."""
    if dossier.minutes <= 0 or dossier.worksheet_minutes is None:
        yield "There is no estimate of the time, with its worksheet.", "worksheet", ""
    elif dossier.minutes != int(dossier.worksheet_minutes.quantize(Decimal(1), rounding=ROUND_HALF_UP)):
        yield "The time shown is not the worksheet's.", "worksheet", str(dossier.minutes)
    elif not dossier.shows(f"{dossier.minutes} minutes"):
        yield "The estimated time is not in what learners see before they start.", "front matter", str(dossier.minutes)


def faculty_and_medium(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-004."""
    faculty = [person for person in dossier.people if person.roles & {"faculty", "author"}]
    if not faculty:
        yield "No faculty is named.", "people", ""
    for person in faculty:
        if not person.credentials:
            yield "Credentials are missing.", person.name, ""
    if not dossier.medium.strip():
        yield "The medium is missing.", "medium", ""


def steps(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-005."""
    there = [step for step in dossier.plan if step in NEEDED_STEPS]
    if there != [*NEEDED_STEPS]:
        yield "The plan lacks a step or has them in another order.", "plan", ", ".join(dossier.plan)
    if not dossier.parts:
        yield "There is no content.", "content", ""


def contact(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-006."""
    if not dossier.provider_email:
        yield "The provider has no address to write to.", dossier.provider_name, ""


def privacy(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-007."""
    if not dossier.has_privacy_policy:
        yield "The provider has no privacy policy.", dossier.provider_name, ""


def copyright_statement(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-008."""
    if not dossier.texts.get("copyright", "").strip():
        yield "The copyright statement is missing.", "copyright", ""


def fee(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-010: the fee itself is always shown; there is no place for a refund policy yet."""
    if dossier.fee_cents:
        yield "There is a fee, and no refund policy is recorded.", "fee", str(dossier.fee_cents)


def bibliography(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """BIB-001. Whether links are alive is looked at by a job, not here."""
    if not dossier.citation_years:
        yield "There is no bibliography.", "references", ""


def test_there(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-001."""
    if not dossier.items:
        yield "There is no test.", "assessment", ""
    if not 1 <= dossier.pass_mark <= 100:
        yield "The pass mark is not set.", "pass_mark", str(dossier.pass_mark)
    told = f"at least {needed_correct(dossier.pass_mark, len(dossier.items))} of {len(dossier.items)}"
    if dossier.items and not (dossier.shows(told) and dossier.shows(f"{dossier.pass_mark}%")):
        yield "The pass mark is not in what learners see before they start.", "front matter", f"{told} ({dossier.pass_mark}%)"


def objectives_tested(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-002."""
    known, tested = {objective.key for objective in dossier.objectives}, {item.objective for item in dossier.items}
    for key in sorted(known - tested):
        yield "No item tests this objective.", key, ""
    for item in dossier.items:
        if item.objective not in known:
            yield "This item belongs to no objective.", item.key, item.objective


def feedback(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-004."""
    if not any(offer.system in ACPE for offer in dossier.offers):
        return
    for item in dossier.items:
        if not item.has_rationale or not item.has_reference:
            yield "Pharmacy credit needs a rationale and a reference for this item.", item.key, ""


def professions_covered(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-001."""
    covered = {code for offer in dossier.offers if offer.system in pack.systems for code in pack.systems[offer.system].professions}
    for code in dossier.professions:
        if code not in pack.professions:
            yield "This profession is not in the packs.", code, ""
        elif code not in covered:
            yield f"{pack.professions[code].many} are a target audience and receive a certificate of participation only.", code, ""


def amounts(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-002."""
    for offer in dossier.offers:
        system = pack.systems.get(offer.system)
        if system is None:
            continue
        if not is_step(offer.amount, system.step):
            yield f"The amount is not a multiple of {system.step}.", offer.system, str(offer.amount)
        elif dossier.worksheet_minutes is not None and offer.amount > system.amount_for(dossier.worksheet_minutes):
            yield "The amount is more than the worksheet supports.", offer.system, f"{offer.amount} for {dossier.worksheet_minutes} min"


def acpe_number(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-003."""
    for offer in dossier.offers:
        if offer.system not in ACPE or offer.system not in pack.systems:
            continue
        if not pack.systems[offer.system].has_identifier(offer.identifier):
            yield "The Universal Activity Number is missing or has another form.", offer.system, offer.identifier
        if offer.activity_type not in MINIMUM_HOURS:
            yield "The activity type is missing: knowledge, application or practice.", offer.system, offer.activity_type
        elif offer.amount < MINIMUM_HOURS[offer.activity_type]:
            yield f"The amount is too small for the type {offer.activity_type}.", offer.system, str(offer.amount)


def acpe_year_and_format(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-004."""
    for offer in dossier.offers:
        if offer.system not in ACPE or offer.system not in pack.systems or not pack.systems[offer.system].has_identifier(offer.identifier):
            continue
        pieces = offer.identifier.split("-")
        if dossier.released_on and pieces[2] != f"{dossier.released_on:%y}":
            yield "The year of the number is not the year of release.", offer.system, offer.identifier
        if dossier.format == "enduring_material" and not pieces[4].startswith("H"):
            yield "The number's letter must be H (home study) for an enduring material.", offer.system, offer.identifier
        if dossier.released_on and dossier.ends_on and dossier.ends_on > months_later(dossier.released_on, 36):
            yield "Home study is valid for at most three years.", offer.system, str(dossier.ends_on)


def nurse_planner(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-005."""
    if any(offer.system == "ancc" for offer in dossier.offers) and not any(
        "planner" in person.roles and person.profession in NURSES for person in dossier.people
    ):
        yield "Nursing contact hours need a nurse on the planning team.", "ancc", ""


def aapa_year(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-007."""
    for offer in dossier.offers:
        if offer.system == "aapa_1" and dossier.released_on:
            if offer.valid_to is None:
                yield "The end of the AAPA approval is missing.", offer.system, ""
            elif offer.valid_to > months_later(dossier.released_on, 12):
                yield "The AAPA approval ends more than twelve months after the release.", offer.system, str(offer.valid_to)


def team_planned(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-008."""
    planners = {person.profession for person in dossier.people if "planner" in person.roles} & set(dossier.professions)
    if any(offer.system == "ipce" for offer in dossier.offers) and len(planners) < 2:
        yield "IPCE credit needs planners from at least two professions of the audience.", "ipce", ", ".join(sorted(planners))


def change_asked(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """EVAL-001."""
    if not any(item.level == "competence" for item in dossier.items) and not dossier.changes:
        yield "Nothing asks for competence or for an intended change of practice.", "evaluation", ""


def evaluation(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """EVAL-002."""
    if not dossier.has_evaluation:
        yield "There is no evaluation form.", "evaluation", ""
        return
    if not dossier.changes:
        yield "The evaluation offers no changes of practice to pick from.", "evaluation", ""
    if not dossier.barriers:
        yield "The evaluation has no barriers to pick from.", "evaluation", ""


def references_fresh(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-002."""
    if dossier.citation_years and dossier.reviewed_on and max(dossier.citation_years) < dossier.reviewed_on.year - REVIEW_YEARS:
        yield "The newest reference is older than the review interval.", "references", str(max(dossier.citation_years))


def off_label(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-003."""
    statement = dossier.texts.get("off_label", "")
    said = [objective.text for objective in dossier.objectives if LATE_TERMS.search(objective.text)]
    content = LATE_TERMS.search(dossier.texts.get("content", ""))
    if not statement.strip() and (said or content):
        yield (
            "Off-label or investigational use is discussed, and there is no statement on it.",
            "off_label",
            (said or [content[0] if content else ""])[0],
        )
    elif said and re.search(r"\b(will|do|does) not discuss\b|\bno off-label\b", statement, re.IGNORECASE):
        yield "The statement says that no such use is discussed, but an objective covers it.", "off_label", said[0]


def captions(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CNT-005."""
    for key in dossier.without_captions:
        yield "This lecture has no captions.", key, ""


def california(dossier: Dossier, pack: Pack, at: datetime) -> Iterator[Verdict]:
    """CA-001."""
    if dossier.provider_state == "CA" and not dossier.texts.get("equity", "").strip():
        yield "A provider in California places cultural competence and implicit bias in the content, and says where.", "equity", ""


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
