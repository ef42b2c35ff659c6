"""The page that started it, as it stands, is refused for every reason that an accreditor would name; its corrected successor passes."""

from pathlib import Path

import pytest
from django.utils import timezone

import preceptor.demo
from preceptor.accreditation.actions import record_provider
from preceptor.bundle.actions import import_bundle
from preceptor.catalog.models import Edition, FrozenFragment
from preceptor.compliance.actions import publish
from preceptor.compliance.queries import checklist, judge
from preceptor.compliance.rules import REGISTER, blocking
from preceptor.kernel.refusals import Refused
from tests import make

pytestmark = pytest.mark.django_db
DEMO = Path(preceptor.demo.__file__).parent / "activities"
# What the reference says of the page, row by row: rule, and a word of what is found.
FOUND = [
    ("TXT-001", "significant relationship", "two policies at once"),
    ("TXT-001", "commercial interests", "the outdated term"),
    ("TXT-001", "COI has been resolved", "resolved, not mitigated"),
    ("DISC-008", "consultant and/or speaker", "relationships pooled over companies"),
    ("DISC-008", "It is not said what the relationship is", "nature not tied to a company"),
    ("DISC-004", "board member", "board seat: needs a ruling"),
    ("TXT-002", "no relevant financial disclosures", "absence in other words"),
    ("DISC-003", "no reviewer is named", "content review without a reviewer"),
    ("DISC-007", "reviewer who mitigated is missing", "the reviewer is not disclosed"),
    ("STM-001", "No accreditation", "no accreditation statement"),
    ("STM-002", "No credit is designated", "no designation statement"),
    ("PUB-003", "no estimate of the time", "no estimated time"),
    ("CRD-001", "Pharmacists", "no credit for pharmacists"),
    ("CRD-001", "Nurse practitioners", "no credit for nurse practitioners"),
    ("SUP-004", "told by hand", "support told twice"),
    ("PUB-002", "date of last review is missing", "no date of last review"),
    ("CNT-003", "The statement says that no such use is discussed", "off-label statement against an objective"),
    ("EVAL-001", "designed to change", "knowledge verbs, no aim"),
    ("CA-001", "cultural competence", "the heading stands over nothing"),
    ("PUB-009", "Internet Explorer 8", "Internet Explorer 8"),
    ("PUB-009", "Windows 7", "Windows 7"),
    ("PUB-009", "Mac OS 10.2.8", "Mac OS 10.2.8"),
    ("PUB-006", "no address", "no contact"),
    ("PUB-007", "privacy policy", "no privacy policy"),
    ("PUB-008", "copyright", "no copyright"),
    ("BIB-001", "no bibliography", "no bibliography"),
    ("ANC-001", "Related courses", "related courses beside the activity"),
    ("TXT-009", "Postive", "a typo in the title"),
    ("PUB-002", "in the past", "ended"),
    ("PUB-002", "no time zone", "no zone"),
    ("DISC-010", "Sample Pharma", "companies undetermined"),
    ("CNT-001", "Nobody has signed", "no signed review"),
    ("SUP-001", "no written agreement", "no agreement"),
]


@pytest.fixture
def seed() -> Edition:
    at = timezone.now()
    facts = {
        "address": "",
        "state": "CA",
        "email": "",
        "time_zone": "",
        "privacy_policy": "",
        "disclosure_policy": "",
        "accessibility_policy": "",
    }
    provider = record_provider("SampleCME", {**facts, "is_sample": True}, by=make.BY, at=at)
    return import_bundle(make.BUNDLES / "seed", by=make.BY, at=at, provider=provider)


def test_the_page_as_it_stands_is_refused_with_every_finding(seed):
    found = judge(seed, at=timezone.now()).findings
    missing = [
        (rule, what)
        for rule, word, what in FOUND
        if not any(one.rule_id == rule and word in f"{one.message} {one.where} {one.evidence}" for one in found)
    ]
    assert missing == []
    assert "ASM-001" not in {one.rule_id for one in found}
    assert REGISTER["OUT-002"].place == "not yet enforced"
    with pytest.raises(Refused) as refused:
        publish(seed, by=make.SECOND, at=timezone.now())
    assert refused.value.code == "compliance.blocked"
    assert {one.rule_id for one in blocking(found)} == {reason.code for reason in refused.value.reasons}
    assert Edition.objects.get().state == "draft" and not FrozenFragment.objects.exists()


def test_its_checklist_tells_passed_failed_and_warned(seed):
    told = checklist(seed, timezone.now())
    assert {"DISC-008", "STM-001"} <= {row.id for row in told.failed} and "ASM-001" in {row.id for row in told.passed}
    assert "SUP-004" in {row.id for row in told.warned} and "ANC-001" in {row.id for row in told.noted} and not told.can_publish
    assert "OUT-002" in dict(told.elsewhere) and told.next_stage == "disclosures_open" and told.barring == []


def test_what_was_typed_by_hand_is_seen_by_no_learner(seed):
    assert "significant relationships" in seed.imported_text["disclosure"]
    assert "significant relationships" not in judge(seed, at=timezone.now()).text


@pytest.mark.parametrize("slug", sorted(path.name for path in DEMO.iterdir()))
def test_the_corrected_activities_have_no_error(slug):
    at = timezone.now()
    edition = import_bundle(DEMO / slug, by=make.BY, at=at, provider=make.provider(at=at))
    assert blocking(judge(edition, at=at).findings) == []
