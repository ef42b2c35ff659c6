"""What the corridor's own pages show."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.urls import reverse

from preceptor.accounts.models import User
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import Pack, systems_for
from preceptor.catalog.models import Activity, CreditOffer, Edition, FrozenFragment
from preceptor.catalog.queries import OfferStanding, offer_standings
from preceptor.catalog.rules import Step, topic_key
from preceptor.journey.adapters.front_matter import with_folded_references
from preceptor.journey.models import Participation
from preceptor.journey.queries import (
    Standing,
    completed_on,
    corridor_of,
    ends_warning,
    grace_sentence,
    has_grace,
    is_expired,
    is_stranded,
    lines_of,
    next_url,
    participations_shown,
    standing_of,
    step_url,
    today_at,
)
from preceptor.journey.rules import PAGES, Corridor, end_of_day, fee_in_words, next_step, zone_name
from preceptor.kernel.credits import plain
from preceptor.ui.days import long_date


@dataclass(frozen=True)
class CreditLine:
    """One kind of credit in short: for the list and the panel."""

    amount: str
    unit: str
    who: str


@dataclass(frozen=True)
class TopicLine:
    """What a state, a board or the nation asks for, and how many minutes of the activity go toward it, for whom."""

    label: str
    minutes: int
    who: str


@dataclass(frozen=True)
class Action:
    """The one thing to do next on a page; `label` "" when there is nothing to do."""

    label: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class ActivityPage:
    """The activity page around the frozen fragment."""

    activity: Activity
    edition: Edition
    fragment: FrozenFragment
    action: Action
    credit: CreditLine
    others: list[CreditLine]
    closed: list[str]
    topics: list[TopicLine]
    profession: str
    faculty: list[str]
    fee: str
    needed: str
    format: str
    end_zone: str
    ended: str
    content_url: str
    warning: str
    corridor: Corridor | None
    is_finished: bool
    has_newer: bool
    related: list["RelatedActivity"]

    @property
    def html(self) -> str:
        """The fragment as the page shows it: to decide by, with the references folded."""
        return with_folded_references(self.fragment.html)


@dataclass(frozen=True)
class RelatedActivity:
    """A related activity in a row of its own."""

    slug: str
    cover: str
    title: str
    minutes: int
    credit: str


@dataclass(frozen=True)
class BeginPage:
    """What is to be read before the start; `fragment` None when the activity has ended."""

    edition: Edition
    fragment: FrozenFragment | None
    is_update: bool
    ended: str
    carries_over: str


@dataclass(frozen=True)
class HomeRow:
    """One participation on the learner's home."""

    activity: Activity
    edition: Edition
    action: Action
    done: int
    steps: int
    credit: str
    completed_on: date | None
    ended_on: date | None
    warning: str

    @property
    def percent(self) -> int:
        """How far, for the bar."""
        return round(100 * self.done / self.steps) if self.steps else 0


@dataclass(frozen=True)
class HomePage:
    """What is under way, and what is completed."""

    under_way: list[HomeRow]
    completed: list[HomeRow]


def offers_shown(standings: list[OfferStanding], *, is_over: bool) -> list[CreditOffer]:
    """The offers that stand on a page: those that can be claimed; all of an edition that has ended, which says so itself."""
    return [standing.offer for standing in standings if standing.system and (standing.is_open or is_over)]


def closed_credits(standings: list[OfferStanding]) -> list[str]:
    """What the page says of each credit that is closed while the edition is open: which, since when, and what remains, as Markdown."""
    return [standing.closed for standing in standings if standing.system and standing.closed]


def credit_lines(pack: Pack, offers: list[CreditOffer]) -> list[CreditLine]:
    """Every designation in short, a line for each profession that it is for: none is put together with another."""
    lines = []
    for offer in (one for one in offers if one.system in pack.systems):
        system = pack.systems[offer.system]
        unit = unit_of(system.amount_markdown(offer.amount), offer.amount)
        named = [pack.professions[code].many for code in system.professions if code in pack.professions]
        lines += [CreditLine(plain(offer.amount), unit, who) for who in named]
    return lines


def credit_for(pack: Pack, profession: str, offers: list[CreditOffer]) -> CreditLine:
    """What this profession receives; without a known one, the first designation."""
    by_system = {offer.system: offer for offer in offers}
    if not profession:
        return (credit_lines(pack, offers[:1]) or [CreditLine("", "Certificate of participation", "")])[0]
    system = systems_for(pack, profession, by_system)[0]
    offer = by_system.get(system.key)
    if offer is None:
        return CreditLine("", "Certificate of participation", "")
    return CreditLine(plain(offer.amount), unit_of(system.amount_markdown(offer.amount), offer.amount), "")


def unit_of(amount: str, number: Decimal) -> str:
    """The unit of an amount as printed, to stand beside the number."""
    return amount.removeprefix(plain(number)).strip()


def action_on(standing: Standing, at: datetime) -> Action:
    """The button of the activity page: begin, resume, the next step, or the certificate."""
    begin_url = reverse("journey:begin", args=[standing.edition.activity.slug])
    held = standing.participation
    if held is None:
        return (
            Action()
            if is_expired(standing.edition, at)
            else Action("Start this activity", begin_url, "First a page on what you should know; then you begin.")
        )
    return action_of(held)


def action_of(held: Participation) -> Action:
    """Where a participation goes on."""
    step = next_step(held.plan, lines_of(held))
    progress = getattr(held, "progress", None)
    if step is None:
        return Action("See my certificate", next_url(held))
    if progress and progress.step == step:
        return Action(progress.label, progress.url or next_url(held), "Your place is saved.")
    return Action(PAGES[step].verb, next_url(held), "Everything so far is saved.")


