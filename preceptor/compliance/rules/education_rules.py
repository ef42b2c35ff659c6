"""Rules on what the education is and how it is announced: PUB-…, BIB-…, ASM-…, EVAL-…. Each yields (message, where, evidence) for every defect."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from preceptor.accreditation.rules import Pack, us_date
from preceptor.catalog.rules import Step, needed_correct
from preceptor.compliance.rules.dossier import Dossier, ItemFacts, ObjectiveFacts
from preceptor.compliance.rules.wording import OLD_SYSTEMS

Verdict = tuple[str, str, str]
NEEDED_STEPS = (Step.FRONT_MATTER, Step.CONTENT, Step.POST_TEST, Step.EVALUATION, Step.CLAIM, Step.CERTIFICATE)
# The most words of each answer in the accreditor's structured abstract, and how it is called.
ABSTRACT = {
    "gap": (100, "practice gap"),
    "knowledge": (50, "need in knowledge"),
    "competence": (50, "need in competence"),
    "performance": (50, "need in performance"),
    "change": (50, "what it is designed to change"),
    "format": (25, "reason for the format"),
}
NEEDS = ("knowledge", "competence", "performance")


def purpose(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-001."""
    if not dossier.objectives:
        yield "There are no learning objectives.", "objectives", ""
    for name, what in (("audience", "target audience"), ("need", "statement of need"), ("description", "description")):
        if not dossier.texts.get(name, "").strip():
            yield f"The {what} is missing.", name, ""


