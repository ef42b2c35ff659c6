"""What we accept from people: the claim, a serial, a file to check."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms import BoundField
from django.urls import reverse

from preceptor.accounts.rules import PROFESSION_ATTESTATION
from preceptor.accreditation.rules import IdentifierKind, Profession
from preceptor.catalog.rules import Step
from preceptor.credit.models import Award
from preceptor.credit.queries import Choice, ClaimDesk, button_words
from preceptor.credit.rules import (
    ATTESTATION,
    ATTESTATION_PARTICIPATION,
    FIELD_OF,
    MOST_FILE,
    MOST_TEXT,
    Claim,
    FileKind,
    kind_of,
    why_no_serial,
)
from preceptor.journey.queries import step_url
from preceptor.kernel.credits import plain
from preceptor.kernel.refusals import Reason
from preceptor.kernel.serials import grouped, normalized

ANY_CREDIT = "Claim credit and e-mail my certificate"
# Longer than any field of the claim takes: what is kept of a value that is typed.
KEPT_LENGTH = 200
# Refused by the action, which keeps them as evidence; no typing mends them.
FOR_THE_ACTION = {
    "credit.edition_ended", "credit.offer_ended", "credit.claim_window_over", "credit.accreditation_lapsed", "credit.not_approved", "credit.already_claimed",
}  # fmt: skip


@dataclass(frozen=True)
class IdentifierField:
    """One number to type, with its purpose; `add` is the tick that opts in, None where the credit needs the number."""

    kind: IdentifierKind
    value: BoundField
    add: BoundField | None


@dataclass(frozen=True)
class ChoicePanel:
    """What is asked for one credit: its amount, its numbers."""

    choice: Choice
    amount: BoundField | None
    identifiers: list[IdentifierField]

    @property
    def amounts(self) -> list[tuple[str, str, str, bool]]:
        """Value, label, words of the button, and whether it is the chosen one, for every amount."""
        chosen = str(self.amount.value()) if self.amount else ""
        system = self.choice.system
        return [(str(step), plain(step), button_words(system, step), str(step) == chosen) for step in self.choice.steps]


@dataclass(frozen=True)
class ProfessionPanel:
    """What is asked of one profession. CSS shows the panel of the profession that is chosen; the server reads no other."""

    profession: Profession
    system: BoundField | None
    sure: BoundField | None
    choices: list[ChoicePanel]
    ended: list[Choice]

    @property
    def is_credit(self) -> bool:
        """May this profession claim credit here?"""
        return any(panel.choice.system.is_credit for panel in self.choices)

    @property
    def button(self) -> str:
        """The words of the button that are true whatever is chosen in the panel."""
        only = self.choices[0].choice if len(self.choices) == 1 else None
        return only.button if only and not only.is_claimed else ANY_CREDIT


class ClaimForm(forms.Form):
    """The claim page. Every panel's fields are there, named after profession and credit; nothing is required by the browser, the rules decide."""

    profession = forms.ChoiceField(label="Which profession are you claiming as?", widget=forms.RadioSelect, required=False)
    given_name = forms.CharField(label="Given name", max_length=100, required=False, widget=forms.TextInput({"autocomplete": "given-name"}))
    family_name = forms.CharField(
        label="Family name", max_length=100, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    credentials = forms.CharField(
        label="Degree", max_length=60, required=False, help_text="As it stands after your name: MD, DO, PharmD, MSN, RN"
    )
    attested = forms.BooleanField(label=ATTESTATION, required=False)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, desk: ClaimDesk, draft: Mapping[str, str] | None = None) -> None:
        user = desk.user
        preset = {
            "profession": user.profession,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "credentials": user.credentials,
            # The same form sent twice is one request.
            "key": secrets.token_urlsafe(24),
        }
        super().__init__(data, initial=preset)
        self.desk = desk
        self.claim: Claim
        choice = self.fields["profession"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, desk.pack.professions[code].one) for code in desk.desks]
        for code in desk.desks:
            self._add_panel(code)
        self.initial = {**self.initial, **{name: value for name, value in (draft or {}).items() if self._fits(name, value)}}

    @property
    def request_key(self) -> str:
        """What the same form carries however often it is sent."""
        return str(self.cleaned_data.get("key") or "")

    # --- leaving the page and coming back

    def draft(self) -> dict[str, str]:
        """Everything typed, as `draft` of the form that is shown on return. No statement is kept: each is ticked anew."""
        return {name: self.data[name][:KEPT_LENGTH] for name in self.fields if name in self.data and not _is_statement(name)}

    def way(self) -> str:
        """Where the button that was pressed leads before anything is claimed; "" for the claim itself."""
        claim = step_url(Step.CLAIM, self.desk.participation.edition)
        ways = {"address": f"{reverse('accounts:verify')}?next={claim}"}
        ways |= {reason.code: reason.next_url for reason in self.desk.situation()}
        return ways.get(self.data.get("go", ""), "")

    def _fits(self, name: str, value: str) -> bool:
        field = self.fields.get(name)
        if field is None or _is_statement(name):
            return False
        return not isinstance(field, forms.ChoiceField) or field.valid_value(value)

    def _add_panel(self, code: str) -> None:
        offered = self.desk.desks[code].choices
        if code != self.desk.user.profession:
            self.fields[f"sure-{code}"] = forms.BooleanField(label=PROFESSION_ATTESTATION, required=False)
        if len(offered) > 1:
            systems = [(choice.system.key, choice.says) for choice in offered]
            self.fields[f"system-{code}"] = forms.ChoiceField(
                label="Which credit do you want?", choices=systems, widget=forms.RadioSelect, required=False, initial=systems[0][0]
            )
        for choice in offered:
            self._add_choice(code, choice)

    def _add_choice(self, code: str, choice: Choice) -> None:
        key = choice.system.key
        if choice.is_claimed:
            amounts = [(str(amount), plain(amount)) for amount in choice.steps]
            self.fields[f"amount-{code}-{key}"] = forms.ChoiceField(
                label="How much credit are you claiming?", choices=amounts, widget=forms.RadioSelect, required=False, initial=amounts[-1][0]
            )
        for kind in (*choice.system.learner_identifiers, *choice.system.optional_identifiers):
            told = self.desk.pack.identifiers[kind]
            self.fields[f"{kind}-{code}-{key}"] = forms.CharField(
                label=told.label, help_text=told.hint, max_length=60, required=False, initial=self.desk.identifiers.get(kind, "")
            )
            if kind in choice.system.optional_identifiers:
                self.fields[f"add-{kind}-{code}-{key}"] = forms.BooleanField(label=f"Add my {told.label_inside}", required=False)

    # --- for the template

    def panels(self) -> Iterator[ProfessionPanel]:
        """One panel per profession."""
        for code, desk in self.desk.desks.items():
            panels = [
                ChoicePanel(choice, self._bound(f"amount-{code}-{choice.system.key}"), self._numbers(code, choice))
                for choice in desk.choices
            ]
            yield ProfessionPanel(desk.profession, self._bound(f"system-{code}"), self._bound(f"sure-{code}"), panels, desk.ended)

    def cards(self) -> list[tuple[Any, str]]:
        """The professions to choose from, each with what it may receive, as Markdown."""
        desks = self.desk.desks.values()
        return [
            (widget, " or ".join(choice.says for choice in desk.choices)) for widget, desk in zip(self["profession"], desks, strict=True)
        ]

    @property
    def any_credit(self) -> str:
        """The words of the button before a profession is chosen."""
        return ANY_CREDIT

    @property
    def attestation_participation(self) -> str:
        """The statement where nothing is claimed."""
        return ATTESTATION_PARTICIPATION

    def _numbers(self, code: str, choice: Choice) -> list[IdentifierField]:
        key, system = choice.system.key, choice.system
        return [
            IdentifierField(self.desk.pack.identifiers[kind], self[f"{kind}-{code}-{key}"], self._bound(f"add-{kind}-{code}-{key}"))
            for kind in (*system.learner_identifiers, *system.optional_identifiers)
        ]

    def _bound(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None

    # --- what was typed

    def clean(self) -> dict[str, Any]:
        """The claim, judged by the one rule; each reason stands beside its field."""
        self.claim = self._typed()
        for reason in self.desk.reasons(self.claim):
            if reason.code not in FOR_THE_ACTION:
                self.add_error(self._field_of(reason), reason.message)
        return self.cleaned_data

    def _typed(self) -> Claim:
        typed = self.cleaned_data
        code = typed.get("profession") or ""
        choice = self._chosen(code)
        suffix = f"{code}-{choice.system.key}" if choice else ""
        kinds = [*choice.system.learner_identifiers, *choice.system.optional_identifiers] if choice else []
        return Claim(
            profession=code,
            system=choice.system.key if choice else "participation",
            amount=self._amount(choice, suffix),
            given_name=typed.get("given_name", ""),
            family_name=typed.get("family_name", ""),
            credentials=typed.get("credentials", ""),
            is_attested=bool(typed.get("attested")),
            is_profession_attested=bool(typed.get(f"sure-{code}")),
            identifiers={kind: typed.get(f"{kind}-{suffix}", "") for kind in kinds},
            wanted_kinds=tuple(kind for kind in kinds if typed.get(f"add-{kind}-{suffix}")),
        )

    def _chosen(self, code: str) -> Choice | None:
        if code not in self.desk.desks:
            return None
        choices = self.desk.desks[code].choices
        wanted = self.cleaned_data.get(f"system-{code}", choices[0].system.key)
        return next((choice for choice in choices if choice.system.key == wanted), None)

    def _amount(self, choice: Choice | None, suffix: str) -> Decimal:
        if choice is None or not choice.is_claimed:
            return choice.maximum if choice else Decimal(0)
        try:
            return Decimal(self.cleaned_data.get(f"amount-{suffix}") or 0)
        except InvalidOperation:
            return Decimal(0)

    def _field_of(self, reason: Reason) -> str | None:
        """The field beside which a reason stands; None = at the top."""
        code = self.cleaned_data.get("profession") or ""
        system = self.claim.system
        if reason.code.startswith("credit.identifier_"):
            name = f"{reason.code.rpartition('.')[2]}-{code}-{system}"
        else:
            plain_name = FIELD_OF.get(reason.code)
            named = {"amount": f"amount-{code}-{system}", "system": f"system-{code}", "profession_attested": f"sure-{code}"}
            name = named.get(plain_name or "", plain_name or "")
        if name in self.fields:
            return name
        return "profession" if reason.code in FIELD_OF else None


def chosen_before(award: Award) -> dict[str, str]:
    """What was chosen for an award, as the draft of the form that corrects it."""
    code = award.payload["profession"]
    return {"profession": code, f"system-{code}": award.system, f"amount-{code}-{award.system}": str(award.amount)}


def _is_statement(name: str) -> bool:
    return name == "attested" or name.startswith("sure-")


class SerialForm(forms.Form):
    """The serial on a certificate, typed with or without dashes, in upper or lower case."""

    serial = forms.CharField(
        label="Certificate serial",
        max_length=300,
        help_text="17 characters, beside the QR code. Dashes and capitals do not matter; the whole address will do, too.",
        widget=forms.TextInput({"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off", "class": "serial"}),
    )

    def clean_serial(self) -> str:
        """As it is printed, taken out of an address where one was pasted; a slip is told by what the check character gives away."""
        typed = str(self.cleaned_data["serial"]).rpartition("/verify/")[2].strip("/")
        if wrong := why_no_serial(typed):
            raise forms.ValidationError(wrong)
        return grouped(normalized(typed))


class CheckForm(forms.Form):
    """A certificate as a file, or the text of a credential: one of the two."""

    file = forms.FileField(
        label="File to check",
        required=False,
        help_text=f"The PDF as you received it, or a credential (JSON or VC-JWT). At most {MOST_FILE // 2**20} MB.",
        widget=forms.FileInput({"accept": ".pdf,.json,.jwt,application/pdf,application/json"}),
    )
    text = forms.CharField(
        label="Or paste a credential",
        required=False,
        max_length=MOST_TEXT,
        help_text="Its whole text: JSON begins with {, a VC-JWT with eyJ.",
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocomplete": "off", "class": "mono"}),
    )

    def clean(self) -> dict[str, Any]:
        """`data` as bytes and its `kind`; what cannot be checked at all is said at once."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if self.errors:
            return self.cleaned_data
        if file and text:
            self.add_error("text", "Choose a file or paste a text, not both.")
        elif not file and not text:
            self.add_error("file", "Choose the file to check, or paste a credential below.")
        else:
            self._read(file.read() if file else text.encode(errors="replace"), "file" if file else "text")
        return self.cleaned_data

    def _read(self, data: bytes, field: str) -> None:
        kind = kind_of(data)
        if len(data) > MOST_FILE:
            self.add_error(field, f"This is larger than {MOST_FILE // 2**20} MB. A certificate from here never is.")
        elif kind is None or (kind is FileKind.PDF and field == "text"):
            wanted = "a PDF, nor a credential as JSON or VC-JWT" if field == "file" else "a credential as JSON, nor a VC-JWT"
            self.add_error(field, f"This is not {wanted}. A photograph or a scan cannot be checked: type the serial that is printed on it.")
        elif kind is not FileKind.PDF and len(data) > MOST_TEXT:
            self.add_error(field, f"This is larger than {MOST_TEXT // 1024} KB. A credential from here never is.")
        else:
            self.cleaned_data |= {"data": data, "kind": kind}
