"""What the gate asks of the rooms: facts, gathered into one dossier in a constant number of queries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import approval_gaps, held_on
from preceptor.assessment.models import Item
from preceptor.assessment.queries import facts as assessment_facts
from preceptor.catalog.models import CreditOffer, Edition, RoleHolder
from preceptor.catalog.queries import partner_names, statements_of
from preceptor.compliance.models import ContentReview, LinkCheck
from preceptor.compliance.rules import (
    CitationFacts,
    CompanyFacts,
    Decided,
    Dossier,
    Excluded,
    HolderFacts,
    ItemFacts,
    ObjectiveFacts,
    OfferFacts,
    PersonFacts,
    RelationshipFacts,
    ReviewFacts,
    SupporterFacts,
    TopicFacts,
)
from preceptor.compliance.rules.wording import ABSOLUTE_LINK
from preceptor.content.models import Part
from preceptor.content.queries import facts as content_facts
from preceptor.content.queries import plain_words
from preceptor.disclosure.models import CommercialSupport, Company, Disclosure, FinancialRelationship
from preceptor.disclosure.queries import Decisions, decisions_of, people_rows, support_sentences
from preceptor.disclosure.rules import PersonRow, mitigated
from preceptor.evaluation.models import EvaluationForm
from preceptor.journey.adapters.front_matter import TeachingFacts
from preceptor.ui.prose import cited_keys

OWN_TEXTS = ("title", "subtitle", "summary", "description", "need", "audience", "equity", "off_label", "copyright")


def teaching_facts(edition: Edition) -> TeachingFacts:
    """What the front matter tells of content and test."""
    content = content_facts(edition)
    kinds = tuple(str(kind) for kind in content["kinds"])
    return TeachingFacts(
        items=assessment_facts(edition)["items"],
        kinds=kinds,
        has_media=content["media_seconds"] > 0,
        has_captions=not content["without_captions"],
    )


def dossier_of(
    edition: Edition,
    *,
    day: date,
    front_matter: str | None = None,
    decisions: Decisions | None = None,
    rows: list[PersonRow] | None = None,
) -> Dossier:
    """Everything that the rules look at, by the packs and accreditations of `day` (the release date).

    `front_matter` is the text of the rendered fragment, so that what must be shown can be seen to be there.
    `decisions` and `rows` are the edition's, where the caller has read them already.
    """
    decisions = decisions or decisions_of(edition)
    rows = people_rows(edition, decisions) if rows is None else rows
    offers = list(edition.offers.all())
    support = list(CommercialSupport.objects.filter(edition=edition).select_related("company"))
    items = list(edition.items.select_related("objective"))
    holders = list(edition.role_holders.select_related("person").order_by("position", "pk"))
    return Dossier(
        **_of_edition(edition),
        **_of_teaching(edition),
        **_of_provider(edition, offers, day),
        citations=_citations(edition),
        people=_people(holders, decisions),
        supporters=tuple(_supporter(row) for row in support),
        items=tuple(_item(item) for item in items),
        told_people={row.person_key: tuple(row.relationships) for row in rows},
        told_support=tuple(support_sentences(edition)),
        mitigation_sentence=mitigated(rows),
        front_matter=front_matter,
        companies=_companies(decisions.declared.values(), support),
        reviews=_reviews(edition),
        uuids=_uuids(edition, holders, decisions.declared, support, items, offers),
    )


def _words_of_items(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        yield from (item.stem, item.question, *(str(option["text"]) for option in item.options), item.rationale)


def _words_of_cases(edition: Edition) -> Iterator[str]:
    for part in edition.parts.prefetch_related("decisions"):
        for decision in part.decisions.all():
            yield from (decision.narrative, decision.question, decision.debrief)
            for option in decision.options:
                yield f"{option['text']} {option.get('feedback', '')}"


def _of_edition(edition: Edition) -> dict[str, Any]:
    minutes = edition.worksheet.get("minutes")
    same = ("title", "format", "medium", "pass_mark", "fee_cents", "minutes", "released_on", "reviewed_on", "ends_on", "practice", "equity_plan",
            "is_patient_care", "derived_from_live")  # fmt: skip
    return {
        **{name: getattr(edition, name) for name in same},
        "slug": edition.activity.slug,
        "activity_number": edition.activity.activity_number,
        "uuid": str(edition.uuid),
        "professions": tuple(edition.professions),
        "plan": tuple(edition.plan),
        "worksheet_minutes": Decimal(minutes) if minutes is not None else None,
        "novel_topics": tuple(str(topic) for topic in edition.novel_topics),
        "state_topics": tuple(_topic(row) for row in edition.state_topics),
        "refund_policy": str(edition.practice.get("refund_policy") or ""),
        "imported": {name: str(text) for name, text in edition.imported_text.items()},
    }


def _of_teaching(edition: Edition) -> dict[str, Any]:
    content, words, provider = content_facts(edition), plain_words(edition), edition.activity.provider
    objectives = list(edition.objectives.all())
    form = EvaluationForm.objects.filter(edition=edition).first()
    return {
        "texts": {
            **{name: getattr(edition, name) for name in OWN_TEXTS},
            "objectives": "\n".join(f"{objective.verb} {objective.text}" for objective in objectives),
            "content": words,
            "assessment": "\n".join(_words_of_items(edition.items.all())),
            "cases": "\n".join(_words_of_cases(edition)),
            "evaluation": "\n".join([*form.changes, *form.barriers]) if form else "",
            "disclosure": provider.disclosure_policy,
            "policies": f"{provider.privacy_policy}\n{provider.accessibility_policy}",
        },
        "objectives": tuple(ObjectiveFacts(one.key, one.verb, one.text, one.level, _places(one.review)) for one in objectives),
        "has_evaluation": form is not None,
        "changes": len(form.changes) if form else 0,
        "barriers": len(form.barriers) if form else 0,
        "parts": content["parts"],
        "anchors": {part: tuple(anchors) for part, anchors in content["anchors"].items()},
        "without_captions": tuple(content["without_captions"]),
        "cited": frozenset(cited_keys(words)),
        "content_links": tuple(dict.fromkeys(ABSOLUTE_LINK.findall(words))),
    }


def _of_provider(edition: Edition, offers: list[CreditOffer], day: date) -> dict[str, Any]:
    provider, pack = edition.activity.provider, pack_on(day)
    held = list(provider.accreditations.all())
    statements = statements_of(edition, day)
    return {
        "zone": provider.time_zone,
        "provider_name": provider.name,
        "provider_email": provider.email,
        "provider_state": provider.state,
        "has_privacy_policy": bool(provider.privacy_policy.strip()),
        "accreditation_kinds": tuple(one.kind for one in held_on(held, day)),
        "accreditation_statements": tuple(statements.accreditation),
        "designations": statements.designations,
        "partners": tuple(partner_names(edition)),
        "offers": tuple(_offer(offer, tuple(approval_gaps(pack, offer, held, day))) for offer in offers),
    }


def with_renewals(dossier: Dossier, edition: Edition) -> Dossier:
    """The dossier of a published edition with the day on which each person signed last: a renewed disclosure is not old."""
    signed = Disclosure.objects.filter(person__roles__edition=edition).order_by("signed_at").values_list("person__key", "signed_at")
    latest = dict(signed)
    return replace(dossier, people=tuple(replace(one, signed_at=latest.get(one.key, one.signed_at)) for one in dossier.people))


def _uuids(
    edition: Edition,
    holders: list[RoleHolder],
    declared: Mapping[int, Disclosure],
    support: list[CommercialSupport],
    items: list[Item],
    offers: list[CreditOffer],
) -> dict[tuple[str, str], str]:
    """(kind, name in a finding) → the thing that mends it."""
    found: dict[tuple[str, str], str] = {("provider", edition.activity.provider.name): str(edition.activity.provider.uuid)}
    found |= {("objective", o.key): str(o.uuid) for o in edition.objectives.all()}
    found |= {("offer", offer.system): str(offer.uuid) for offer in offers}
    found |= {("item", item.key): str(item.uuid) for item in items}
    found |= {("part", key): str(uuid) for key, uuid in Part.objects.filter(edition=edition).values_list("key", "uuid")}
    found |= {("support", row.company.name): str(row.uuid) for row in support}
    found |= {("company", row.company.name): str(row.company.uuid) for row in support}
    for holder in holders:
        found["person", holder.person.printed_name] = str(holder.person.uuid)
        for row in declared[holder.person_id].relationships.all() if holder.person_id in declared else ():
            found["relationship", f"{holder.person.printed_name}: {row.company.name}"] = str(row.uuid)
            found["company", row.company.name] = str(row.company.uuid)
    return found


def _people(holders: list[RoleHolder], decisions: Decisions) -> tuple[PersonFacts, ...]:
    """Everyone in control of content; who was excluded is not."""
    declared, out = decisions.declared, decisions.out
    decided: dict[int, dict[str, Decided]] = {}
    for (holder_pk, relationship), row in decisions.relevances.items():
        judged = Decided(row.is_relevant, row.rationale, row.decided_by, row.mitigation_method, row.mitigated_at, row.told_as or "")
        decided.setdefault(holder_pk, {})[str(relationship)] = judged
    ruled: dict[int, dict[str, Excluded]] = {}
    for (holder_pk, relationship), ruling in decisions.exclusions.items():
        ruled.setdefault(holder_pk, {})[str(relationship)] = Excluded(ruling.outcome, ruling.evidence, ruling.approver)
    by_person: dict[int, list[HolderFacts]] = {}
    for holder in holders:
        if holder.pk not in out:
            facts = HolderFacts(holder.role, decided.get(holder.pk, {}), ruled.get(holder.pk, {}), holder.starts_on)
            by_person.setdefault(holder.person_id, []).append(facts)
    people = {holder.person_id: holder.person for holder in holders if holder.person_id in by_person}
    return tuple(
        PersonFacts(
            key=person.key,
            name=person.printed_name,
            credentials=person.credentials,
            profession=person.profession,
            holders=tuple(by_person[pk]),
            relationships=tuple(_relationship(row) for row in declared[pk].relationships.all()) if pk in declared else (),
            signed_at=declared[pk].signed_at if pk in declared else None,
            definition=declared[pk].definition_version if pk in declared else "",
        )
        for pk, person in people.items()
    )


def _relationship(row: FinancialRelationship) -> RelationshipFacts:
    return RelationshipFacts(str(row.pk), row.company.name, row.company.eligibility, row.nature, row.detail)


def _companies(declared: Iterable[Disclosure], support: list[CommercialSupport]) -> tuple[CompanyFacts, ...]:
    companies: dict[int, Company] = {row.company_id: row.company for row in support}
    for disclosure in declared:
        companies |= {row.company_id: row.company for row in disclosure.relationships.all()}
    return tuple(
        CompanyFacts(
            company.name,
            company.eligibility,
            tuple(str(alias) for alias in company.aliases),
            tuple(str(product) for product in company.products),
            company.regulatory_started_on,
            company.decided_on,
        )
        for company in companies.values()
    )


def _supporter(row: CommercialSupport) -> SupporterFacts:
    return SupporterFacts(
        row.company.name,
        row.company.eligibility,
        row.kind,
        row.nature,
        bool(row.agreement),
        row.signed_supporter_on,
        row.signed_provider_on,
        row.clauses,
        row.clauses_checked_by,
    )


def _offer(offer: CreditOffer, gaps: tuple[str, ...]) -> OfferFacts:
    rx = offer.sub_amounts.get("rx")
    return OfferFacts(
        offer.system,
        offer.amount,
        offer.identifier,
        offer.activity_type,
        offer.designated_on,
        offer.valid_to,
        offer.approved_from,
        gaps,
        Decimal(str(rx)) if rx else None,
        {key: str(value) for key, value in offer.reporting.items()},
    )


def _item(item: Item) -> ItemFacts:
    has_rationale = bool(item.rationale.strip())
    return ItemFacts(item.key, item.objective.key, item.level, has_rationale, bool(item.citations), _places([item.review]))


def _places(rows: Iterable[Mapping[str, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(row["part"]), str(row.get("anchor") or "")) for row in rows if row.get("part"))


def _topic(row: Mapping[str, object]) -> TopicFacts:
    professions = row.get("professions")
    minutes = row.get("minutes")
    return TopicFacts(
        str(row.get("topic") or ""),
        str(row.get("jurisdiction") or ""),
        tuple(str(code) for code in professions) if isinstance(professions, list) else (),
        minutes if isinstance(minutes, int) else 0,
    )


def _citations(edition: Edition) -> tuple[CitationFacts, ...]:
    looked = dict(LinkCheck.objects.filter(edition=edition).values_list("url", "state"))
    return tuple(CitationFacts(row.key, row.year, looked.get(row.url, "unknown") if row.url else "") for row in edition.citations.all())


def _reviews(edition: Edition) -> tuple[ReviewFacts, ...]:
    latest = {
        row.reviewer_id: row for row in ContentReview.objects.filter(edition=edition).select_related("reviewer").order_by("signed_at", "pk")
    }
    return tuple(
        ReviewFacts(row.reviewer.key, row.reviewer.printed_name, row.checklist, row.is_accepted, row.signed_at) for row in latest.values()
    )
