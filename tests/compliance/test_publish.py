"""Publishing: what breaks a rule is refused with every finding; what passes is frozen, indexed, recorded."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.catalog.models import Edition, FrozenFragment
from preceptor.catalog.queries import search
from preceptor.compliance.actions import judge, publish
from preceptor.compliance.models import Publication
from preceptor.compliance.queries import dossier_of
from preceptor.jobs.models import Job
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


def test_what_is_published_is_frozen_indexed_and_recorded():
    edition = make.published_edition()
    assert edition.state == "published" and edition.front_matter.sha256 == sha256_of(edition.front_matter.html)
    assert edition.publication.by == make.BY
    assert Entry.objects.filter(verb="compliance.publish", by=make.BY).count() == 1
    assert Job.objects.get(task="content.make_printable").arguments == {"edition": edition.pk}
    assert list(search("trastuzumab")) == [edition.pk]


def test_what_learners_see_holds_the_statements():
    text = make.published_edition().front_matter.text
    assert "designates this enduring material for a maximum of 0.50 AMA PRA Category 1 Credits" in text or "maximum of 0.5 AMA PRA" in text
    assert "jointly accredited" in text and "Sample Company, Inc." in text and "Sample Press" not in text


def test_the_same_draft_renders_the_same_bytes():
    edition, at = make.draft_edition(), timezone.now()
    assert judge(edition, at=at)[1] == judge(Edition.objects.get(pk=edition.pk), at=at)[1]


BROKEN = [
    ("PUB-002", {"dates": {"release": -400, "review": -400, "end": -30}}),
    ("DISC-003", {"disclosures": {"tiny-planner": {"none": True}, "tiny-reviewer": {"none": True}}}),
    ("CRD-005", {"people": [
        {"key": "tiny-faculty", "given": "Alex", "family": "Sample", "credentials": "MD", "profession": "physician", "roles": ["faculty"]},
    ], "disclosures": {"tiny-faculty": {"none": True}}}),
    ("CRD-003", {"offers": ["ama_pra_1", {"system": "acpe_p", "identifier": "1", "activity_type": "knowledge"}]}),
    ("TXT-001", {"summary": "No significant financial relationships."}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), BROKEN, ids=[rule for rule, _ in BROKEN])
def test_what_breaks_a_rule_is_refused_and_stays_a_draft(rule, change):
    edition = make.draft_edition("broken", **change)
    with pytest.raises(Refused) as refused:
        publish(edition, by=make.BY, at=timezone.now())
    assert refused.value.code == "compliance.blocked"
    assert rule in {reason.code for reason in refused.value.reasons}
    edition.refresh_from_db()
    assert edition.state == "draft" and not FrozenFragment.objects.exists() and not Publication.objects.exists()


def test_publications_are_append_only():
    make.published_edition()
    for deed in (lambda: Publication.objects.update(by="x"), lambda: Publication.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_the_gate_asks_in_a_constant_number_of_queries():
    counts = []
    for number in (1, 12):
        people = [
            {
                "key": f"p{n}",
                "given": "A",
                "family": f"Sample {n}",
                "credentials": "MD",
                "profession": "registered_nurse",
                "roles": ["faculty", "planner"],
            }
            for n in range(number)
        ]
        told = {
            "none": False,
            "relationships": [
                {
                    "company": "tiny-company",
                    "nature": nature,
                    "relevant": True,
                    "rationale": "Related.",
                    "mitigation": {"method": "independent_review"},
                }
                for nature in ("consultant", "speaker")
            ],
        }
        edition = make.draft_edition(f"many-{number}", people=people, disclosures={person["key"]: told for person in people})
        edition = Edition.objects.select_related("activity__provider").get(pk=edition.pk)
        with CaptureQueriesContext(connection) as caught:
            assert len(dossier_of(edition, day=edition.released_on).people) == number
        counts.append(len(caught))
    assert counts[0] == counts[1]
