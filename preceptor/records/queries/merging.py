"""What a merge or an unmerge would do, before it is done."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from preceptor.accounts.models import Identifier, IdentityLink, User
from preceptor.accounts.queries import identities_of, profession_name, standing_links
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award, LedgerLine, Standing
from preceptor.credit.queries import Fortune, fate_of, fortune_of
from preceptor.credit.queries.standings import FORTUNE
from preceptor.credit.rules import Face, face_of
from preceptor.journey.models import Participation
from preceptor.journey.queries import lines_of
from preceptor.kernel.refusals import Reason
from preceptor.mail.queries import Fate
from preceptor.records.models import DoubledAward
from preceptor.records.rules import Held, doubles

OWN_ACCOUNT = "It is an account of your own, so another registrar must do it."


@dataclass(frozen=True)
class AwardRow:
    """One certificate of a person, for the desk."""

    award: Award
    face: Face
    fortune: Fortune
    letter: Fate | None
    told: list[str]


@dataclass(frozen=True)
class PartRow:
    """One participation of a person, for the desk: which account, how far."""

    participation: Participation
    done: int
    is_claimed: bool


@dataclass(frozen=True)
class Side:
    """One person as the desk sees them: the accounts, with the one that stands for them first, and what was done by them."""

    person: User
    accounts: list[User]
    profession: str
    parts: list[PartRow]
    awards: list[AwardRow]
    numbers: list[str]

    @property
    def under_way(self) -> list[PartRow]:
        """What is begun and not claimed."""
        return [row for row in self.parts if not row.is_claimed]


@dataclass(frozen=True)
class Double:
    """A credit that both have: which certificate stays, which falls, and to whom the falling one was told already."""

    stays: AwardRow
    falls: AwardRow


@dataclass(frozen=True)
class MergePreview:
    """What each side has and what would happen; `reasons` say why it cannot be done. `twice` names activities that are begun on both sides."""

    kept: Side
    merged: Side
    doubled: list[Double]
    twice: list[str]
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True)
class UnmergePreview:
    """What would be parted: the accounts that go, those that stay, and the certificates that would stand again."""

    link: IdentityLink
    goes: list[User]
    stays: list[User]
    stands_again: list[AwardRow]
    reasons: list[Reason] = field(default_factory=list)


def side_of(user: User, at: datetime) -> Side:
    """Everything about one person for the desk, in a constant number of queries."""
    accounts = identities_of(user)
    parts = Participation.objects.filter(user__in=accounts).select_related("user", "edition__activity").prefetch_related("lines")
    rows = [PartRow(one, len(lines_of(one)), Step.CLAIM in lines_of(one)) for one in parts.order_by("-begun_at", "-pk")]
    kinds = Identifier.objects.filter(user__in=accounts).values_list("kind", flat=True).order_by("kind").distinct()
    return Side(
        person=accounts[0],
        accounts=accounts,
        profession=profession_name(accounts[0].profession, at.date()),
        parts=rows,
        awards=award_rows(Award.objects.filter(user__in=accounts).values_list("pk", flat=True), at),
        numbers=list(kinds),
    )


def award_rows(keys: Collection[int], at: datetime) -> list[AwardRow]:
    """These awards as rows, the newest first."""
    awards = Award.objects.filter(pk__in=keys).select_related("user", "activity", "edition")
    awards = awards.prefetch_related("letters__letter", "personal_parts", "report_marks", *FORTUNE).order_by("-completed_on", "-pk")
    return [
        AwardRow(one, face_of(one.payload), fortune_of(one), fate_of(one, at), [mark.receiver for mark in one.report_marks.all()])
        for one in awards
    ]


def standing_of(accounts: Collection[User]) -> list[Held]:
    """What stands for these accounts."""
    rows = Standing.objects.filter(award__user__in=accounts).select_related("award").order_by("pk")
    return [Held(row.award_id, row.activity_id, row.system, row.award.claimed_at) for row in rows]


def merge_preview(kept: User, merged: User, at: datetime, *, by: User | None = None) -> MergePreview:
    """What putting `merged` to `kept` would do; nothing is done. `by`: who of the staff would do it."""
    ours, theirs = side_of(kept, at), side_of(merged, at)
    rows = {row.award.pk: row for row in (*ours.awards, *theirs.awards)}
    pairs = doubles(standing_of(ours.accounts), standing_of(theirs.accounts)) if ours.person != theirs.person else []
    begun = [{row.participation.edition.activity_id: row.participation.edition.title for row in side.parts} for side in (ours, theirs)]
    return MergePreview(
        kept=ours,
        merged=theirs,
        doubled=[Double(rows[stays.award], rows[falls.award]) for stays, falls in pairs],
        twice=sorted(title for key, title in begun[0].items() if key in begun[1]),
        reasons=list(why_not_merged(ours.accounts, theirs.accounts, by=by)),
    )


def _own(accounts: Collection[User], by: User | None) -> list[Reason]:
    """Nobody decides as staff which accounts are their own: credit goes with them."""
    return [Reason("records.own_account", OWN_ACCOUNT)] if by in accounts else []


def why_not_merged(ours: list[User], theirs: list[User], *, by: User | None = None) -> list[Reason]:
    """What keeps two persons' accounts from being put together, by this member of the staff."""
    found = _own([*ours, *theirs], by)
    if ours[0] == theirs[0]:
        found.append(Reason("records.same_person", "These accounts are one person's already."))
    if any(one.is_staff or one.is_superuser for one in (*ours, *theirs)):
        sentence = "One of them is an account of the staff. Its password would open both, so an operator has to take its rights away first."
        found.append(Reason("records.staff_account", sentence))
    if any(one.erase_at or one.erased_at for one in (*ours, *theirs)):
        found.append(Reason("records.erasure_asked", "The erasure of one of them was asked for. It has to be withdrawn first."))
    if not all(one.is_active for one in (*ours, *theirs)):
        found.append(Reason("records.closed_account", "One of them is closed. An operator has to open it first."))
    return found


