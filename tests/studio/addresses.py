"""Every address of the desk, filled in with what exists. A new kind of argument has to be told here."""

from django.urls import URLPattern, reverse
from django.utils import timezone

from preceptor.accounts.models import User
from preceptor.catalog.models import Edition
from preceptor.compliance.queries import checklist
from preceptor.credit.models import Award
from preceptor.disclosure.models import CommercialSupport, Company, FinancialRelationship
from preceptor.jobs.models import Job
from preceptor.journey.models import Participation
from preceptor.mail.models import Letter
from preceptor.studio import urls


def a_letter() -> Letter:
    """One that was refused."""
    return Letter.objects.create(
        message_id="<sample@localhost>", kind="credit.certificate", recipient="riley@example.org", subject="Your certificate", text="Sample",
        state="refused", attempts=1, last_reply="550 5.2.2 mailbox full", queued_at=timezone.now(), post_after=timezone.now(),
    )  # fmt: skip


def a_dead_job() -> Job:
    """One that was given up."""
    now = timezone.now()
    return Job.objects.create(
        task="credit.typeset_certificate",
        state="dead",
        attempts=9,
        last_error="OSError: no space",
        run_after=now,
        created_at=now,
        ended_at=now,
    )


def arguments(edition: Edition) -> dict[str, object]:
    """Argument → a value that exists; what is not there yet is a digest or number that leads nowhere."""
    participation = Participation.objects.filter(edition=edition).first()
    support = CommercialSupport.objects.filter(edition=edition).first()
    relationship = FinancialRelationship.objects.filter(disclosure__person__roles__edition=edition).first()
    listed = checklist(edition, timezone.now())
    digests = [row.digest for rule in (*listed.warned, *listed.failed, *listed.signed) for row in rule.rows]
    learner = User.objects.filter(is_staff=False).first()
    accreditation = edition.activity.provider.accreditations.first()
    known = {
        "edition": edition,
        "company": Company.objects.first(),
        "accreditation": accreditation,
        "offer": edition.offers.first(),
        "person": edition.role_holders.first().person,  # type: ignore[union-attr]
        "relationship": relationship,
        "support": support,
        "participation": participation,
        "account": learner,
        "other": User.objects.filter(is_staff=False).last(),
    }
    known |= {"letter": Letter.objects.first() or a_letter(), "job": Job.objects.first() or a_dead_job()}
    award = Award.objects.filter(edition=edition).first()
    rest: dict[str, object] = {"number": 1, "digest": digests[0] if digests else "none"}
    rest |= {"serial": award.serial} if award else {}
    return {name: one.uuid for name, one in known.items() if one is not None} | rest  # type: ignore[attr-defined]


def desk_urls(edition: Edition) -> dict[str, str]:
    """Name → address; those whose thing does not exist are left out."""
    values = arguments(edition)
    found = {}
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = list(pattern.pattern.converters)
        if set(names) <= set(values):
            found[str(pattern.name)] = reverse(f"studio:{pattern.name}", kwargs={name: values[name] for name in names})
    return found
