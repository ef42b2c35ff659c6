"""Commercial support of an edition (disclosure): agreement, clauses, spending, reconciliation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from preceptor.disclosure import actions
from preceptor.disclosure.models import CommercialSupport
from preceptor.disclosure.queries import account_of, agreement_clauses, support_sentences
from preceptor.disclosure.rules import EXPENSES, FORBIDDEN_EXPENSES
from preceptor.studio.access import WRITE, at_edition, takes_files
from preceptor.studio.desk import Desk
from preceptor.studio.forms.compliance import ReasonForm
from preceptor.studio.forms.disclosure import AgreementForm, AmountForm, ClausesForm, ExpenseForm, ReconcileForm, SupportForm
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
            desk.edition, form.company, typed["kind"], typed["nature"], amount_cents=typed["amount_cents"], **desk.signed
        )
    ):
        return go(request, reverse("studio:support", args=[desk.edition.uuid]), f"Support by {form.company.name} is recorded.")
    rows = CommercialSupport.objects.filter(edition=desk.edition).select_related("company").order_by("pk")
    return show(request, "support", desk, "support", form=form, rows=rows, sentences=support_sentences(desk.edition))


@at_edition(WRITE)
@takes_files
def one(request: HttpRequest, desk: Desk, support: str) -> HttpResponse:
    """One support: its agreement with both signatures, and the clauses."""
    held = _held(desk, support)
    posted = sent(request, "agreement")
    is_too_large = getattr(request, "is_file_too_large", False)
    agreement = AgreementForm(posted, posted and request.FILES, support=held, is_too_large=is_too_large)
    clauses = ClausesForm(sent(request, "clauses"), clauses=agreement_clauses(desk.edition, timezone.now()), held=held.clauses)
    if agreement.does(
        lambda typed: actions.sign_agreement(
            held, typed["file"], typed["supporter_on"], typed["provider_on"], note=typed["note"], **desk.signed
        )
    ):
        return go(request, _at(desk, held), "The agreement is kept.")
    if clauses.does(lambda typed: actions.check_clauses(held, clauses.answers, **desk.signed)):
        return go(request, _at(desk, held), "The clauses are checked.")
    return show(request, "support_one", desk, "support", held=held, agreement=agreement, clauses=clauses, sums=account_of(held))


@at_edition(WRITE)
def ledger(request: HttpRequest, desk: Desk, support: str) -> HttpResponse:
    """What was received, spent and returned; a further line; the account, sent to the supporter. It goes on after publication."""
    held = _held(desk, support)
    here = reverse("studio:support_ledger", args=[desk.edition.uuid, held.uuid])
    received = AmountForm(sent(request, "received"), support=held)
    expense, account = ExpenseForm(sent(request, "expense")), ReconcileForm(sent(request, "account"), prefix="account")
    if received.does(lambda typed: actions.record_amount(held, typed["amount_cents"], **desk.signed)):
        return go(request, here, "The amount is recorded.")
    if expense.does(
        lambda typed: actions.add_expense(held, typed["kind"], typed["amount_cents"], typed["payee"], typed["spent_on"], **desk.signed)
    ):
        return go(request, here, "The line is in the ledger.")
    if account.does(lambda typed: actions.reconcile(held, sent_on=typed["sent_on"], returned_cents=typed["returned_cents"], **desk.signed)):
        return go(request, here, "The account is reconciled.")
    context = {"sums": account_of(held), "received": received, "expense": expense, "account": account}
    return show(request, "support_ledger", desk, "support", held=held, kinds=EXPENSES, never=FORBIDDEN_EXPENSES.values(), **context)


@at_edition(WRITE)
def remove(request: HttpRequest, desk: Desk, support: str) -> HttpResponse:
    """Take support off a draft, with the reason."""
    held = _held(desk, support)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: actions.remove_support(held, typed["reason"], **desk.signed)):
        return go(request, reverse("studio:support", args=[desk.edition.uuid]), f"Support by {held.company.name} is taken off.")
    return show(request, "support_remove", desk, "support", held=held, form=form)
