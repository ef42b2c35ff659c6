"""What anybody may have in order to check a certificate without us: keys, contexts, and which certificates no longer stand."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import cache

from preceptor.credit.adapters.contexts import CREDENTIALS, OPEN_BADGES, context
from preceptor.credit.adapters.credential_keys import PROOFS, TOKENS, issuer_did, proof_key_id, published_keys
from preceptor.credit.adapters.pdf_keys import published_certificates
from preceptor.credit.adapters.status_lists import BITS, status_list
from preceptor.credit.models import Award, LedgerHead

# A list is signed anew at least so often (seconds), and whenever a bit changes; what is served has as long again to be believed.
FRESH = 24 * 60 * 60
# A number above it is no list: 2^31 places are more than anybody will ever award.
MOST_LISTS = 2**31 // BITS


def keys_bundle() -> dict[str, Any]:
    """Everything that checks a certificate offline, in one file: what verify_certificate.py is given."""
    return {
        "issuer": issuer_did(),
        "keys": {key.key_id: key.raw.hex() for key in published_keys(PROOFS)},
        "token_keys": [key.jwk for key in published_keys(TOKENS)],
        "pdf_certificates": [certificate.public_bytes(Encoding.PEM).decode() for certificate in published_certificates()],
        "contexts": {url: context(url) for url in (CREDENTIALS, OPEN_BADGES)},
    }


def has_list(number: int) -> bool:
    """Is there a status list with this number? The first one always, another when an award has its bit there."""
    if number >= MOST_LISTS:
        return False
    return number == 0 or Award.objects.filter(status_index__gte=number * BITS, status_index__lt=(number + 1) * BITS).exists()


def status_list_text(number: int, at: datetime) -> str:
    """The signed list as it stands: the same text until a bit changes, the key is rotated, or a day has passed."""
    head = LedgerHead.objects.values_list("number", flat=True).first() or 0
    bits: list[int] | None = cache.get(f"credit:status:{number}:{head}")
    if bits is None:
        bits = unset_bits(number)
        cache.set(f"credit:status:{number}:{head}", bits, 60)
    digest = sha256(json.dumps([number, bits, issuer_did(), proof_key_id()]).encode()).hexdigest()
    text: str | None = cache.get(f"credit:status:{digest}")
    if text is None:
        text = json.dumps(status_list(number, bits, at=at))
        cache.set(f"credit:status:{digest}", text, FRESH)
    return text


def unset_bits(number: int) -> list[int]:
    """The places in a list of all awards that do not stand: reversed, or superseded by a correction."""
    first = number * BITS
    fallen = Award.objects.filter(standing__isnull=True, status_index__gte=first, status_index__lt=first + BITS)
    return [index - first for index in fallen.order_by("status_index").values_list("status_index", flat=True)]
