"""What we do about publication: judge, freeze, publish. Nothing that breaks a rule gets past here."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from preceptor.accreditation.queries import pack_on
from preceptor.catalog.actions import index_edition, mark_published
from preceptor.catalog.models import Edition
from preceptor.catalog.rules import EditionState
from preceptor.compliance.models import Publication
from preceptor.compliance.queries import dossier_of, teaching_facts
from preceptor.compliance.rules import blocking, findings
from preceptor.content.queries import plain_words
from preceptor.jobs.actions import enqueue
from preceptor.journey.adapters.front_matter import render
from preceptor.kernel.findings import Finding
from preceptor.kernel.refusals import Reason, Refused
from preceptor.logbook.actions import write_entry


def judge(edition: Edition, *, at: datetime) -> tuple[list[Finding], str, str]:
    """The findings on a draft, with the front matter as it would be frozen: (findings, html, text). Writes nothing."""
    html, text = render(edition, teaching_facts(edition))
    day = edition.released_on or at.date()
    return findings(dossier_of(edition, day=day, front_matter=text), pack_on(day), at), html, text


@transaction.atomic
def publish(edition: Edition, *, by: str, at: datetime) -> Publication:
    """Publish a draft that no rule blocks (compliance.blocked, with every finding). What was found and who did it is kept for ever.

    Freezes the front matter, puts the texts into the search index, and has the printable made.
    """
    if edition.state != EditionState.DRAFT:
        raise Refused("catalog.is_published", "This edition is published already.")
    found, html, text = judge(edition, at=at)
    errors = blocking(found)
    if errors:
        reasons = [
            Reason(one.rule_id, f"{one.rule_id}: {one.message} ({one.where}{': ' + one.evidence if one.evidence else ''})")
            for one in errors
        ]
        said = "; ".join(reason.message for reason in reasons[:3])
        more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
        raise Refused("compliance.blocked", f"{edition.activity.slug} cannot be published: {said}{more}", reasons=reasons)
    mark_published(edition, html, text, at=at)
    index_edition(edition, plain_words(edition))
    publication = Publication.objects.create(edition=edition, by=by, at=at, findings=[_kept(one) for one in found])
    write_entry("compliance.publish", by=by, at=at, about=edition, detail={"findings": len(found), "fragment": edition.front_matter_id})
    enqueue("content.make_printable", at=at, key=f"printable:{edition.pk}", edition=edition.pk)
    return publication


def _kept(finding: Finding) -> dict[str, object]:
    return {**asdict(finding), "severity": str(finding.severity), "fix": list(finding.fix)}
