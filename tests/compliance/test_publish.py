"""Publishing: what breaks a rule is refused with every finding; what passes is frozen, indexed, recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.accounts.actions import save_name
from preceptor.accounts.queries import signatures_like
from preceptor.accreditation.queries import pack_on
from preceptor.catalog import actions as catalog
from preceptor.catalog.models import Edition, FrozenFragment
from preceptor.catalog.queries import search
from preceptor.compliance.actions import acknowledge, change_stage, publish, sign_review, withdraw
from preceptor.compliance.models import Acknowledgement, Alert, ContentReview, CorrectionNotice, Publication, StageChange
from preceptor.compliance.queries import activity_status, checklist, judge, open_warnings
from preceptor.compliance.rules import REVIEW_CHECKLIST, GateStage, digest_of
from preceptor.jobs.models import Job
from preceptor.kernel.findings import Severity
from preceptor.kernel.hashing import sha256_of
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests import make
from tests.compliance.large import large_edition

pytestmark = pytest.mark.django_db


def test_what_is_published_is_frozen_indexed_and_recorded():
    edition = make.published_edition()
    assert edition.state == "published" and edition.front_matter.sha256 == sha256_of(edition.front_matter.html)
    assert edition.publication.by == make.SECOND
    assert Entry.objects.filter(verb="compliance.publish", by=make.SECOND).count() == 1
    assert Job.objects.get(task="content.make_printable").arguments == {"edition": edition.pk}
    assert list(search("trastuzumab")) == [edition.pk]


def test_what_learners_see_holds_the_statements():
    text = make.published_edition().front_matter.text
    assert "designates this enduring material for a maximum of 0.50 AMA PRA Category 1 Credits" in text or "maximum of 0.5 AMA PRA" in text
    assert "jointly accredited" in text and "Sample Company, Inc." in text and "Sample Press" not in text


def test_the_same_draft_renders_the_same_bytes():
    edition, at = make.draft_edition(), timezone.now()
    assert judge(edition, at=at).html == judge(Edition.objects.get(pk=edition.pk), at=at).html


BROKEN = [
    ("PUB-002", {"dates": {"release": -400, "review": -400, "end": -30}}),
    ("DISC-003", {"disclosures": {"tiny-planner": {"none": True}, "tiny-reviewer": {"none": True}}}),
    ("CRD-005", {"people": [
        {"key": "tiny-faculty", "given": "Alex", "family": "Sample", "credentials": "MD", "profession": "physician", "roles": ["faculty"]},
    ], "disclosures": {"tiny-faculty": {"none": True}}}),
    ("CRD-003", {"offers": ["ama_pra_1", {"system": "acpe_p", "activity_type": "knowledge"}]}),
    ("TXT-001", {"summary": "No significant financial relationships."}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), BROKEN, ids=[rule for rule, _ in BROKEN])
def test_what_breaks_a_rule_is_refused_and_stays_a_draft(rule, change):
    edition = make.draft_edition("broken", **change)
    with pytest.raises(Refused) as refused:
        publish(edition, by=make.SECOND, at=timezone.now())
    assert refused.value.code == "compliance.blocked"
    assert rule in {reason.code for reason in refused.value.reasons}
    edition.refresh_from_db()
    assert edition.state == "draft" and not FrozenFragment.objects.exists() and not Publication.objects.exists()


@pytest.mark.parametrize("model", [Publication, StageChange, Acknowledgement, ContentReview, CorrectionNotice, Alert])
def test_what_was_decided_is_kept_for_ever(model):
    edition, at = make.published_edition("kept", professions=["physician", "other"]), timezone.now()
    CorrectionNotice.objects.create(edition=edition, subject="s", text="t", by="b", at=at, recipients=0)
    Alert.objects.create(edition=edition, rule_id="EXP-003", mark="m", at=at)
    assert model.objects.exists()
    for deed in (lambda: model.objects.update(edition=edition), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def refused(code, deed, *args, **kwargs):
    with pytest.raises(Refused) as answer:
        deed(*args, **kwargs)
    assert answer.value.code == code
    return answer.value


def test_a_draft_goes_one_stage_at_a_time_and_every_step_is_kept():
    edition, at = make.draft_edition(), timezone.now()
    refused("compliance.stage_skipped", change_stage, edition, "ready", by=make.BY, at=at)
    refused("compliance.unknown_stage", change_stage, edition, "published", by=make.BY, at=at)
    refused("compliance.not_ready", publish, edition, by=make.SECOND, at=at)
    for stage in ("disclosures_open", "content_review", "ready", "content_review", "ready"):
        change_stage(edition, stage, by=make.BY, at=at)
    publish(edition, by=make.SECOND, at=at)
    rows = [(row.from_stage, row.to_stage, row.by) for row in StageChange.objects.order_by("pk")]
    assert rows[0] == ("draft", "disclosures_open", make.BY) and rows[-1] == ("ready", "published", make.SECOND) and len(rows) == 6
    assert {one["rule_id"] for one in StageChange.objects.last().findings} == {one["rule_id"] for one in edition.publication.findings}
    refused("catalog.is_published", change_stage, edition, "draft", by=make.BY, at=at)


def test_a_stage_is_shut_while_its_rules_are_broken():
    edition, at = make.draft_edition("shut", disclosures={"tiny-planner": {"none": True}, "tiny-reviewer": {"none": True}}), timezone.now()
    change_stage(edition, "disclosures_open", by=make.BY, at=at)
    edition.refresh_from_db()
    answer = refused("compliance.blocked", change_stage, edition, "content_review", by=make.BY, at=at)
    assert "DISC-003" in {reason.code for reason in answer.reasons}


def test_warnings_want_a_reason_signed_for_exactly_this_finding():
    edition, at = make.draft_edition("warned", professions=["physician", "other"]), timezone.now()
    for stage in ("disclosures_open", "content_review", "ready"):
        change_stage(edition, stage, by=make.BY, at=at)
    warnings = open_warnings(edition, judge(edition, at=at).findings)
    assert [one.rule_id for one in warnings] == ["CRD-001"]
    answer = refused("compliance.unsigned", publish, edition, by=make.SECOND, at=at)
    assert [reason.code for reason in answer.reasons] == ["CRD-001"]
    refused("compliance.no_reason", acknowledge, edition, warnings[0], " ", by=make.BY, at=at)
    other = replace(warnings[0], evidence="something else")
    refused("compliance.no_such_finding", acknowledge, edition, other, "Why not.", by=make.BY, at=at)
    error = replace(warnings[0], severity=Severity.ERROR)
    refused("compliance.not_a_warning", acknowledge, edition, error, "Why not.", by=make.BY, at=at)
    signed = acknowledge(edition, warnings[0], "They take part without credit.", by=make.BY, at=at)
    assert acknowledge(edition, warnings[0], "Again.", by=make.BY, at=at) == signed and signed.finding_sha256 == digest_of(warnings[0])
    assert checklist(edition, at).can_publish and [row.id for row in checklist(edition, at).signed] == ["CRD-001"]
    publish(edition, by=make.SECOND, at=at)


def test_nobody_publishes_alone_what_they_alone_wrote():
    edition, at = make.draft_edition(), timezone.now()
    for stage in ("disclosures_open", "content_review", "ready"):
        change_stage(edition, stage, by=make.BY, at=at)
    refused("compliance.needs_second_person", publish, edition, by=make.BY, at=at)
    provider = edition.activity.provider
    provider.needs_second_person = False
    provider.save()
    publish(edition, by=make.BY, at=at)


def test_whoever_takes_another_name_or_address_is_still_who_wrote_it():
    """Found by attacking the desk: a new name made a second person of the writer."""
    edition, at = make.draft_edition(), timezone.now()
    writer, other = (make.user(f"{name}@sample.example", "other", is_staff=True, verified=False) for name in ("writer", "other"))
    edition.written_by = [writer.signature]
    edition.save()
    for stage in ("disclosures_open", "content_review", "ready"):
        change_stage(edition, stage, by=make.BY, at=at)
    save_name(writer, "Somebody", "Else", "", at=at)
    refused("compliance.needs_second_person", publish, edition, by=writer.signature, at=at)
    browser = Client()
    browser.force_login(writer)
    assert browser.post("/account/verify/address/", {"email": "another@sample.example"}).status_code in {302, 303}
    writer.refresh_from_db()
    refused("compliance.needs_second_person", publish, edition, by=writer.signature, at=at)
    assert signatures_like(writer.signature) == {
        "Riley Sample (writer@sample.example)", "Somebody Else (writer@sample.example)", "Somebody Else (another@sample.example)"
    }  # fmt: skip
    publish(edition, by=other.signature, at=at)


def test_what_two_people_wrote_either_may_publish():
    edition, at = make.draft_edition(), timezone.now()
    catalog.update_draft(edition, {"summary": "Another summary."}, by=make.SECOND, at=at)
    make.released(edition, at=at)
    assert edition.publication.by == make.SECOND


def test_a_review_is_signed_whole_by_a_reviewer():
    edition, at = make.draft_edition("reviewed", reviews=[]), timezone.now()
    assert {"CNT-001", "CNT-004"} <= {one.rule_id for one in judge(edition, at=at).findings}
    reviewer, planner = (edition.role_holders.get(role=role).person for role in ("reviewer", "planner"))
    every = dict.fromkeys(REVIEW_CHECKLIST, True)
    refused("compliance.review_incomplete", sign_review, edition, reviewer, {"evidence": True}, True, by=make.BY, at=at)
    refused("compliance.review_incomplete", sign_review, edition, reviewer, {**every, "images": False}, True, by=make.BY, at=at)
    refused("compliance.not_a_reviewer", sign_review, edition, planner, every, True, by=make.BY, at=at)
    refused("compliance.no_reason", sign_review, edition, reviewer, every, False, by=make.BY, at=at)
    sign_review(edition, reviewer, {**every, "balance": False}, False, "One-sided.", by=make.BY, at=at - timedelta(days=40))
    assert "CNT-001" in {one.rule_id for one in judge(edition, at=at).findings}
    sign_review(edition, reviewer, every, True, by=make.BY, at=at - timedelta(days=35))
    assert not {"CNT-001", "CNT-004"} & {one.rule_id for one in judge(edition, at=at).findings}


def test_withdrawing_wants_a_reason_and_is_kept():
    edition, at = make.published_edition(), timezone.now()
    refused("compliance.no_reason", withdraw, edition, "", by=make.BY, at=at)
    withdraw(edition, "New evidence.", by=make.BY, at=at)
    assert activity_status(edition, at) == "withdrawn" and StageChange.objects.last().reason == "New evidence."
    refused("catalog.not_published", withdraw, edition, "Again.", by=make.BY, at=at)


@pytest.mark.parametrize(
    ("day", "status"),
    [(-31, "coming"), (-30, "published"), (209, "published"), (210, "review_due"), (330, "review_due"), (331, "expired")],
)
def test_what_is_published_comes_due_and_expires(day, status):
    edition, at = make.published_edition(), timezone.now()
    assert activity_status(edition, at + timedelta(days=day)) == status


@pytest.mark.parametrize("stage", [GateStage.PUBLISH, GateStage.SCHEDULED])
def test_the_gate_asks_in_a_constant_number_of_queries(stage):
    """Few or many people, relationships and items: the same number of queries."""
    counts = []
    for slug, people, relationships, items in (("few", 3, 2, 4), ("many", 30, 120, 60)):
        edition = large_edition(slug, people=people, relationships=relationships, items=items)
        edition = Edition.objects.select_related("activity__provider", "front_matter").get(pk=edition.pk)
        pack_on(edition.released_on)
        with CaptureQueriesContext(connection) as caught:
            judge(edition, at=timezone.now(), stage=stage)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 45
    with CaptureQueriesContext(connection) as caught:
        checklist(edition, timezone.now())
    assert len(caught) <= 50