def activity_page(activity: Activity, user: User | None, at: datetime) -> ActivityPage | None:
    """None when nothing of the activity was ever published."""
    standing = standing_of(user, activity, at)
    if standing is None or (fragment := standing.edition.front_matter) is None:
        return None
    edition, held = standing.edition, standing.participation
    pack = pack_on(edition.released_on or today_at(activity, at))
    standings = offer_standings(edition, at)
    offers = offers_shown(standings, is_over=is_expired(edition, at))
    profession = user.profession if user else ""
    step = next_step(held.plan, lines_of(held)) if held else None
    return ActivityPage(
        activity=activity,
        edition=edition,
        fragment=fragment,
        action=action_on(standing, at),
        credit=credit_for(pack, profession, offers),
        others=credit_lines(pack, offers),
        closed=[] if is_expired(edition, at) else closed_credits(standings),
        topics=topic_lines(pack, edition, profession),
        profession=pack.professions[profession].many.lower() if profession in pack.professions else "",
        faculty=list(dict.fromkeys(holder.printed_name for holder in edition.role_holders.all() if holder.role in {"faculty", "author"})),
        fee=fee_in_words(edition.fee_cents),
        needed=f"{edition.pass_mark}% on the post-test",
        format=pack.formats[edition.format].label if edition.format in pack.formats else edition.format,
        end_zone=zone_name(activity.provider.time_zone, end_of_day(edition.ends_on, activity.provider.time_zone))
        if edition.ends_on
        else "",
        ended=ends_warning(edition, at) if is_expired(edition, at) else "",
        content_url=step_url(Step.CONTENT, edition),
        warning="" if is_expired(edition, at) else ends_warning(edition, at),
        corridor=corridor_of(held, step, at) if held else None,
        is_finished=bool(held) and step is None,
        has_newer=standing.earlier is not None,
        related=related_to(edition, at),
    )


def topic_lines(pack: Pack, edition: Edition, profession: str) -> list[TopicLine]:
    """The edition's tags in words; those of other professions are left out where the reader's own is known."""
    return [
        TopicLine(
            label=pack.topics[key].label if (key := topic_key(tag["topic"])) in pack.topics else tag["topic"],
            minutes=tag["minutes"],
            who=", ".join(pack.professions[code].many.lower() for code in tag["professions"] if code in pack.professions),
        )
        for tag in edition.state_topics
        if not profession or profession in tag["professions"]
    ]


def related_to(edition: Edition, at: datetime) -> list[RelatedActivity]:
    """The related activities that can be earned now."""
    day = today_at(edition.activity, at)
    published = (
        Edition.objects.filter(activity__related_from=edition, state="published", released_on__lte=day, ends_on__gte=day)
        .select_related("activity__provider")
        .prefetch_related("offers", "activity__provider__accreditations")
        .order_by("activity_id", "-number")
    )
    newest = {row.activity_id: row for row in reversed(published)}
    pack = pack_on(day)
    rows = []
    for row in newest.values():
        lines = credit_lines(pack, offers_shown(offer_standings(row, at), is_over=False)[:1])
        credit = f"{lines[0].amount} {lines[0].unit}" if lines else "Certificate of participation"
        rows.append(RelatedActivity(row.activity.slug, row.cover, row.title, row.minutes, credit))
    return rows


def begin_page(standing: Standing, wanted: tuple[FrozenFragment, Edition] | None, at: datetime) -> BeginPage:
    """The page before the start, or the one after a newer edition has changed what is disclosed."""
    ended = is_expired(standing.edition, at) and standing.participation is None
    carries = ""
    if standing.earlier and (ended_on := standing.earlier.edition.ends_on):
        carries = (
            f"The edition that you began ended on {long_date(ended_on)} and gives no credit any more. Your earlier progress stays on record. "
            "This newer edition is begun from its start; nothing of the earlier one counts towards it."
        )
    return BeginPage(
        edition=standing.edition,
        fragment=wanted[0] if wanted and not ended else None,
        is_update=standing.participation is not None,
        ended=ends_warning(standing.edition, at) if ended else "",
        carries_over=carries,
    )


def home_page(user: User, at: datetime) -> HomePage:
    """Everything of one learner, newest first, in a constant number of queries."""
    under_way: list[HomeRow] = []
    done: list[HomeRow] = []
    shown = participations_shown(user)
    prefetch_related_objects(shown, "edition__offers", "edition__activity__provider__accreditations")
    for held in shown:
        lines, edition = lines_of(held), held.edition
        completed = completed_on(held)
        pack = pack_on(edition.released_on or today_at(edition.activity, at))
        ended = is_expired(edition, at) and not has_grace(held, at)
        expired = is_stranded(held, at)
        credit = credit_for(pack, user.profession, offers_shown(offer_standings(edition, at), is_over=ended or completed is not None))
        row = HomeRow(
            activity=edition.activity,
            edition=edition,
            action=Action("See the activity", reverse("journey:activity", args=[edition.activity.slug])) if expired else action_of(held),
            done=len(lines),
            steps=len(held.plan),
            credit=f"{credit.amount} {credit.unit}".strip(),
            completed_on=completed,
            ended_on=edition.ends_on if expired else None,
            warning="" if completed else grace_sentence(held, at) or ends_warning(edition, at),
        )
        (done if completed else under_way).append(row)
    return HomePage(under_way, done)
