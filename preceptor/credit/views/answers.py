"""The answers that several pages of the room give."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from preceptor.credit.adapters.qr import qr_inline
from preceptor.credit.models import Award
from preceptor.credit.rules import face_of


def paper(award: Award) -> dict[str, Any]:
    face = face_of(award.payload)
    return {"award": award, "face": face, "qr": qr_inline(face.verify_url)}


def making(request: HttpRequest, what: str) -> HttpResponse:
    """Not ready: the browser asks again by itself, without script."""
    response = render(request, "credit/making.html", {"what": what}, status=202)
    response.headers["Refresh"] = "2"
    response.headers["Cache-Control"] = "no-store"
    return response


def pdf_answer(data: bytes, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": disposition, "Cache-Control": "private, no-cache"}
    )


def download(text: str, media_type: str, name: str) -> HttpResponse:
    """A file of somebody's own, for them alone."""
    return attachment(text.encode(), media_type, name)


def attachment(data: bytes, media_type: str, name: str) -> HttpResponse:
    """The same for bytes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(data, content_type=media_type, headers=headers)
