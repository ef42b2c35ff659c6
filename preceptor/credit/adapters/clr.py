"""A transcript as Comprehensive Learner Record 2.0 (1EdTech) on W3C Verifiable Credentials 2.0: certificates inside, each with its own proof.

Self-reported credit is left out: whatever stands in such a record is asserted by its issuer, and nobody here can assert it.
The JSON-LD library is slow to load, so only workers and commands import this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from preceptor.credit.adapters.contexts import CLR, CREDENTIALS, OPEN_BADGES
from preceptor.credit.adapters.credential_keys import issuer_did
from preceptor.credit.adapters.credentials import canonical_form
from preceptor.credit.adapters.proofs import moment, with_proof

CONTEXTS = [CREDENTIALS, OPEN_BADGES, CLR]
TYPES = ["VerifiableCredential", "ClrCredential"]


def learner_record(
    members: Sequence[Mapping[str, Any]], *, name: str, says: str, is_partial: bool, number: str, at: datetime
) -> dict[str, Any]:
    """The unsigned record of signed credentials. `says`: its period and filters; `is_partial`: more was awarded than these; `number` makes its id."""
    site = settings.PUBLIC_URL
    samples = any(str(member.get("name", "")).startswith("SAMPLE") for member in members)
    mark = "SAMPLE: no credit is awarded. " if samples else ""
    issuer = {"id": issuer_did(), "type": ["Profile"], "name": _issuer_name(members), "url": site}
    subject: dict[str, Any] = {
        "id": uuid5(NAMESPACE_URL, f"{site}/transcript/#{number}:learner").urn,
        "type": ["ClrSubject"],
        "verifiableCredential": [dict(member) for member in members],
    }
    if name:
        subject["identifier"] = [{"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": name}]
    return {
        "@context": CONTEXTS,
        "id": uuid5(NAMESPACE_URL, f"{site}/transcript/#{number}").urn,
        "type": TYPES,
        "name": f"{mark}Transcript of {name}" if name else f"{mark}Transcript",
        "description": f"{mark}{says}.",
        "issuer": issuer,
        "validFrom": moment(at),
        "awardedDate": moment(at),
        "partial": is_partial,
        "credentialSubject": subject,
    }


def sign_record(document: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The record with its embedded proof. Unexpanded where a word would stay outside of the signature."""
    return with_proof(document, canonical_form(document), at)


def _issuer_name(members: Sequence[Mapping[str, Any]]) -> str:
    """The house issues the record; it is called what it calls itself on the newest certificate."""
    return str(members[0]["issuer"]["name"]) if members else ""
