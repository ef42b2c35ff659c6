"""Objectives and references of an edition (catalog), in their order."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from preceptor.catalog.actions import set_citations, set_objectives
from preceptor.content.queries import plain_words
from preceptor.studio.access import WRITE, at_edition
from preceptor.studio.desk import Desk
from preceptor.studio.forms.rows import ObjectivesForm, ReferencesForm
from preceptor.studio.pages import go, show
from preceptor.ui.prose import cited_keys

PROSE = ("description", "need", "audience", "equity", "off_label")


@at_edition(WRITE)
def objectives(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What learners will be able to do; how many items test each."""
    held = list(desk.edition.objectives.all())
    used = Counter(desk.edition.items.values_list("objective__key", flat=True))
    form = ObjectivesForm(request.POST if request.method == "POST" else None, held=held, used=used)
    if form.does(lambda typed: set_objectives(desk.edition, form.rows, **desk.signed)):
        return go(
            request, reverse("studio:objectives", args=[desk.edition.uuid]), "The objectives are saved, and the rules were checked again."
        )
    return show(request, "objectives", desk, "objectives", form=form, held=held)


@at_edition(WRITE)
def references(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The bibliography; in how many places texts, content and items cite each."""
    held = list(desk.edition.citations.all())
    texts = [*(getattr(desk.edition, name) for name in PROSE), plain_words(desk.edition)]
    used = Counter(key for text in texts for key in cited_keys(text))
    used.update(key for keys in desk.edition.items.values_list("citations", flat=True) for key in keys)
    form = ReferencesForm(request.POST if request.method == "POST" else None, held=held, used=used)
    if form.does(lambda typed: set_citations(desk.edition, form.rows, **desk.signed)):
        return go(
            request, reverse("studio:references", args=[desk.edition.uuid]), "The references are saved, and the rules were checked again."
        )
    return show(request, "references", desk, "references", form=form, held=held)
