"""Credit and time of an edition (catalog): offers with their approvals, the worksheet, pilot and partners."""

from decimal import Decimal

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import approval_gaps, identifier_doubts, reporting_gap
from preceptor.catalog.actions import record_pilot, remove_offer, save_offer, set_partners
from preceptor.catalog.models import CreditOffer, Edition
from preceptor.catalog.queries import offer_standings, worksheet_of
from preceptor.content.queries import observed_minutes
from preceptor.studio.access import WRITE, at_edition, takes_files
from preceptor.studio.desk import Desk
from preceptor.studio.forms.catalog import OfferForm, PartnersForm, PilotForm
from preceptor.studio.pages import go, sent, show


def _list(desk: Desk) -> str:
    return reverse("studio:offers", args=[desk.edition.uuid])


@at_edition(WRITE)
def offers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The offers, the worksheet beside what learners really needed, pilot times and partners."""
    edition = desk.edition
    measured_in, measured = _measured(edition)
    sheet = worksheet_of(edition, measured)
    partners = list(edition.partners.all())
    pilot = PilotForm(
        sent(request, "pilot"), initial={"minutes": ", ".join(str(one) for one in (sheet.sheet.pilot_minutes if sheet.sheet else ()))}
    )
    named = {"joint": [p.name for p in partners if not p.is_accredited], "accredited": [p.name for p in partners if p.is_accredited]}
    joint = PartnersForm(sent(request, "partners"), initial=named)
    if pilot.does(lambda typed: record_pilot(edition, typed["minutes"], **desk.signed)):
        return go(request, _list(desk), "The pilot is kept, and the estimate follows it.")
    if joint.does(lambda typed: set_partners(edition, joint.rows, **desk.signed)):
        return go(request, _list(desk), "The partners are kept.")
    return show(request, "offers", desk, "credit", rows=_rows(desk), sheet=sheet, measured_in=measured_in, pilot=pilot, partners=joint)


def _measured(edition: Edition) -> tuple[int, list[Decimal]]:
    """The newest edition, this or an earlier one, that learners have finished: its number, and their minutes."""
    for one in edition.activity.editions.filter(number__lte=edition.number).order_by("-number")[:4]:
        if minutes := observed_minutes(one):
            return one.number, minutes
    return edition.number, []


def _rows(desk: Desk) -> list[dict[str, object]]:
    day = desk.edition.released_on or desk.today
    pack, held = pack_on(day), list(desk.edition.activity.provider.accreditations.all())
    return [
        {
            "standing": standing,
            "gaps": approval_gaps(pack, standing.offer, held, day),
            "doubts": identifier_doubts(pack, standing.system, standing.offer.identifier) if standing.system else "",
            "reporting": reporting_gap(standing.system, standing.offer.reporting) if standing.system else "",
        }
        for standing in offer_standings(desk.edition, desk.at)
    ]


@at_edition(WRITE)
@takes_files
def offer(request: HttpRequest, desk: Desk, offer: str = "") -> HttpResponse:
    """One designation: new, or to change."""
    held = get_object_or_404(CreditOffer, edition=desk.edition, uuid=offer) if offer else None
    pack = pack_on(desk.edition.released_on or desk.today)
    systems = {key: system for key, system in pack.systems.items() if system.is_credit}
    if not held:
        systems = {key: system for key, system in systems.items() if key not in set(desk.edition.offers.values_list("system", flat=True))}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OfferForm(*posted, systems=systems, offer=held, is_too_large=getattr(request, "is_file_too_large", False))
    if form.does(lambda typed: save_offer(desk.edition, held.system if held else typed["system"], **form.values, **desk.signed)):
        return go(request, _list(desk), "The credit is saved, and the rules were checked again.")
    system = systems.get(held.system) if held else None
    doubts = identifier_doubts(pack, system, held.identifier) if held and system else ""
    return show(request, "offer", desk, "credit", form=form, held=held, system=system, doubts=doubts)


@at_edition(("POST",))
def remove(request: HttpRequest, desk: Desk, offer: str) -> HttpResponse:
    """Take a designation off a draft."""
    held = get_object_or_404(CreditOffer, edition=desk.edition, uuid=offer)
    remove_offer(desk.edition, held.system, **desk.signed)
    return go(request, _list(desk), "The credit is taken off.")


@at_edition()
def evidence(request: HttpRequest, desk: Desk, offer: str) -> HttpResponseBase:
    """The approval letter: as a download, never shown within a page of ours."""
    held = get_object_or_404(CreditOffer, edition=desk.edition, uuid=offer)
    if not held.evidence.name:
        raise Http404
    name = f"approval-{held.system}.{held.evidence.name.rpartition('.')[2]}"
    response = FileResponse(held.evidence.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
    response.headers["Cache-Control"] = "private, no-store"
    return response
