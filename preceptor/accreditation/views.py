"""The room's page: the provider's policies."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preceptor.accreditation.queries import main_provider


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Privacy, disclosure, accessibility, and how to reach the provider: open to everybody."""
    provider = main_provider()
    if provider is None:
        raise Http404("There is no provider yet.")
    return render(request, "accreditation/policies.html", {"provider": provider})
