"""The navigation: it alone may name every room's pages."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from preceptor.accounts.models import User
from preceptor.accounts.queries import duties_of
from preceptor.accreditation.queries import main_provider
from preceptor.credit.queries import requirement_warnings

PUBLIC = [("Courses", "journey:catalogue")]
SIGNED_IN = [("My learning", "journey:home"), ("Transcript", "credit:transcript")]
ALWAYS = [("Verify a certificate", "credit:verify")]
STUDIO = [
    ("Activities", "studio:activities"),
    ("Completions", "studio:completions"),
    ("Companies", "studio:companies"),
    ("People", "studio:people"),
    ("Letters", "studio:letters"),
    ("Provider", "studio:provider"),
    ("Packs", "studio:packs"),
]
PRIVATE = {"studio:people", "studio:completions"}  # only registrars may open it: nobody else is led there
USER_MENU = [
    ("Name and profession", "accounts:profile"),
    ("E-mail address", "account_email"),
    ("Password", "account_change_password"),
    ("My data", "records:my_data"),
]
FOOTER = [("Privacy", "privacy"), ("Disclosure and mitigation", "disclosure"), ("Accessibility", "accessibility"), ("Contact", "contact")]


def _items(request: HttpRequest, named: list[tuple[str, str]]) -> list[dict[str, Any]]:
    urls = [(label, reverse(name)) for label, name in named]
    return [{"label": label, "url": url, "is_current": request.path.startswith(url)} for label, url in urls]


def home_notices(request: HttpRequest) -> list[dict[str, str]]:
    """What the page "My learning" says of rooms above it: requirements whose cycle ends soon and that are not met."""
    if request.path != reverse("journey:home") or not isinstance(request.user, User):
        return []
    url = reverse("credit:requirements")
    return [
        {
            "title": row.requirement.label,
            "text": f"{row.left}. {row.sentence}.",
            "url": f"{url}#r-{row.tracked.uuid}",
            "urgency": row.urgency,
        }
        for row in requirement_warnings(request.user, timezone.now())
    ]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """What masthead and footer show. Pages about signing in lead back to where the person was."""
    signed_in = request.user.is_authenticated if hasattr(request, "user") else False
    is_staff = signed_in and request.user.is_active and request.user.is_staff  # type: ignore[union-attr]
    provider = main_provider()
    policies = reverse("accreditation:policies")
    here = request.get_full_path() if request.method == "GET" and not request.path.startswith("/account/") else ""
    footer = [{"label": label, "url": f"{policies}#{anchor}"} for label, anchor in FOOTER]
    if settings.HAS_MAIL_SINK:
        footer.append({"label": "Demo mailbox", "url": reverse("mail:mailbox")})
    named = PUBLIC + (SIGNED_IN if signed_in else []) + ALWAYS + ([("Studio", "studio:home")] if is_staff else [])
    if is_staff and request.path.startswith(reverse("studio:home")):
        duties = duties_of(request.user)  # type: ignore[arg-type]
        desk = [item for item in STUDIO if item[1] not in PRIVATE or "registrar" in duties]
        named = [*desk, ("View the public site", "journey:catalogue")]
    onward = f"?{urlencode({'next': here})}" if here else ""
    return {
        "home_url": reverse("journey:catalogue"),
        "home_notices": home_notices(request) if signed_in else [],
        "nav_items": _items(request, named),
        "user_menu": _items(request, USER_MENU) if signed_in else [],
        "user_label": str(request.user) if signed_in else "",
        "sign_in_url": reverse("account_login") + onward,
        "sign_up_url": reverse("account_signup") + onward,
        "sign_out_url": reverse("account_logout"),
        "provider_name": provider.name if provider else "",
        "house_zone": provider.time_zone if provider else "",
        "provider_note": f"{provider.name} is a sample: its people and figures are invented, no credit is awarded, and nothing here is medical advice."
        if provider and provider.is_sample
        else "",
        "footer_links": footer,
        "erase_at": request.user.erase_at if signed_in else None,  # type: ignore[union-attr]
        "keep_url": reverse("records:keep_account") if signed_in else "",
    }
