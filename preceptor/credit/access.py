"""Doors of the public pages: verification is open to all, but not without end."""

from collections.abc import Callable
from functools import wraps
from typing import Any

# The public consume() lets every GET pass; this is the same function with its own limits, counted in the shared cache.
from allauth.core.internal.ratelimit import consume
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from preceptor.credit.rules import MOST_FILE, MOST_PROOF
from preceptor.ui.answers import error_answer, too_many

View = Callable[..., HttpResponse]
# A desk that checks a pile of certificates stays below them; somebody who tries numbers, or sends files that are slow to read, does not.
LIMITS = {"form": "120/m/ip", "verify": "30/m/ip,300/h/ip", "result": "120/m/ip", "check": "10/m/ip,60/h/ip", "published": "240/m/ip"}
# What the other fields of a form with a file may take, in bytes, and how much of a form that is too large is read before it is answered.
ROOM, READ_AT_MOST = 128 * 1024, 4 * MOST_FILE


def unhurried(action: str) -> Callable[[View], View]:
    """Let a visitor through as often as LIMITS say; then 429, whether or not the serial exists. Search engines are told to stay away."""

    def around(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, **kwargs: str) -> HttpResponse:
            response = view(request, **kwargs) if _may(request, action) else too_many(request)
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            response.headers["Cache-Control"] = "no-store"
            return response

        return door

    return around


def published(*, seconds: int) -> Callable[[View], View]:
    """For what programs anywhere read: kept for `seconds` by whoever likes, asked for again with its ETag, readable by pages of other sites."""

    def around(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, **kwargs: str) -> HttpResponse:
            if not _may(request, "published"):
                return too_many(request)
            response = view(request, **kwargs)
            if response.status_code != 200:
                return response
            set_response_etag(response)
            answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
            assert isinstance(answer, HttpResponse)
            answer.headers["Cache-Control"] = f"public, max-age={seconds}"
            answer.headers["Access-Control-Allow-Origin"] = "*"
            answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            return answer

        return door

    return around


def takes_a_file(view: View) -> View:
    """Everywhere else files are refused; this view takes one of at most MOST_FILE bytes. A larger form is told so (413) and not kept.

    It stands below `unhurried`: nothing is read of what somebody sends too often. (`csrf_exempt` is passed up by `wraps`; the form's token
    is checked here, once it is known how large the form is.)
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def reading(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_FILE + ROOM:
            _read_on(request)
            return error_answer(request, 413, "too_large", f"A file of at most {MOST_FILE // 2**20} MB is taken here.")
        request.upload_handlers = [MemoryFileUploadHandler(request)]
        return protected(request, **kwargs)

    return reading


class OneProof(TemporaryFileUploadHandler):
    """Spools one file of a form to disk, if the form is no larger than a proof may be; else it keeps none, and the request says so."""

    is_taken = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None) -> None:
        """Before anything is read."""
        self.is_too_large = content_length > MOST_PROOF + ROOM
        self.request.is_file_too_large = self.is_too_large  # type: ignore[union-attr]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The first file is spooled, others are passed over."""
        if self.is_too_large or self.is_taken:
            raise SkipFile
        self.is_taken = True
        super().new_file(*args, **kwargs)


def takes_a_proof(view: View) -> View:
    """This view takes a file of at most MOST_PROOF bytes; of a larger one it keeps what else was typed. What is endless is cut off (413).

    It stands below `signed_in`: nothing is read of what a stranger sends.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def reading(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > 4 * MOST_PROOF:
            _read_on(request)
            return error_answer(request, 413, "too_large", f"A file of at most {MOST_PROOF // 2**20} MB is taken here.")
        request.upload_handlers = [OneProof(request)]
        return protected(request, **kwargs)

    return reading


def _may(request: HttpRequest, action: str) -> bool:
    return bool(consume(request, app="preceptor.credit", action=action, config=LIMITS, limit_get=True))


def _read_on(request: HttpRequest) -> None:
    """A browser that is cut off in the middle of sending shows no answer; who sends without end is cut off."""
    left = READ_AT_MOST
    while left > 0 and (piece := request.read(64 * 1024)):
        left -= len(piece)
