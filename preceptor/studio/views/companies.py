"""Companies (disclosure): what they are, by whose decision, under which names."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.accreditation.queries import main_provider
from preceptor.disclosure import actions
from preceptor.disclosure.models import Company
from preceptor.logbook.queries import entries_about
from preceptor.studio.access import WRITE, staff
from preceptor.studio.desk import Seat
from preceptor.studio.forms.disclosure import AliasForm, CompanyForm, EligibilityForm, NewCompanyForm
from preceptor.studio.pages import go, sent, show


@staff(WRITE)
def companies(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every company, those that block first; and a new one."""
    form = NewCompanyForm(sent(request, "new"))
    if form.does(lambda typed: actions.find_or_record_company(typed["name"], **seat.signed)):
        return go(request, reverse("studio:companies"), f"{form.cleaned_data['name']} is recorded. Decide what it is.")
    rows = Company.objects.select_related("parent").annotate(told=Count("relationships", distinct=True)).order_by("name")
    ranked = sorted(rows, key=lambda row: (row.eligibility != "undetermined", row.name.casefold()))
    return show(request, "companies", seat, rows=ranked, form=form)


@staff(WRITE)
def company(request: HttpRequest, seat: Seat, company: str) -> HttpResponse:
    """One company: decide, describe, name."""
    held = get_object_or_404(Company.objects.select_related("parent"), uuid=company)
    here = reverse("studio:company", args=[held.uuid])
    decision, facts = EligibilityForm(sent(request, "eligibility"), company=held), CompanyForm(sent(request, "company"), company=held)
    alias = AliasForm(sent(request, "alias"), prefix="alias")
    started = "regulatory_started_on"
    if decision.does(
        lambda t: actions.decide_eligibility(held, t["eligibility"], t["basis"], regulatory_started_on=t[started], **seat.signed)
    ):
        return go(request, here, "The decision is kept.")
    if facts.does(
        lambda t: actions.describe_company(
            held, business_lines=t["business_lines"], products=t["products"], parent=facts.parent, **seat.signed
        )
    ):
        return go(request, here, "The company is described.")
    if alias.does(lambda typed: actions.add_alias(held, typed["alias"], **seat.signed)):
        return go(request, here, "The name is kept.")
    provider = main_provider()
    zone = provider.time_zone if provider else "UTC"
    forms = {"decision": decision, "facts": facts, "alias": alias}
    return show(request, "company", seat, held=held, entries=entries_about(held)[:20], zone=zone, **forms)
