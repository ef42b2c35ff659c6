"""By whose leave: the provider, its accreditations, and what in the packs is not confirmed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.accreditation.actions import end_accreditation, record_accreditation, update_provider
from preceptor.accreditation.models import Accreditation
from preceptor.accreditation.queries import main_provider, pack_on, unconfirmed_on
from preceptor.studio.access import WRITE, staff
from preceptor.studio.desk import PUBLISHER, Seat
from preceptor.studio.forms.accreditation import AccreditationForm, EndForm, ProviderForm
from preceptor.studio.pages import go, sent, show


@staff(WRITE, duty=PUBLISHER)
def provider(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The provider's facts and policies; its accreditations with their dates; a further one."""
    held = main_provider()
    if held is None:
        raise Http404
    here, pack = reverse("studio:provider"), pack_on(seat.at.date())
    facts, further = ProviderForm(sent(request, "provider"), provider=held), AccreditationForm(sent(request, "new"), pack=pack)
    if facts.does(lambda typed: update_provider(held, typed, **seat.signed)):
        return go(request, here, "The provider is saved. What was published stays as it was.")
    if further.does(lambda typed: record_accreditation(held, **typed, **seat.signed)):
        return go(request, here, "The accreditation is recorded.")
    rows = [(one, pack.kinds.get(one.kind)) for one in held.accreditations.order_by("valid_from", "pk")]
    return show(request, "provider", seat, provider=held, facts=facts, further=further, rows=rows, today=seat.at.date())


@staff(WRITE, duty=PUBLISHER)
def accreditation(request: HttpRequest, seat: Seat, accreditation: str) -> HttpResponse:
    """Set the last day of an accreditation."""
    held = get_object_or_404(Accreditation.objects.select_related("provider"), uuid=accreditation)
    form = EndForm(sent(request, "end"), initial={"on": held.valid_to})
    if form.does(lambda typed: end_accreditation(held, typed["on"], reason=typed["reason"], **seat.signed)):
        return go(request, reverse("studio:provider"), "The last day is kept.")
    return show(request, "accreditation", seat, held=held, form=form, kind=pack_on(seat.at.date()).kinds.get(held.kind))


@staff()
def packs(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What in the packs has to be confirmed with the issuing body, and where it is from."""
    return show(request, "packs", seat, rows=unconfirmed_on(seat.at.date()))
