"""Files as HTTP answers, in ranges. A path never comes from the address: callers hand over a row."""

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

from preceptor.content.models import MediaFile
from preceptor.content.rules import MEBIBYTE, NotSatisfiable, Slice, slice_asked

CACHE = "private, max-age=3600"
Read = Callable[[int, int], bytes]


def file_answer(request: HttpRequest, file: MediaFile) -> HttpResponseBase:
    """A kept file: whole, or the part of at most 1 MiB that was asked for."""

    def read(start: int, count: int) -> bytes:
        with file.file.open("rb") as handle:
            handle.seek(start)
            return bytes(handle.read(count))

    media_type = f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type
    return _answer(request, read, file.size, media_type, file.sha256, file.name.rsplit("/", 1)[-1])


def bytes_answer(request: HttpRequest, data: bytes, media_type: str, sha256: str, name: str) -> HttpResponseBase:
    """Bytes in hand, in the same way."""
    return _answer(request, lambda start, count: data[start : start + count], len(data), media_type, sha256, name)


def _answer(request: HttpRequest, read: Read, size: int, media_type: str, sha256: str, name: str) -> HttpResponseBase:
    etag = f'"{sha256}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _dressed(HttpResponse(status=304), media_type, etag, name)
    part: Slice | None = None
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        try:
            part = slice_asked(request.headers.get("Range", ""), size)
        except NotSatisfiable:
            return _dressed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), media_type, etag, name)
    if part is not None:
        partial = HttpResponse(read(part.start, part.end - part.start + 1), status=206)
        partial.headers["Content-Range"] = f"bytes {part.start}-{part.end}/{size}"
        return _dressed(partial, media_type, etag, name)
    whole: HttpResponseBase
    if request.method == "HEAD":
        whole = HttpResponse()
    elif size <= MEBIBYTE:
        whole = HttpResponse(read(0, size))
    else:
        whole = StreamingHttpResponse(_pieces(read, size))
    whole.headers["Content-Length"] = str(size)
    return _dressed(whole, media_type, etag, name)


def _pieces(read: Read, size: int) -> Iterator[bytes]:
    """A whole file in pieces, for those who ask without a range: memory stays small."""
    for start in range(0, size, MEBIBYTE):
        yield read(start, MEBIBYTE)


def _dressed(response: HttpResponseBase, media_type: str, etag: str, name: str) -> HttpResponseBase:
    response.headers["Content-Type"] = media_type
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = CACHE
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
