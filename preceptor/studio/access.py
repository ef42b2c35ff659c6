"""The desk's doors: staff only; who may write, who may publish; and only what belongs to the edition in the address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.accounts.queries import duties_of
from preceptor.catalog.models import Edition
from preceptor.kernel.refusals import Refused
from preceptor.studio.desk import AUTHOR, Desk, Seat

View = Callable[..., HttpResponseBase]
READ, WRITE = ("GET", "HEAD"), ("GET", "HEAD", "POST")
FILE_LIMIT = 20 * 1024 * 1024
_ROOM = 64 * 1024  # what the other fields of a form with a file may take


def staff(methods: tuple[str, ...] = READ, *, duty: str = AUTHOR, is_private: bool = False) -> Callable[[View], View]:
    """For staff; sending anything needs `duty`, and so does looking at what `is_private`. The view gets a `Seat`; strangers sign in first, learners are
    refused (403)."""

    def around(view: View) -> View:
        @wraps(view)
        def door(request: SignedInRequest, **kwargs: Any) -> HttpResponseBase:
            seat = Seat(request.user, duties_of(request.user), timezone.now())
            _permit(request, seat, duty, is_private=is_private)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return _with_way_back(view, reverse("studio:activities"), request, seat, **kwargs)

        return signed_in(door)

    return around


def at_edition(methods: tuple[str, ...] = READ, *, duty: str = AUTHOR) -> Callable[[View], View]:
    """As `staff`; `edition` in the address becomes a `Desk` with it, 404 when there is none."""

    def around(view: View) -> View:
        @wraps(view)
        def door(request: SignedInRequest, edition: str, **kwargs: Any) -> HttpResponseBase:
            duties, at = duties_of(request.user), timezone.now()
            _permit(request, Seat(request.user, duties, at), duty)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            found = get_object_or_404(Edition.objects.select_related("activity__provider", "front_matter"), uuid=edition)
            desk = Desk(request.user, duties, at, found)
            return _with_way_back(view, reverse("studio:edition", args=[found.uuid]), request, desk, **kwargs)

        return signed_in(door)

    return around


def _permit(request: SignedInRequest, seat: Seat, duty: str, *, is_private: bool = False) -> None:
    is_staff = request.user.is_active and request.user.is_staff
    if not is_staff or ((is_private or request.method not in READ) and duty not in seat.duties):
        raise PermissionDenied


def _with_way_back(view: View, url: str, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """A refusal that knows no way on leads back to the desk."""
    try:
        return view(request, *args, **kwargs)
    except Refused as refused:
        refused.next_url, refused.next_label = refused.next_url or url, refused.next_label or "Back to the desk"
        raise


class OneFile(TemporaryFileUploadHandler):
    """Takes the files of a form up to FILE_LIMIT in all; of a larger form it keeps nothing, and the request says so."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None) -> None:
        """Before anything is read."""
        self.is_too_large = content_length > FILE_LIMIT + _ROOM
        self.request.is_file_too_large = self.is_too_large  # type: ignore[union-attr]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file is spooled to disk, or passed over."""
        if self.is_too_large:
            raise SkipFile
        super().new_file(*args, **kwargs)


def takes_files(view: View) -> View:
    """Everywhere else files are refused; this view names its handler before anything is read, and checks the form's token afterwards.

    It stands below the door: nothing is read of what somebody sends who may not send it. (`csrf_exempt` is passed up by `wraps`.)
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [OneFile(request)]
        return protected(request, *args, **kwargs)

    return reading
