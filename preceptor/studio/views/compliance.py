"""The way to publication: checklist, signed warnings, stages, review, publish, withdraw, next edition, correction."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from preceptor.compliance import actions
from preceptor.compliance.models import ContentReview, CorrectionNotice
from preceptor.compliance.queries import FindingRow, engaged_with, judge
from preceptor.compliance.rules import STATUS_WORDS, ActivityStatus
from preceptor.disclosure.queries import people_rows
from preceptor.studio.access import WRITE, at_edition
from preceptor.studio.desk import PUBLISHER, Desk
from preceptor.studio.forms.compliance import CorrectionForm, ReasonForm, ReviewForm, WithdrawForm
from preceptor.studio.pages import go, show

POST = ("POST",)


def _here(desk: Desk, name: str = "studio:edition") -> str:
    return reverse(name, args=[desk.edition.uuid])


def _finding(desk: Desk, digest: str) -> FindingRow:
    rules = (*desk.checklist.failed, *desk.checklist.warned, *desk.checklist.signed)
    found = next((row for rule in rules for row in rule.rows if row.digest == digest), None)
    if found is None:
        raise BadRequest("There is no such finding.")
    return found


@at_edition()
def edition(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Before you publish: what fails, what is warned, what is signed, what passes; the stages, and who did what."""
    return show(request, "checklist", desk, "checklist", words=STATUS_WORDS)


@at_edition(WRITE)
def acknowledge(request: HttpRequest, desk: Desk, digest: str) -> HttpResponse:
    """Sign a warning with a reason."""
    row = _finding(desk, digest)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: actions.acknowledge(desk.edition, row.finding, typed["reason"], **desk.signed)):
        return go(request, _here(desk) + "#ck", f"{row.finding.rule_id} is signed with your reason.")
    return show(request, "acknowledge", desk, "checklist", row=row, form=form)


@at_edition(POST)
def stage(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One stage on, or back."""
    change = actions.change_stage(desk.edition, request.POST.get("to", ""), **desk.signed)
    return go(request, _here(desk), f"The draft is now at “{STATUS_WORDS[ActivityStatus(change.to_stage)]}”.")


@at_edition(POST, duty=PUBLISHER)
def publish(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Publish; refused with every finding while one stands."""
    actions.publish(desk.edition, **desk.signed)
    return go(request, _here(desk), "The activity is published. From now on, nothing of this edition changes.")


@at_edition(WRITE)
def review(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sign the content review in a reviewer's name, and see what was signed."""
    form = ReviewForm(request.POST if request.method == "POST" else None, edition=desk.edition)
    if form.does(
        lambda typed: actions.sign_review(
            desk.edition, form.reviewer, form.answers, typed["is_accepted"] == "yes", typed["note"], **desk.signed
        )
    ):
        return go(request, _here(desk, "studio:review"), "The review is signed.")
    reviews = ContentReview.objects.filter(edition=desk.edition).select_related("reviewer").order_by("-signed_at")
    related = {row.person_key for row in people_rows(desk.edition) if row.has_relevant}
    return show(request, "review", desk, "review", form=form, reviews=reviews, related=related)


@at_edition()
def preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The front matter: of a draft as it would be frozen now, of a published edition the frozen bytes."""
    return show(request, "preview", desk, "preview", html=judge(desk.edition, at=desk.at).html)


@at_edition(WRITE, duty=PUBLISHER)
def withdraw(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a published edition out of the catalogue."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: actions.withdraw(desk.edition, typed["reason"], **desk.signed)):
        return go(request, _here(desk), "The activity is withdrawn. What was earned stays.")
    return show(request, "withdraw", desk, "checklist", form=form)


@at_edition(POST)
def new_edition(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The next edition, as a draft."""
    made = actions.new_edition(desk.edition, **desk.signed)
    return go(
        request,
        reverse("studio:edition", args=[made.uuid]),
        f"Edition {made.number} is a draft. Decisions, dates and credit are made anew.",
    )


@at_edition(WRITE, duty=PUBLISHER)
def correction(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write to everyone who ever engaged with the edition."""
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: actions.send_correction(desk.edition, typed["subject"], typed["text"], **desk.signed)):
        return redirect("studio:correction", edition=desk.edition.uuid)
    notices = CorrectionNotice.objects.filter(edition=desk.edition).order_by("-at")
    return show(request, "correction", desk, "learners", form=form, notices=notices, reached=engaged_with(desk.edition).count())
