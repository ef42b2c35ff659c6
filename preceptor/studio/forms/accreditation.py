"""What staff type about the provider and its accreditations."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from preceptor.accreditation.models import Provider
from preceptor.accreditation.rules import Pack
from preceptor.studio.forms.base import DayField, DeskForm, long_text, picked


class ProviderForm(DeskForm):
    """Who answers for the activities."""

    name = forms.CharField(label="Name", max_length=200, help_text="As every statement names it")
    address = forms.CharField(label="Address", max_length=300)
    state = forms.CharField(
        label="U.S. state",
        max_length=2,
        min_length=2,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-xs"}),
        help_text="Two letters; decides which state laws apply",
    )
    email = forms.EmailField(label="E-mail address")
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    time_zone = forms.CharField(label="Time zone", max_length=60, help_text="Like America/New_York: days end there")
    privacy_policy = long_text("Privacy policy", rows=8, help_text="Markdown")
    disclosure_policy = long_text("Policy on disclosure and mitigation", rows=8, help_text="Markdown")
    accessibility_policy = long_text("Policy on accessibility", rows=4, help_text="Markdown")
    needs_second_person = forms.BooleanField(label="Nobody publishes alone what they alone wrote", required=False)

    def __init__(self, data: Any, *, provider: Provider) -> None:
        super().__init__(data, prefix="provider", initial={name: getattr(provider, name) for name in self.base_fields})

    def clean_time_zone(self) -> str:
        """A zone that exists."""
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise forms.ValidationError("Give a time zone like America/New_York")
        return zone

    def clean_state(self) -> str:
        """Capital letters."""
        return str(self.cleaned_data["state"]).upper()


class AccreditationForm(DeskForm):
    """A further accreditation with its dates."""

    refusals = {"accreditation.ends_before": "valid_to", "accreditation.unknown_kind": "kind"}
    number = forms.CharField(label="Number", max_length=60, required=False)
    valid_from = DayField(label="From")
    valid_to = DayField(label="To", required=False, help_text="Empty: no end is known")

    def __init__(self, data: Any, *, pack: Pack) -> None:
        super().__init__(data, prefix="new")
        self.fields["kind"] = picked("Kind", [(key, kind.label) for key, kind in pack.kinds.items()])
        self.order_fields(["kind"])


class EndForm(DeskForm):
    """The last day of an accreditation."""

    refusals = {"accreditation.ends_before": "on"}
    on = DayField(label="Last day", help_text="After it, every credit that stands by this accreditation is closed")
    reason = forms.CharField(label="Why", max_length=400)
