"""Things to test with, made through the product's own actions: `provider()`, `user(…)`, `published_edition(…)`."""

import json
import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path

import yaml
from django.utils import timezone

from preceptor.accounts.actions import create_account
from preceptor.accounts.models import User
from preceptor.accreditation.actions import record_accreditation, record_provider
from preceptor.accreditation.models import Provider
from preceptor.bundle.actions import import_bundle
from preceptor.catalog.models import Edition, Person
from preceptor.compliance.actions import acknowledge, change_stage, publish, sign_review
from preceptor.compliance.queries import judge, open_warnings
from preceptor.compliance.rules import REVIEW_CHECKLIST

BUNDLES = Path(__file__).parent / "bundles"
BY = "Test Staff"
SECOND = "Second Staff"
REASON = "Looked at for this test."
PASSWORD = "sample-pass-2026"
DEGREES = {
    "physician": "MD", "physician_assistant": "PA-C", "nurse_practitioner": "DNP, NP", "registered_nurse": "BSN, RN",
    "pharmacist": "PharmD", "pharmacy_technician": "CPhT", "other": "",
}  # fmt: skip


def provider(name: str = "Sample Test Provider", *, state: str = "", is_sample: bool = True, at: datetime | None = None) -> Provider:
    """A jointly accredited sample provider that may also designate AAPA credit."""
    at = at or timezone.now()
    made = record_provider(
        name,
        {
            "address": "1 Sample Street, Sample City, NY 10001",
            "state": state,
            "email": "office@sample.example",
            "privacy_policy": "We keep what credit needs.",
            "disclosure_policy": "All financial relationships of the prior 24 months are collected; relevant ones are mitigated.",
            "accessibility_policy": "Write to us for accommodation.",
            "is_sample": is_sample,
        },
        by=BY,
        at=at,
    )
    for kind in ("joint_accreditation", "aapa_authorized"):
        record_accreditation(made, kind, number="SAMPLE", valid_from=date(2020, 1, 1), by=BY, at=at)
    return made


def draft_edition(slug: str = "tiny", *, at: datetime | None = None, **changes: object) -> Edition:
    """A draft from tests/bundles/tiny; `changes` replace fields of its activity.yaml (dates={"release": -10, …}, pass_mark=80, …).

    Another slug than "tiny" is the same activity under another name.
    """
    at = at or timezone.now()
    folder = BUNDLES / "tiny"
    if slug == "tiny" and not changes:
        return import_bundle(folder, by=BY, at=at, provider=provider(at=at))
    with tempfile.TemporaryDirectory() as place:
        copied = Path(place) / slug
        shutil.copytree(folder, copied)
        changes = ({"reviews": []} if "people" in changes else {}) | changes
        facts = yaml.safe_load((copied / "activity.yaml").read_text()) | changes | {"slug": slug}
        (copied / "activity.yaml").write_text(json.dumps(facts, default=str))
        return import_bundle(copied, by=BY, at=at, provider=provider(at=at))


def published_edition(
    slug: str = "tiny", *, at: datetime | None = None, published_at: datetime | None = None, **changes: object
) -> Edition:
    """A published edition; see `draft_edition`. `at` is the day that its dates count from."""
    edition = draft_edition(slug, at=at, **changes)
    return released(edition, at=published_at or at or timezone.now())


def released(edition: Edition, *, at: datetime) -> Edition:
    """The draft, taken through its stages, with its warnings signed, and published by a second person."""
    for stage in ("disclosures_open", "content_review", "ready"):
        change_stage(edition, stage, by=BY, at=at)
    for warning in open_warnings(edition, judge(edition, at=at).findings):
        acknowledge(edition, warning, REASON, by=BY, at=at)
    publish(edition, by=SECOND, at=at)
    edition.refresh_from_db()
    return edition


def accept_review(edition: Edition, reviewer: Person, *, at: datetime) -> None:
    """The reviewer signs that every line of the checklist holds."""
    sign_review(edition, reviewer, dict.fromkeys(REVIEW_CHECKLIST, True), True, by=BY, at=at)


def user(
    email: str = "riley@sample.example",
    profession: str = "physician",
    *,
    verified: bool = True,
    password: str = PASSWORD,
    given_name: str = "Riley",
    family_name: str = "Sample",
    is_staff: bool = False,
) -> User:
    """A person with an account."""
    return create_account(
        email,
        password,
        given_name=given_name,
        family_name=family_name,
        credentials=DEGREES[profession],
        profession=profession,
        is_verified=verified,
        is_staff=is_staff,
        by=BY,
        at=timezone.now(),
    )
