"""What we do with activities and editions. Drafts are written here; a published edition is changed by nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Max

from preceptor.accreditation.models import Provider
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import CreditSystem, identifier_problems
from preceptor.catalog.actions.parts import add_citations, add_objectives, assign_role, need_draft, note_writer
from preceptor.catalog.adapters.words import terms
from preceptor.catalog.models import (
    Activity,
    CreditOffer,
    Edition,
    FrozenFragment,
    Partner,
    SearchPosting,
    SearchTerm,
)
from preceptor.catalog.queries import worksheet_from
from preceptor.catalog.rules import LONGEST_CLAIM, EditionState, Worksheet, outline_titles, posting_weights
from preceptor.kernel.credits import is_step, plain
from preceptor.kernel.documents import LARGEST_DOCUMENT, document_problem
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry

COPIED = (
    "title", "subtitle", "summary", "language", "topic", "topic_label", "area", "cover", "format", "medium", "fee_cents", "minutes", "worksheet",
    "description", "need", "audience", "equity", "off_label", "copyright", "outline", "professions", "plan", "pass_mark", "max_attempts",
    "content_rule", "grace_hours", "practice", "novel_topics", "state_topics", "is_patient_care", "derived_from_live",
)  # fmt: skip
EDITABLE = frozenset(COPIED) - {"minutes", "worksheet"} | {"equity_plan", "released_on", "reviewed_on", "ends_on"}


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
    edition = Edition.objects.create(activity=activity, number=number, written_by=[by], **facts)
    write_entry("catalog.create_draft", by=by, at=at, about=edition, detail={"slug": slug, "number": number})
    return edition


@transaction.atomic
def record_worksheet(edition: Edition, sheet: Worksheet, credits: Mapping[str, str]) -> None:
    """Keep the time estimate, its numbers and the credit that they support with the draft; the estimate becomes the edition's time."""
    need_draft(edition)
    edition.minutes = sheet.whole_minutes
    edition.worksheet = {
        "media_seconds": sheet.media_seconds,
        "words": sheet.words,
        "items": sheet.items,
        "difficulty": str(sheet.difficulty),
        "pilot_minutes": list(sheet.pilot_minutes),
        "media_minutes": str(sheet.media_minutes),
        "text_minutes": str(sheet.text_minutes),
        "computed_minutes": str(sheet.computed_minutes),
        "minutes": str(sheet.minutes),
        "credits": dict(credits),
        "lines": sheet.lines(),
    }
    edition.save(update_fields=["minutes", "worksheet"])


@transaction.atomic
def record_pilot(edition: Edition, minutes: Sequence[int], *, by: str, at: datetime) -> None:
    """Keep the times that target learners needed in a pilot; their median becomes the estimate. None of them: the formula holds again.

    Refused without a worksheet (catalog.no_worksheet) and for times that are none (catalog.pilot).
    """
    need_draft(edition)
    sheet = worksheet_from(edition)
    if sheet is None:
        raise Refused("catalog.no_worksheet", "There is no worksheet yet: the content comes first.")
    if any(not 0 < one <= 6_000 for one in minutes):
        raise Refused("catalog.pilot", "A pilot's time is a whole number of minutes above zero.")
    tried = replace(sheet, pilot_minutes=tuple(minutes))
    pack = pack_on(edition.released_on or at.date())
    offered = [pack.systems[offer.system] for offer in edition.offers.all() if offer.system in pack.systems]
    record_worksheet(edition, tried, {system.key: str(system.amount_for(tried.minutes)) for system in offered})
    note_writer(edition, by)
    write_entry("catalog.record_pilot", by=by, at=at, about=edition, detail={"minutes": list(minutes)})


