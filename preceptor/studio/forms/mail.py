"""What staff type about letters, and about work that was given up."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from preceptor.mail.queries import Wish, letter_kinds
from preceptor.studio.forms.base import DayField, DeskForm, long_text
from preceptor.studio.letters import STATE_WORDS, kind_words


class LettersForm(forms.Form):
    """Which letters are looked for; everything may be left open."""

    use_required_attribute = False
    q = forms.CharField(label="Address", required=False, max_length=254, help_text="A part is enough", strip=True)
    kind = forms.ChoiceField(label="Kind", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), ("failed", "Not delivered: refused, came back, given up"), *STATE_WORDS.items()],
    )
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def __init__(self, data: Any, *, zone: str) -> None:
        super().__init__(data)
        self.zone = ZoneInfo(zone or "UTC")
        self.fields["kind"].choices = [("", "Any"), *((kind, kind_words(kind)) for kind in letter_kinds())]  # type: ignore[attr-defined]

    @property
    def wish(self) -> Wish:
        """What is looked for; what cannot be read is left open, and said beside its field."""
        self.is_valid()
        typed = self.cleaned_data
        until = typed.get("until")
        return Wish(
            address=typed.get("q", ""),
            kind=typed.get("kind", ""),
            state=typed.get("state", ""),
            since=self._begin(typed.get("since")),
            until=self._begin(until + timedelta(days=1)) if until else None,
        )

    def _begin(self, day: Any) -> datetime | None:
        return datetime.combine(day, time(), self.zone) if day else None


class ResendForm(DeskForm):
    """Why a letter is sent once more."""

    refusals = {"mail.not_ended": "reason", "mail.secret": "reason"}
    reason = long_text("Why it is sent again", rows=2, limit=1000, help_text="Kept in the logbook")


class ReviveForm(DeskForm):
    """Why work that was given up is tried again."""

    reason = long_text("Why it is tried again", rows=2, limit=1000, help_text="Kept in the logbook")
