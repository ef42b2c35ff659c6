"""What we accept from people: the library's forms in our words, and our own for the profile and the address page."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import forms as library
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from preceptor.accounts.actions import send_verification
from preceptor.accounts.adapters.allauth import AccountAdapter, accounts_at, next_of
from preceptor.accounts.models import User
from preceptor.accounts.queries import degrees, professions
from preceptor.accounts.rules import PROFESSION_ATTESTATION, tidy_words

PASSWORD_HINT = "At least 10 characters. Three or four unrelated words make a good one"  # noqa: S105 - a sentence


def _reword(field: forms.Field, label: str, *, hint: str = "", missing: str = "", autocomplete: str = "") -> None:
    """The library's field in the product's voice: label above, no placeholder, an error that says what to do."""
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
    if autocomplete:
        field.widget.attrs["autocomplete"] = autocomplete
    if missing:
        field.error_messages["required"] = missing


def _reword_email(field: forms.Field, *, autocomplete: str = "username") -> None:
    _reword(field, "E-mail address", missing="Enter your e-mail address", autocomplete=autocomplete)
    field.error_messages["invalid"] = "Enter an address with an @ and a dot, for example name@hospital.org"


def _name_field(label: str, autocomplete: str, missing: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=100,
        required=bool(missing),
        error_messages={"required": missing},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


def _degree_field() -> forms.CharField:
    return forms.CharField(
        label="Degree",
        max_length=60,
        required=False,
        help_text="As printed after your name: MD, DO, PharmD, RN",
        widget=forms.TextInput(attrs={"autocomplete": "honorific-suffix", "list": "degrees", "class": "w-md"}),
    )


class SignInForm(library.LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword_email(self.fields["login"])
        _reword(self.fields["password"], "Password", missing="Type your password. It is case sensitive")
        self.fields["remember"].label = "Keep me signed in on this device for 30 days"


class SignUpForm(library.SignupForm):  # type: ignore[misc]
    """Address, password, and what every certificate needs: name, profession, degree. The rest is asked when a credit needs it."""

    given_name = _name_field("Given name", "given-name", "Enter your given name")
    family_name = _name_field("Family name", "family-name", "Enter your family name")
    profession = forms.ChoiceField(
        label="Profession",
        help_text="It decides which credit you can earn",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your profession", "invalid_choice": "Choose one of these professions"},
    )
    credentials = _degree_field()
    field_order = ["email", "password1", "given_name", "family_name", "credentials", "profession"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword_email(self.fields["email"])
        _reword(self.fields["password1"], "Password", hint=PASSWORD_HINT, missing="Choose a password")
        _choice(self.fields["profession"]).choices = [(profession.code, profession.one) for profession in professions()]
        self.degrees = degrees()

    def clean_given_name(self) -> str:
        """Without doubled spaces."""
        return tidy_words(self.cleaned_data["given_name"])

    def clean_family_name(self) -> str:
        """Without doubled spaces."""
        return tidy_words(self.cleaned_data["family_name"])

    def clean(self) -> dict[str, Any]:
        """The password is held against the name too."""
        cleaned: dict[str, Any] = super().clean()
        password = cleaned.get("password1")
        if password and not self.has_error("password1"):
            names = {name: cleaned.get(name, "") for name in ("given_name", "family_name")}
            try:
                validate_password(password, User(email=cleaned.get("email", ""), **names))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """The account and the letter with its code, or neither."""
        user = cast(User, super().save(request))
        address = EmailAddress.objects.get(user=user)
        send_verification(address, at=timezone.now(), next_url=next_of(request))
        return user


class ForgotForm(library.ResetPasswordForm):  # type: ignore[misc]
    """The address that a reset link is asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword_email(self.fields["email"])

    def clean_email(self) -> str:
        """The accounts that sign in with this address (`accounts_at`), and no more letters than those."""
        email = str(super().clean_email())
        verified, others = accounts_at(email)
        self.users = [user for user in verified or others if user.is_active]
        return email

    @transaction.atomic
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """One letter for each account, and one that says so when there is none."""
        return str(super().save(request, **kwargs))


class _OncePassword:
    """The new password is typed once; it can be looked at."""

    fields: dict[str, forms.Field]

    def _one_field(self) -> None:
        self.fields.pop("password2", None)
        _reword(self.fields["password1"], "New password", hint=PASSWORD_HINT, missing="Choose a new password")


class NewPasswordForm(_OncePassword, library.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password behind a reset link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._one_field()


class ChangePasswordForm(_OncePassword, library.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._one_field()
        _reword(self.fields["oldpassword"], "Current password", missing="Type your current password")


class SetPasswordForm(_OncePassword, library.SetPasswordForm):  # type: ignore[misc]
    """A first password, for an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._one_field()


class CodeForm(forms.Form):
    """The six digits from the letter; spaces and dashes do not matter."""

    code = forms.CharField(
        label="Six-digit code",
        max_length=20,
        error_messages={"required": "Enter the six digits from the e-mail"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "class": "w-sm"}),
    )


class AddressForm(forms.Form):
    """Another address. Whoever has a verified one proves with the password that they are the owner."""

    email = forms.EmailField(label="New e-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label="Current password",
        strip=False,
        error_messages={"required": "Type your current password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, has_verified: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        _reword_email(self.fields["email"], autocomplete="email")
        self.fields["email"].label = "New e-mail address"
        if not has_verified:
            del self.fields["password"]

    def clean_email(self) -> str:
        """Another one than the one in use."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if EmailAddress.objects.filter(user=self.user, email=email, verified=True).exists():
            raise ValidationError("This is your address already. Enter another one")
        return email

    def clean_password(self) -> str:
        """The library checks it, and counts wrong tries as it does at sign-in."""
        password = str(self.cleaned_data["password"])
        adapter = AccountAdapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("incorrect_password")
        return password


class NameForm(forms.Form):
    """The name as certificates print it."""

    given_name = _name_field("Given name", "given-name", "Enter your given name")
    family_name = _name_field("Family name", "family-name", "Enter your family name")
    credentials = _degree_field()


class ProfessionForm(forms.Form):
    """Another profession, attested."""

    profession = forms.ChoiceField(label="Profession", error_messages={"required": "Choose your profession"})
    attested = forms.BooleanField(
        label=PROFESSION_ATTESTATION, error_messages={"required": "Tick the sentence that says this is your profession"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self.fields["profession"]).choices = [(profession.code, profession.one) for profession in professions()]


def _choice(field: forms.Field) -> forms.ChoiceField:
    assert isinstance(field, forms.ChoiceField)
    return field
