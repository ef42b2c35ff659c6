"""What lies on the desk: one edition, who sits there, and what they may do with it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypedDict
from zoneinfo import ZoneInfo

from preceptor.accounts.models import User
from preceptor.accreditation.queries import pack_on
from preceptor.catalog.models import Edition, Person
from preceptor.catalog.rules import EditionState, Stage
from preceptor.compliance.queries import Checklist, checklist, may_publish_alone
from preceptor.compliance.rules import ORDER, REVIEW_CHECKLIST, STATUS_WORDS, ActivityStatus
from preceptor.kernel.refusals import Refused
from preceptor.studio.fixes import Section, sections_of

AUTHOR, PUBLISHER, REGISTRAR = "author", "publisher", "registrar"


class Signed(TypedDict):
    """Who did it, and when: what every action takes."""

    by: str
    at: datetime


@dataclass
class Seat:
    """A member of staff at the desk, at a moment, with their duties."""

    user: User
    duties: frozenset[str]
    at: datetime

    @property
    def by(self) -> str:
        """How their deeds are signed: name and address, since two people can have one name."""
        return self.user.signature

    @property
    def signed(self) -> Signed:
        """The signature under a deed of this moment."""
        return {"by": self.by, "at": self.at}

    @property
    def is_author(self) -> bool:
        """May they write?"""
        return AUTHOR in self.duties

    @property
    def is_publisher(self) -> bool:
        """May they publish, withdraw and correct?"""
        return PUBLISHER in self.duties

    @property
    def is_registrar(self) -> bool:
        """May they look at people's records, put accounts together and ask for erasure?"""
        return REGISTRAR in self.duties


@dataclass
class Desk(Seat):
    """A seat with one edition on it."""

    edition: Edition

    @property
    def zone(self) -> str:
        """The provider's zone."""
        return self.edition.activity.provider.time_zone

    @property
    def today(self) -> date:
        """The day in the provider's zone."""
        return self.at.astimezone(ZoneInfo(self.zone or "UTC")).date()

    @property
    def is_draft(self) -> bool:
        """Can anything of it still change?"""
        return self.edition.state == EditionState.DRAFT

    @property
    def is_published(self) -> bool:
        """Is it offered to learners?"""
        return self.edition.state == EditionState.PUBLISHED

    @property
    def may_write(self) -> bool:
        """An author, on a draft."""
        return self.is_draft and self.is_author

    @cached_property
    def checklist(self) -> Checklist:
        """What the gate says now."""
        return checklist(self.edition, self.at)

    @cached_property
    def place_words(self) -> dict[str, str]:
        """What a finding names by a key, in words; nothing for the edition itself."""
        pack = pack_on(self.edition.released_on or self.today)
        words = {key: system.label for key, system in pack.systems.items()} | {key: one.many for key, one in pack.professions.items()}
        words |= {one.key: f"“{one.verb} {one.text}”" for one in self.edition.objectives.all()}
        return words | {"front matter": "What learners see before they start", "pass_mark": "Pass mark", "off_label": "Off-label use"} | {
            self.edition.activity.slug: "", "dates": "", "people": "", "references": "", "objectives": "", **dict.fromkeys(REVIEW_CHECKLIST, ""),
        }  # fmt: skip

    @property
    def status_word(self) -> str:
        """Draft, Disclosures open, … Published, Review due, …"""
        return STATUS_WORDS[self.checklist.status]

    @property
    def to_fix(self) -> int:
        """How many errors stand."""
        return sum(row.finding.severity == "error" for rule in self.checklist.failed for row in rule.rows)

    @property
    def to_sign(self) -> int:
        """How many warnings nobody has signed."""
        return self.checklist.open_count - self.to_fix

    @property
    def barring_rules(self) -> list[str]:
        """The rules whose errors bar the next stage, each once."""
        return sorted({finding.rule_id for finding in self.checklist.barring})

    @property
    def shares(self) -> tuple[float, float, float]:
        """How much of the rules passes, wants a signature, fails: percent, for the bar."""
        parts = (len(self.checklist.passed), len(self.checklist.warned), len(self.checklist.failed))
        return tuple(round(100 * part / max(sum(parts), 1), 1) for part in parts)  # type: ignore[return-value]

    @cached_property
    def sections(self) -> list[Section]:
        """The desk's navigation for this edition."""
        return sections_of(self.edition.uuid, self.checklist.failed, self.checklist.warned)

    @property
    def stages(self) -> list[tuple[str, str, str]]:
        """The stages of a draft: (key, words, done | now | next | later | back)."""
        here = ORDER.index(Stage(self.edition.stage))
        kinds = {here: "now", here + 1: "next"}
        return [
            (stage, STATUS_WORDS[ActivityStatus(stage)], kinds.get(place, "back" if place < here else "later"))
            for place, stage in enumerate(ORDER)
        ]

    @cached_property
    def why_not(self) -> str:
        """Why it cannot be published by this person now; "" when it can."""
        if self.to_fix:
            return f"{self.to_fix} {'finding blocks' if self.to_fix == 1 else 'findings block'} publishing"
        if self.to_sign:
            return f"{self.to_sign} {'suggestion wants' if self.to_sign == 1 else 'suggestions want'} a signed reason"
        if self.edition.stage != Stage.READY:
            return "It is published from the stage “Ready”"
        if not self.is_publisher:
            return "Your account may not publish"
        if not may_publish_alone(self.edition, self.by):
            return "You alone wrote this edition: somebody else has to publish it"
        return ""

    def need_other(self, person: Person) -> None:
        """Nobody decides upon their own relationships (studio.own_relationship)."""
        if self.is_self(person):
            raise Refused("studio.own_relationship", "This is about yourself. Somebody else has to decide.")

    def is_self(self, person: Person) -> bool:
        """Is the person in control of content the one who sits here?"""
        return person.user_id == self.user.pk or bool(person.email) and person.email.lower() == self.user.email
