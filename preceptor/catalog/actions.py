"""What we do with activities and editions. Drafts are written here; a published edition is changed by nobody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from preceptor.accreditation.models import Provider
from preceptor.catalog.adapters.words import terms
from preceptor.catalog.models import (
    Activity,
    Citation,
    CreditOffer,
    Edition,
    FrozenFragment,
    Objective,
    Person,
    RoleHolder,
    SearchPosting,
    SearchTerm,
)
from preceptor.catalog.rules import EditionState, Worksheet, outline_titles, posting_weights
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry

COPIED = (
    "title", "subtitle", "summary", "language", "topic", "topic_label", "area", "cover", "format", "medium", "fee_cents", "minutes", "worksheet",
    "description", "need", "audience", "equity", "off_label", "copyright", "outline", "professions", "plan", "pass_mark", "max_attempts",
    "content_rule",
)  # fmt: skip


@transaction.atomic
def create_draft(provider: Provider, slug: str, facts: Mapping[str, Any], *, activity_number: str = "", by: str, at: datetime) -> Edition:
    """A new draft edition of the activity `slug`, which is made when it is new. There is at most one draft (catalog.has_draft).

    `facts` are values of the edition's own fields. A sample provider's activities are samples, and stay so.
    """
    activity, _ = Activity.objects.get_or_create(
        slug=slug, defaults={"provider": provider, "activity_number": activity_number, "is_sample": provider.is_sample}
    )
    if activity.editions.filter(state=EditionState.DRAFT).exists():
        raise Refused("catalog.has_draft", f"There is a draft of {slug} already. Publish it first.")
    number = (activity.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    edition = Edition.objects.create(activity=activity, number=number, **facts)
    write_entry("catalog.create_draft", by=by, at=at, about=edition, detail={"slug": slug, "number": number})
    return edition


def add_objectives(edition: Edition, rows: Sequence[Mapping[str, Any]]) -> list[Objective]:
    """The learning objectives of a draft, in order: {key, verb, text, level, review}."""
    _need_draft(edition)
    return [
        Objective.objects.create(
            edition=edition, key=row["key"], position=position, verb=row["verb"], text=row["text"], level=row["level"], review=row["review"]
        )
        for position, row in enumerate(rows, start=1)
    ]


def add_citations(edition: Edition, rows: Sequence[Mapping[str, Any]]) -> list[Citation]:
    """The bibliography of a draft, in order: {key, text, year, url}."""
    _need_draft(edition)
    return Citation.objects.bulk_create(
        Citation(edition=edition, key=row["key"], position=position, text=row["text"], year=row["year"], url=row["url"])
        for position, row in enumerate(rows, start=1)
    )


def record_person(key: str, facts: Mapping[str, Any], *, is_sample: bool) -> Person:
    """A person who can hold roles, known by `key`; what is printed on an edition is kept with the role, so later facts change nothing there."""
    person, _ = Person.objects.update_or_create(key=key, defaults=dict(facts), create_defaults={**facts, "is_sample": is_sample})
    return person


def assign_role(edition: Edition, person: Person, role: str, *, position: int, title: str = "", affiliation: str = "") -> RoleHolder:
    """Put a person in a role on a draft, with name, title and affiliation as they are printed."""
    _need_draft(edition)
    return RoleHolder.objects.create(
        edition=edition,
        person=person,
        role=role,
        position=position,
        printed_name=person.printed_name,
        title=title or person.title,
        affiliation=affiliation or person.affiliation,
    )


def record_worksheet(edition: Edition, sheet: Worksheet, credits: Mapping[str, str]) -> None:
    """Keep the time estimate, its numbers and the credit that they support with the draft; the estimate becomes the edition's time."""
    _need_draft(edition)
    edition.minutes = sheet.whole_minutes
    edition.worksheet = {
        "media_seconds": sheet.media_seconds,
        "words": sheet.words,
        "items": sheet.items,
        "difficulty": str(sheet.difficulty),
        "media_minutes": str(sheet.media_minutes),
        "text_minutes": str(sheet.text_minutes),
        "minutes": str(sheet.minutes),
        "credits": dict(credits),
        "lines": sheet.lines(),
    }
    edition.save(update_fields=["minutes", "worksheet"])


