"""The certificate as verifiable credential, for its owner."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.credit.queries import credential_file, own_award
from preceptor.credit.views.answers import download, making
from preceptor.kernel.serials import grouped


@signed_in
@require_safe
def credential(request: SignedInRequest, serial: str) -> HttpResponse:
    """JSON with its proof inside: Open Badges 3.0."""
    return _credential(request, serial, "json")


@signed_in
@require_safe
def token(request: SignedInRequest, serial: str) -> HttpResponse:
    """The same as a token: VC-JWT."""
    return _credential(request, serial, "jwt")


def _credential(request: SignedInRequest, serial: str, ending: str) -> HttpResponse:
    award = own_award(request.user, serial)
    if award is None:
        raise Http404("no such certificate of this person")
    file = credential_file(award)
    if file is None:
        return making(request, "credential")
    # Without the check character, which may be a sign that file systems do not like.
    name = f"certificate-{grouped(award.serial)[:-2]}.credential.{ending}"
    return download(file.document, "application/vc", name) if ending == "json" else download(file.jwt, "application/vc+jwt", name)
