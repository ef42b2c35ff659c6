"""What belongs to a draft: objectives, references, people and their roles.

What takes no `by` is a part of another action, as an import or a copy, which writes the line.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.text import slugify

from preceptor.catalog.models import Citation, Edition, Objective, Person, RoleHolder
from preceptor.catalog.rules import EditionState
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry


def note_writer(edition: Edition, by: str) -> None:
    """Whoever wrote a draft does not publish it alone."""
    if by not in edition.written_by:
        edition.written_by = [*edition.written_by, by]
        edition.save(update_fields=["written_by"])


def need_draft(edition: Edition) -> None:
    """A published edition is changed by nobody (catalog.is_published)."""
    if edition.state != EditionState.DRAFT:
        raise Refused("catalog.is_published", "A published edition never changes. Make a new edition from it.")


@transaction.atomic
def add_objectives(edition: Edition, rows: Sequence[Mapping[str, Any]]) -> list[Objective]:
    """The learning objectives of a draft, in order: {key, verb, text, level, review}."""
    need_draft(edition)
    return [
        Objective.objects.create(
            edition=edition, key=row["key"], position=position, verb=row["verb"], text=row["text"], level=row["level"], review=row["review"]
        )
        for position, row in enumerate(rows, start=1)
    ]


@transaction.atomic
def add_citations(edition: Edition, rows: Sequence[Mapping[str, Any]]) -> list[Citation]:
    """The bibliography of a draft, in order: {key, text, year, url}."""
    need_draft(edition)
    return Citation.objects.bulk_create(
        Citation(edition=edition, key=row["key"], position=position, text=row["text"], year=row["year"], url=row["url"])
        for position, row in enumerate(rows, start=1)
    )


@transaction.atomic
def record_person(key: str, facts: Mapping[str, Any], *, is_sample: bool) -> Person:
    """A person who can hold roles, known by `key`; what is printed on an edition is kept with the role, so later facts change nothing there."""
    person, _ = Person.objects.update_or_create(key=key, defaults=dict(facts), create_defaults={**facts, "is_sample": is_sample})
    return person


@transaction.atomic
def assign_role(
    edition: Edition, person: Person, role: str, *, position: int, title: str = "", affiliation: str = "", starts_on: date | None = None
) -> RoleHolder:
    """Put a person in a role on a draft, with name, title and affiliation as they are printed."""
    need_draft(edition)
    return RoleHolder.objects.create(
        edition=edition,
        person=person,
        role=role,
        position=position,
        starts_on=starts_on,
        printed_name=person.printed_name,
        title=title or person.title,
        affiliation=affiliation or person.affiliation,
    )


@transaction.atomic
def set_objectives(edition: Edition, rows: Sequence[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    """The objectives of a draft in their order: {key, verb, text, level}. A row without a known key is new; what is not among the rows goes.

    Where the content treats an objective stays with it. An objective that items test cannot go (catalog.objective_used).
    """
    _set_rows(edition, "objectives", "objective", rows, by=by, at=at)


@transaction.atomic
def set_citations(edition: Edition, rows: Sequence[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    """The bibliography of a draft in its order: {key, text, year, url}. A row without a known key is new; what is not among the rows goes."""
    _set_rows(edition, "citations", "reference", rows, by=by, at=at)


def _set_rows(edition: Edition, name: str, word: str, rows: Sequence[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    need_draft(edition)
    held = getattr(edition, name)
    before = {row["key"]: row for row in held.values()}
    try:
        held.exclude(key__in=[row["key"] for row in rows]).delete()
    except ProtectedError as used:
        raise Refused(f"catalog.{word}_used", f"Test items belong to this {word}: change them first.") from used
    free = (key for number in count(1) if (key := f"{word}-{number}") not in before)
    for position, row in enumerate(rows, start=1):
        key = row["key"] if row["key"] in before else next(free)
        held.update_or_create(key=key, defaults={**row, "key": key, "position": position})
    after = {row["key"]: row for row in held.values()}
    if before != after:
        changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
        note_writer(edition, by)
        write_entry(f"catalog.set_{name}", by=by, at=at, about=edition, detail={"changed": changed})


@transaction.atomic
def add_role(edition: Edition, person: Person, role: str, *, starts_on: date | None, by: str, at: datetime) -> RoleHolder:
    """Give a person a role on a draft, once (catalog.has_role), after those that are there."""
    if edition.role_holders.filter(person=person, role=role).exists():
        raise Refused("catalog.has_role", f"{person.printed_name} is {role} already.")
    last = edition.role_holders.aggregate(last=Max("position"))["last"] or 0
    holder = assign_role(edition, person, role, position=last + 1, starts_on=starts_on)
    note_writer(edition, by)
    write_entry("catalog.add_role", by=by, at=at, about=edition, detail={"person": person.key, "role": role})
    return holder


@transaction.atomic
def remove_role(holder: RoleHolder, reason: str, *, by: str, at: datetime) -> None:
    """Take a role on a draft away, with the reason. What hangs on it, as a decision on a relationship, keeps it (catalog.role_decided)."""
    edition, told = holder.edition, {"person": holder.person.key, "role": holder.role}
    need_draft(edition)
    gone = holder.delete()[1]
    if any(label != "catalog.RoleHolder" and not label.endswith("_role_holders") for label, number in gone.items() if number):
        raise Refused("catalog.role_decided", "Relationships were decided for this role. The decisions are kept, and so is the role.")
    note_writer(edition, by)
    write_entry("catalog.remove_role", by=by, at=at, about=edition, reason=reason, detail=told)


@transaction.atomic
def describe_person(edition: Edition, person: Person, facts: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Change what is known of a person (credentials, profession, title, affiliation, address), and with it what a draft prints of them.

    What other editions print of the person stays as it is.
    """
    need_draft(edition)
    changed = sorted(name for name, value in facts.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, facts[name])
    person.save(update_fields=changed)
    for holder in edition.role_holders.filter(person=person):
        holder.printed_name = person.printed_name
        holder.title, holder.affiliation = facts.get("title", holder.title), facts.get("affiliation", holder.affiliation)
        holder.save(update_fields=["printed_name", "title", "affiliation"])
    if changed:
        note_writer(edition, by)
        write_entry("catalog.describe_person", by=by, at=at, about=person, detail={"changed": changed, "edition": str(edition.uuid)})


