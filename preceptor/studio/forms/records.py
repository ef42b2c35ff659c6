"""What staff type about a person's accounts: whom they look for, which accounts are one person's, and why."""

from typing import Any

from django import forms

from preceptor.studio.forms.base import DeskForm, long_text


class FindForm(forms.Form):
    """A part of a name or address, a serial, or a number."""

    q = forms.CharField(
        label="Name, address, serial or number",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "w-md", "type": "search"}),
    )

    def typed(self) -> str:
        """What is looked for, without what no database takes."""
        return str(self.data.get("q", "")).replace("\x00", "").strip()[:100]


class ReasonForm(DeskForm):
    """A deed that only needs its reason, and a tick that its preview was read."""

    reason = long_text("Why", help_text="For the logbook, which is never shown outside the house", rows=3, limit=1000)
    confirmed = forms.BooleanField(label="", error_messages={"required": "Tick this when you have read what will happen"})

    def __init__(self, data: Any, *, statement: str) -> None:
        super().__init__(data)
        self.fields["confirmed"].label = statement
