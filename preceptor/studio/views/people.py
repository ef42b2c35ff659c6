"""People of an edition (catalog): who they are as printed, and their roles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from preceptor.accreditation.queries import pack_on
from preceptor.catalog.actions import add_person, add_role, describe_person, remove_role
from preceptor.catalog.models import Person
from preceptor.studio.access import WRITE, at_edition
from preceptor.studio.desk import Desk
from preceptor.studio.forms.people import FactsForm, NewPersonForm, RoleForm, UnroleForm
from preceptor.studio.pages import go, sent, show


def _board(desk: Desk) -> str:
    return reverse("studio:board", args=[desk.edition.uuid])


@at_edition(WRITE)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Somebody more in control of content: known already, or new."""
    others = Person.objects.exclude(roles__edition=desk.edition).order_by("family_name", "given_name", "pk")
    known = RoleForm(sent(request, "known"), people=list(others))
    fresh = NewPersonForm(sent(request, "new"), pack=pack_on(desk.edition.released_on or desk.today))
    said = "The role is given. Ask for the disclosure before it begins."
    if others and known.does(
        lambda t: add_role(desk.edition, known.people[t["person"]], t["role"], starts_on=t["starts_on"], **desk.signed)
    ):
        return go(request, _board(desk), said)
    if fresh.does(lambda t: add_person(desk.edition, fresh.facts, t["role"], starts_on=t["starts_on"], **desk.signed)):
        return go(request, _board(desk), said)
    return show(request, "person_new", desk, "people", known=known, fresh=fresh)


@at_edition(WRITE)
def roles(request: HttpRequest, desk: Desk, person: str) -> HttpResponse:
    """Name, credentials, title and affiliation as printed; a further role; a role taken away."""
    holders = list(desk.edition.role_holders.filter(person__uuid=person).select_related("person", "edition"))
    if not holders:
        raise Http404
    held, here = holders[0].person, reverse("studio:person_roles", args=[desk.edition.uuid, person])
    facts = FactsForm(sent(request, "facts"), pack=pack_on(desk.edition.released_on or desk.today), person=held)
    further, less = (
        RoleForm(sent(request, "role"), taken=[one.role for one in holders]),
        UnroleForm(sent(request, "unrole"), holders=holders),
    )
    if facts.does(lambda typed: describe_person(desk.edition, held, typed, **desk.signed)):
        return go(request, here, "It is kept. Other editions print what they printed.")
    if further.does(lambda typed: add_role(desk.edition, held, typed["role"], starts_on=typed["starts_on"], **desk.signed)):
        return go(request, here, "The role is given. What it needs is told with the disclosures.")
    if less.does(lambda typed: remove_role(less.holders[typed["role"]], typed["reason"], **desk.signed)):
        return go(request, here if len(holders) > 1 else _board(desk), "The role is taken away.")
    return show(request, "person_roles", desk, "people", held=held, holders=holders, facts=facts, further=further, less=less)
