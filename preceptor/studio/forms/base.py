"""What all forms of the desk do alike."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms

from preceptor.kernel.refusals import Refused

FIRST, LAST = date(1950, 1, 1), date(2099, 12, 31)
MOST = 10_000_000  # dollars: as much as every column of cents takes


class DeskForm(forms.Form):
    """A form whose action may refuse: the refusal stands beside the field that it is about, and nothing typed is lost."""

    use_required_attribute = False
    refusals: ClassVar[dict[str, str]] = {}

    def does(self, deed: Callable[[dict[str, Any]], object]) -> bool:
        """True when it was sent, is right, and the deed was done with it."""
        if not self.is_bound or not self.is_valid():
            return False
        try:
            deed(self.cleaned_data)
        except Refused as refused:
            field = self.refusals.get(refused.code)
            self.add_error(field, [refused.message, *(reason.message for reason in refused.reasons)])  # type: ignore[arg-type]
            return False
        return True


class DayField(forms.DateField):
    """A day, by the browser's own calendar or typed as 2026-11-22 or 11/22/2026."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = "", initial: date | None = None) -> None:
        super().__init__(
            label=label, required=required, help_text=help_text, initial=initial, input_formats=["%Y-%m-%d", "%m/%d/%Y"],
            widget=forms.DateInput(attrs={"type": "date", "class": "w-sm"}, format="%Y-%m-%d"),
            error_messages={"invalid": "Give a day, like 2026-11-22"},
        )  # fmt: skip

    def clean(self, value: Any) -> date | None:
        """A day of our times: nothing that adds months to it can leave the calendar."""
        day: date | None = super().clean(value)
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError("Give a day between 1950 and 2099")
        return day


class LinesField(forms.CharField):
    """One thing a line."""

    def __init__(self, *, label: str, required: bool = False, help_text: str = "One a line", rows: int = 3) -> None:
        super().__init__(label=label, required=required, help_text=help_text, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}))

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """Lines that say something."""
        return [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]


class MoneyField(forms.DecimalField):
    """US dollars, as cents."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = "", is_signed: bool = False) -> None:
        super().__init__(
            label=label, required=required, help_text=help_text, max_digits=11, decimal_places=2, min_value=-MOST if is_signed else 0,
            max_value=MOST,
            widget=forms.NumberInput(attrs={"step": "0.01", "class": "w-sm", "inputmode": "decimal"}),
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """Cents as dollars."""
        return f"{value / 100:.2f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        """Dollars as cents; None when nothing was typed."""
        dollars = super().clean(value)
        return None if dollars is None else int(dollars * 100)


def long_text(label: str, *, help_text: str = "", required: bool = True, rows: int = 4, limit: int = 20_000) -> forms.CharField:
    """A text of more than one line."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=limit, widget=forms.Textarea(attrs={"rows": rows})
    )


def one_of(label: str, choices: Any, *, help_text: str = "", required: bool = True) -> forms.ChoiceField:
    """One of few, as radio buttons."""
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, required=required, widget=forms.RadioSelect)


def picked(label: str, choices: Any, *, help_text: str = "", required: bool = True) -> forms.ChoiceField:
    """One of many, as a list to open."""
    return forms.ChoiceField(label=label, choices=[("", "Choose one"), *choices], help_text=help_text, required=required)