@transaction.atomic
def record_contact(person: Person, email: str, *, by: str, at: datetime) -> Person:
    """Keep where a person is written to. The logbook holds that it changed, and no address."""
    if person.email != email:
        person.email = email
        person.save(update_fields=["email"])
        write_entry("catalog.record_contact", by=by, at=at, about=person, detail={"person": person.key})
    return person


@transaction.atomic
def begin_role(holder: RoleHolder, starts_on: date | None, *, by: str, at: datetime) -> RoleHolder:
    """Say on which day a role on a draft begins: what has to precede it is counted from that day. None: it is not known."""
    need_draft(holder.edition)
    if holder.starts_on != starts_on:
        earlier, holder.starts_on = holder.starts_on, starts_on
        holder.save(update_fields=["starts_on"])
        note_writer(holder.edition, by)
        write_entry("catalog.begin_role", by=by, at=at, about=holder, detail={"from": str(earlier or ""), "to": str(starts_on or "")})
    return holder


@transaction.atomic
def add_person(edition: Edition, facts: Mapping[str, str], role: str, *, starts_on: date | None, by: str, at: datetime) -> RoleHolder:
    """Somebody new, in a role on a draft. A person of a sample provider's activity is a sample."""
    need_draft(edition)
    base = slugify(f"{facts['given_name']} {facts['family_name']}")[:50] or "person"
    keys = (base if number == 1 else f"{base}-{number}" for number in count(1))
    free = next(key for key in keys if not Person.objects.filter(key=key).exists())
    person = record_person(free, facts, is_sample=edition.activity.is_sample)
    write_entry("catalog.add_person", by=by, at=at, about=person, detail={"edition": str(edition.uuid)})
    return add_role(edition, person, role, starts_on=starts_on, by=by, at=at)
