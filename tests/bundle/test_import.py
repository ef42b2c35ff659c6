"""A folder becomes an edition: all of it, or nothing with every problem's file and line."""

import shutil
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from preceptor.bundle.actions import import_bundle
from preceptor.catalog.models import Activity, Edition, Person
from preceptor.disclosure.models import Disclosure, Relevance
from preceptor.kernel.refusals import Refused
from tests import make

pytestmark = pytest.mark.django_db


def test_tiny_is_published_with_the_credit_that_its_worksheet_supports():
    edition = make.published_edition()
    assert edition.state == "published" and edition.activity.is_sample
    assert {offer.system: str(offer.amount) for offer in edition.offers.all()} == {
        "ama_pra_1": "0.50", "aapa_1": "0.50", "ancc": "0.25", "acpe_p": "0.25",
    }  # fmt: skip
    assert edition.worksheet["credits"]["ama_pra_1"] == "0.50" and edition.worksheet["items"] == 3
    assert edition.minutes == round(float(edition.worksheet["minutes"]))


def test_offers_bring_approval_evidence_and_who_reports():
    edition = make.draft_edition(partners=[{"name": "Sample Society"}], worksheet={"difficulty": 3, "pilot_minutes": [31, 27, 44]})
    aapa = edition.offers.get(system="aapa_1")
    assert (aapa.approved_from, aapa.valid_to) == (edition.released_on, min(edition.ends_on, aapa.valid_to))
    assert aapa.evidence.read().startswith(b"SAMPLE") and aapa.reporting["who"] == "Sample Staff"
    assert [partner.name for partner in edition.partners.all()] == ["Sample Society"]
    assert edition.minutes == 31 and edition.worksheet["pilot_minutes"] == [31, 27, 44]
    assert {offer.system: str(offer.amount) for offer in edition.offers.all()}["ama_pra_1"] == "0.50"


def test_everything_is_dated_before_the_release():
    edition = make.draft_edition()
    zone = ZoneInfo(edition.activity.provider.time_zone)
    released = edition.released_on
    assert released == timezone.now().astimezone(zone).date() - timedelta(days=30)
    signed = max(row.signed_at for row in Disclosure.objects.all()).astimezone(zone).date()
    mitigated = Relevance.objects.get(is_relevant=True).mitigated_at.astimezone(zone).date()
    designated = max(offer.designated_on for offer in edition.offers.all())
    assert signed < mitigated < designated < released


def test_the_number_of_a_relative_bundle_carries_the_year_of_release():
    edition = make.draft_edition()
    assert edition.offers.get(system="acpe_p").identifier == f"JA0000000-0000-{edition.released_on:%y}-900-H01-P"


def test_dates_may_be_days():
    edition = make.draft_edition("fixed", dates={"release": "2026-01-01", "review": "2026-02-01", "end": "2026-12-31"})
    assert [str(day) for day in (edition.released_on, edition.reviewed_on, edition.ends_on)] == ["2026-01-01", "2026-02-01", "2026-12-31"]


