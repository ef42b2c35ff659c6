"""What holds for every request: an id, a few headers, and one place where a refusal becomes an answer."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from preceptor.kernel.refusals import Refused
from preceptor.ui.answers import wants_json as wants_json

Answer = Callable[[HttpRequest], HttpResponseBase]

HEADERS = {
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(self), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(self), fullscreen=(self), "
        "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(self), usb=(), "
        "publickey-credentials-get=(self)"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
_OUTSIDE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class NoFiles(FileUploadHandler):
    """Takes no files (FILE_UPLOAD_HANDLERS): no page asks for one, and nobody can fill the disk. A form as large as a file is refused unread.

    A page that does ask for a file names handlers of its own.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None) -> None:
        """Before anything is read: the limit that Django holds other forms to."""
        if content_length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or content_length):
            raise RequestDataTooBig("A form with files is larger than any form here.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file in a small form is passed over; its other fields count."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is kept."""

    def file_complete(self, file_size: int) -> None:
        """There is no file."""


class RequestIdMiddleware:
    """Gives each request an id and says it in the answer. An id that came along is kept only behind a trusted proxy, and in its own form:
    from anybody else it would let them write what they like beside other people's lines.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        is_known = settings.TRUSTED_PROXY_COUNT > 0 and _OUTSIDE_ID.fullmatch(given)
        request_id = given if is_known else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class SecurityHeadersMiddleware:
    """Adds the security headers that Django has no setting for, and keeps pages out of shared caches. A view's own header wins."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class RefusedMiddleware:
    """Turns `Refused` into a message and the next step, a page, or a 409 for programs. Stands after sessions and messages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The answer to a refusal; any other exception goes on its way."""
        if not isinstance(exception, Refused):
            return None
        if wants_json(request):
            return refusal_as_json(exception)
        if _leads_elsewhere(request, exception.next_url) and not exception.reasons:
            messages.warning(request, exception.message, fail_silently=True)
            response = HttpResponseRedirect(exception.next_url)
            response.status_code = 303
            return response
        return refusal_as_page(request, exception)


def refusal_as_json(refused: Refused) -> JsonResponse:
    """409 with the stable code, the sentence, the next address, and each reason."""
    reasons = [{"code": r.code, "message": r.message, "next": r.next_url} for r in refused.reasons]
    return JsonResponse({"code": refused.code, "message": refused.message, "next": refused.next_url, "reasons": reasons}, status=409)


def refusal_as_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """409 as a page: what is not possible, why, and what to do next."""
    return render(request, "ui/refused.html", {"refused": refused}, status=409)


def _leads_elsewhere(request: HttpRequest, next_url: str) -> bool:
    """A redirect to the very page that refuses would go round for ever."""
    return bool(next_url) and not (request.method in ("GET", "HEAD") and next_url.split("#")[0] == request.get_full_path())
