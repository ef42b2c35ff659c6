"""Loads the demonstration through the same actions that the product uses: what is there is reused, what is about to end is reviewed anew."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from preceptor.accounts.actions import create_account, give_duty, join_group
from preceptor.accounts.models import User
from preceptor.accounts.rules import SAMPLE_PASSWORD
from preceptor.accreditation.actions import record_accreditation, record_provider
from preceptor.accreditation.models import Provider
from preceptor.bundle.actions import import_bundle
from preceptor.bundle.adapters.folder import read_folder
from preceptor.catalog.actions import relate_activities
from preceptor.catalog.models import Activity, Edition
from preceptor.catalog.queries import current_edition
from preceptor.catalog.rules import Stage
from preceptor.compliance.actions import acknowledge, change_stage, publish
from preceptor.compliance.queries import judge, open_warnings
from preceptor.kernel.yaml_files import read_yaml

HERE = Path(__file__).parent
# Nobody publishes alone what they alone wrote: the demonstration acts as two.
BY, SECOND = "Sample Staff", "Second Sample Staff"
# Warnings of the gate that the demonstration's bundles meet, with the reasons that are signed.
REASONS = {
    "CRD-001": "Sample reason: no pharmacy credit was designated for this activity; pharmacists are told that they receive participation.",
    "CNT-002": "Sample reason: the references were looked at again in this review; nothing newer changes what is taught.",
}
REVIEW_BEFORE = timedelta(days=60)
# A reviewed edition is released today: its bundle says -30 days for release and review.
REVIEWED_BASE = timedelta(days=30)
Say = Callable[[str], object]


def load_demo(*, at: datetime, say: Say = print) -> None:
    """Provider, sign-ins and activities of the demonstration. Idempotent; says what it made and what it reused."""
    facts = read_yaml(HERE / "provider.yaml")
    provider = _load_provider(facts, at=at, say=say)
    _load_accounts(facts["accounts"], at=at, say=say)
    for user in User.objects.filter(email__in=[row["email"] for row in facts["accounts"]], is_staff=True):
        join_group(user, "Staff", facts["staff_may"], by=BY, at=at)
    made = [slug for slug in facts["activities"] if _load_activity(slug, provider, at=at, say=say)]
    if made:
        _relate(facts["activities"], provider, at=at)
    reused = len(facts["activities"]) - len(made)
    if reused:
        say(f"Reusing {reused} activities of the demo.")


def _load_provider(facts: Mapping[str, Any], *, at: datetime, say: Say) -> Provider:
    given = facts["provider"]
    is_new = not Provider.objects.filter(name=given["name"]).exists()
    provider = record_provider(
        given["name"], {name: value for name, value in given.items() if name != "name"} | {"is_sample": True}, by=BY, at=at
    )
    for row in facts["accreditations"]:
        record_accreditation(provider, row["kind"], number=row["number"], valid_from=row["valid_from"], by=BY, at=at)
    say(f"{'Making' if is_new else 'Reusing'} {provider.name}.")
    return provider


def _load_accounts(rows: list[Mapping[str, Any]], *, at: datetime, say: Say) -> None:
    known = User.objects.filter(email__in=[row["email"] for row in rows]).count()
    for row in rows if known < len(rows) else []:
        user = create_account(
            row["email"],
            SAMPLE_PASSWORD,
            given_name=row["given"],
            family_name=row["family"],
            credentials=row["credentials"],
            profession=row["profession"],
            is_verified=True,
            is_staff=row.get("staff", False),
            by=BY,
            at=at,
        )
        for duty in row.get("duties", ()):
            give_duty(user, duty, by=BY, at=at)
    say(f"Reusing {known} demo accounts." if known == len(rows) else f"Making {len(rows) - known} demo accounts.")


def _load_activity(slug: str, provider: Provider, *, at: datetime, say: Say) -> bool:
    """Publish the activity, or a reviewed edition of it when the current one is about to end. False when it is fine as it is."""
    today = at.astimezone(ZoneInfo(provider.time_zone)).date()
    current = _current(slug, today)
    if current is not None and current.ends_on is not None and current.ends_on - today >= REVIEW_BEFORE:
        return False
    if current is None:
        base = today
        say(f"Publishing “{slug}” …")
    else:
        base = today + REVIEWED_BASE
        say(f"Publishing a reviewed edition of “{slug}”: the current one ends on {current.ends_on} …")
    with transaction.atomic():
        edition = import_bundle(HERE / "activities" / slug, by=BY, at=at, provider=provider, today=base)
        _release(edition, at=at)
    return True


def _release(edition: Edition, *, at: datetime) -> None:
    """Through the stages, each warning signed with its reason, and published by the second person. A warning without a reason here stays open."""
    for stage in (Stage.DISCLOSURES_OPEN, Stage.CONTENT_REVIEW, Stage.READY):
        change_stage(edition, stage, by=BY, at=at)
    for warning in open_warnings(edition, judge(edition, at=at).findings):
        if warning.rule_id in REASONS:
            acknowledge(edition, warning, REASONS[warning.rule_id], by=BY, at=at)
    publish(edition, by=SECOND, at=at)


def _relate(slugs: list[str], provider: Provider, *, at: datetime) -> None:
    """Related activities can be named once all of them are there."""
    today = at.astimezone(ZoneInfo(provider.time_zone)).date()
    for slug in slugs:
        edition = _current(slug, today)
        if edition is not None:
            relate_activities(edition, read_folder(HERE / "activities" / slug).activity.get("related") or [])


def _current(slug: str, day: date) -> Edition | None:
    activity = Activity.objects.filter(slug=slug).first()
    return current_edition(activity, day) if activity else None
