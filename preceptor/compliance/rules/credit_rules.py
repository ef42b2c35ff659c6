"""Rules on credit: CRD-…, FMT-…, TAG-…, REP-002. Each yields (message, where, evidence) for every defect."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from preceptor.accreditation.rules import Pack, identifier_problems, parsed_uan, reporting_gap, uan_problems
from preceptor.catalog.rules import is_far_off
from preceptor.compliance.rules.dossier import Dossier, OfferFacts
from preceptor.compliance.rules.education_rules import months_later
from preceptor.kernel.credits import is_step

Verdict = tuple[str, str, str]
ACPE = ("acpe_p", "acpe_t")
MINIMUM_HOURS = {"knowledge": Decimal("0.25"), "application": Decimal(1), "practice": Decimal(15)}
NURSES = {"registered_nurse", "nurse_practitioner"}
DRUGS = re.compile(r"drug|pharmac|therap|agent|medic|dos(e|ing)|biosimilar|antibod|inhibitor|vaccin|opioid|prescri", re.IGNORECASE)
MOC_REVIEWS = 2


def professions_covered(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-001."""
    covered = {code for offer in dossier.offers if offer.system in packs.systems for code in packs.systems[offer.system].professions}
    for code in dossier.professions:
        if code not in packs.professions:
            yield "This profession is not in the packs.", code, ""
        elif code not in covered:
            yield f"{packs.professions[code].many} are a target audience and receive a certificate of participation only.", code, ""