BROKEN = [
    ("activity.yaml", "pass_mark: 70", "pass_mark: seventy", "activity.yaml, line 1: activity: pass_mark must be a whole number"),
    ("activity.yaml", "title: A tiny activity", "titel: A tiny activity", "activity.yaml, line 1: activity: title is missing"),
    ("activity.yaml", "slug: tiny", "slug: ../../etc", "slug: small letters"),
    ("activity.yaml", "subtitle: Every", "subtitle: : Every", "activity.yaml, line 3: mapping values are not allowed here"),
    ("activity.yaml", "fee_cents: 0", "fee_cents: 0\nfee_cents: 1", "activity.yaml, line 11: the key 'fee_cents' is given twice"),
    ("activity.yaml", "language: en-US", "language: !!python/object/apply:os.system [id]", "could not determine a constructor"),
    ("activity.yaml", "related: []", "related: &a [*a]", "aliases are not allowed"),
    ("activity.yaml", "roles: [planner]", "roles: [sponsor]", "there is no role 'sponsor'"),
    ("activity.yaml", "{company: tiny-press,", "{company: nobody,", "there is no company 'nobody'"),
    ("activity.yaml", "tiny-planner: {none: true}", "tiny-planner: {none: false}", "either none is true, or relationships are given"),
    ("activity.yaml", "tiny-planner: {none: true}", "tiny-plannr: {none: true}", "there is no person 'tiny-plannr'"),
    ("activity.yaml", "release: -30", "release: soon", "dates: release must be a day"),
    ("activity.yaml", "{difficulty: 3}", "{difficulty: 9}", "difficulty must be from 1 to 5"),
    ("activity.yaml", "  - ama_pra_1", "  - ama_pra_9", "there is no credit system 'ama_pra_9'"),
    ("activity.yaml", "system: ancc, approved_from: release", "system: ancc, approved_from: soon", "offers: approved_from must be a day"),
    ("activity.yaml", "evidence: approvals/sample-approval.txt", "evidence: ../tiny/activity.txt", "offers: there is no file"),
    ("activity.yaml", "{system: ancc,", "{system: ancc, amount: much,", "offers: amount must be a number"),
    ("activity.yaml", "{difficulty: 3}", "{difficulty: 3, pilot_minutes: [soon]}", "pilot_minutes must be a list of whole minutes"),
    ("activity.yaml", "state_topics: []", "state_topics: [{topic: mate}]", "state_topics: jurisdiction is missing"),
    ("activity.yaml", "related: []", "related: []\npartners: [{accredited: true}]", "partners: name is missing"),
    ("activity.yaml", "related: []", "related: []\nimported_text: {disclosure: 7}", "imported_text: names with texts are expected"),
    ("activity.yaml", "related: []", "related: []\ngrace_hours: 9000", "grace_hours: from 0 to 720"),
    ("assessment.yaml", "answer: a", "answer: e", "assessment.yaml, line 2: q01: the answer 'e' is none of its options"),
    ("assessment.yaml", "objective: decide", "objective: dare", "there is no objective 'dare'"),
    ("assessment.yaml", "references: [one]", "references: [two]", "there is no reference 'two'"),
    ("references.yaml", "year: 2025", "year: last", "reference: year must be a whole number"),
    ("evaluation.yaml", "barriers:", "barrier:", "evaluation: barriers is missing"),
    ("activity.yaml", "fee_cents: 0", "fee_cents: 99999999999999999999", "activity.yaml, line 1: a number is endless or too large"),
    ("activity.yaml", "fee_cents: 0", "fee_cents: -5", "fee_cents must not be negative"),
    ("activity.yaml", "language: en-US", 'language: "\\0"', "a text holds a NUL character"),
    ("activity.yaml", "key: recall,", "key: a/b,", "has more than letters, digits, - and _"),
    ("activity.yaml", "{part: reading, anchor: first}", "{part: ../../x}", "recall: review must name a part that exists"),
    ("activity.yaml", "roles: [planner]", "roles: [[a]]", "there is no role ['a']"),
    ("activity.yaml", "{company: tiny-press, nature", "{company: [a], nature", "company must be text"),
    ("activity.yaml", "  - ama_pra_1\n", "  - ama_pra_1\n  - ama_pra_1\n", "a credit system is there twice"),
    ("activity.yaml", "professions: [physician", "professions: [{a: b}, physician", "professions: a list of texts is expected"),
    ("activity.yaml", "release: -30", "release: 9999-12-31", "dates: release must be a day"),
    ("references.yaml", "year: 2025", "year: 2025, url: 'javascript:alert(1)'", "url must begin with https:// or http://"),
    ("content/01-reading/part.yaml", "minutes: 1", "minutes: .inf", "a number is endless or too large"),
    ("content/01-reading/part.yaml", "key: reading", "key: ../x", "has more than letters, digits, - and _"),
    ("content/02-case/part.yaml", "key: case", "key: reading", "the key 'reading' is used twice"),
    ("content/02-case/part.yaml", "key: d1", "key: d 1", "has more than letters, digits, - and _"),
    ("content/01-reading/part.yaml", "kind: reading", "kind: song", "kind must be reading, case or lecture"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN)
def test_what_is_broken_is_said_with_file_and_line_and_nothing_is_kept(tmp_path, file, old, new, message):
    folder = tmp_path / "tiny"
    shutil.copytree(make.BUNDLES / "tiny", folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    provider = make.provider()
    with pytest.raises(Refused) as refused:
        import_bundle(folder, by=make.BY, at=timezone.now(), provider=provider)
    assert refused.value.code == "bundle.broken"
    assert message in " ".join([refused.value.message, *(reason.message for reason in refused.value.reasons)])
    assert not Activity.objects.exists() and not Edition.objects.exists() and not Person.objects.exists()


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        ("description.md", None, "description.md: is missing"),
        ("need.md", b"\xff\xfe", "need.md: is not UTF-8"),
        ("activity.yaml", b"\xff", "activity.yaml: not UTF-8"),
        ("assessment.yaml", None, "assessment.yaml: No such file"),
        ("references.yaml", b"x: [" * 20_000, "references.yaml"),
    ],
)
def test_missing_and_unreadable_files(tmp_path, file, data, message):
    folder = tmp_path / "tiny"
    shutil.copytree(make.BUNDLES / "tiny", folder)
    (folder / file).unlink() if data is None else (folder / file).write_bytes(data)
    with pytest.raises(Refused, match=message):
        import_bundle(folder, by=make.BY, at=timezone.now(), provider=make.provider())


def test_links_out_of_the_folder_are_refused(tmp_path):
    folder = tmp_path / "tiny"
    shutil.copytree(make.BUNDLES / "tiny", folder)
    (folder / "equity.md").unlink()
    (folder / "equity.md").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match="leads out of the folder"):
        import_bundle(folder, by=make.BY, at=timezone.now(), provider=make.provider())


def test_a_folder_that_is_not_there():
    with pytest.raises(Refused, match="there is no such folder"):
        import_bundle(Path("/nowhere/at-all"), by=make.BY, at=timezone.now(), provider=make.provider())


def test_too_little_content_supports_no_credit():
    with pytest.raises(Refused) as refused:
        make.draft_edition("short", worksheet={"difficulty": 1})
    assert refused.value.code == "bundle.no_credit"
