"""From a draft to publication at the desk, by two people; a warning signed, a review, the next edition, a correction, a withdrawal."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from preceptor.catalog.models import Edition
from preceptor.compliance.models import Acknowledgement, ContentReview, CorrectionNotice, StageChange
from preceptor.compliance.queries import judge
from preceptor.compliance.rules import REVIEW_CHECKLIST, RULES
from preceptor.kernel.findings import Finding, Severity
from preceptor.studio.fixes import PAGES, SECTIONS, fix_url
from tests.compliance.test_seed import seed  # noqa: F401 - a fixture
from tests.make import published_edition

pytestmark = pytest.mark.django_db


def url(edition: Edition, name: str, *args: object) -> str:
    return reverse(f"studio:{name}", args=[edition.uuid, *args])


def walk_to_ready(edition: Edition, who: Client) -> None:
    for stage in ("disclosures_open", "content_review", "ready"):
        assert who.post(url(edition, "stage"), {"to": stage}).status_code == 303
    page = who.get(url(edition, "edition"))
    for rule in page.context["desk"].checklist.warned:
        for row in rule.rows:
            form = url(edition, "acknowledge", row.digest)
            assert who.get(form).status_code == 200
            assert who.post(form, {"reason": ""}).status_code == 422
            assert who.post(form, {"reason": "Looked at."}).status_code == 303


def test_two_people_publish_what_one_of_them_wrote(draft: Edition, editor: Client, second: Client) -> None:
    Edition.objects.update(written_by=[])
    texts = {
        name: getattr(draft, name) for name in ("title", "subtitle", "description", "need", "audience", "equity", "off_label", "copyright")
    }
    assert editor.post(url(draft, "texts"), {**texts, "summary": "Told anew."}).status_code == 303
    walk_to_ready(draft, editor)
    assert b"You alone wrote this edition" in editor.get(url(draft, "edition")).content
    refused = editor.post(url(draft, "publish"), follow=True)
    assert b"Somebody else has to publish it" in refused.content
    page = second.get(url(draft, "edition"))
    assert page.context["desk"].why_not == ""
    assert second.post(url(draft, "publish")).status_code == 303
    draft.refresh_from_db()
    assert draft.state == "published"
    assert draft.summary == "Told anew."
    assert StageChange.objects.get(to_stage="published").by == "Emery Sample (second@sample.example)"
    assert Acknowledgement.objects.filter(by="Sidney Sample (editor@sample.example)").exists() or not Acknowledgement.objects.exists()


def test_publishing_stays_shut_while_an_error_stands(draft: Edition, editor: Client) -> None:
    Edition.objects.filter(pk=draft.pk).update(need="")
    page = editor.get(url(draft, "edition"))
    html = page.content.decode()
    assert "1 to fix first" in html
    assert '<button class="btn" disabled aria-describedby="why">' in html
    assert reverse("studio:texts", args=[draft.uuid]) in html
    refused = editor.post(url(draft, "publish"))
    assert refused.status_code == 409
    assert b"PUB-001" in refused.content
    assert url(draft, "edition") in refused.content.decode()
    assert editor.post(url(draft, "stage"), {"to": "ready"}).status_code == 303
    assert Edition.objects.get().stage == "draft", "one stage at a time"


def test_what_bars_a_stage_is_told(draft: Edition, editor: Client) -> None:
    Edition.objects.filter(pk=draft.pk).update(need="")
    html = editor.get(url(draft, "edition")).content.decode()
    assert "finding bars this stage: PUB-001" in " ".join(html.split())


def test_a_review_is_signed_in_a_reviewers_name(draft: Edition, editor: Client) -> None:
    reviewer = draft.role_holders.get(role="reviewer").person
    page = url(draft, "review")
    yes = dict.fromkeys(REVIEW_CHECKLIST, "yes")
    short = editor.post(page, {"reviewer": reviewer.uuid, "is_accepted": "yes"})
    assert short.status_code == 422
    wrong = editor.post(page, {"reviewer": reviewer.uuid, **yes, "evidence": "no", "is_accepted": "yes"})
    assert wrong.status_code == 422
    assert "is_accepted" in wrong.context["form"].errors
    assert editor.post(page, {"reviewer": reviewer.uuid, **yes, "is_accepted": "yes"}).status_code == 303
    signed = ContentReview.objects.latest("pk")
    assert (signed.reviewer, signed.is_accepted, signed.by) == (reviewer, True, "Sidney Sample (editor@sample.example)")


def test_next_edition_correction_and_withdrawal(editor: Client) -> None:
    edition = published_edition()
    assert b"What the clock says" in editor.get(url(edition, "statements")).content
    assert editor.post(url(edition, "new_edition")).status_code == 303
    draft = Edition.objects.get(state="draft")
    assert editor.get(url(draft, "edition")).status_code == 200
    assert editor.post(url(edition, "new_edition"), follow=True).status_code == 200, "a second draft is refused with a message"
    unsaid = editor.post(url(edition, "correction"), {"subject": "Correction", "text": "The dose is 5 mg."})
    assert unsaid.status_code == 422
    sent = editor.post(url(edition, "correction"), {"subject": "Correction", "text": "The dose is 5 mg.", "confirm": "on"})
    assert sent.status_code in {302, 303}
    assert CorrectionNotice.objects.get().subject == "Correction"
    assert editor.post(url(edition, "withdraw"), {"reason": "Outdated"}).status_code == 422
    assert editor.post(url(edition, "withdraw"), {"reason": "Outdated", "confirm": "on"}).status_code == 303
    edition.refresh_from_db()
    assert edition.state == "withdrawn"


def test_a_published_edition_has_nothing_to_type(editor: Client) -> None:
    edition = published_edition()
    for name in ("texts", "dates", "planning", "offers", "support", "review"):
        html = editor.get(url(edition, name)).content.decode()
        main = html.split("<main")[1].split("</main>")[0]
        assert "<textarea" not in main, name
        assert "does not change" in main, name


def test_every_kind_of_finding_has_a_page() -> None:
    assert {rule.kind for rule in RULES} <= set(PAGES)
    assert {mend.section for mend in PAGES.values()} <= set(SECTIONS)
    thing = "11111111-1111-1111-1111-111111111111"
    for kind in PAGES:
        assert fix_url(Finding("DISC-001", Severity.ERROR, "A test", fix=(kind, thing)), thing).startswith("/studio/")


def test_every_finding_of_a_page_full_of_faults_leads_to_a_page_that_is_there(editor: Client, seed: Edition) -> None:  # noqa: F811
    found = judge(seed, at=timezone.now()).findings
    addresses = {fix_url(one, seed.uuid).partition("#")[0] for one in found}
    assert len(found) > 30
    assert len(addresses) > 5
    assert {address: editor.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
    html = editor.get(url(seed, "edition")).content.decode()
    assert all(one.rule_id in html for one in found)
