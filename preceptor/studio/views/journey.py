"""Learners of an edition: who began, how far they are, and what each of them was shown."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from preceptor.assessment.actions import grant_attempt
from preceptor.assessment.models import Attempt, AttemptGrant
from preceptor.compliance.queries import replay as replay_of
from preceptor.journey.models import Participation
from preceptor.studio.access import WRITE, at_edition
from preceptor.studio.desk import Desk
from preceptor.studio.forms.assessment import GrantForm
from preceptor.studio.pages import go, show

PER_PAGE = 50


def _held(desk: Desk, participation: str) -> Participation:
    return get_object_or_404(Participation.objects.select_related("user", "edition__activity"), edition=desk.edition, uuid=participation)


@at_edition()
def learners(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everyone who began this edition; ?q= looks for a name or address."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = (
        Participation.objects.filter(edition=desk.edition).select_related("user").annotate(done=Count("lines")).order_by("-begun_at", "-pk")
    )
    if q:
        rows = rows.filter(Q(user__given_name__icontains=q) | Q(user__family_name__icontains=q) | Q(user__email__icontains=q))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return show(request, "learners", desk, "learners", page=page, q=q)


@at_edition(WRITE)
def learner(request: HttpRequest, desk: Desk, participation: str) -> HttpResponse:
    """One learner on this edition: the steps done, the attempts, and another attempt with a reason."""
    held = _held(desk, participation)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if form.does(lambda typed: grant_attempt(held, reason=typed["reason"], granted_by=desk.user, **desk.signed)):
        return go(request, reverse("studio:learner", args=[desk.edition.uuid, held.uuid]), "Another attempt is granted.")
    attempts = Attempt.objects.filter(participation=held, submitted_at__isnull=False).order_by("purpose", "number")
    grants = AttemptGrant.objects.filter(participation=held).order_by("at")
    return show(
        request, "learner", desk, "learners",
        held=held, form=form, attempts=attempts, grants=grants, replay=replay_of(held), lines=held.lines.all(),
    )  # fmt: skip


@at_edition()
def replay(request: HttpRequest, desk: Desk, participation: str, number: int) -> HttpResponse:
    """What was shown, byte for byte, with its hash and the moment."""
    held = _held(desk, participation)
    whole = replay_of(held)
    shown = whole.rows[number - 1 : number]
    if number < 1 or not shown:
        return go(request, reverse("studio:learner", args=[desk.edition.uuid, held.uuid]), "Nothing else was shown.")
    return show(request, "replay", desk, "learners", held=held, shown=shown[0], number=number, of=len(whole.rows))
