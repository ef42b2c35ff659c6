"""What is published so that a certificate can be checked without asking us. (The rest of this file comes with branch i4c.)"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preceptor.credit.queries.published import status_list_text


@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Which certificates no longer stand."""
    return HttpResponse(status_list_text(number, timezone.now()), content_type="application/vc")
