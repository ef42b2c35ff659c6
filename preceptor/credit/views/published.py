"""What is published so that a certificate can be checked without asking us. Read by programs; open to all."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preceptor.credit.access import published
from preceptor.credit.adapters.credential_keys import did_document
from preceptor.credit.adapters.pdf_keys import published_pem
from preceptor.credit.queries import has_list, keys_bundle, status_list_text

DAY, MINUTES = 24 * 60 * 60, 5 * 60


@published(seconds=MINUTES)
@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The did:web document: every key that may have signed a credential."""
    return JsonResponse(did_document(), content_type="application/did+ld+json")


@published(seconds=MINUTES)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Keys, certificates and contexts in one file, for checking offline."""
    return JsonResponse(keys_bundle())


@published(seconds=MINUTES)
@require_safe
def pdf_certificates(request: HttpRequest) -> HttpResponse:
    """The certificates behind the signatures in PDFs, for readers that are told whom to trust."""
    return HttpResponse(published_pem(), content_type="application/x-pem-file")


@published(seconds=MINUTES)
@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Which certificates no longer stand, as a signed list that tells nobody which one is asked about."""
    if not has_list(number):
        raise Http404("no such list")
    return HttpResponse(status_list_text(number, timezone.now()), content_type="application/vc")


@published(seconds=DAY)
@require_safe
def verify_script(request: HttpRequest) -> HttpResponse:
    """The program that checks a certificate without us, as it stands in the repository."""
    text = (Path(settings.BASE_DIR) / "verify_certificate.py").read_bytes()
    return HttpResponse(text, content_type="text/x-python; charset=utf-8")
