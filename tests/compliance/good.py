"""A dossier that breaks no rule, to break one thing at a time."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import accreditation_statements, designation_statement
from preceptor.catalog.rules import usual_plan
from preceptor.compliance.rules import (
    REVIEW_CHECKLIST,
    CitationFacts,
    CompanyFacts,
    Decided,
    Dossier,
    HolderFacts,
    ItemFacts,
    ObjectiveFacts,
    OfferFacts,
    PersonFacts,
    RelationshipFacts,
    ReviewFacts,
    SupporterFacts,
)
from preceptor.disclosure.rules import MITIGATED, support_sentence

ZONE = "America/New_York"
RELEASE, REVIEW, END = date(2026, 10, 23), date(2026, 10, 23), date(2027, 10, 18)
AT = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo(ZONE))
PACK = pack_on(RELEASE)
PROVIDER = "Sample Provider"


class Held:
    kind, valid_from, valid_to = "joint_accreditation", date(2020, 1, 1), None


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE))


SIGNED, DECIDED = moment(date(2026, 9, 1)), moment(date(2026, 9, 20))
MITIGATION = Decided(True, "Sells what is taught.", "Staff", "independent_review", DECIDED)
CONSULTANT = RelationshipFacts("1", "Sample Company, Inc.", "ineligible", "consultant")
FACULTY = PersonFacts(
    "alex", "Alex Sample, MD", "MD", "physician", (HolderFacts("faculty", {"1": MITIGATION}),), (CONSULTANT,), SIGNED, PACK.definition.key
)
PLANNER = PersonFacts("robin", "Robin Sample, RN", "RN", "registered_nurse", (HolderFacts("planner", {}),), (), SIGNED, PACK.definition.key)
REVIEWER = PersonFacts("casey", "Casey Sample, MD", "MD", "physician", (HolderFacts("reviewer", {}),), (), SIGNED, PACK.definition.key)
SIGNED_REVIEW = ReviewFacts("casey", "Casey Sample, MD", dict.fromkeys(REVIEW_CHECKLIST, True), True, DECIDED)
BY_HAND = {"by": "hand", "who": "Sample Staff", "how": "by upload"}
SUPPORTER = SupporterFacts(
    "Sample Company, Inc.",
    "ineligible",
    "monetary",
    "",
    True,
    date(2026, 8, 1),
    date(2026, 8, 2),
    dict.fromkeys(PACK.clauses, True),
    "Staff",
)
COMPANY = CompanyFacts("Sample Company, Inc.", "ineligible", ("Sample Co",), ("Samplumab",), None, date(2026, 1, 5))
SECOND = PersonFacts("kit", "Kit Sample, MD", "MD", "physician", (HolderFacts("planner", {}),), (), SIGNED, PACK.definition.key)
OFFERS = (
    OfferFacts("ama_pra_1", Decimal("0.75"), designated_on=date(2026, 10, 1)),
    OfferFacts("aapa_1", Decimal("0.75"), designated_on=date(2026, 10, 1), valid_to=END, reporting=BY_HAND),
    OfferFacts("ancc", Decimal("0.50"), designated_on=date(2026, 10, 1)),
    OfferFacts("acpe_p", Decimal("0.50"), "JA0000000-0000-26-001-H01-P", "knowledge", date(2026, 10, 1), reporting=BY_HAND),
    OfferFacts("ipce", Decimal("0.75"), designated_on=date(2026, 10, 1)),
)


def designations(offers: tuple[OfferFacts, ...]) -> dict[str, str]:
    return {
        offer.system: designation_statement(
            PACK, offer.system, PROVIDER, "enduring_material", offer.amount, offer.identifier, valid_to=offer.valid_to
        )
        for offer in offers
        if offer.system in PACK.systems
    }


SHOWN = """Alex Sample, MD. Consultant: Sample Company, Inc. Robin Sample, RN. Kit Sample, MD. Casey Sample, MD. All relevant financial relationships have been
mitigated. This activity is supported by an educational grant from Sample Company, Inc. 44 minutes. Released October 23, 2026. Ends
October 18, 2027. At least 2 of 2 (70%)"""
STATEMENTS = tuple(accreditation_statements(PACK, [Held()], RELEASE, PROVIDER))
GOOD = Dossier(
    slug="sample",
    title="A sample",
    texts={
        "title": "A sample", "description": "What it is.", "need": "The gap.", "audience": "Oncologists.", "copyright": "Sample.",
        "equity": "In the reading.", "off_label": "None is discussed.", "content": "Text.", "disclosure": "The prior 24 months.",
    },
    objectives=(ObjectiveFacts("one", "Recall", "this.", "knowledge"), ObjectiveFacts("two", "Decide", "that.", "competence")),
    professions=("physician", "physician_assistant", "registered_nurse", "pharmacist"),
    format="enduring_material",
    medium="Online",
    plan=tuple(usual_plan(has_pre_test=True)),
    pass_mark=70,
    fee_cents=0,
    minutes=44,
    worksheet_minutes=Decimal("43.75"),
    released_on=RELEASE,
    reviewed_on=REVIEW,
    ends_on=END,
    zone=ZONE,
    citations=(CitationFacts("old", 2019, "alive"), CitationFacts("new", 2024)),
    people=(FACULTY, PLANNER, SECOND, REVIEWER),
    supporters=(SUPPORTER,),
    offers=OFFERS,
    items=(ItemFacts("q1", "one", "recall", True, True, (("reading", "first"),)), ItemFacts("q2", "two", "competence", True, True, (("case", ""),))),
    has_evaluation=True,
    changes=4,
    barriers=5,
    parts=2,
    without_captions=(),
    provider_name=PROVIDER,
    provider_email="office@sample.example",
    provider_state="NY",
    has_privacy_policy=True,
    accreditation_kinds=("joint_accreditation", "aapa_authorized"),
    accreditation_statements=STATEMENTS,
    designations=designations(OFFERS),
    told_people={"alex": (("Consultant", "Sample Company, Inc."),), "robin": (), "kit": (), "casey": ()},
    told_support=(support_sentence("Sample Company, Inc.", "monetary", ""),),
    mitigation_sentence=MITIGATED,
    front_matter="\n".join([*STATEMENTS, *designations(OFFERS).values(), SHOWN]),
    companies=(COMPANY,),
    reviews=(SIGNED_REVIEW,),
    practice={"gap": "A gap.", "competence": "A need.", "change": "Competence.", "format": "It fits.", "competencies": ["patient care"]},
    cited=frozenset({"new"}),
    activity_number="1",
    anchors={"reading": ("first",), "case": ()},
)  # fmt: skip


def person(base: PersonFacts = FACULTY, **changes: Any) -> dict[str, Any]:
    """The people with one of them changed."""
    return {"people": tuple(replace(one, **changes) if one is base else one for one in GOOD.people)}


def texts(**changes: str) -> dict[str, Any]:
    """The texts with some changed."""
    return {"texts": {**GOOD.texts, **changes}}


def offer(which: str, /, **changes: Any) -> dict[str, Any]:
    """The offers with one of them changed; the statements follow."""
    offers = tuple(replace(one, **changes) if one.system == which else one for one in GOOD.offers)
    return {"offers": offers, "designations": designations(offers), "front_matter": None}


def decided(**changes: Any) -> dict[str, Any]:
    """The faculty's decision with something changed."""
    return person(holders=(HolderFacts("faculty", {"1": replace(MITIGATION, **changes)}),))


def supporter(**changes: Any) -> dict[str, Any]:
    """The supporter with something changed."""
    return {"supporters": (replace(SUPPORTER, **changes),)}


def review(**changes: Any) -> dict[str, Any]:
    """The content review with something changed."""
    return {"reviews": (replace(SIGNED_REVIEW, **changes),)}


def practice(**changes: Any) -> dict[str, Any]:
    """The structured abstract with something changed."""
    return {"practice": {**GOOD.practice, **changes}}


def relationship(**changes: Any) -> dict[str, Any]:
    """The faculty's relationship with something changed."""
    return person(relationships=(replace(CONSULTANT, **changes),))


def shown(old: str, new: str) -> dict[str, Any]:
    """The front matter with something left out."""
    assert GOOD.front_matter is not None and old in GOOD.front_matter
    return {"front_matter": GOOD.front_matter.replace(old, new)}
