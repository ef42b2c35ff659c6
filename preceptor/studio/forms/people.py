"""What staff type about people in control of content: who they are as learners read it, and the roles they hold on a draft."""

from collections.abc import Sequence
from typing import Any

from django import forms

from preceptor.accreditation.rules import Pack
from preceptor.catalog.models import Person, RoleHolder
from preceptor.catalog.rules import Role
from preceptor.studio.forms.base import DayField, DeskForm, picked

ROLES = [(role.value, role.value.capitalize()) for role in Role]
BEGINS = "For planners when planning began; else empty is the release"


class FactsForm(DeskForm):
    """Who somebody is, as a draft prints it."""

    given_name = forms.CharField(label="Given name", max_length=100)
    family_name = forms.CharField(label="Family name", max_length=100)
    credentials = forms.CharField(
        label="Degrees and credentials", max_length=60, required=False, help_text="As printed after the name: MD, PhD"
    )
    title = forms.CharField(label="Title", max_length=200, required=False)
    affiliation = forms.CharField(label="Affiliation", max_length=200, required=False)

    def __init__(self, data: Any, *, pack: Pack, person: Person | None = None, prefix: str = "facts") -> None:
        kept = (*self.base_fields, "profession")
        super().__init__(data, prefix=prefix, initial={name: getattr(person, name) for name in kept} if person else None)
        self.fields["profession"] = picked("Profession", [(code, one.one) for code, one in pack.professions.items()], required=False)
        self.order_fields(["given_name", "family_name", "credentials", "profession"])


class NewPersonForm(FactsForm):
    """Somebody new, with a role."""

    email = forms.EmailField(label="E-mail address", required=False, help_text="For the request of the disclosure")

    def __init__(self, data: Any, *, pack: Pack) -> None:
        super().__init__(data, pack=pack, prefix="new")
        self.fields["role"] = picked("Role", ROLES)
        self.fields["starts_on"] = DayField(label="The role begins on", required=False, help_text=BEGINS)

    @property
    def facts(self) -> dict[str, str]:
        """Of the person alone."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"role", "starts_on"}}


class RoleForm(DeskForm):
    """A role for somebody who is known. `people`: to choose from, when it is not clear who."""

    refusals = {"catalog.has_role": "role"}

    def __init__(self, data: Any, *, people: Sequence[Person] = (), taken: Sequence[str] = ()) -> None:
        super().__init__(data, prefix="role")
        self.people = {str(one.uuid): one for one in people}
        if people:
            self.fields["person"] = picked("Person", [(key, one.printed_name) for key, one in self.people.items()])
        self.fields["role"] = picked("Role", [(key, words) for key, words in ROLES if key not in taken])
        self.fields["starts_on"] = DayField(label="The role begins on", required=False, help_text=BEGINS)


class UnroleForm(DeskForm):
    """A role that is taken away, with the reason."""

    refusals = {"catalog.role_decided": "role"}
    reason = forms.CharField(label="Why", max_length=400, help_text="Kept in the logbook")

    def __init__(self, data: Any, *, holders: Sequence[RoleHolder]) -> None:
        super().__init__(data, prefix="unrole")
        self.holders = {str(one.uuid): one for one in holders}
        self.fields["role"] = picked("Role", [(key, one.role.capitalize()) for key, one in self.holders.items()])
        self.order_fields(["role"])
