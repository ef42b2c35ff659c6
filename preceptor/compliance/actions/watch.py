"""What the clock does with what is published: reviews that come due, old disclosures, approvals that end, links that die."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from preceptor.accounts.models import User
from preceptor.accreditation.queries import pack_on
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import EditionState
from preceptor.compliance.actions.publication import withdraw
from preceptor.compliance.adapters.links import look_at
from preceptor.compliance.models import Alert, LinkCheck
from preceptor.compliance.queries import judge
from preceptor.compliance.rules import ALERT_SUBJECTS, GateStage, mark_reached, months_later, today
from preceptor.jobs.actions import enqueue
from preceptor.jobs.rules import periodic, task
from preceptor.kernel.findings import Finding
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import queue_letter

SYSTEM = "system"


@periodic("compliance.daily_review", every=timedelta(days=1), offset=timedelta(hours=6))
def daily_review(*, at: datetime) -> None:
    """Look at every published edition once a day: write to the staff about what comes due (once per mark), withdraw from credit what is over.

    A day that was missed is made up for: a mark that was passed is told at the next run.
    """
    published = Edition.objects.filter(state=EditionState.PUBLISHED).select_related("activity__provider", "front_matter")
    for edition in published.order_by("pk"):
        _review(edition, at=at)
        if settings.CHECK_LINKS:
            enqueue("compliance.check_links", at=at, key=f"links:{edition.pk}:{at:%G-%V}", edition=edition.pk)


def _review(edition: Edition, *, at: datetime) -> None:
    day = today(at, edition.activity.provider.time_zone)
    is_over = edition.reviewed_on is not None and day > months_later(edition.reviewed_on, _months(edition, day))
    for finding in judge(edition, at=at, stage=GateStage.SCHEDULED).findings:
        for mark in _marks(finding, day):
            _alert(edition, finding, mark, at=at)
    if is_over:
        withdraw(edition, "The longest time between two reviews is over (EXP-003).", by=SYSTEM, at=at)


def _marks(finding: Finding, day: date) -> Iterator[str]:
    """Under which mark a finding is told: once per 120, 60 and 30 days for what ends, once per thing and date for what is old."""
    if finding.rule_id in {"EXP-003", "CRD-007"} and finding.evidence:
        due = date.fromisoformat(finding.evidence)
        reached = mark_reached(due, day)
        yield f"{finding.where} {due}: {'over' if reached is None else reached}"
    else:
        yield f"{finding.where} {finding.evidence}"[:300]


@transaction.atomic
def _alert(edition: Edition, finding: Finding, mark: str, *, at: datetime) -> None:
    if Alert.objects.filter(edition=edition, rule_id=finding.rule_id, mark=mark).exists():
        return
    provider = edition.activity.provider
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(email="").order_by("email").values_list("email", flat=True)
    addresses = list(dict.fromkeys(staff)) or [provider.email]
    Alert.objects.create(edition=edition, rule_id=finding.rule_id, mark=mark, at=at, letters=len(addresses))
    context = {
        "subject": ALERT_SUBJECTS.get(finding.rule_id, "Something to look at"),
        "finding": finding,
        "title": edition.title,
        "slug": edition.activity.slug,
        "number": edition.number,
        "provider_name": provider.name,
        "provider_email": provider.email,
        "is_sample": provider.is_sample,
    }
    for address in addresses:
        queue_letter(to=address, kind="compliance.alert", template="compliance/mail/alert", context=context, about=edition.uuid, at=at)
    detail = {"rule": finding.rule_id, "mark": mark, "message": finding.message, "letters": len(addresses)}
    write_entry("compliance.alert", by=SYSTEM, at=at, about=edition, detail=detail)


@task("compliance.check_links", retries=2, first_retry=60.0)
def check_links(*, edition: int, at: datetime) -> int:
    """Look at every link of an edition's bibliography, and keep alive, dead or unknown. Off (CHECK_LINKS) nothing is looked at, all is unknown.

    The net is asked outside of any transaction. Returns how many were looked at.
    """
    if not settings.CHECK_LINKS:
        return 0
    urls = list(Edition.objects.get(pk=edition).citations.exclude(url="").values_list("url", flat=True).distinct())
    states = {url: look_at(url) for url in urls}
    with transaction.atomic():
        for url, state in states.items():
            LinkCheck.objects.update_or_create(edition_id=edition, url=url, defaults={"state": state, "checked_at": at})
        LinkCheck.objects.filter(edition_id=edition).exclude(url__in=urls).delete()
    return len(states)


def _months(edition: Edition, day: date) -> int:
    formats = pack_on(edition.released_on or day).formats
    return formats[edition.format].max_months if edition.format in formats else 36
