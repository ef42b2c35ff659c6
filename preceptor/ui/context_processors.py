"""What every page may ask of the shell."""

from django.http import HttpRequest

from preceptor.ui.look import LOOK_COOKIE, Look, look_of


def shell(request: HttpRequest) -> dict[str, object]:
    """The chosen look and the request's id. Reads cookies and attributes only, so it is safe on error pages."""
    return {
        "look": look_of(request.COOKIES.get(LOOK_COOKIE)),
        "looks": [(look.value, look.label) for look in Look],
        "request_id": getattr(request, "request_id", ""),
    }
