"""What we accept from a person about their own record."""

from typing import Any

from django import forms

from preceptor.accounts.models import User


class DeleteForm(forms.Form):
    """That somebody wants to be erased: they know what it means, and they know the password."""

    use_required_attribute = False
    understood = forms.BooleanField(
        label="I have read what goes and what stays, and I want my account to be deleted",
        error_messages={"required": "Tick the sentence if you want your account to be deleted"},
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "w-md"}),
        error_messages={"required": "Type your password, so that nobody else deletes your account"},
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        """Theirs."""
        typed = str(self.cleaned_data["password"])
        if not self.user.check_password(typed):
            raise forms.ValidationError("Type your current password again. It is case sensitive")
        return typed