def unmerge_preview(merged: User, at: datetime, *, by: User | None = None) -> UnmergePreview | None:
    """What parting this account from the one that it was put to would do; None where it was not put to any. `by`: who of the staff would do it."""
    link = next(iter(standing_links([merged])), None)
    if link is None:
        return None
    accounts = identities_of(merged)
    goes = _goes_with(merged, accounts)
    stays = [one for one in accounts if one not in goes]
    fallen = [award.pk for side in (goes, stays) for award in would_stand(side, link)]
    reasons = _own(accounts, by)
    if any(one.erased_at or one.erase_at for one in accounts):
        reasons.append(Reason("records.erasure_asked", "The erasure of this person was asked for, so the accounts stay together."))
    return UnmergePreview(link, goes, stays, award_rows(fallen, at), reasons)


def _goes_with(merged: User, accounts: list[User]) -> list[User]:
    """The account and everything that was put to it."""
    parent = {line.merged_id: line.kept_id for line in standing_links(accounts)}
    found = {merged.pk}
    while more := {child for child, above in parent.items() if above in found} - found:
        found |= more
    return sorted((one for one in accounts if one.pk in found), key=lambda one: (one != merged, one.pk))


def would_stand(accounts: Collection[User], link: IdentityLink) -> list[Award]:
    """Once `link` is undone and these accounts are one side of it: which of their awards stand again, the earliest claim first.

    It is those that fell because of this link, or because of an award of the other side; as long as that reversal is the last line about them, and
    nothing of the kind stands among these accounts.
    """
    held = {(one.activity, one.system) for one in standing_of(accounts)}
    slots = set(Standing.objects.filter(award__user__in=accounts).values_list("participation", "slot"))
    found = []
    for award in _fallen(accounts, link):
        key, slot = (award.activity_id, award.system), (award.participation_id, award.slot)
        if key not in held and slot not in slots:
            held.add(key)
            slots.add(slot)
            found.append(award)
    return found


def _fallen(accounts: Collection[User], link: IdentityLink) -> list[Award]:
    mine = {one.pk for one in accounts}
    rows = DoubledAward.objects.filter(award__user__in=accounts).select_related("award", "stays").order_by("award__claimed_at", "award")
    concerned = [row for row in rows if row.link_id == link.pk or row.stays.user_id not in mine]
    latest = dict(LedgerLine.objects.filter(award__in=[row.award_id for row in concerned]).order_by("number").values_list("award", "pk"))
    return [row.award for row in concerned if latest[row.award_id] == row.line_id]
