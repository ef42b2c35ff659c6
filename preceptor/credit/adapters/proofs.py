"""Data Integrity proofs of the cryptosuite eddsa-rdfc-2022, over a canonical form that the caller has made.

The options of our proofs have one fixed shape, so their canonical form is written down here; a test holds it equal to what PyLD
makes of them. That keeps the JSON-LD library out of web processes, which sign the status lists.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from preceptor.credit.adapters.credential_keys import base58, issuer_did, proof_key_id, sign_bytes, unbase58, verify_bytes

SUITE = "eddsa-rdfc-2022"
OPTIONS = ("type", "cryptosuite", "created", "verificationMethod", "proofPurpose")
_OPTIONS_FORM = (
    '_:c14n0 <http://purl.org/dc/terms/created> "{created}"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n'
    "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#DataIntegrityProof> .\n"
    '_:c14n0 <https://w3id.org/security#cryptosuite> "eddsa-rdfc-2022"^^<https://w3id.org/security#cryptosuiteString> .\n'
    "_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .\n"
    "_:c14n0 <https://w3id.org/security#verificationMethod> <{method}> .\n"
)


class WrongProof(ValueError):
    """A proof of another shape than ours."""


def moment(at: datetime) -> str:
    """A time as credentials write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical_options(proof: Mapping[str, Any]) -> str:
    """The canonical form of a proof without its value. WrongProof where it is not of exactly our shape, or could break out of its line."""
    told = {key: proof.get(key) for key in OPTIONS}
    fixed = told["type"] == "DataIntegrityProof" and told["cryptosuite"] == SUITE and told["proofPurpose"] == "assertionMethod"
    if not fixed or set(proof) - {*OPTIONS, "@context", "proofValue"}:
        raise WrongProof("not an assertion of the suite " + SUITE)
    created, method = told["created"], told["verificationMethod"]
    if not all(isinstance(text, str) and text.isascii() and text.isprintable() for text in (created, method)):
        raise WrongProof("time or key is not plain text")
    if any(character in f"{created}{method}" for character in ' <>"{}|\\^`') or ":" not in str(method):
        raise WrongProof("time or key has characters that do not belong there")
    return _OPTIONS_FORM.format(created=created, method=method)


def hash_data(canonical_document: str, options: Mapping[str, Any]) -> bytes:
    """The 64 bytes that are signed: digest of the options, digest of the document."""
    return sha256(canonical_options(options).encode()).digest() + sha256(canonical_document.encode()).digest()


def with_proof(document: Mapping[str, Any], canonical_document: str, at: datetime) -> dict[str, Any]:
    """The document with our proof of now."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(at),
        "verificationMethod": f"{issuer_did()}#{proof_key_id()}",
        "proofPurpose": "assertionMethod",
    }
    key_id, signature = sign_bytes(hash_data(canonical_document, options))
    # Rotated between the two lines: say the key that signed, and sign that.
    if not options["verificationMethod"].endswith(f"#{key_id}"):
        return with_proof(document, canonical_document, at)
    return {**document, "proof": {**options, "proofValue": "z" + base58(signature)}}


def is_proven(proof: Mapping[str, Any], canonical_document: str) -> bool:
    """Did the key that the proof names, which has to be ours, sign exactly this? WrongProof as above."""
    data = hash_data(canonical_document, proof)
    value, key_id = proof.get("proofValue"), str(proof["verificationMethod"]).partition("#")[2]
    if not isinstance(value, str) or not value.startswith("z"):
        return False
    try:
        signature = unbase58(value[1:])
    except ValueError:
        return False
    # The one spelling of the signature, too: nothing in a credential can be changed unseen.
    return "z" + base58(signature) == value and verify_bytes(key_id, data, signature)
