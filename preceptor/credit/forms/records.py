"""What we accept from a learner for their own record: filters, credit from elsewhere, requirements with their days."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from preceptor.accreditation.rules import CreditSystem, Cycle, Pack, Requirement
from preceptor.credit.models import ExternalCredit, TrackedRequirement
from preceptor.credit.queries import Record, requirement_of
from preceptor.credit.rules import (
    ALWAYS,
    MOST_AMOUNT,
    MOST_PROOF,
    Period,
    TranscriptFilters,
    begin_of,
    end_after,
    range_period,
    why_no_cycle,
    why_not_that_day,
    why_not_these_words,
    year_period,
)
from preceptor.kernel.credits import plain
from preceptor.kernel.documents import SCANS, document_kind, document_problem

FIRST, LAST = date(1950, 1, 1), date(2099, 12, 31)
OTHER = "other"
NO_DAY = "Give a day, like 2026-11-22"
TOO_LARGE = f"The file is larger than {MOST_PROOF // 2**20} MB"


class DayField(forms.DateField):
    """A day of our times, with the browser's own calendar."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = "") -> None:
        widget = forms.DateInput({"type": "date", "class": "w-sm"}, format="%Y-%m-%d")
        super().__init__(
            label=label, required=required, help_text=help_text, widget=widget, input_formats=["%Y-%m-%d", "%m/%d/%Y"], error_messages={"invalid": NO_DAY}
        )  # fmt: skip

    def clean(self, value: Any) -> date | None:
        """Nothing that adds months to it can leave the calendar."""
        day: date | None = super().clean(value)
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError("Give a day between 1950 and 2099")
        return day


class TranscriptForm(forms.Form):
    """Filters of a transcript. The address holds them; what it names that is not there (any more) is passed over."""

    period = forms.CharField(label="Period", required=False, max_length=60)
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)
    system = forms.CharField(label="Credit type", required=False, max_length=120)
    kind = forms.CharField(label="Given by", required=False, max_length=10)
    q = forms.CharField(label="Activity or provider", required=False, max_length=100, widget=forms.TextInput({"type": "search"}))

    KINDS: Mapping[str, str] = {"": "All credit", "here": "Credit from here", "self": "Self-reported only"}

    def __init__(self, asked: QueryDict, record: Record) -> None:
        cycles = [(str(tracked.uuid), f"{label}, cycle to {tracked.ends_on:%m/%d/%Y}") for tracked, label in record.cycles]
        choices = {
            "period": [("", "All years"), *((str(year), str(year)) for year in record.years), *cycles],
            "system": [("", "All credit types"), *record.systems.items()],
            "kind": list(self.KINDS.items()),
        }
        # Addresses of earlier days named the year alone.
        data = {"period": asked.get("year", "")} | {name: asked[name] for name in self.base_fields if name in asked}
        known = {name: data.get(name, "") if data.get(name, "") in dict(pairs) else "" for name, pairs in choices.items()}
        super().__init__({**data, **known})
        self.record = record
        for name, pairs in choices.items():
            self.fields[name].widget = forms.Select(choices=pairs)

    def clean(self) -> dict[str, Any]:
        """A period that begins before it ends."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "This day is before the first one")
        return self.cleaned_data

    def filters(self) -> TranscriptFilters:
        """What to show. What is wrong is told beside its field, and filters nothing."""
        self.is_valid()
        typed = self.cleaned_data
        system, text, kind = typed.get("system", ""), " ".join(typed.get("q", "").split()), typed.get("kind", "")
        words = [self.record.systems[system]] if system else []
        words += [f"with “{text}”"] if text else []
        words += [self.KINDS[kind].lower()] if kind else []
        return TranscriptFilters(self._period(), system, text, kind, tuple(words))

    def query(self) -> str:
        """The address's query that holds these filters: to share, and for the files."""
        kept = QueryDict(mutable=True)
        for name in self.fields:
            value = self.data.get(name, "")
            if value and name not in self.errors:
                kept[name] = str(value)
        return kept.urlencode()

    def _period(self) -> Period:
        typed = self.cleaned_data
        if typed.get("since") or typed.get("until"):
            return range_period(typed.get("since"), typed.get("until"))
        chosen = typed.get("period", "")
        for tracked, label in self.record.cycles:
            if str(tracked.uuid) == chosen:
                told = requirement_of(tracked, self.record.at.date())
                period = range_period(None if told.cycle is Cycle.ONCE else tracked.begins_on, tracked.ends_on)
                return Period(period.since, period.until, f"{label}: {period.label[0].lower()}{period.label[1:]}")
        return year_period(int(chosen)) if chosen.isdecimal() else ALWAYS


