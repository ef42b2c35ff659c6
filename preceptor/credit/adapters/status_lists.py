"""Bitstring status lists: which credentials no longer stand, said so that nobody learns which one is asked about.

A list holds 131,072 bits. An award has one bit at a random place, set while it is reversed or superseded: the place tells nothing of
whose it is, nor how many there are. The signed list has no words of ours in it, so its canonical form is written down here and web
processes can sign it without the JSON-LD library.
"""

import gzip
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from preceptor.credit.adapters.contexts import CREDENTIALS
from preceptor.credit.adapters.credential_keys import base64url, issuer_did
from preceptor.credit.adapters.proofs import moment, with_proof

BITS = 131_072
PURPOSE = "revocation"
# A list says until when it may be believed, so that nobody shows an old one for long. It is signed anew well before.
VALID = timedelta(days=2)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_VC, _STATUS, _XSD = (
    "https://www.w3.org/2018/credentials#",
    "https://www.w3.org/ns/credentials/status#",
    "http://www.w3.org/2001/XMLSchema#",
)


def list_url(number: int) -> str:
    """Where the list with this number is published."""
    return settings.PUBLIC_URL + reverse("credit:status_list", args=[number])


def entry_of(status_index: int) -> dict[str, str]:
    """The `credentialStatus` of an award with this index. The place is text, as the recommendation says."""
    number, bit = divmod(status_index, BITS)
    url = list_url(number)
    return {
        "id": f"{url}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(bit),
        "statusListCredential": url,
    }


def encoded(bits: Iterable[int]) -> str:
    """The list with these bits set: place 0 is the left-most bit; gzip, then multibase base64url. The same bits give the same text."""
    held = bytearray(BITS // 8)
    for bit in bits:
        held[bit // 8] |= 128 >> bit % 8
    return "u" + base64url(gzip.compress(bytes(held), 9, mtime=0))


def status_list(number: int, bits: Iterable[int], *, at: datetime) -> dict[str, Any]:
    """The list as a signed credential, made at `at`."""
    url = list_url(number)
    document = {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did(),
        "validFrom": moment(at),
        "validUntil": moment(at + VALID),
        "credentialSubject": {"id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": PURPOSE, "encodedList": encoded(bits)},
    }
    return with_proof(document, canonical_list(document), at)


def canonical_list(document: Mapping[str, Any]) -> str:
    """The canonical form of such a document, without its proof: addresses and base64url only, so nothing needs escaping."""
    subject = document["credentialSubject"]
    return "".join(
        sorted(
            f"<{one}> <{two}> {three} .\n"
            for one, two, three in [
                (document["id"], _RDF, f"<{_VC}VerifiableCredential>"),
                (document["id"], _RDF, f"<{_STATUS}BitstringStatusListCredential>"),
                (document["id"], f"{_VC}issuer", f"<{document['issuer']}>"),
                (document["id"], f"{_VC}validFrom", f'"{document["validFrom"]}"^^<{_XSD}dateTime>'),
                (document["id"], f"{_VC}validUntil", f'"{document["validUntil"]}"^^<{_XSD}dateTime>'),
                (document["id"], f"{_VC}credentialSubject", f"<{subject['id']}>"),
                (subject["id"], _RDF, f"<{_STATUS}BitstringStatusList>"),
                (subject["id"], f"{_STATUS}statusPurpose", f'"{subject["statusPurpose"]}"'),
                (subject["id"], f"{_STATUS}encodedList", f'"{subject["encodedList"]}"^^<https://w3id.org/security#multibase>'),
            ]
        )
    )
