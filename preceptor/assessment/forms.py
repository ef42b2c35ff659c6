"""What we accept from people in a test."""

from typing import Any

from django import forms
from django.http import HttpRequest

from preceptor.kernel.refusals import Refused


class AttemptForm(forms.Form):
    """Which attempt the page showed."""

    attempt = forms.IntegerField(min_value=1)

    @classmethod
    def read(cls, request: HttpRequest) -> dict[str, Any]:
        """The values posted; what no page of ours sends is refused."""
        form = cls(request.POST)
        if not form.is_valid():
            raise Refused(
                "assessment.unreadable", "That request could not be read. Open the question again and choose your answer.", request.path
            )
        return form.cleaned_data


class AnswerForm(AttemptForm):
    """An answer as chosen."""

    item = forms.UUIDField()
    option = forms.CharField(max_length=10, required=False)
    flag = forms.BooleanField(required=False)
