"""Commercial support: recorded, agreed, accounted for. The acknowledgement is generated from it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction

from preceptor.catalog.models import Edition
from preceptor.disclosure.actions.decisions import need_draft
from preceptor.disclosure.adapters.agreements import keep_agreement
from preceptor.disclosure.models import CommercialSupport, Company, Reconciliation, SupportExpense
from preceptor.disclosure.queries import account_of, agreement_clauses, today_of
from preceptor.disclosure.rules import EXPENSES, FORBIDDEN_EXPENSES, Eligibility, SupportKind, nature_problem
from preceptor.kernel.refusals import Refused
from preceptor.logbook.actions import write_entry


@transaction.atomic
def record_support(
    edition: Edition, company: Company, kind: str, nature: str = "", *, amount_cents: int | None = None, by: str, at: datetime
) -> CommercialSupport:
    """Commercial support of a draft, by an ineligible company: money, or something in kind, told by its nature and never by a value."""
    need_draft(edition)
    if kind not in list(SupportKind):
        raise Refused("disclosure.unknown_support", f"Support is monetary or in kind, not {kind!r}.")
    if company.eligibility == Eligibility.ELIGIBLE:
        raise Refused("disclosure.not_commercial", f"{company.name} is not an ineligible company: what it gives is not commercial support.")
    if kind == SupportKind.IN_KIND and amount_cents is not None:
        raise Refused("disclosure.value_of_in_kind", "Support in kind is recorded by its nature, never by a value.")
    if problem := nature_problem(kind, nature, company.products):
        raise Refused("disclosure.support_nature", problem)
    kept = nature.strip() if kind == SupportKind.IN_KIND else ""
    support = CommercialSupport.objects.create(edition=edition, company=company, kind=kind, nature=kept, amount_cents=amount_cents)
    write_entry("disclosure.record_support", by=by, at=at, about=support, detail={"company": company.name, "kind": kind})
    return support


@transaction.atomic
def record_amount(support: CommercialSupport, amount_cents: int, *, by: str, at: datetime) -> CommercialSupport:
    """How much money was received, for the ledger: after publication too, since learners are never told it. Not below what was spent or went back."""
    support = CommercialSupport.objects.select_for_update().get(pk=support.pk)
    if support.kind != SupportKind.MONETARY:
        raise Refused("disclosure.value_of_in_kind", "Support in kind is recorded by its nature, never by a value.")
    account = account_of(support)
    if amount_cents < account.spent + account.returned:
        said = f"{(account.spent + account.returned) / 100:.2f} USD of this support were spent or returned already (SUP-005)."
        raise Refused("disclosure.overspent", said)
    before, support.amount_cents = support.amount_cents, amount_cents
    support.save(update_fields=["amount_cents"])
    write_entry("disclosure.record_amount", by=by, at=at, about=support, detail={"before": before, "amount_cents": amount_cents})
    return support


@transaction.atomic
def remove_support(support: CommercialSupport, reason: str, *, by: str, at: datetime) -> None:
    """Take support off a draft, with the reason. Once something was spent from it, it stays."""
    need_draft(support.edition)
    if not reason.strip():
        raise Refused("disclosure.no_reason", "Say why the support is taken off.")
    if support.expenses.exists() or support.reconciliations.exists():
        raise Refused("disclosure.support_spent", "Something was spent from this support: its account stays.")
    write_entry("disclosure.remove_support", by=by, at=at, about=support, reason=reason.strip(), detail={"company": support.company.name})
    support.delete()


@transaction.atomic
def sign_agreement(
    support: CommercialSupport,
    file: File | None,  # type: ignore[type-arg]
    supporter_on: date,
    provider_on: date,
    *,
    note: str = "",
    by: str,
    at: datetime,
) -> CommercialSupport:
    """The executed agreement: its file (checked, kept privately by its hash) and the days of both signatures. A note alone is no agreement.

    A new file replaces the earlier one here; both stay in the storage, and the logbook names them. Without a new file the one that is there stays.
    """
    need_draft(support.edition)
    if max(supporter_on, provider_on) > today_of(support.edition, at):
        raise Refused("disclosure.signature_ahead", "Record a signature when it has been given: this day is still to come.")
    if file is None and not support.agreement:
        raise Refused("disclosure.no_agreement", "Add the executed agreement with both signatures, as a PDF, PNG or JPEG.")
    if file is not None:
        support.agreement.name, support.agreement_sha256 = _kept(file)
    support.agreement_note = note.strip()[:200] or support.agreement_note
    support.signed_supporter_on, support.signed_provider_on = supporter_on, provider_on
    support.save()
    detail = {"sha256": support.agreement_sha256, "supporter_on": f"{supporter_on}", "provider_on": f"{provider_on}"}
    write_entry("disclosure.sign_agreement", by=by, at=at, about=support, detail=detail)
    return support


def _kept(file: File) -> tuple[str, str]:  # type: ignore[type-arg]
    try:
        return keep_agreement(file)
    except ValueError as wrong:
        raise Refused("disclosure.agreement_file", str(wrong)) from wrong


@transaction.atomic
def check_clauses(support: CommercialSupport, answers: Mapping[str, bool], *, by: str, at: datetime) -> CommercialSupport:
    """The checklist of the agreement's clauses, by the pack: each answered, true or false. Who checked and when is kept."""
    need_draft(support.edition)
    clauses = agreement_clauses(support.edition, at)
    if set(answers) != set(clauses):
        raise Refused("disclosure.clauses_open", "Answer every clause of the checklist, true or false.")
    support.clauses = {key: bool(answers[key]) for key in clauses}
    support.clauses_checked_by, support.clauses_checked_at = by, at
    support.save()
    write_entry("disclosure.check_clauses", by=by, at=at, about=support, detail={"clauses": support.clauses})
    return support


