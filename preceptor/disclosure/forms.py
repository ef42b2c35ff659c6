"""What we accept from people who disclose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from preceptor.disclosure.queries import Asked
from preceptor.disclosure.rules import ASKED, Step, after, answers_problem, clean_answers, is_blank, row_problems

YES_NO = [("yes", "Yes"), ("no", "No")]
ENTRY = ("company", "nature", "began", "is_over", "ended", "is_institutional", "detail")


class DisclosureForm(forms.Form):
    """One page: the answer, one relationship being typed, the signature. Rows that were added are in the draft (`kept`), not in the page.

    What has to be right depends on the button: a draft may be anything, an added relationship has to be whole, a signature needs it all.
    """

    use_required_attribute = False

    has = forms.ChoiceField(
        label="In the past 24 months, have you had a financial relationship with an ineligible company?",
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
    )
    company = forms.CharField(label="Company", widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    nature = forms.ChoiceField(
        label="Nature of the relationship",
        choices=[("", "Choose one"), *((str(key), label) for key, label in ASKED.items())],
    )
    began = forms.CharField(label="From", help_text="Month and year, if you know them", max_length=20, required=False)
    is_over = forms.ChoiceField(
        label="Has it ended?", choices=[("yes", "Yes"), ("no", "No, ongoing")], required=False, widget=forms.RadioSelect
    )
    ended = forms.CharField(label="Until", help_text="Month and year, if you know them", max_length=20, required=False)
    is_institutional = forms.BooleanField(label="It was research funding paid to my institution", required=False)
    detail = forms.CharField(label="What it was, if it is something else")
    off_label = forms.ChoiceField(
        label="Will you discuss an unapproved or off-label use?", choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    confirm = forms.BooleanField(required=False)
    signed_name = forms.CharField(label="Type your full name to sign", widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, data: Any, *, step: Step, kept: Mapping[str, Any], asked: Asked, asks_off_label: bool) -> None:
        kept = clean_answers(kept)
        entry = {name: value for name, value in kept["entry"].items() if name in ENTRY}
        super().__init__(data, initial={**entry, "has": kept["has"], "off_label": kept["off_label"]})
        self.step, self.kept, self.asked, self.asks_off_label = step, kept, asked, asks_off_label

    def typed(self) -> dict[str, Any]:
        """The answers as they stand in the page and the draft, right or wrong: what is kept."""
        data = self.data
        entry = {name: data.get(name, "") for name in ENTRY}
        rest = {name: data.get(name, "") for name in ("has", "off_label", "definition")}
        return clean_answers({**rest, "rows": self.kept["rows"], "entry": entry})

    def answers(self) -> dict[str, Any]:
        """The answers to sign: a whole relationship that was typed and not added counts as added."""
        return after(Step("add"), self.typed(), [])

    def clean(self) -> dict[str, Any]:
        """By the button that was pressed: the rules decide, not the fields. A draft is never wrong."""
        self._errors = ErrorDict()
        given = self.typed()
        self.cleaned_data = {**self.cleaned_data, "signed_name": self.data.get("signed_name", "").strip()[:200]}
        if self.step.verb == "add" or (self.step.verb == "sign" and given["has"] != "no" and not is_blank(given["entry"])):
            for name, problem in row_problems(given["entry"], given["rows"], self.asked.since, self.asked.today).items():
                self.add_error(name, problem)
        if self.step.verb == "sign":
            self._check_signature(given)
        return self.cleaned_data

    def _check_signature(self, given: Mapping[str, Any]) -> None:
        if given["definition"] != self.asked.definition.key:
            self.add_error(
                None, "The definition of an ineligible company has changed since you opened this page. Read it again, then sign."
            )
        if not self.errors and (
            problem := answers_problem(self.answers() if given["has"] == "yes" else given, self.asked.since, self.asked.today)
        ):
            self.add_error("has", problem)
        if self.asks_off_label and not given["off_label"]:
            self.add_error("off_label", "Say whether you will discuss an unapproved or off-label use")
        if not self.data.get("confirm"):
            self.add_error("confirm", "Confirm that your disclosure is complete and correct")
        if sum(letter.isalpha() for letter in self.cleaned_data["signed_name"]) < 2:
            self.add_error("signed_name", "Type your full name to sign")
