"""Commercial support of an edition (disclosure): agreement, clauses, spending, reconciliation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.disclosure import actions
from preceptor.disclosure.models import CommercialSupport
from preceptor.disclosure.queries import account_of, support_sentences
from preceptor.disclosure.rules import EXPENSES, FORBIDDEN_EXPENSES
from preceptor.studio.access import WRITE, at_edition, takes_files
from preceptor.studio.desk import Desk
from preceptor.studio.forms.compliance import ReasonForm
from preceptor.studio.forms.disclosure import AgreementForm, ClausesForm, ExpenseForm, ReconcileForm, SupportForm
from preceptor.studio.pages import go, sent, show


def _held(desk: Desk, support: str) -> CommercialSupport:
    return get_object_or_404(CommercialSupport.objects.select_related("company", "edition"), edition=desk.edition, uuid=support)


def _at(desk: Desk, held: CommercialSupport) -> str:
    return reverse("studio:support_one", args=[desk.edition.uuid, held.uuid])


@at_edition(WRITE)
def support(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who supports the edition, what learners are told of it, and a further one."""
    form = SupportForm(request.POST if request.method == "POST" else None)
    if form.does(
        lambda typed: actions.record_support(
            desk.edition, form.company, typed["kind"], typed["nature"], amount_cents=typed["amount_cents"], by=desk.by, at=desk.at
        )
    ):
        return go(request, reverse("studio:support", args=[desk.edition.uuid]), f"Support by {form.company.name} is recorded.")
    rows = CommercialSupport.objects.filter(edition=desk.edition).select_related("company").order_by("pk")
    return show(request, "support", desk, "support", form=form, rows=rows, sentences=support_sentences(desk.edition))


@takes_files
@at_edition(WRITE)
def one(request: HttpRequest, desk: Desk, support: str) -> HttpResponse:
    """One support: its agreement with both signatures, the clauses, the ledger, the reconciliation."""
    held = _held(desk, support)
    is_too_large = getattr(request, "is_file_too_large", False)
    agreement = AgreementForm(sent(request, "agreement"), request.FILES, support=held, is_too_large=is_too_large)
    clauses = ClausesForm(sent(request, "clauses"), held=held.clauses)
    expense, account = ExpenseForm(sent(request, "expense"), prefix="expense"), ReconcileForm(sent(request, "account"), prefix="account")
    signed = {"by": desk.by, "at": desk.at}
    if agreement.does(lambda t: actions.sign_agreement(held, t["file"], t["supporter_on"], t["provider_on"], note=t["note"], **signed)):
        return go(request, _at(desk, held), "The agreement is kept.")
    if clauses.does(lambda typed: actions.check_clauses(held, clauses.answers, **signed)):
        return go(request, _at(desk, held), "The clauses are checked.")
    if expense.does(lambda t: actions.add_expense(held, t["kind"], t["amount_cents"], t["payee"], t["spent_on"], **signed)):
        return go(request, _at(desk, held) + "#ledger", "The line is in the ledger.")
    if account.does(lambda t: actions.reconcile(held, sent_on=t["sent_on"], returned_cents=t["returned_cents"] or 0, **signed)):
        return go(request, _at(desk, held) + "#ledger", "The account is reconciled.")
    forms = {"agreement": agreement, "clauses": clauses, "expense": expense, "account": account}
    return show(
        request,
        "support_one",
        desk,
        "support",
        held=held,
        kinds=EXPENSES,
        never=FORBIDDEN_EXPENSES.values(),
        sums=account_of(held),
        **forms,
    )


@at_edition(WRITE)
def remove(request: HttpRequest, desk: Desk, support: str) -> HttpResponse:
    """Take support off a draft, with the reason."""
    held = _held(desk, support)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: actions.remove_support(held, typed["reason"], by=desk.by, at=desk.at)):
        return go(request, reverse("studio:support", args=[desk.edition.uuid]), f"Support by {held.company.name} is taken off.")
    return show(request, "support_remove", desk, "support", held=held, form=form)
