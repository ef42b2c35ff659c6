"""What is published so that a certificate can be checked without asking us. Read by programs; open to all."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from preceptor.credit.access import published
from preceptor.credit.adapters.credential_keys import did_document
from preceptor.credit.queries import has_list, keys_bundle, status_list_etag, status_list_text


@published
@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The did:web document: every key that may have signed a credential."""
    return JsonResponse(did_document())


@published
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Keys, PDF root certificates and contexts in one file, for checking offline."""
    return JsonResponse(keys_bundle())
