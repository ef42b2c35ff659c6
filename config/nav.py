"""The navigation: it alone may name every room's pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

ITEMS = [("Courses", "journey:catalogue"), ("My learning", "journey:home"), ("Transcript", "credit:transcript"), ("Verify a certificate", "credit:verify")]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """What the masthead shows."""
    signed_in = request.user.is_authenticated if hasattr(request, "user") else False
    items = [(label, reverse(name)) for label, name in ITEMS if signed_in or name in {"journey:catalogue", "credit:verify"}]
    return {"nav_items": [{"label": label, "url": url, "is_current": request.path.startswith(url)} for label, url in items]}
