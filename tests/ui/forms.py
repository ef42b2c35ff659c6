"""A form with one of each kind of field."""

from django import forms


class Registration(forms.Form):
    email = forms.EmailField(label="E-mail address", help_text="Your certificate goes here")
    degree = forms.CharField(label="Degree", required=False)
    profession = forms.ChoiceField(
        label="Profession", choices=[("a", "Physician"), ("b", "Pharmacist")], widget=forms.RadioSelect, help_text="Credit"
    )
    attested = forms.BooleanField(label="I took part", error_messages={"required": "Confirm that you took part"})
    token = forms.CharField(widget=forms.HiddenInput, required=False)