class ExternalCreditForm(forms.Form):
    """Credit from elsewhere: what it says on the learner's own paper."""

    title = forms.CharField(label="Title of the activity", max_length=200)
    provider = forms.CharField(label="Who gave the credit", max_length=200, help_text="The accredited provider that your certificate names")
    system = forms.ChoiceField(label="Credit type", widget=forms.Select)
    own_words = forms.CharField(
        label="Credit type in your own words", max_length=80, required=False, help_text="Only for another type, for example AAFP Prescribed credits"
    )  # fmt: skip
    amount = forms.DecimalField(
        label="Amount", max_digits=6, decimal_places=2, max_value=MOST_AMOUNT, widget=forms.NumberInput({"step": "any", "class": "w-xs", "inputmode": "decimal"})
    )  # fmt: skip
    completed_on = DayField(label="Completed on")
    topic = forms.ChoiceField(
        label="Topic that a state or the nation asks for", required=False, help_text="If it counts toward such a requirement", widget=forms.Select
    )  # fmt: skip
    topic_hours = forms.DecimalField(
        label="Hours on that topic", required=False, max_digits=6, decimal_places=2, min_value=0, max_value=MOST_AMOUNT,
        help_text="As much of the activity as was on the topic", widget=forms.NumberInput({"step": "any", "class": "w-xs", "inputmode": "decimal"}),
    )  # fmt: skip
    note = forms.CharField(label="Note", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
    proof = forms.FileField(
        label="Certificate or other proof", required=False, widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg", "class": "input"}),
        help_text=f"PDF, PNG or JPEG, at most {MOST_PROOF // 2**20} MB. Only you can download it.",
    )  # fmt: skip
    drops_proof = forms.BooleanField(label="Remove the file that is kept now", required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, pack: Pack, today: date, held: ExternalCredit | None = None, **flags: bool
    ) -> None:
        super().__init__(data, files, initial=_typed_before(held) if held else {})
        self.today, self.held, self.is_too_large = today, held, flags.get("is_too_large", False)
        self.systems: dict[str, CreditSystem] = {key: system for key, system in pack.systems.items() if system.is_credit}
        known = [(key, system.label) for key, system in self.systems.items()]
        self._offer("system", [("", "Choose"), *known, (OTHER, "Another type")])
        self._offer("topic", [("", "None"), *((key, topic.label) for key, topic in pack.topics.items())])
        self.fields["amount"].help_text = _steps(self.systems, pack)
        if held is None or not held.file:
            del self.fields["drops_proof"]

    def _offer(self, name: str, pairs: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        # What was chosen when an older pack held stays a choice.
        kept = str(self.initial.get(name, ""))
        field.choices = pairs if kept in dict(pairs) else [*pairs, (kept, kept)]

    def clean_amount(self) -> Decimal:
        """Above zero."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError("Give an amount above zero")
        return amount

    def clean_completed_on(self) -> date:
        """A day that was."""
        day: date = self.cleaned_data["completed_on"]
        if wrong := why_not_that_day(day, self.today):
            raise forms.ValidationError(wrong)
        return day

    def clean_own_words(self) -> str:
        """Plain words."""
        words = " ".join(str(self.cleaned_data["own_words"]).split())
        if wrong := why_not_these_words(words):
            raise forms.ValidationError(wrong)
        return words

    def clean_proof(self) -> Any:
        """What its bytes say it is, whatever it is called; of at most 10 MB."""
        file = self.cleaned_data.get("proof")
        if self.is_too_large or (file and file.size > MOST_PROOF):
            raise forms.ValidationError(f"{TOO_LARGE}: make it smaller, or add the credit without it")
        if file:
            data = file.read(MOST_PROOF + 1)
            # What it is called says nothing about what it is, and is not held against it.
            if problem := document_problem("", data, SCANS):
                raise forms.ValidationError(problem)
            self.cleaned_data["proof_data"], self.cleaned_data["proof_kind"] = data, document_kind(data, SCANS)
        return file

    def clean(self) -> dict[str, Any]:
        """A known type or own words, one of the two; hours where there is a topic."""
        typed = self.cleaned_data
        if typed.get("system") == OTHER and not typed.get("own_words") and "own_words" not in self.errors:
            self.add_error("own_words", "Say in your own words which type of credit it is")
        elif typed.get("system") not in (OTHER, None) and typed.get("own_words"):
            self.add_error("own_words", "Choose a type above, or “Another type” and your own words, not both")
        hours = typed.get("topic_hours")
        if typed.get("topic") and not hours and "topic_hours" not in self.errors:
            self.add_error("topic_hours", "Say how many hours were on the topic")
        elif hours and not typed.get("topic") and "topic" not in self.errors:
            self.add_error("topic", "Choose the topic that these hours were on")
        return typed

    def values(self) -> dict[str, Any]:
        """What is kept of it, by the names of the model's fields."""
        typed = self.cleaned_data
        kept = {name: typed[name] for name in ("title", "provider", "own_words", "amount", "completed_on", "note", "topic")}
        minutes = int((typed.get("topic_hours") or Decimal(0)) * 60)
        return {**kept, "system": "" if typed["system"] == OTHER else typed["system"], "topic_minutes": minutes}


def _typed_before(held: ExternalCredit) -> dict[str, Any]:
    kept = {name: getattr(held, name) for name in ("title", "provider", "own_words", "amount", "completed_on", "note", "topic")}
    hours = (Decimal(held.topic_minutes) / 60).quantize(Decimal("0.01")) if held.topic_minutes else None
    return {**kept, "system": held.system or OTHER, "topic_hours": hours}


def _steps(systems: Mapping[str, CreditSystem], pack: Pack) -> str:
    """Which step whose credit has: "AMA, ANCC: steps of 0.25"."""
    by_step: dict[Decimal, dict[str, None]] = {}
    for system in systems.values():
        if not system.board:
            by_step.setdefault(system.step, {})[pack.bodies[system.body].short if system.body in pack.bodies else system.label] = None
    said = [f"{', '.join(names)}: steps of {plain(step)}" for step, names in by_step.items()]
    return f"As your certificate says. {'; '.join(said)}."


class CycleForm(forms.Form):
    """The days of a cycle: the last one alone where the requirement knows its length, or is asked once."""

    begins_on = DayField(label="First day of the cycle")
    ends_on = DayField(label="Last day of the cycle", help_text="For most people the day on which a license or certification ends")

    def __init__(self, data: Any = None, *, requirement: Requirement, today: date, held: TrackedRequirement | None = None) -> None:
        preset = {"begins_on": held.begins_on, "ends_on": held.ends_on} if held else {"ends_on": end_after(requirement, today)}
        super().__init__(data, initial=preset)
        self.requirement, self.today = requirement, today
        if requirement.cycle is not Cycle.CHOSEN:
            del self.fields["begins_on"]
        if requirement.cycle is Cycle.ONCE:
            ends = self.fields["ends_on"]
            ends.label, ends.help_text = (
                "You need it by",
                "For example the day of your next registration. Credit of earlier years counts too.",
            )
        elif requirement.cycle_months:
            self.fields["ends_on"].help_text = f"Its first day follows: a cycle is {requirement.cycle_months} months long"

    def clean(self) -> dict[str, Any]:
        """Two days in their order."""
        ends = self.cleaned_data.get("ends_on")
        if ends is None:
            return self.cleaned_data
        begins = self.cleaned_data.get("begins_on") or begin_of(self.requirement, ends)
        if begins and (wrong := why_no_cycle(begins, ends, self.today)):
            self.add_error("ends_on", wrong)
        return {**self.cleaned_data, "begins_on": begins}


class OwnRequirementForm(forms.Form):
    """A requirement that no pack has: so much of one credit type."""

    title = forms.CharField(label="What is it for?", max_length=120, help_text="For example: My license in Connecticut")
    system = forms.ChoiceField(label="Credit that counts", widget=forms.Select)
    amount = forms.DecimalField(
        label="How much", max_digits=6, decimal_places=2, max_value=MOST_AMOUNT, widget=forms.NumberInput({"step": "any", "class": "w-xs", "inputmode": "decimal"})
    )  # fmt: skip
    begins_on = DayField(label="First day of the cycle")
    ends_on = DayField(label="Last day of the cycle")

    def __init__(self, data: Any = None, *, pack: Pack, today: date, profession: str, held: TrackedRequirement | None = None) -> None:
        kept = {name: getattr(held, name) for name in self.base_fields} if held else {}
        super().__init__(data, initial=kept)
        self.today = today
        systems = [system for system in pack.systems.values() if system.is_credit]
        systems.sort(key=lambda system: profession not in system.professions)
        field = self.fields["system"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *((system.key, system.label) for system in systems)]

    def clean_amount(self) -> Decimal:
        """Above zero."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError("Give an amount above zero")
        return amount

    def clean(self) -> dict[str, Any]:
        """Two days in their order."""
        begins, ends = self.cleaned_data.get("begins_on"), self.cleaned_data.get("ends_on")
        if begins and ends and (wrong := why_no_cycle(begins, ends, self.today)):
            self.add_error("ends_on", wrong)
        return self.cleaned_data
