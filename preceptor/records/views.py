"""A person's own pages: download my data, delete my account. The staff's desk is in the studio."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from preceptor.accounts.access import SignedInRequest, limited, signed_in
from preceptor.accounts.queries import identities_of
from preceptor.records import actions
from preceptor.records.forms import DeleteForm
from preceptor.records.models import DataExport
from preceptor.records.queries import erasure_plan, export_of
from preceptor.records.rules import EXPORT_LIFE


def _see_other(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url})


@never_cache
@signed_in
@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    """What we keep, a copy of it, and the way to be forgotten. While the copy is made, the page looks again by itself."""
    held = export_of(request.user, timezone.now())
    ends_at = held.ordered_at + EXPORT_LIFE if held else None
    page = render(request, "records/my_data.html", {"held": held, "ends_at": ends_at})
    if held and held.ready_at is None:
        page.headers["Refresh"] = "5"
    return page


@require_POST
@signed_in
@limited("order_export")
def order_export(request: SignedInRequest) -> HttpResponse:
    """Have a copy made."""
    actions.order_export(request.user, at=timezone.now())
    return _see_other(reverse("records:my_data"))


@never_cache
@signed_in
@require_safe
def export(request: SignedInRequest, export: str) -> HttpResponse:
    """The archive: for its owner, as long as it lies ready."""
    mine = DataExport.objects.filter(user__in=identities_of(request.user), ordered_at__gt=timezone.now() - EXPORT_LIFE)
    row = get_object_or_404(mine, uuid=export)
    if row.data is None:
        raise Http404("not made yet")
    name = f'attachment; filename="my-data-{row.ordered_at:%Y-%m-%d}.zip"'
    return HttpResponse(bytes(row.data), content_type="application/zip", headers={"Content-Disposition": name})


@never_cache
@signed_in
@limited("delete_account")
def delete_account(request: SignedInRequest) -> HttpResponse:
    """What goes, what stays until when and why; then the request, with the password."""
    form = DeleteForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        actions.request_erasure(request.user, by="learner", at=timezone.now())
        return _see_other(reverse("records:delete_account"))
    context = {"form": form, "plan": erasure_plan(request.user)}
    return render(request, "records/delete_account.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def keep_account(request: SignedInRequest) -> HttpResponse:
    """Withdraw the request."""
    if actions.withdraw_erasure(request.user, by="learner", at=timezone.now()):
        messages.success(request, "Your account stays. Nothing was deleted.")
    return _see_other(reverse("journey:home"))