def offer_credit(
    edition: Edition,
    system: str,
    amount: Decimal,
    *,
    position: int,
    identifier: str = "",
    activity_type: str = "",
    designated_on: date | None = None,
    valid_to: date | None = None,
) -> CreditOffer:
    """Designate credit of one system on a draft."""
    _need_draft(edition)
    return CreditOffer.objects.create(
        edition=edition,
        system=system,
        amount=amount,
        position=position,
        identifier=identifier,
        activity_type=activity_type,
        designated_on=designated_on,
        valid_to=valid_to,
    )


def relate_activities(edition: Edition, slugs: Iterable[str]) -> None:
    """Name the related activities; unknown slugs are left out. Related activities are navigation, not content: they may change after publication."""
    edition.related.set(Activity.objects.filter(slug__in=list(slugs)).exclude(pk=edition.activity_id))


@transaction.atomic
def mark_published(edition: Edition, html: str, text: str, *, at: datetime) -> FrozenFragment:
    """Freeze the front matter and publish. Only compliance.actions.publish may call this, after its findings: a house test holds it."""
    fragment, _ = FrozenFragment.objects.get_or_create(sha256=sha256_of(html), defaults={"html": html, "text": text, "frozen_at": at})
    changed = Edition.objects.filter(pk=edition.pk, state=EditionState.DRAFT).update(
        state=EditionState.PUBLISHED, published_at=at, front_matter=fragment
    )
    if not changed:
        raise Refused("catalog.is_published", "This edition is published already.")
    edition.refresh_from_db()
    return fragment


@transaction.atomic
def index_edition(edition: Edition, content: str = "") -> int:
    """Put an edition's words into the search index, or put them in anew. Returns the number of different terms.

    `content` is the plain text of the teaching. Title weighs most, then objectives, topic, faculty, and text.
    """
    people = edition.role_holders.filter(role__in=["faculty", "author"]).values_list("printed_name", "affiliation")
    fields = {
        "title": f"{edition.title} {edition.subtitle}",
        "objectives": " ".join(f"{objective.verb} {objective.text}" for objective in edition.objectives.all()),
        "topic": f"{edition.topic_label} {edition.area} {edition.summary}",
        "faculty": " ".join(f"{name} {affiliation}" for name, affiliation in people),
        "text": " ".join([edition.description, edition.need, edition.audience, *outline_titles(edition.outline), content]),
    }
    weights = posting_weights({name: terms(text) for name, text in fields.items()})
    SearchTerm.objects.bulk_create([SearchTerm(stem=term) for term in sorted(weights)], ignore_conflicts=True)
    known = dict(SearchTerm.objects.filter(stem__in=list(weights)).values_list("stem", "pk"))
    SearchPosting.objects.filter(edition=edition).delete()
    SearchPosting.objects.bulk_create(
        (SearchPosting(term_id=known[term], edition=edition, weight=weight) for term, weight in weights.items()), batch_size=2000
    )
    return len(weights)


@transaction.atomic
def withdraw_edition(edition: Edition, *, by: str, at: datetime, reason: str) -> None:
    """Take a published edition out of the catalogue. Nothing else of it changes, and nobody loses what they earned."""
    if not Edition.objects.filter(pk=edition.pk, state=EditionState.PUBLISHED).update(state=EditionState.WITHDRAWN):
        raise Refused("catalog.not_published", "Only a published edition can be withdrawn.")
    edition.refresh_from_db()
    write_entry("catalog.withdraw_edition", by=by, at=at, about=edition, reason=reason)


@transaction.atomic
def copy_edition(old: Edition, *, by: str, at: datetime) -> Edition:
    """A new draft with the old edition's texts, objectives, references and roles; without dates, offers and decisions, which are made anew."""
    new = create_draft(old.activity.provider, old.activity.slug, {name: getattr(old, name) for name in COPIED}, by=by, at=at)
    add_objectives(new, list(old.objectives.values("key", "verb", "text", "level", "review")))
    add_citations(new, list(old.citations.values("key", "text", "year", "url")))
    for holder in old.role_holders.select_related("person"):
        assign_role(new, holder.person, holder.role, position=holder.position, title=holder.title, affiliation=holder.affiliation)
    relate_activities(new, old.related.values_list("slug", flat=True))
    return new


def _need_draft(edition: Edition) -> None:
    if edition.state != EditionState.DRAFT:
        raise Refused("catalog.is_published", "A published edition never changes. Make a new edition from it.")
