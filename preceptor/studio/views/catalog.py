"""What is offered: the list of activities, an edition's texts, dates, planning, content, and its statements."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import held_on
from preceptor.catalog.actions import drop_imported_text, update_draft
from preceptor.catalog.queries import statements_of
from preceptor.evaluation.models import EvaluationForm
from preceptor.studio.access import WRITE, at_edition, staff
from preceptor.studio.desk import Desk, Seat
from preceptor.studio.fixes import bundle_place, mend_of
from preceptor.studio.forms.catalog import PROSE, DatesForm, PlanningForm, TextsForm
from preceptor.studio.listing import activity_rows
from preceptor.studio.pages import go, sent, show


def _here(desk: Desk, name: str) -> str:
    return reverse(name, args=[desk.edition.uuid])


@staff()
def activities(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every activity, with its newest edition, where it stands and what is next."""
    return show(request, "activities", seat, rows=activity_rows(seat.at))


@at_edition(WRITE)
def texts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What learners read; “Preview” shows it set, and keeps nothing."""
    form = TextsForm(request.POST if request.method == "POST" else None, edition=desk.edition)
    if request.POST.get("do") == "preview":
        shown = [(form.fields[name].label, form[name].value()) for name in PROSE if form[name].value()] if form.is_valid() else []
        return show(request, "texts", desk, "texts", form=form, shown=shown)
    if form.does(lambda typed: update_draft(desk.edition, typed, **desk.signed)):
        return go(request, _here(desk, "studio:texts"), "The texts are saved, and the rules were checked again.")
    return show(request, "texts", desk, "texts", form=form)


@at_edition(("POST",))
def drop_imported(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a hand-typed text of the imported page off the draft."""
    drop_imported_text(desk.edition, request.POST.get("name", ""), **desk.signed)
    return go(request, _here(desk, "studio:texts"), "The text is taken off; the logbook keeps it.")


@at_edition(WRITE)
def dates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Dates, pass mark, attempts, grace, fee, format, professions."""
    form = DatesForm(sent(request, "save"), edition=desk.edition, pack=pack_on(desk.edition.released_on or desk.today))
    if form.does(lambda typed: update_draft(desk.edition, typed, **desk.signed)):
        return go(request, _here(desk, "studio:dates"), "Dates and policy are saved, and the rules were checked again.")
    return show(request, "dates", desk, "dates", form=form)


@at_edition(WRITE)
def planning(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The structured abstract and the plans: evidence, not for learners."""
    form = PlanningForm(sent(request, "save"), edition=desk.edition)
    if form.does(lambda typed: update_draft(desk.edition, form.values, **desk.signed)):
        return go(request, _here(desk, "studio:planning"), "The planning is saved, and the rules were checked again.")
    return show(request, "planning", desk, "planning", form=form)


@at_edition()
def content(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Parts, items and evaluation, to look at: they are changed in the bundle, and what is wrong with them says where."""
    edition, list_ = desk.edition, desk.checklist
    rows = [row.finding for rule in (*list_.failed, *list_.warned) for row in rule.rows if row.is_open]
    to_mend = [(finding, bundle_place(finding)) for finding in rows if mend_of(finding).section == "content"]
    return show(
        request, "content", desk, "content", to_mend=to_mend, parts=edition.parts.all(), items=edition.items.select_related("objective"),
        evaluation=EvaluationForm.objects.filter(edition=edition).first(), folder=edition.activity.slug,
    )  # fmt: skip


@at_edition()
def statements(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Each statement alone, word for word as it will be printed, with a mark where its wording is not confirmed."""
    edition, provider = desk.edition, desk.edition.activity.provider
    day = edition.released_on or desk.today
    pack, said = pack_on(day), statements_of(edition, day)
    held = [
        one for one in held_on(provider.accreditations.order_by("pk"), day) if one.kind in pack.kinds and pack.kinds[one.kind].statement
    ]
    has_partners = any(not partner.is_accredited for partner in edition.partners.all())
    accreditation = [
        (
            pack.kinds[one.kind],
            text,
            (pack.kinds[one.kind].joint_certainty if has_partners else pack.kinds[one.kind].certainty) == "unconfirmed",
        )
        for one, text in zip(held, said.accreditation, strict=False)
    ]
    designations = [(pack.systems[key], text, pack.systems[key].certainty == "unconfirmed") for key, text in said.designations.items()]
    return show(request, "statements", desk, "statements", accreditation=accreditation, designations=designations, day=day)