@transaction.atomic
def update_draft(edition: Edition, fields: Mapping[str, Any], *, by: str, at: datetime) -> Edition:
    """Change fields of a draft and note who wrote. Fields that are not for typing are refused (catalog.fixed)."""
    need_draft(edition)
    if fixed := sorted(set(fields) - EDITABLE):
        raise Refused("catalog.fixed", f"This cannot be changed here: {fixed[0]}.")
    changed = {name: value for name, value in fields.items() if getattr(edition, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(edition, name, value)
        edition.save(update_fields=list(changed))
        note_writer(edition, by)
        write_entry("catalog.update_draft", by=by, at=at, about=edition, detail={"changed": sorted(changed)})
    return edition


@transaction.atomic
def drop_imported_text(edition: Edition, name: str, *, by: str, at: datetime) -> None:
    """Take a hand-typed text of an imported page off a draft: the logbook keeps it."""
    need_draft(edition)
    if name in edition.imported_text:
        text = edition.imported_text[name]
        edition.imported_text = {key: value for key, value in edition.imported_text.items() if key != name}
        edition.save(update_fields=["imported_text"])
        note_writer(edition, by)
        write_entry("catalog.drop_imported_text", by=by, at=at, about=edition, detail={"name": name, "text": text})


@transaction.atomic
def save_offer(
    edition: Edition,
    system: str,
    amount: Decimal,
    *,
    identifier: str = "",
    activity_type: str = "",
    designated_on: date | None = None,
    approved_from: date | None = None,
    valid_to: date | None = None,
    claim_days: int | None = None,
    evidence: "File[Any] | None" = None,
    evidence_note: str = "",
    sub_amounts: Mapping[str, str] | None = None,
    reporting: Mapping[str, str] | None = None,
    by: str,
    at: datetime,
) -> CreditOffer:
    """Designate credit of one system on a draft, or change the designation. An evidence file that is there stays until another one is given.

    Refused: a system that the packs do not have (catalog.unknown_system), an amount that is no multiple of its step (catalog.amount), a
    contained amount that the system does not know or that is larger (catalog.sub_amount), days to claim in that are none (catalog.claim_days), a file of another kind (catalog.evidence), a number that
    has not the form or fits neither format nor release (catalog.identifier). A number may still be missing, and partners may still come: the gate asks.
    """
    need_draft(edition)
    pack = pack_on(edition.released_on or at.date())
    held = pack.systems.get(system)
    if held is None or not held.is_credit:
        raise Refused("catalog.unknown_system", f"There is no credit system {system!r} in the packs.")
    _check_amounts(held, amount, sub_amounts or {})
    if claim_days is not None and not 1 <= claim_days <= LONGEST_CLAIM:
        raise Refused("catalog.claim_days", f"Days to claim in are a whole number from 1 to {LONGEST_CLAIM}.")
    number = identifier.strip()
    if number and (wrong := identifier_problems(pack, held, number, format=edition.format, released_on=edition.released_on)):
        raise Refused("catalog.identifier", " ".join(wrong))
    values: dict[str, Any] = {
        "amount": amount, "identifier": number, "activity_type": activity_type, "designated_on": designated_on,
        "approved_from": approved_from, "valid_to": valid_to, "claim_days": claim_days, "evidence_note": evidence_note,
        "sub_amounts": dict(sub_amounts or {}), "reporting": dict(reporting or {}),
    }  # fmt: skip
    if evidence is not None:
        _check_evidence(evidence)
        values["evidence"] = evidence
    last = edition.offers.aggregate(last=Max("position"))["last"] or 0
    offer, is_new = CreditOffer.objects.update_or_create(
        edition=edition, system=system, defaults=values, create_defaults={**values, "position": last + 1}
    )
    note_writer(edition, by)
    write_entry("catalog.save_offer", by=by, at=at, about=edition, detail={"system": system, "amount": str(amount), "is_new": is_new})
    return offer


@transaction.atomic
def remove_offer(edition: Edition, system: str, *, by: str, at: datetime) -> None:
    """Take a designation off a draft. Its evidence file stays in the store."""
    need_draft(edition)
    if CreditOffer.objects.filter(edition=edition, system=system).delete()[0]:
        note_writer(edition, by)
        write_entry("catalog.remove_offer", by=by, at=at, about=edition, detail={"system": system})


@transaction.atomic
def set_partners(edition: Edition, partners: Sequence[tuple[str, bool]], *, by: str, at: datetime) -> list[Partner]:
    """The organisations that provide a draft jointly, in order: (name, is it accredited itself). Replaces those that were named before."""
    need_draft(edition)
    names = [" ".join(name.split()) for name, _ in partners]
    if len(set(names)) != len(names) or "" in names:
        raise Refused("catalog.partners", "Name every partner once.")
    Partner.objects.filter(edition=edition).delete()
    rows = [(name, is_accredited) for name, (_, is_accredited) in zip(names, partners, strict=True)]
    made = [Partner.objects.create(edition=edition, name=name, is_accredited=known, position=n) for n, (name, known) in enumerate(rows, 1)]
    note_writer(edition, by)
    write_entry("catalog.set_partners", by=by, at=at, about=edition, detail={"partners": names})
    return made


@transaction.atomic
def relate_activities(edition: Edition, slugs: Iterable[str]) -> None:
    """Name the related activities; unknown slugs are left out. Related activities are navigation, not content: they may change after publication."""
    edition.related.set(Activity.objects.filter(slug__in=list(slugs)).exclude(pk=edition.activity_id))


@transaction.atomic
def mark_published(edition: Edition, html: str, text: str, *, told_sha256: str | None = None, at: datetime) -> FrozenFragment:
    """Freeze the front matter, and the hash of what it discloses, and publish. Only compliance.actions.publish may call this: a house test holds it."""
    fragment, _ = FrozenFragment.objects.get_or_create(sha256=sha256_of(html), defaults={"html": html, "text": text, "frozen_at": at})
    changed = Edition.objects.filter(pk=edition.pk, state=EditionState.DRAFT).update(
        state=EditionState.PUBLISHED, published_at=at, front_matter=fragment, told_sha256=told_sha256
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
    """A new draft with the old edition's texts, objectives, references, roles and partners; without dates, offers, approvals and decisions.

    Those are made anew. A note in `imported_text` is not carried either.
    """
    new = create_draft(old.activity.provider, old.activity.slug, {name: getattr(old, name) for name in COPIED}, by=by, at=at)
    add_objectives(new, list(old.objectives.values("key", "verb", "text", "level", "review")))
    add_citations(new, list(old.citations.values("key", "text", "year", "url")))
    for holder in old.role_holders.select_related("person"):
        assign_role(new, holder.person, holder.role, position=holder.position, title=holder.title, affiliation=holder.affiliation)
    set_partners(new, [(partner.name, partner.is_accredited) for partner in old.partners.all()], by=by, at=at)
    relate_activities(new, old.related.values_list("slug", flat=True))
    return new


def _check_amounts(system: CreditSystem, amount: Decimal, sub_amounts: Mapping[str, str]) -> None:
    if not is_step(amount, system.step):
        raise Refused("catalog.amount", f"The amount must be above zero, in steps of {plain(system.step)}.")
    for name, value in sub_amounts.items():
        if name not in system.sub_amounts or not 0 < Decimal(value) <= amount:
            raise Refused(
                "catalog.sub_amount", f"{system.label}: {value} {system.sub_amounts.get(name, name)} cannot be part of {plain(amount)}."
            )


def _check_evidence(evidence: "File[Any]") -> None:
    evidence.seek(0)
    problem = document_problem(evidence.name or "letter", evidence.read(LARGEST_DOCUMENT + 1))
    evidence.seek(0)
    if problem:
        raise Refused("catalog.evidence", f"{problem} Give the approval letter as PDF, PNG, JPEG, text or e-mail.")
