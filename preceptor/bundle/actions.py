"""What we do with bundles: make a draft edition from a folder, through the actions of each room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction

from preceptor.accreditation.models import Provider
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import CreditSystem, Pack
from preceptor.assessment.actions import import_items
from preceptor.assessment.queries import facts as assessment_facts
from preceptor.bundle.adapters.folder import Folder, read_folder
from preceptor.bundle.rules import day_of
from preceptor.catalog import actions as catalog
from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.catalog.rules import Worksheet, usual_plan
from preceptor.compliance.actions import sign_review
from preceptor.compliance.rules import REVIEW_CHECKLIST, months_later
from preceptor.content.actions import import_part
from preceptor.content.queries import facts as content_facts
from preceptor.disclosure import actions as disclosure
from preceptor.disclosure.models import Company, FinancialRelationship
from preceptor.disclosure.queries import agreement_clauses
from preceptor.evaluation.actions import import_form
from preceptor.kernel.refusals import Reason, Refused
from preceptor.logbook.actions import write_entry

# Days before the release: people declare first, then the staff decide and mitigate, then planning begins, then credit is designated.
DECLARED, DECIDED, PLANNED, DESIGNATED = 60, 50, 40, 7


@dataclass(frozen=True)
class _Days:
    base: date
    release: date
    review: date | None
    end: date
    zone: ZoneInfo

    def before_release(self, days: int) -> datetime:
        return self.noon(self.release - timedelta(days=days))

    def noon(self, day: date) -> datetime:
        return datetime.combine(day, time(12), tzinfo=self.zone)


@transaction.atomic
def import_bundle(folder: Path, *, by: str, at: datetime, provider: Provider, today: date | None = None) -> Edition:
    """A draft edition from a folder; nothing is written unless all of it can be (bundle.broken, with every problem's file and line).

    Dates given as numbers count from `today` (the provider's day of `at`). The amounts of credit are what the worksheet of the real content
    supports, never what somebody wished for. Disclosures in a bundle are taken as signed by the person before the release day.
    """
    read = read_folder(folder)
    if read.problems:
        first = read.problems[0]
        more = f" (and {len(read.problems) - 1} more)" if len(read.problems) > 1 else ""
        raise Refused("bundle.broken", f"{folder.name}: {first}{more}", reasons=[Reason("bundle.broken", str(p)) for p in read.problems])
    zone = ZoneInfo(provider.time_zone or "UTC")
    base = today or at.astimezone(zone).date()
    given = read.activity["dates"]
    review = None if given["review"] is None else day_of(given["review"], base)
    days = _Days(base, day_of(given["release"], base), review, day_of(given["end"], base), zone)
    pack = pack_on(days.release)
    edition = catalog.create_draft(
        provider, read.activity["slug"], _edition_facts(read, days), activity_number=read.activity.get("activity_number", ""), by=by, at=at
    )
    catalog.add_objectives(edition, [{**row, "review": row.get("review", [])} for row in read.activity["objectives"]])
    catalog.add_citations(edition, [_citation(row) for row in read.references])
    _import_people(edition, read, days, pack, by=by, at=at)
    for position, (spec, place) in enumerate(read.parts, start=1):
        import_part(edition, spec, place, position)
    import_items(edition, read.items)
    import_form(edition, read.evaluation)
    _import_offers(edition, read, days, pack, by=by, at=at)
    partners = read.activity.get("partners") or []
    if partners:
        catalog.set_partners(edition, [(row["name"], row.get("accredited", False)) for row in partners], by=by, at=at)
    catalog.relate_activities(edition, read.activity.get("related") or [])
    _import_reviews(edition, read, days, by=by)
    write_entry("bundle.import_bundle", by=by, at=at, about=edition, detail={"folder": folder.name})
    return edition


def _edition_facts(read: Folder, days: _Days) -> dict[str, Any]:
    given = read.activity
    kept = ("title", "subtitle", "summary", "language", "cover", "format", "medium", "fee_cents", "pass_mark", "max_attempts", "content_rule",
            "audience", "outline", "professions", "copyright", "grace_hours", "practice", "equity_plan", "novel_topics", "state_topics",
            "is_patient_care", "derived_from_live", "imported_text")  # fmt: skip
    return {
        **{name: given[name] for name in kept if name in given},
        **read.prose,
        "topic": given["topic"]["code"],
        "topic_label": given["topic"]["label"],
        "area": given["topic"].get("area", ""),
        "plan": usual_plan(has_pre_test=given.get("has_pre_test", True)),
        "released_on": days.release,
        "reviewed_on": days.review,
        "ends_on": days.end,
    }


def _citation(row: Mapping[str, Any]) -> dict[str, Any]:
    url = row.get("url") or (f"https://doi.org/{row['doi']}" if row.get("doi") else "")
    return {"key": row["key"], "text": row["citation"], "year": row["year"], "url": url}


def _import_people(edition: Edition, read: Folder, days: _Days, pack: Pack, *, by: str, at: datetime) -> None:
    companies = _import_companies(edition, read, days, by=by, at=at)
    position = 0
    for row in read.activity["people"]:
        person = catalog.record_person(
            row["key"],
            {
                "given_name": row["given"], "family_name": row["family"], "credentials": row.get("credentials", ""),
                "profession": row["profession"], "title": row.get("title", ""), "affiliation": row.get("affiliation", ""),
                "bio": row.get("bio", ""), "email": row.get("email", ""),
            },
            is_sample=edition.activity.is_sample,
        )  # fmt: skip
        starts = {
            "planner": days.release - timedelta(days=PLANNED),
            **{k: day_of(v, days.base) for k, v in (row.get("starts") or {}).items()},
        }
        holders = []
        for role in row["roles"]:
            position += 1
            holders.append(catalog.assign_role(edition, person, role, position=position, starts_on=starts.get(role)))
        declared = read.activity["disclosures"].get(row["key"])
        if declared is not None:
            _import_disclosure(person, holders, declared, companies, days, pack, by=by)
    for row in read.activity.get("support") or []:
        _import_support(edition, row, companies[row["company"]], read, days, by=by, at=at)


def _import_companies(edition: Edition, read: Folder, days: _Days, *, by: str, at: datetime) -> dict[str, Company]:
    companies: dict[str, Company] = {}
    for row in read.activity.get("companies") or []:
        companies[row["key"]] = disclosure.record_company(
            row["key"],
            row["name"],
            row["eligibility"],
            row["basis"],
            is_sample=edition.activity.is_sample,
            aliases=row.get("aliases", ()),
            parent=companies.get(row.get("parent", "")),
            business_lines=row.get("business_lines", ()),
            products=row.get("products", ()),
            decided_by=row.get("decided_by", ""),
            decided_on=day_of(row["decided_on"], days.base) if "decided_on" in row else None,
            by=by,
            at=at,
        )
    return companies


def _import_support(
    edition: Edition, row: Mapping[str, Any], company: Company, read: Folder, days: _Days, *, by: str, at: datetime
) -> None:
    """Support with its agreement: signatures and checklist are taken over as the files tell them."""
    nature = row.get("nature", "") if row["kind"] == "in_kind" else ""
    support = disclosure.record_support(edition, company, row["kind"], nature, amount_cents=row.get("amount_cents"), by=by, at=at)
    if "signed_supporter" in row and "signed_provider" in row and row.get("agreement"):
        path = read.path / row["agreement"]
        disclosure.sign_agreement(
            support,
            ContentFile(path.read_bytes(), name=path.name),
            day_of(row["signed_supporter"], days.base),
            day_of(row["signed_provider"], days.base),
            note=row.get("agreement_note", ""),
            by=by,
            at=at,
        )
    if clauses := row.get("clauses"):
        known = agreement_clauses(edition, at)
        disclosure.check_clauses(support, {key: clauses == "all" or key in clauses for key in known}, by=by, at=at)


def _import_disclosure(
    person: Person,
    holders: list[RoleHolder],
    declared: Mapping[str, Any],
    companies: Mapping[str, Company],
    days: _Days,
    pack: Pack,
    *,
    by: str,
) -> None:
    rows = declared.get("relationships") or []
    signed = disclosure.sign_disclosure(
        person,
        [(companies[row["company"]], row["nature"], row.get("ended", False), row.get("detail", "")) for row in rows],
        is_none=declared["none"],
        definition_version=pack.definition.key,
        signed_name=f"{person.given_name} {person.family_name}",
        by=by,
        at=days.noon(day_of(declared["signed"], days.base)) if "signed" in declared else days.before_release(DECLARED),
    )
    known = {(row.company_id, row.nature): row for row in signed.relationships.all()}
    for row in rows:
        for holder in holders:
            _import_decisions(known[(companies[row["company"]].pk, row["nature"])], holder, row, days, by=by)


def _import_decisions(relationship: FinancialRelationship, holder: RoleHolder, row: Mapping[str, Any], days: _Days, *, by: str) -> None:
    mitigation, decided_at = row.get("mitigation") or {}, days.before_release(DECIDED)
    mitigated_at = days.noon(day_of(mitigation["day"], days.base)) if "day" in mitigation else decided_at
    if out := row.get("exclusion"):
        disclosure.decide_exclusion(relationship, holder, out["outcome"], out["evidence"], out["approver"], by=by, at=decided_at)
    if row.get("relevant") is not None:
        disclosure.decide_relevance(
            relationship,
            holder,
            is_relevant=row["relevant"],
            rationale=row["rationale"],
            method=mitigation.get("method", ""),
            note=mitigation.get("note", ""),
            mitigated_at=mitigated_at if mitigation else None,
            by=by,
            at=max(decided_at, mitigated_at),
        )


def _import_reviews(edition: Edition, read: Folder, days: _Days, *, by: str) -> None:
    """Content reviews as they were signed; "all" stands for every line of the checklist."""
    people = {holder.person.key: holder.person for holder in edition.role_holders.select_related("person")}
    for row in read.activity.get("reviews") or []:
        if row["reviewer"] not in people:
            raise Refused("bundle.broken", f"{read.path.name}: activity.yaml: reviews: there is no person {row['reviewer']!r}")
        holds = {key: row["checklist"] == "all" or key in row["checklist"] for key in REVIEW_CHECKLIST}
        at = days.noon(day_of(row["day"], days.base))
        sign_review(edition, people[row["reviewer"]], holds, row["accepted"], row.get("note", ""), by=by, at=at)


def _import_offers(edition: Edition, read: Folder, days: _Days, pack: Pack, *, by: str, at: datetime) -> None:
    content, tests = content_facts(edition), assessment_facts(edition)
    given_sheet = read.activity["worksheet"]
    if not given_sheet:
        return
    sheet = Worksheet(
        media_seconds=round(content["media_seconds"]),
        words=content["words"],
        items=tests["items"],
        difficulty=Decimal(str(given_sheet["difficulty"])),
        pilot_minutes=tuple(given_sheet.get("pilot_minutes", ())),
    )
    offers = [{"system": given} if isinstance(given, str) else given for given in read.activity["offers"]]
    amounts = {}
    for given in offers:
        system = pack.systems.get(given["system"])
        if system is None or not system.is_credit:
            raise Refused("bundle.broken", f"{read.path.name}: activity.yaml: offers: there is no credit system {given['system']!r}")
        supported = system.amount_for(sheet.minutes)
        amount = Decimal(str(given["amount"])) if "amount" in given else supported
        if amount <= 0:
            raise Refused("bundle.no_credit", f"{read.path.name}: {sheet.minutes} minutes of content support no {system.label}.")
        amounts[system.key] = str(supported)
        _import_offer(edition, read, days, system, amount, given, by=by, at=at)
    catalog.record_worksheet(edition, sheet, amounts)


def _import_offer(
    edition: Edition, read: Folder, days: _Days, system: CreditSystem, amount: Decimal, given: Mapping[str, Any], *, by: str, at: datetime
) -> None:
    approved_from = _offer_day(given.get("approved_from"), days, days.end)
    longest = system.longest_months(pack_on(days.release).formats.get(edition.format))
    valid_to = _offer_day(given.get("valid_to"), days, months_later(approved_from or days.release, longest) - timedelta(days=1))
    evidence = read.path / given["evidence"] if given.get("evidence") else None
    catalog.save_offer(
        edition,
        system.key,
        amount,
        # "{yy}" in a bundle with relative dates stands for the year of release, as a Universal Activity Number carries it.
        identifier=given.get("identifier", "").replace("{yy}", f"{days.release:%y}"),
        activity_type=given.get("activity_type", ""),
        designated_on=days.release - timedelta(days=DESIGNATED),
        approved_from=approved_from,
        valid_to=valid_to,
        claim_days=given.get("claim_days"),
        evidence=ContentFile(evidence.read_bytes(), name=f"{edition.activity.slug}-{system.key}{evidence.suffix}") if evidence else None,
        evidence_note=given.get("evidence_note", ""),
        sub_amounts={name: str(value) for name, value in (given.get("sub_amounts") or {}).items()},
        reporting=given.get("reporting") or {},
        by=by,
        at=at,
    )


def _offer_day(given: Any, days: _Days, longest: date) -> date | None:
    if given is None:
        return None
    named = {"release": days.release, "end": days.end, "longest": min(days.end, longest)}
    return named[given] if given in named else day_of(given, days.base)
