"""What we accept from people and from the player."""

from typing import Any

from django import forms

from preceptor.content.rules import Range, played_ranges


class ChoiceForm(forms.Form):
    """A choice at a decision point."""

    decision = forms.SlugField(max_length=60)
    option = forms.CharField(max_length=10, error_messages={"required": "Choose one of the options."})


class ProgressForm(forms.Form):
    """A report of the player: where it stands, and what was played since the last report. `position` is empty for reports sent late."""

    position = forms.FloatField(required=False, min_value=0)
    ranges = forms.CharField(required=False, max_length=20000)

    def clean_ranges(self) -> list[Range]:
        """Sorted, merged ranges."""
        try:
            return played_ranges(self.cleaned_data["ranges"])
        except (ValueError, TypeError) as problem:
            raise forms.ValidationError("The player's report could not be read.") from problem

    def report(self) -> dict[str, Any]:
        """What the action wants to know."""
        return {"position": self.cleaned_data["position"], "ranges": self.cleaned_data["ranges"]}
