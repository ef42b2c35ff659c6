"""What the desk accepts about credit: which completions to list, and what happens to an award."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from preceptor.accreditation.rules import Pack
from preceptor.catalog.models import Activity
from preceptor.credit.models import Award
from preceptor.credit.queries import Scope
from preceptor.credit.rules import REINSTATEMENT_REASONS, REVERSAL_REASONS, STAFF_REASONS, Claim
from preceptor.kernel.credits import plain
from preceptor.studio.forms.base import DayField, DeskForm, long_text, one_of

NOTE = "For the logbook alone. Nobody who verifies the certificate reads it."


class ScopeForm(forms.Form):
    """Which completions to list; nonsense in the address lists all."""

    activity = forms.ModelChoiceField(Activity.objects.order_by("slug"), to_field_name="slug", required=False, empty_label="All activities")
    first = DayField(label="Completed from", required=False)
    last = DayField(label="to", required=False)
    system = forms.ChoiceField(label="Credit", required=False)
    unreported = forms.BooleanField(label="Not reported yet", required=False)

    def __init__(self, data: Any, *, pack: Pack, titles: Mapping[str, str]) -> None:
        super().__init__(data)
        system, activity = self.fields["system"], self.fields["activity"]
        assert isinstance(system, forms.ChoiceField) and isinstance(activity, forms.ModelChoiceField)
        system.choices = [("", "Every credit"), *((key, one.label) for key, one in pack.systems.items())]
        activity.label_from_instance = lambda one: titles.get(one.slug, one.slug)  # type: ignore[method-assign, assignment]

    @property
    def scope(self) -> Scope:
        """What is asked for."""
        typed = self.cleaned_data if self.is_valid() else {}
        return Scope(typed.get("activity"), typed.get("first"), typed.get("last"), typed.get("system") or "", bool(typed.get("unreported")))


class ReportedForm(DeskForm):
    """That completions were told to a receiver, by hand."""

    receiver = forms.ChoiceField(label="Reported to")
    note = forms.CharField(label="Note", max_length=300, required=False, help_text="How, or the receiver's reference")

    def __init__(self, data: Any = None, *, receivers: Sequence[str], likely: str = "") -> None:
        super().__init__(data, initial={"receiver": likely})
        choice = self.fields["receiver"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "Choose one"), *((name, name) for name in receivers)]


class ReverseForm(DeskForm):
    """Take an award back."""

    reason = one_of("Reason", [(one, one) for one in REVERSAL_REASONS], help_text="Whoever verifies the certificate reads it.")
    note = long_text("Note", required=False, rows=2, limit=1000, help_text=NOTE)


class ReinstateForm(DeskForm):
    """Let it stand again."""

    reason = one_of("Reason", [(one, one) for one in REINSTATEMENT_REASONS], help_text="Whoever verifies the certificate reads it.")
    note = long_text("Note", required=False, rows=2, limit=1000, help_text=NOTE)


class CorrectForm(DeskForm):
    """What it should have said."""

    refusals: ClassVar[dict[str, str]] = {"credit.reason_missing": "reason"}
    given_name = forms.CharField(label="Given name", max_length=100)
    family_name = forms.CharField(label="Family name", max_length=100)
    credentials = forms.CharField(label="Degree", max_length=60, required=False)
    profession = forms.ChoiceField(label="Profession")
    system = forms.ChoiceField(label="Credit")
    amount = forms.DecimalField(
        label="Amount", max_digits=6, decimal_places=2, min_value=0, widget=forms.NumberInput(attrs={"step": "0.25", "class": "w-xs"}),
        help_text="0 for participation",
    )  # fmt: skip
    reason = one_of("Reason", [(one, one) for one in STAFF_REASONS], help_text="Whoever verifies the old certificate reads it.")
    note = long_text("Note", required=False, rows=2, limit=1000, help_text=NOTE)

    def __init__(self, data: Any = None, *, award: Award, pack: Pack, systems: list[str]) -> None:
        payload = award.payload
        given, _, family = payload["name"].partition(" ")
        names = {"given_name": given, "family_name": family, "credentials": payload["credentials"]}
        super().__init__(
            data, initial={**names, "profession": payload["profession"], "system": award.system, "amount": plain(award.amount)}
        )
        professions, credit = self.fields["profession"], self.fields["system"]
        assert isinstance(professions, forms.ChoiceField) and isinstance(credit, forms.ChoiceField)
        professions.choices = [(code, one.one) for code, one in pack.professions.items()]
        credit.choices = [
            (key, pack.systems[key].label) for key in dict.fromkeys([*systems, award.system, "participation"]) if key in pack.systems
        ]
        self.identifiers: dict[str, str] = payload["identifiers"]

    @property
    def claim(self) -> Claim:
        """The corrected claim, judged by the same rule as the learner's."""
        typed = self.cleaned_data
        return Claim(
            profession=typed["profession"],
            system=typed["system"],
            amount=Decimal(typed["amount"]),
            given_name=typed["given_name"],
            family_name=typed["family_name"],
            credentials=typed["credentials"],
            is_attested=True,
            is_profession_attested=True,
            identifiers=self.identifiers,
            wanted_kinds=tuple(self.identifiers),
        )


def file_stem(scope: Scope, today: date) -> str:
    """The name of the list as a file."""
    parts = [
        "completions",
        scope.activity.slug if scope.activity else "all",
        scope.first and f"from-{scope.first}",
        scope.last and f"to-{scope.last}",
    ]
    return "-".join(str(part) for part in (*parts, today) if part)
