"""What staff type about an edition: texts, dates, policy, planning, credit and time."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from preceptor.accreditation.rules import CreditSystem, Pack
from preceptor.catalog.models import CreditOffer, Edition
from preceptor.catalog.rules import LONGEST_CLAIM
from preceptor.kernel.credits import plain
from preceptor.studio.forms.base import DayField, DeskForm, LinesField, MoneyField, long_text, picked

PROSE = ("description", "need", "audience", "equity", "off_label", "copyright")


EXEMPT = [
    ("", "No"),
    ("non_clinical", "Nothing in it is clinical"),
    ("learner_group", "The learners as a group control the content"),
    ("self_directed", "Each learner directs their own learning"),
]


class TextsForm(DeskForm):
    """What learners read about the activity."""

    title = forms.CharField(label="Title", max_length=300)
    subtitle = forms.CharField(label="Subtitle", max_length=300, required=False)
    summary = long_text("Summary", rows=2, limit=400, help_text="One or two sentences, for the list of courses")
    description = long_text("Description", rows=6, help_text="Markdown")
    need = long_text("Statement of need", rows=8, help_text="The practice gap, with evidence. Markdown; [@key] cites a reference")
    audience = long_text("Target audience", rows=3, help_text="Markdown")
    equity = long_text("Equity and implicit bias", required=False, help_text="Markdown")
    off_label = long_text("Off-label use", required=False, help_text="Markdown")
    copyright = long_text("Copyright and permissions", required=False, rows=3, help_text="Markdown")

    def __init__(self, data: Any, *, edition: Edition) -> None:
        super().__init__(data, initial={name: getattr(edition, name) for name in self.base_fields})


class DatesForm(DeskForm):
    """Dates, and what learners have to reach."""

    released_on = DayField(label="Released", required=False)
    reviewed_on = DayField(label="Last reviewed", required=False)
    ends_on = DayField(label="Ends", required=False, help_text="To the end of this day")
    pass_mark = forms.IntegerField(label="Pass mark, in percent", min_value=1, max_value=100)
    max_attempts = forms.IntegerField(
        label="Attempts at the post-test", min_value=1, max_value=50, required=False, help_text="Empty: as many as they like"
    )
    grace_hours = forms.IntegerField(
        label="Grace after the end, in hours",
        min_value=0,
        max_value=24 * 30,
        help_text="For who passed in time; 0 is none",
    )
    fee_cents = MoneyField(label="Fee in US dollars", help_text="0 is free of charge")
    medium = forms.CharField(label="Medium", max_length=200)

    def __init__(self, data: Any, *, edition: Edition, pack: Pack) -> None:
        kept = (*self.base_fields, "format", "professions")
        super().__init__(data, initial={name: getattr(edition, name) for name in kept})
        self.fields["format"] = picked("Format", [(code, one.label) for code, one in pack.formats.items()])
        self.fields["professions"] = forms.MultipleChoiceField(
            label="Target professions",
            choices=[(code, one.many) for code, one in pack.professions.items()],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        """Dates in order."""
        typed = super().clean() or self.cleaned_data
        released, ends = typed.get("released_on"), typed.get("ends_on")
        if released and ends and ends < released:
            self.add_error("ends_on", "Choose a day after the release")
        return typed


class PlanningForm(DeskForm):
    """Evidence for the activity file: learners see none of it."""

    gap = long_text("Practice gap", rows=3, limit=4000, help_text="Up to 100 words", required=False)
    knowledge = long_text("Need in knowledge", rows=2, limit=2000, help_text="Up to 50 words", required=False)
    competence = long_text("Need in competence", rows=2, limit=2000, help_text="Up to 50 words", required=False)
    performance = long_text("Need in performance", rows=2, limit=2000, help_text="Up to 50 words", required=False)
    change = long_text("What should change", rows=2, limit=2000, help_text="Up to 50 words", required=False)
    format = long_text("Why this format", rows=2, limit=1000, help_text="Up to 25 words", required=False)
    competencies = LinesField(label="Competencies")
    clc = long_text("California: cultural and linguistic competence", rows=2, limit=2000, required=False)
    ib = long_text("California: implicit bias", rows=2, limit=2000, required=False)
    where = long_text("Where both are in the activity", rows=2, limit=2000, required=False)
    resources_sent_on = DayField(label="Resources sent to faculty on", required=False)
    novel_topics = LinesField(label="New or controversial topics", help_text="One a line: what it is, and how it is told")
    is_patient_care = forms.BooleanField(label="It is about the care of patients", required=False)
    derived_from_live = forms.CharField(label="Recorded from the live activity", max_length=40, required=False, help_text="Its number")

    refund_policy = long_text("Refund policy", rows=2, limit=1000, help_text="If there is a fee", required=False)
    exempt = forms.ChoiceField(label="Exempt from disclosure", choices=EXEMPT, required=False, help_text="It switches no rule off")
    exempt_reason = long_text("Why it is exempt", rows=2, limit=1000, required=False)

    PRACTICE = (
        "gap",
        "knowledge",
        "competence",
        "performance",
        "change",
        "format",
        "competencies",
        "refund_policy",
        "exempt",
        "exempt_reason",
    )
    EQUITY = ("clc", "ib", "where")

    def __init__(self, data: Any, *, edition: Edition) -> None:
        self.edition = edition
        own = ("novel_topics", "is_patient_care", "derived_from_live")
        super().__init__(data, initial={**edition.practice, **edition.equity_plan, **{name: getattr(edition, name) for name in own}})

    @property
    def values(self) -> dict[str, Any]:
        """Fields of the edition: what is not asked here stays."""
        typed = self.cleaned_data
        sent_on = typed["resources_sent_on"]
        return {
            "practice": self.edition.practice | {name: typed[name] for name in self.PRACTICE},
            "equity_plan": self.edition.equity_plan
            | {name: typed[name] for name in self.EQUITY}
            | {"resources_sent_on": f"{sent_on}" if sent_on else ""},
            "novel_topics": typed["novel_topics"],
            "is_patient_care": typed["is_patient_care"],
            "derived_from_live": typed["derived_from_live"],
        }


class OfferForm(DeskForm):
    """A credit designation with its approval and who reports it."""

    refusals = {
        "catalog.amount": "amount", "catalog.sub_amount": "rx", "catalog.evidence": "evidence", "catalog.unknown_system": "system",
        "catalog.identifier": "identifier",
    }  # fmt: skip
    amount = forms.DecimalField(
        label="Amount",
        max_digits=6,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.NumberInput(attrs={"step": "0.01", "class": "w-xs"}),
    )
    rx = forms.DecimalField(
        label="Pharmacology hours contained in it",
        max_digits=6,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.01", "class": "w-xs"}),
    )
    identifier = forms.CharField(label="Number of the activity or approval", max_length=60, required=False)
    activity_type = forms.ChoiceField(
        label="Activity type",
        required=False,
        choices=[("", "None"), ("knowledge", "Knowledge"), ("application", "Application"), ("practice", "Practice")],
    )
    designated_on = DayField(label="Designated on", required=False)
    approved_from = DayField(label="Approved from", required=False)
    valid_to = DayField(label="Approved to", required=False, help_text="The credit closes then, if the edition does not end earlier")
    claim_days = forms.IntegerField(
        label="Days to claim in",
        required=False,
        min_value=1,
        max_value=LONGEST_CLAIM,
        help_text="Counted from the day of completion. Without a number, the credit can be claimed until it or the edition ends.",
        widget=forms.NumberInput(attrs={"class": "w-xs"}),
    )
    evidence = forms.FileField(
        label="Approval letter",
        required=False,
        help_text="PDF, PNG, JPEG, text or e-mail, up to 20 MB",
        widget=forms.FileInput(attrs={"class": "input"}),
    )
    evidence_note = forms.CharField(label="Note on the evidence", max_length=200, required=False)
    reporting_by = forms.ChoiceField(
        label="Who reports it",
        required=False,
        choices=[("", "Not answered yet"), ("installation", "This installation"), ("hand", "Somebody by hand")],
    )
    reporting_who = forms.CharField(label="By hand: who", max_length=200, required=False)
    reporting_how = forms.CharField(label="How", max_length=200, required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        systems: Mapping[str, CreditSystem],
        offer: CreditOffer | None = None,
        is_too_large: bool = False,
    ) -> None:
        kept = ("amount", "identifier", "activity_type", "designated_on", "approved_from", "valid_to", "claim_days", "evidence_note")
        initial: dict[str, Any] = {name: getattr(offer, name) for name in kept} if offer else {}
        if offer:
            initial |= {"amount": plain(offer.amount), "rx": offer.sub_amounts.get("rx")} | {
                f"reporting_{key}": value for key, value in offer.reporting.items()
            }
        super().__init__(data, files, initial=initial)
        self.is_too_large = is_too_large
        if offer is None:
            self.fields["system"] = picked("Credit", [(key, system.label) for key, system in systems.items()])
            self.order_fields(["system"])
        chosen = systems.get(offer.system) if offer else None
        if chosen and "rx" not in chosen.sub_amounts:
            del self.fields["rx"]
        if chosen and not chosen.wants_reporting:
            for name in ("reporting_by", "reporting_who", "reporting_how"):
                del self.fields[name]

    def clean_evidence(self) -> Any:
        """A form that was too large for its file says so."""
        if self.is_too_large:
            raise forms.ValidationError("The file is larger than 20 MB.")
        return self.cleaned_data["evidence"]

    @property
    def values(self) -> dict[str, Any]:
        """What `save_offer` takes."""
        typed = self.cleaned_data
        same = ("identifier", "activity_type", "designated_on", "approved_from", "valid_to", "claim_days", "evidence_note")
        reporting = {key: typed.get(f"reporting_{key}") for key in ("by", "who", "how")}
        return {
            **{name: typed[name] for name in same},
            "amount": typed["amount"],
            "evidence": typed["evidence"] or None,
            "sub_amounts": {"rx": str(typed["rx"])} if typed.get("rx") else {},
            "reporting": {key: value for key, value in reporting.items() if value},
        }


class PilotForm(DeskForm):
    """Times that target learners needed."""

    refusals = {"catalog.pilot": "minutes", "catalog.no_worksheet": "minutes"}
    minutes = forms.CharField(
        label="Pilot times, in minutes",
        max_length=500,
        required=False,
        help_text="Whole minutes with commas: 42, 51, 47. Empty takes the pilot away",
    )

    def clean_minutes(self) -> list[int]:
        """Whole numbers."""
        words = self.cleaned_data["minutes"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise forms.ValidationError("Give whole minutes with commas, like 42, 51, 47")
        return [int(word) for word in words]


class PartnersForm(DeskForm):
    """Organisations that provide the edition jointly."""

    refusals = {"catalog.partners": "joint"}
    joint = LinesField(label="Joint providers that are not accredited", help_text="One a line. The accreditation statement names them")
    accredited = LinesField(label="Co-providers that are accredited themselves")

    def clean(self) -> dict[str, Any]:
        """Names of a length that can be kept."""
        typed = super().clean() or self.cleaned_data
        for field in ("joint", "accredited"):
            if any(len(name) > 200 for name in typed.get(field, ())):
                self.add_error(field, "Keep each name to 200 characters")
        return typed

    @property
    def rows(self) -> list[tuple[str, bool]]:
        """What `set_partners` takes."""
        return [(name, False) for name in self.cleaned_data["joint"]] + [(name, True) for name in self.cleaned_data["accredited"]]