@transaction.atomic
def add_expense(
    support: CommercialSupport, kind: str, amount_cents: int, payee: str, spent_on: date, *, by: str, at: datetime
) -> SupportExpense:
    """A line of the spending ledger. A mistake is mended by a line with the opposite sign. SUP-005: nothing for learners, nothing beyond what came in."""
    support = CommercialSupport.objects.select_for_update().get(pk=support.pk)
    if kind in FORBIDDEN_EXPENSES:
        raise Refused("disclosure.learner_expense", f"{FORBIDDEN_EXPENSES[kind]} may not be paid from commercial support (SUP-005).")
    if kind not in EXPENSES:
        raise Refused("disclosure.unknown_expense", f"There is no kind of expense {kind!r}.")
    if support.kind != SupportKind.MONETARY or support.amount_cents is None:
        raise Refused("disclosure.nothing_received", "Only money can be spent: record the amount that was received first.")
    if not amount_cents or not payee.strip() or spent_on > today_of(support.edition, at):
        raise Refused("disclosure.expense_incomplete", "Give an amount other than 0, who was paid, and a day that has come.")
    account = account_of(support)
    if amount_cents > account.left or account.spent + amount_cents < 0:
        raise Refused(
            "disclosure.overspent", f"{account.left / 100:.2f} USD of this support are left: the ledger has to balance (SUP-005)."
        )
    line = SupportExpense.objects.create(
        support=support, kind=kind, amount_cents=amount_cents, payee=payee.strip()[:200], spent_on=spent_on, by=by, at=at
    )
    write_entry("disclosure.add_expense", by=by, at=at, about=support, detail={"kind": kind, "amount_cents": amount_cents})
    return line


@transaction.atomic
def reconcile(support: CommercialSupport, *, sent_on: date, returned_cents: int = 0, by: str, at: datetime) -> Reconciliation:
    """That the account was sent to the supporter. It has to balance: what came in was spent or went back (SUP-005)."""
    support = CommercialSupport.objects.select_for_update().get(pk=support.pk)
    account = account_of(support)
    if sent_on > today_of(support.edition, at) or returned_cents < 0:
        raise Refused("disclosure.reconciliation_incomplete", "Give a day that has come, and an amount that is not below 0.")
    if account.left != returned_cents:
        message = f"{account.left / 100:.2f} USD are neither spent nor returned: the account does not balance (SUP-005)."
        raise Refused("disclosure.unbalanced", message)
    line = Reconciliation.objects.create(support=support, sent_on=sent_on, returned_cents=returned_cents, by=by, at=at)
    write_entry("disclosure.reconcile", by=by, at=at, about=support, detail={"returned_cents": returned_cents})
    return line


def copy_part(old: Edition, new: Edition) -> None:
    """Who supports the next edition, and how; no agreement, signature, checklist, amount, disclosure decision or mitigation goes along."""
    for row in old.support.order_by("pk"):
        CommercialSupport.objects.create(edition=new, company=row.company, kind=row.kind, nature=row.nature)
