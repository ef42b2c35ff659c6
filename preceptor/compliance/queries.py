"""What the gate asks of the rooms: facts, gathered into one dossier in a constant number of queries."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import Pack, accreditation_statements, designation_statement, held_on
from preceptor.assessment.queries import facts as assessment_facts
from preceptor.catalog.models import Edition
from preceptor.compliance.rules import (
    Decided,
    Dossier,
    HolderFacts,
    ItemFacts,
    ObjectiveFacts,
    OfferFacts,
    PersonFacts,
    RelationshipFacts,
    SupporterFacts,
)
from preceptor.content.queries import facts as content_facts
from preceptor.content.queries import plain_words
from preceptor.disclosure.models import CommercialSupport, Disclosure
from preceptor.disclosure.queries import latest_relevances, people_rows, support_sentences
from preceptor.disclosure.rules import mitigated
from preceptor.evaluation.models import EvaluationForm
from preceptor.journey.adapters.front_matter import TeachingFacts


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


def dossier_of(edition: Edition, *, day: date, front_matter: str | None = None) -> Dossier:
    """Everything that the rules look at, by the packs and accreditations of `day` (the release date).

    `front_matter` is the text of the rendered fragment, so that what must be shown can be seen to be there.
    """
    provider = edition.activity.provider
    pack = pack_on(day)
    held = list(provider.accreditations.all())
    content = content_facts(edition)
    form = EvaluationForm.objects.filter(edition=edition).first()
    rows = people_rows(edition)
    offers = list(edition.offers.all())
    minutes = edition.worksheet.get("minutes")
    return Dossier(
        slug=edition.activity.slug,
        title=edition.title,
        texts=_texts(edition, form),
        objectives=tuple(ObjectiveFacts(o.key, o.verb, o.text, o.level) for o in edition.objectives.all()),
        professions=tuple(edition.professions),
        format=edition.format,
        medium=edition.medium,
        plan=tuple(edition.plan),
        pass_mark=edition.pass_mark,
        fee_cents=edition.fee_cents,
        minutes=edition.minutes,
        worksheet_minutes=Decimal(minutes) if minutes is not None else None,
        released_on=edition.released_on,
        reviewed_on=edition.reviewed_on,
        ends_on=edition.ends_on,
        zone=provider.time_zone,
        citation_years=tuple(edition.citations.values_list("year", flat=True)),
        people=_people(edition),
        supporters=_supporters(edition),
        offers=tuple(OfferFacts(o.system, o.amount, o.identifier, o.activity_type, o.designated_on, o.valid_to) for o in offers),
        items=_items(edition),
        has_evaluation=form is not None,
        changes=len(form.changes) if form else 0,
        barriers=len(form.barriers) if form else 0,
        parts=content["parts"],
        without_captions=tuple(content["without_captions"]),
        provider_name=provider.name,
        provider_email=provider.email,
        provider_state=provider.state,
        has_privacy_policy=bool(provider.privacy_policy.strip()),
        accreditation_kinds=tuple(one.kind for one in held_on(held, day)),
        accreditation_statements=tuple(accreditation_statements(pack, held, day, provider.name)),
        designations=_designations(edition, pack),
        told_people={row.person_key: tuple(row.relationships) for row in rows},
        told_support=tuple(support_sentences(edition)),
        mitigation_sentence=mitigated(rows),
        front_matter=front_matter,
    )


def _texts(edition: Edition, form: EvaluationForm | None) -> dict[str, str]:
    """Every text that learners read, by name: wording is looked at wherever it stands."""
    provider = edition.activity.provider
    own = ("title", "subtitle", "summary", "description", "need", "audience", "equity", "off_label", "copyright")
    return {
        **{name: getattr(edition, name) for name in own},
        "objectives": "\n".join(f"{objective.verb} {objective.text}" for objective in edition.objectives.all()),
        "content": plain_words(edition),
        "assessment": "\n".join(_words_of_items(edition)),
        "cases": "\n".join(_words_of_cases(edition)),
        "evaluation": "\n".join([*form.changes, *form.barriers]) if form else "",
        "disclosure": provider.disclosure_policy,
        "policies": f"{provider.privacy_policy}\n{provider.accessibility_policy}",
    }


def _words_of_items(edition: Edition) -> Iterator[str]:
    for item in edition.items.all():
        yield from (item.stem, item.question, *(str(option["text"]) for option in item.options), item.rationale)


def _words_of_cases(edition: Edition) -> Iterator[str]:
    for part in edition.parts.prefetch_related("decisions"):
        for decision in part.decisions.all():
            yield from (decision.narrative, decision.question, decision.debrief)
            for option in decision.options:
                yield f"{option['text']} {option.get('feedback', '')}"


def _designations(edition: Edition, pack: Pack) -> dict[str, str]:
    provider = edition.activity.provider.name
    return {
        offer.system: designation_statement(
            pack, offer.system, provider, edition.format, offer.amount, offer.identifier, valid_to=offer.valid_to
        )
        for offer in edition.offers.all()
        if offer.system in pack.systems
    }


def _people(edition: Edition) -> tuple[PersonFacts, ...]:
    holders = list(edition.role_holders.select_related("person").order_by("position", "pk"))
    decisions = latest_relevances(edition)
    declared: dict[int, Disclosure] = {}
    people = {holder.person_id for holder in holders}
    for disclosure in Disclosure.objects.filter(person__in=people).prefetch_related("relationships__company").order_by("signed_at", "pk"):
        declared[disclosure.person_id] = disclosure
    by_person: dict[int, list[HolderFacts]] = {}
    for holder in holders:
        own = {
            str(relationship): Decided(row.is_relevant, row.rationale, row.decided_by, row.mitigation_method, row.mitigated_at)
            for (holder_pk, relationship), row in decisions.items()
            if holder_pk == holder.pk
        }
        by_person.setdefault(holder.person_id, []).append(HolderFacts(holder.role, own))
    facts = []
    for person in {holder.person_id: holder.person for holder in holders}.values():
        last = declared.get(person.pk)
        facts.append(
            PersonFacts(
                key=person.key,
                name=person.printed_name,
                credentials=person.credentials,
                profession=person.profession,
                holders=tuple(by_person[person.pk]),
                relationships=tuple(
                    RelationshipFacts(str(row.pk), row.company.name, row.company.eligibility, row.nature)
                    for row in last.relationships.all()
                )
                if last
                else (),
                signed_at=last.signed_at if last else None,
                definition=last.definition_version if last else "",
            )
        )
    return tuple(facts)


def _supporters(edition: Edition) -> tuple[SupporterFacts, ...]:
    rows = CommercialSupport.objects.filter(edition=edition).select_related("company")
    return tuple(SupporterFacts(row.company.name, row.company.eligibility, row.kind, row.nature) for row in rows)


def _items(edition: Edition) -> tuple[ItemFacts, ...]:
    return tuple(
        ItemFacts(item.key, item.objective.key, item.level, bool(item.rationale.strip()), bool(item.citations))
        for item in edition.items.select_related("objective")
    )
