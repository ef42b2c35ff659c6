"""What staff type on the way to publication: reasons, verdicts, corrections."""

from typing import Any

from django import forms

from preceptor.catalog.models import Edition, Person
from preceptor.compliance.rules import REVIEW_CHECKLIST
from preceptor.studio.forms.base import DeskForm, long_text, one_of, picked

YES_NO = [("yes", "Yes"), ("no", "No")]


class ReasonForm(DeskForm):
    """Why."""

    reason = long_text("Reason", rows=2, limit=2000)


class WithdrawForm(DeskForm):
    """Why an activity is withdrawn, said twice so that nobody does it in passing."""

    reason = long_text("Why it is withdrawn", help_text="Kept for ever, with your name", limit=2000)
    confirm = forms.BooleanField(label="Nobody can begin this activity any more, and nobody can claim credit for it")


class ReviewForm(DeskForm):
    """A reviewer's verdict: every line of the checklist, then the content as a whole."""

    refusals = {
        "compliance.not_a_reviewer": "reviewer", "compliance.no_reason": "note", "compliance.review_incomplete": "is_accepted",
    }  # fmt: skip

    def __init__(self, data: Any, *, edition: Edition) -> None:
        super().__init__(data)
        holders = edition.role_holders.filter(role="reviewer").select_related("person")
        self.people: dict[str, Person] = {str(holder.person.uuid): holder.person for holder in holders}
        self.fields["reviewer"] = picked("Who reviewed the content", [(key, person.printed_name) for key, person in self.people.items()])
        for key, words in REVIEW_CHECKLIST.items():
            self.fields[key] = one_of(words, YES_NO)
        self.fields["is_accepted"] = one_of("Is the content accepted?", YES_NO)
        self.fields["note"] = long_text("Note", required=False, help_text="What has to change, if it is not accepted", limit=4000)

    @property
    def reviewer(self) -> Person:
        """Who was chosen."""
        return self.people[self.cleaned_data["reviewer"]]

    @property
    def answers(self) -> dict[str, bool]:
        """The checklist as answered."""
        return {key: self.cleaned_data[key] == "yes" for key in REVIEW_CHECKLIST}


class CorrectionForm(DeskForm):
    """A letter to everyone who ever engaged with an edition."""

    subject = forms.CharField(label="Subject", max_length=200, help_text="Correction: and what it is about")
    text = long_text(
        "What was wrong, and what is right",
        rows=8,
        help_text="Plain text. Everyone who ever began gets it, and the people in control of content",
        limit=8000,
    )
    confirm = forms.BooleanField(label="Send it now; it cannot be called back")