def dates(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-002."""
    release, review, end = dossier.released_on, dossier.reviewed_on, dossier.ends_on
    for name, day in (("release date", release), ("date of last review", review), ("expiration date", end)):
        if day is None:
            yield f"The {name} is missing.", "dates", ""
        elif not dossier.shows(us_date(day)):
            yield f"The {name} is not in what learners see before they start.", "front matter", us_date(day)
    if not dossier.zone:
        yield "The provider has no time zone: the last day would have no end.", "dates", ""
    if end is not None and end < at.astimezone(ZoneInfo(dossier.zone or "UTC")).date():
        yield "The expiration date is in the past.", "dates", str(end)
    if release is not None and end is not None and not release < end:
        yield "The expiration date is not after the release date.", "dates", str(end)
    if release is not None and review is not None and review < release:
        yield "The last review lies before the release.", "dates", str(review)
    months = packs.formats[dossier.format].max_months if dossier.format in packs.formats else 36
    if review is not None and end is not None and end > months_later(review, months):
        yield f"The expiration date is more than {months} months after the last review.", "dates", str(end)


def estimated_time(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-003: the time that is stated, and no more credit than it makes by the system's own rounding."""
    if dossier.minutes <= 0 or dossier.worksheet_minutes is None:
        yield "There is no estimate of the time, with its worksheet.", "worksheet", ""
    elif not dossier.shows(f"{dossier.minutes} minutes"):
        yield "The estimated time is not in what learners see before they start.", "front matter", str(dossier.minutes)
    for offer in dossier.offers:
        system = packs.systems.get(offer.system)
        if system and offer.amount > system.amount_for(dossier.stated_minutes):
            yield "The credit is more than the estimated time.", offer.system, f"{offer.amount} for {dossier.minutes} min"


def faculty_and_medium(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-004."""
    faculty = [person for person in dossier.people if person.roles & {"faculty", "author"}]
    if not faculty:
        yield "No faculty is named.", "people", ""
    for person in faculty:
        if not person.credentials:
            yield "Credentials are missing.", person.name, ""
    if not dossier.medium.strip():
        yield "The medium is missing.", "medium", ""


def steps(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-005."""
    there = [step for step in dossier.plan if step in NEEDED_STEPS]
    if there != [*NEEDED_STEPS]:
        yield "The plan lacks a step or has them in another order.", "plan", ", ".join(dossier.plan)
    if not dossier.parts:
        yield "There is no content.", "content", ""


def contact(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-006."""
    if not dossier.provider_email:
        yield "The provider has no address to write to.", dossier.provider_name, ""


def privacy(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-007."""
    if not dossier.has_privacy_policy:
        yield "The provider has no privacy policy.", dossier.provider_name, ""


def copyright_statement(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-008."""
    if not dossier.texts.get("copyright", "").strip():
        yield "The copyright statement is missing.", "copyright", ""


def system_requirements(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-009: what the page says of systems is generated; a text typed by hand grows old."""
    for name, text in dossier.imported.items():
        for found in OLD_SYSTEMS.finditer(text):
            yield "The system requirements name what nobody uses any more.", f"imported: {name}", found[0]


def fee(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-010: the fee itself is always shown."""
    if dossier.fee_cents and not dossier.refund_policy.strip():
        yield "There is a fee, and no refund policy is recorded.", "fee", str(dossier.fee_cents)


def abstract(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """PUB-011: the accreditor's structured abstract, within its number of words."""
    told = {name: str(dossier.practice.get(name) or "") for name in ABSTRACT}
    for name, (most, what) in ABSTRACT.items():
        words = len(told[name].split())
        if words > most:
            yield f"The {what} has more than {most} words.", name, str(words)
        elif not words and name not in NEEDS:
            yield f"The {what} is not recorded.", name, ""
    if not any(told[name].strip() for name in NEEDS):
        yield "No need in knowledge, competence or performance is recorded.", "needs", ""
    if not dossier.practice.get("competencies"):
        yield "No competency is named.", "competencies", ""


def bibliography(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """BIB-001. Whether links are alive a job has looked at before."""
    if not dossier.citations:
        yield "There is no bibliography.", "references", ""
    for citation in dossier.citations:
        if citation.link == "dead":
            yield "The link of this reference leads nowhere.", citation.key, ""


def links_unknown(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """BIB-001: what could not be reached is unknown, neither alive nor dead."""
    unknown = [citation.key for citation in dossier.citations if citation.link == "unknown"]
    if unknown:
        yield "Whether links of references are alive is not known from here.", "references", ", ".join(sorted(unknown))


def test_there(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-001."""
    if not dossier.items:
        yield "There is no test.", "assessment", ""
    if not 1 <= dossier.pass_mark <= 100:
        yield "The pass mark is not set.", "pass_mark", str(dossier.pass_mark)
    told = f"at least {needed_correct(dossier.pass_mark, len(dossier.items))} of {len(dossier.items)}"
    if dossier.items and not (dossier.shows(told) and dossier.shows(f"{dossier.pass_mark}%")):
        yield "The pass mark is not in what learners see before they start.", "front matter", f"{told} ({dossier.pass_mark}%)"


def objectives_tested(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-002."""
    known, tested = {objective.key for objective in dossier.objectives}, {item.objective for item in dossier.items}
    for key in sorted(known - tested):
        yield "No item tests this objective.", key, ""
    for item in dossier.items:
        if item.objective not in known:
            yield "This item belongs to no objective.", item.key, item.objective


def feedback(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-004."""
    if not any(offer.system.startswith(("acpe_", "moc_")) for offer in dossier.offers):
        return
    for item in dossier.items:
        if not item.has_rationale or not item.has_reference:
            yield "Pharmacy credit and certification points need a rationale and a reference for this item.", item.key, ""


def review_places(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """ASM-004: the place that feedback sends a learner to is there."""
    tested: list[ItemFacts | ObjectiveFacts] = [*dossier.items, *dossier.objectives]
    for what in tested:
        for part, anchor in what.review:
            if part not in dossier.anchors:
                yield "The place to review is in a part that is not there.", what.key, part
            elif anchor and anchor not in dossier.anchors[part]:
                yield "The place to review is a heading that is not there.", what.key, f"{part}#{anchor}"


def change_asked(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """EVAL-001."""
    if not any(item.level == "competence" for item in dossier.items) and not dossier.changes:
        yield "Nothing asks for competence or for an intended change of practice.", "evaluation", ""
    if not str(dossier.practice.get("change") or "").strip():
        yield "It is not recorded what the activity is designed to change: competence, performance or outcomes.", "change", ""


def evaluation(dossier: Dossier, packs: Pack, at: datetime) -> Iterator[Verdict]:
    """EVAL-002."""
    if not dossier.has_evaluation:
        yield "There is no evaluation form.", "evaluation", ""
        return
    if not dossier.changes:
        yield "The evaluation offers no changes of practice to pick from.", "evaluation", ""
    if not dossier.barriers:
        yield "The evaluation has no barriers to pick from.", "evaluation", ""


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
