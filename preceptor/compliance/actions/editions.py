"""What we do with editions as a whole: the next one, made by copying; a correction, told to everyone who engaged."""

from datetime import datetime

from django.db import transaction

from preceptor.assessment import actions as assessment
from preceptor.catalog.actions import copy_edition
from preceptor.catalog.models import Edition
from preceptor.compliance.models import CorrectionNotice
from preceptor.compliance.queries import engaged_with
from preceptor.content import actions as content
from preceptor.disclosure import actions as disclosure
from preceptor.evaluation import actions as evaluation
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import queue_letter


@transaction.atomic
def new_edition(edition: Edition, *, by: str, at: datetime) -> Edition:
    """The next edition as a draft: texts, people in roles, content, tests, evaluation and supporters of the old one.

    It carries no disclosure decision, mitigation, review, agreement, approval or number of an approval, no dates and no credit: these are made
    anew. Learners in flight stay on theirs.
    """
    new = copy_edition(edition, by=by, at=at)
    content.copy_part(edition, new)
    assessment.copy_part(edition, new)
    evaluation.copy_part(edition, new)
    disclosure.copy_part(edition, new)
    write_entry("compliance.new_edition", by=by, at=at, about=new, detail={"from": str(edition.uuid), "number": new.number})
    return new


@transaction.atomic
def send_correction(edition: Edition, subject: str, text: str, *, by: str, at: datetime) -> CorrectionNotice:
    """Write to everyone who ever engaged with an edition, whether they finished or not, and to the people in control of its content.

    One letter per address, in this transaction. Refused: compliance.nothing_to_say, catalog.not_published.
    """
    if not subject.strip() or not text.strip():
        raise Refused("compliance.nothing_to_say", "A correction has a subject and says what was wrong and what is right.")
    if edition.published_at is None:
        raise Refused("catalog.not_published", "Nobody has seen this edition: it is a draft.")
    holders = edition.role_holders.exclude(person__email="").values_list("person__email", flat=True)
    learners = engaged_with(edition).exclude(email="").values_list("email", flat=True)
    addresses = sorted({address.strip().lower() for address in (*learners, *holders)})
    notice = CorrectionNotice.objects.create(
        edition=edition, subject=subject.strip(), text=text.strip(), by=by, at=at, recipients=len(addresses)
    )
    provider = edition.activity.provider
    context = {
        "subject": notice.subject,
        "text": notice.text,
        "title": edition.title,
        "slug": edition.activity.slug,
        "number": edition.number,
        "provider_name": provider.name,
        "provider_email": provider.email,
        "is_sample": provider.is_sample,
    }
    for address in addresses:
        queue_letter(
            to=address, kind="compliance.correction", template="compliance/mail/correction", context=context, about=notice.uuid, at=at
        )
    write_entry("compliance.send_correction", by=by, at=at, about=notice, detail={"recipients": len(addresses), "subject": notice.subject})
    return notice
