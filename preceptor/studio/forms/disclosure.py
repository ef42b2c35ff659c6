"""What staff type about disclosures, companies and commercial support."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from preceptor.accreditation.rules import Certainty, Clause
from preceptor.catalog.models import RoleHolder
from preceptor.disclosure.models import CommercialSupport, Company
from preceptor.disclosure.queries import DecisionRow
from preceptor.disclosure.rules import (
    EXPENSES,
    LONGEST_PHRASE,
    METHODS,
    METHODS_FOR_ROLE,
    OUTCOMES,
    Eligibility,
    Nature,
    SupportKind,
    outcomes_for,
)
from preceptor.studio.forms.base import DayField, DeskForm, LinesField, MoneyField, long_text, one_of, picked

YES_NO = [("yes", "Yes"), ("no", "No")]
ELIGIBILITIES = {
    Eligibility.INELIGIBLE: "An ineligible company: it produces, markets, sells, re-sells or distributes healthcare products used by or on patients",
    Eligibility.ELIGIBLE: "Not an ineligible company",
    Eligibility.UNDETERMINED: "Not known yet",
}
FILE_KINDS = ".pdf,.png,.jpg,.jpeg"


class AskForm(DeskForm):
    """By when the disclosure is needed."""

    refusals = {"disclosure.due_date": "due_on", "disclosure.no_address": "due_on"}
    due_on = DayField(label="Needed by", help_text="Before the role begins")


class RelevanceForm(DeskForm):
    """Is one relationship relevant for one role, why, and how was it mitigated?"""

    refusals = {
        "disclosure.no_rationale": "rationale", "disclosure.method_unfit": "method", "disclosure.mitigation_undated": "mitigated_on",
        "disclosure.mitigation_ahead": "mitigated_on", "disclosure.nothing_to_mitigate": "method", "disclosure.told_phrase": "told_as",
    }  # fmt: skip
    is_relevant = one_of("Is it relevant to this activity?", YES_NO)
    rationale = long_text("Why", rows=3, limit=4000, help_text="For the file; learners do not see it")

    def __init__(self, data: Any, *, row: DecisionRow, zone: str) -> None:
        held = row.decision
        initial = {
            "is_relevant": ("yes" if held.is_relevant else "no") if held else "", "rationale": held.rationale if held else "",
            "method": held.mitigation_method if held else "", "note": held.mitigation_note if held else "", "mitigated_on": row.mitigated_on,
            "told_as": (held and held.told_as) or row.relationship.detail,
        }  # fmt: skip
        super().__init__(data, prefix=f"relevance-{row.holder.uuid}", initial=initial)
        self.zone = ZoneInfo(zone or "UTC")
        fitting = [(key, words) for key, words in METHODS.items() if key in METHODS_FOR_ROLE.get(row.holder.role, frozenset())]
        hint = f"These fit the role of {row.holder.role}. Only what is relevant is mitigated"
        self.fields["method"] = forms.ChoiceField(
            label="Mitigated by", choices=[("", "Not mitigated yet"), *fitting], required=False, help_text=hint
        )
        self.fields["mitigated_on"] = DayField(label="Finished on", required=False, help_text="Before the role begins")
        if row.relationship.nature == Nature.OTHER:
            hint = "One short phrase, in place of “Other”: what it is, never an amount or a trade name"
            self.fields["told_as"] = forms.CharField(label="Learners are told", required=False, max_length=LONGEST_PHRASE, help_text=hint)
        self.fields["note"] = long_text("How it was done", required=False, rows=2, limit=4000)

    @property
    def mitigated_at(self) -> datetime | None:
        """The first minute of the day on which the mitigation was finished."""
        day: date | None = self.cleaned_data["mitigated_on"]
        return datetime.combine(day, time(0, 1), tzinfo=self.zone) if day else None


class ExclusionForm(DeskForm):
    """Owner, employee or office: out, or one of the exceptions."""

    refusals = {
        "disclosure.outcome_unfit": "outcome", "disclosure.no_evidence": "evidence", "disclosure.no_approver": "approver",
    }  # fmt: skip

    def __init__(self, data: Any, *, row: DecisionRow) -> None:
        held = row.exclusion
        initial = {"outcome": held.outcome, "evidence": held.evidence, "approver": held.approver} if held else {}
        super().__init__(data, prefix=f"exclusion-{row.holder.uuid}", initial=initial)
        outcomes = outcomes_for(row.relationship.nature)
        self.fields["outcome"] = one_of("What was decided?", [(key, words) for key, words in OUTCOMES.items() if key in outcomes])
        self.fields["evidence"] = long_text("On what evidence", rows=3, limit=4000)
        self.fields["approver"] = forms.CharField(label="Approved by", max_length=200, help_text="Somebody else than the person concerned")


class NewCompanyForm(DeskForm):
    """A company, by its name."""

    name = forms.CharField(label="Name", max_length=200, help_text="As learners would read it: no mark, logo or trade name")


class EligibilityForm(DeskForm):
    """What a company is, and on what basis."""

    refusals = {"disclosure.no_basis": "basis", "disclosure.start_up": "regulatory_started_on"}
    eligibility = one_of("What is it?", ELIGIBILITIES.items())
    basis = long_text("On what basis", rows=3, limit=4000, help_text="Its primary business, and who its parent is")
    regulatory_started_on = DayField(
        label="First step toward regulatory approval", required=False, help_text="Of a start-up: from that day on it is ineligible"
    )

    def __init__(self, data: Any, *, company: Company) -> None:
        kept = ("eligibility", "basis", "regulatory_started_on")
        super().__init__(data, prefix="eligibility", initial={name: getattr(company, name) for name in kept})


class CompanyForm(DeskForm):
    """What a company does, sells, and who owns it: the suggestions on relevance read it."""

    refusals = {"disclosure.own_parent": "parent"}
    business_lines = LinesField(label="Business lines")
    products = LinesField(label="Products")

    def __init__(self, data: Any, *, company: Company) -> None:
        super().__init__(
            data, prefix="company",
            initial={"business_lines": company.business_lines, "products": company.products, "parent": company.parent_id or ""},
        )  # fmt: skip
        self.others = {str(one.pk): one for one in Company.objects.exclude(pk=company.pk).order_by("name")}
        self.fields["parent"] = picked("Owned by", [(key, one.name) for key, one in self.others.items()], required=False)

    @property
    def parent(self) -> Company | None:
        """The chosen parent."""
        return self.others.get(self.cleaned_data["parent"])


class AliasForm(DeskForm):
    """Another name of a company."""

    refusals = {"disclosure.alias_taken": "alias"}
    alias = forms.CharField(label="Another name", max_length=200)


class SupportForm(DeskForm):
    """Who supports an edition, and how."""

    refusals = {
        "disclosure.not_commercial": "company", "disclosure.value_of_in_kind": "amount_cents", "disclosure.support_nature": "nature",
    }  # fmt: skip
    kind = one_of("What was given?", [(SupportKind.MONETARY, "Money: an educational grant"), (SupportKind.IN_KIND, "Something in kind")])
    nature = forms.CharField(
        label="Nature, if in kind", max_length=200, required=False, help_text="What it is; never a value or a trade name"
    )
    amount_cents = MoneyField(label="Amount in US dollars, if money", required=False, help_text="For the account; learners never see it")

    def __init__(self, data: Any) -> None:
        super().__init__(data, prefix="support")
        self.companies = {str(one.uuid): one for one in Company.objects.exclude(eligibility=Eligibility.ELIGIBLE).order_by("name")}
        self.fields["company"] = picked("Company", [(key, one.name) for key, one in self.companies.items()])
        self.order_fields(["company", "kind", "nature", "amount_cents"])

    @property
    def company(self) -> Company:
        """The chosen company."""
        return self.companies[self.cleaned_data["company"]]


class AgreementForm(DeskForm):
    """The executed agreement with both signatures."""

    refusals = {
        "disclosure.signature_ahead": "provider_on", "disclosure.no_agreement": "file", "disclosure.agreement_file": "file",
    }  # fmt: skip
    file = forms.FileField(
        label="Agreement", required=False, help_text="PDF, PNG or JPEG, up to 20 MB. Private: staff only",
        widget=forms.FileInput(attrs={"accept": FILE_KINDS, "class": "input"}),
    )  # fmt: skip
    supporter_on = DayField(label="Signed by the supporter on")
    provider_on = DayField(label="Signed by the provider on")
    note = forms.CharField(
        label="Where the paper lies", required=False, max_length=200, help_text="A note is no agreement: the file counts"
    )

    def __init__(self, data: Any, files: Any, *, support: CommercialSupport, is_too_large: bool = False) -> None:
        initial = {"supporter_on": support.signed_supporter_on, "provider_on": support.signed_provider_on, "note": support.agreement_note}
        super().__init__(data, files, prefix="agreement", initial=initial)
        self.is_too_large = is_too_large

    def clean_file(self) -> Any:
        """A form that was too large for its file says so."""
        if self.is_too_large:
            raise forms.ValidationError("The file is larger than 20 MB.")
        return self.cleaned_data["file"]


class ClausesForm(DeskForm):
    """Each clause of the checklist: is it in the agreement?"""

    def __init__(self, data: Any, *, clauses: Mapping[str, Clause], held: Mapping[str, bool]) -> None:
        super().__init__(data, prefix="clauses")
        self.clauses = clauses
        for key, clause in clauses.items():
            is_sure = clause.certainty == Certainty.CONFIRMED
            source = clause.source if is_sure else f"Unconfirmed. {clause.source}"
            self.fields[key] = one_of(clause.text, YES_NO, help_text=source)
            if key in held:
                self.fields[key].initial = "yes" if held[key] else "no"

    @property
    def answers(self) -> dict[str, bool]:
        """As answered."""
        return {key: self.cleaned_data[key] == "yes" for key in self.clauses}


class AmountForm(DeskForm):
    """How much money was received."""

    refusals = {"disclosure.overspent": "amount_cents"}
    amount_cents = MoneyField(label="Received, in US dollars", help_text="Learners never see it")

    def __init__(self, data: Any, *, support: CommercialSupport) -> None:
        super().__init__(data, prefix="received", initial={"amount_cents": support.amount_cents})


class ExpenseForm(DeskForm):
    """A line of the spending ledger."""

    refusals = {"disclosure.overspent": "amount_cents", "disclosure.learner_expense": "kind", "disclosure.expense_incomplete": "spent_on"}
    kind = picked("For", EXPENSES.items())
    amount_cents = MoneyField(
        label="Amount in US dollars", is_signed=True, help_text="A mistake is mended by a line with the opposite sign"
    )
    payee = forms.CharField(label="Paid to", max_length=200)
    spent_on = DayField(label="On")


class ReconcileForm(DeskForm):
    """The account, sent to the supporter."""

    refusals = {"disclosure.unbalanced": "returned_cents", "disclosure.reconciliation_incomplete": "sent_on"}
    sent_on = DayField(label="Account sent to the supporter on")
    returned_cents = MoneyField(label="Returned to the supporter, in US dollars")


class RolesForm(DeskForm):
    """When each role of a person begins."""

    def __init__(self, data: Any, *, holders: Sequence[RoleHolder]) -> None:
        super().__init__(data, prefix="roles")
        self.holders = holders
        for holder in holders:
            hint = "When planning began" if holder.role == "planner" else "Empty: the release"
            self.fields[str(holder.uuid)] = DayField(
                label=f"The role of {holder.role} begins on", required=False, help_text=hint, initial=holder.starts_on
            )

    @property
    def days(self) -> list[tuple[RoleHolder, date | None]]:
        """Each role with its day."""
        return [(holder, self.cleaned_data[str(holder.uuid)]) for holder in self.holders]


class ContactForm(DeskForm):
    """Where a person in control of content is written to."""

    email = forms.EmailField(label="E-mail address", help_text="For the request and its reminders")
