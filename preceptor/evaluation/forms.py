"""What we accept as an evaluation. The rows per objective are generated; nothing is preselected."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from preceptor.catalog.models import Objective
from preceptor.evaluation.models import EvaluationForm
from preceptor.evaluation.rules import AGREEMENT, MOST_CHANGES, Intent, Verdict, required_rows

INTENTS = [
    (Intent.WILL, "Yes, I will change something"),
    (Intent.ALREADY, "No, I already work this way"),
    (Intent.NO, "No, nothing will change"),
]
OTHER = "Another change"


class VerdictForm(forms.Form):
    """The evaluation of one edition."""

    overall = forms.TypedChoiceField(
        label="Overall, this activity was useful for my practice",
        choices=AGREEMENT,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how useful the activity was overall"},
    )
    intent = forms.ChoiceField(
        label="Will you change something in your practice?",
        choices=INTENTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you will change something in your practice"},
    )
    changes = forms.MultipleChoiceField(
        label="What will you do differently?", help_text="Choose up to 3.", required=False, widget=forms.CheckboxSelectMultiple
    )
    commit = forms.BooleanField(label="Also keep these changes as my own commitment, with my name", required=False)
    barriers = forms.MultipleChoiceField(
        label="What might get in the way?", help_text="Choose all that apply.", required=False, widget=forms.CheckboxSelectMultiple
    )
    balance = forms.ChoiceField(
        label="Was the activity fair, balanced and free of commercial bias?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Yes or No: was the activity free of commercial bias?"},
    )
    bias_text = forms.CharField(
        label="Where did you see bias?",
        help_text="Give the slide, section or time if you can. Staff of the provider read every answer.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    bias_name = forms.CharField(
        label="Your name", help_text="Only if you want to be asked about it. It is kept with this report.", required=False, max_length=200
    )

    def __init__(self, *args: Any, objectives: Sequence[Objective], offer: EvaluationForm | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objectives = {objective.key: objective for objective in objectives}
        must = required_rows(len(objectives))
        for position, (key, objective) in enumerate(self.objectives.items(), 1):
            self.fields[f"objective_{key}"] = forms.TypedChoiceField(
                label=f"{objective.verb[:1].lower()}{objective.verb[1:]} {objective.text.rstrip('. ')}",
                choices=AGREEMENT,
                coerce=int,
                empty_value=None,
                required=position <= must,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose how far you agree on objective {position}"},
            )
        self._choices("changes").choices = self._numbered([*offer.changes, OTHER] if offer else [OTHER])
        self._choices("barriers").choices = self._numbered(offer.barriers if offer else [])
        # A radio without a value is never checked: no choice stands preselected, not even "".
        for name in self.objective_names:
            self._choices(name).choices = AGREEMENT
        self.order_fields(
            [*self.objective_names, "overall", "intent", "changes", "commit", "barriers", "balance", "bias_text", "bias_name"]
        )

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    @staticmethod
    def _numbered(texts: Sequence[str]) -> list[tuple[str, str]]:
        return [(str(number), text) for number, text in enumerate(texts)]

    @property
    def objective_names(self) -> list[str]:
        """Names of the generated rows, in order."""
        return [f"objective_{key}" for key in self.objectives]

    @property
    def objective_rows(self) -> list[forms.BoundField]:
        """The generated rows, for the page."""
        return [self[name] for name in self.objective_names]

    def clean_changes(self) -> list[str]:
        """At most three."""
        picked: list[str] = self.cleaned_data["changes"]
        if len(picked) > MOST_CHANGES:
            raise forms.ValidationError(f"Choose up to {MOST_CHANGES}; {len(picked)} are ticked")
        return picked

    def clean(self) -> dict[str, Any]:
        """Whoever will change something says what."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("intent") == Intent.WILL and not cleaned.get("changes") and not self.has_error("changes"):
            self.add_error("changes", "Choose what you will do differently, or change your answer above")
        return cleaned

    def verdict(self) -> Verdict:
        """What was chosen, in words: the texts are stored, so that they mean later what they mean now."""
        data, will = self.cleaned_data, self.cleaned_data["intent"] == Intent.WILL
        changes, barriers = dict(self._pairs("changes")), dict(self._pairs("barriers"))
        picked = tuple(changes[n] for n in data["changes"]) if will else ()
        return Verdict(
            objectives={key: data[f"objective_{key}"] for key in self.objectives if data[f"objective_{key}"]},
            overall=data["overall"],
            intent=Intent(data["intent"]),
            changes=picked,
            barriers=tuple(barriers[n] for n in data["barriers"]),
            is_balanced=data["balance"] == "yes",
            bias_text=data["bias_text"].strip() if data["balance"] == "no" else "",
            bias_name=data["bias_name"].strip() if data["balance"] == "no" else "",
            commitments=tuple(text for text in picked if text != OTHER) if data["commit"] else (),
        )

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        return [(str(value), str(text)) for value, text in self._choices(name).choices]  # type: ignore[misc, union-attr]

    def raw(self, posted: QueryDict) -> dict[str, list[str]]:
        """What was posted to our own fields, unchecked: a draft keeps everything typed (but NUL, which PostgreSQL cannot keep)."""
        return {name: [value[:4000].replace("\x00", "") for value in posted.getlist(name)[:50]] for name in self.fields if name in posted}

    def as_initial(self, answers: Mapping[str, list[str]]) -> dict[str, Any]:
        """A draft as initial values."""
        many = {"changes", "barriers"}
        return {name: values if name in many else values[-1] for name, values in answers.items() if name in self.fields and values}