def amounts(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-002."""
    for offer in dossier.offers:
        system = packs.systems.get(offer.system)
        if system is not None and not is_step(offer.amount, system.step):
            yield f"The amount is not a multiple of {system.step}.", offer.system, str(offer.amount)


def amounts_near_worksheet(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-002: a designation far from the worksheet wants a signed reason; what the system's own rounding makes is never far."""
    minutes = dossier.worksheet_minutes
    for offer in dossier.offers:
        system = packs.systems.get(offer.system)
        if system and minutes is not None and minutes > 0 and is_far_off(offer.amount, system, minutes):
            yield "The designation is more than 25% away from the worksheet.", offer.system, f"{offer.amount} for {minutes} min"


def acpe_number(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-003."""
    for offer in _acpe(dossier, packs):
        if not packs.systems[offer.system].has_identifier(offer.identifier):
            yield "The Universal Activity Number is missing or has another form.", offer.system, offer.identifier
        if offer.activity_type not in MINIMUM_HOURS:
            yield "The activity type is missing: knowledge, application or practice.", offer.system, offer.activity_type
        elif offer.amount < MINIMUM_HOURS[offer.activity_type]:
            yield f"The amount is too small for the type {offer.activity_type}.", offer.system, str(offer.amount)


def acpe_year_and_format(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-004."""
    for offer in _acpe(dossier, packs):
        if dossier.released_on and dossier.ends_on and dossier.ends_on > months_later(dossier.released_on, 36):
            yield "Home study is valid for at most three years.", offer.system, str(dossier.ends_on)
        uan = parsed_uan(offer.identifier)
        kind = packs.numbers.get(packs.systems[offer.system].identifier_kind)
        if uan and kind:
            wanted = packs.formats.get(dossier.format)
            for problem in uan_problems(uan, "", wanted, kind.codes, dossier.released_on, bool(dossier.partners)):
                yield problem, offer.system, offer.identifier


def nurse_planner(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-005."""
    if any(offer.system == "ancc" for offer in dossier.offers) and not any(
        "planner" in person.roles and person.profession in NURSES and person.signed_at for person in dossier.people
    ):
        yield "Nursing contact hours need a nurse with a disclosure on the planning team.", "ancc", ""


def rx_hours(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-006."""
    for offer in dossier.offers:
        if offer.system != "aanp" or not offer.rx_hours:
            continue
        if offer.rx_hours > offer.amount:
            yield "There are more pharmacology hours than hours.", offer.system, f"{offer.rx_hours} of {offer.amount}"
        if not any(DRUGS.search(objective.text) for objective in dossier.objectives):
            yield "No objective is on drugs: pharmacology hours are tied to objectives.", offer.system, str(offer.rx_hours)


def aapa_year(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-007."""
    for offer in dossier.offers:
        if offer.system != "aapa_1" or dossier.released_on is None:
            continue
        if offer.valid_to is None:
            yield "The end of the AAPA approval is missing.", offer.system, ""
        elif offer.valid_to > months_later(offer.approved_from or dossier.released_on, 12):
            yield "The AAPA approval ends more than twelve months after its start.", offer.system, str(offer.valid_to)


def team_planned(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-008. What the team is asked for as outcome is in the evaluation's changes of practice."""
    if not any(offer.system == "ipce" for offer in dossier.offers):
        return
    planners = {person.profession for person in dossier.people if "planner" in person.roles} & set(dossier.professions)
    if len(planners) < 2:
        yield "IPCE credit needs planners from at least two professions of the audience.", "ipce", ", ".join(sorted(planners))
    if not dossier.changes:
        yield "IPCE credit needs the team to be asked for change.", "ipce", ""


def certification_points(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """CRD-009."""
    ama = max((offer.amount for offer in dossier.offers if offer.system == "ama_pra_1"), default=Decimal(0))
    planners = {person.key for person in dossier.people if person.roles & {"planner", "author", "faculty"}}
    reviewers = {review.reviewer for review in dossier.reviews if review.is_accepted} - planners
    for offer in dossier.offers:
        if not offer.system.startswith("moc_"):
            continue
        if not offer.identifier:
            yield "The board's registration of this activity is missing.", offer.system, ""
        else:
            yield from identifier_defects(dossier, packs, offer)
        if offer.amount > ama:
            yield "There are more points than AMA credits.", offer.system, f"{offer.amount} for {ama}"
        if len(reviewers) < MOC_REVIEWS:
            yield "Certification points need two reviews by people who neither plan nor teach.", offer.system, str(len(reviewers))
        if not dossier.designations.get(offer.system, "").strip():
            yield "The board's statement is missing.", offer.system, ""


def derived_from_live(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """FMT-001."""
    if not dossier.derived_from_live:
        return
    if not dossier.activity_number or dossier.activity_number == dossier.derived_from_live:
        yield (
            "A recording of a live activity is an activity of its own, with a number of its own.",
            "activity number",
            dossier.activity_number,
        )
    for offer in dossier.offers:
        if offer.identifier == dossier.derived_from_live:
            yield "This is the live activity's number: a recording needs its own.", offer.system, offer.identifier


def topic_minutes(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """TAG-001."""
    for topic in dossier.state_topics:
        where = f"{topic.topic} ({topic.jurisdiction or 'no jurisdiction'})"
        if topic.minutes <= 0 or topic.minutes > dossier.minutes:
            yield "The topic has more minutes than the activity, or none.", where, str(topic.minutes)
        if not topic.jurisdiction or not topic.professions:
            yield "It is not said whose law and which professions the topic is for.", where, ""


def reporter_named(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """REP-002, before publication: where a reporting clock runs, it is answered who reports, and how."""
    for offer in dossier.offers:
        system = packs.systems.get(offer.system)
        gap = reporting_gap(system, offer.reporting) if system else ""
        if gap:
            yield gap, offer.system, ""


def longer_than_allowed(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-004: an approval that runs longer than its credit system and the format let it."""
    for offer in dossier.offers:
        system, begins = packs.systems.get(offer.system), offer.approved_from or dossier.released_on
        if system and begins and offer.valid_to:
            longest = system.longest_months(packs.formats.get(dossier.format))
            if offer.valid_to > months_later(begins, longest):
                yield (
                    f"The approval runs longer than {longest} months, the longest for this credit and format.",
                    offer.system,
                    str(offer.valid_to),
                )


def numbers_fit(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """STM-004: the number of an approval has its form. Pharmacy's (CRD-003, CRD-004) and the boards' (CRD-009) have rules of their own."""
    for offer in dossier.offers:
        if offer.identifier and offer.system not in ACPE and not offer.system.startswith("moc_"):
            yield from identifier_defects(dossier, packs, offer)


def identifier_defects(dossier: Dossier, packs: Pack, offer: OfferFacts) -> Iterator[Verdict]:
    """What is wrong with the number of one offer."""
    system = packs.systems.get(offer.system)
    if system:
        for problem in identifier_problems(packs, system, offer.identifier, format=dossier.format, released_on=dossier.released_on):
            yield problem, offer.system, offer.identifier


def _acpe(dossier: Dossier, packs: Pack) -> Iterator[OfferFacts]:
    for offer in dossier.offers:
        if offer.system in ACPE and offer.system in packs.systems:
            yield offer
