"""Check a certificate without whoever issued it, and without a network: python verify_certificate.py keys.json certificate.json (or .pdf)

Needs `pip install PyLD cryptography pyhanko`, and the issuer's keys.json, kept from their verification page. What was revoked later is not in
the file: ask the address that it names.
"""

import json
import sys
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ValidationContext, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyld import jsonld

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
OPTIONS = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}


def need(holds, why):
    if not holds:
        raise ValueError(why)


def unbase58(text):
    need(text[0] == "z", "keys and signatures are written in base58")
    number = sum(ALPHABET.index(letter) * 58**place for place, letter in enumerate(reversed(text[1:])))
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def plain(pairs):  # no member twice, and none in a spelling that the signature could not tell from another
    need(len(dict(pairs)) == len(pairs) and all(name.isalnum() or name == "@context" for name, _ in pairs), "members that do not belong")
    return dict(pairs)


def digest(part, contexts):
    load = lambda url, _: {"contextUrl": None, "documentUrl": url, "document": contexts[url]}  # noqa: E731 - only what the issuer published
    reader = jsonld.JsonLdProcessor(on_property_dropped=lambda name: need(False, f"{name} is not signed"))
    form = reader.normalize(part, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load})
    return sha256(form.encode()).digest()


def check_credential(data, keys):
    document = json.loads(data, object_pairs_hook=plain)
    proof, words = document.pop("proof"), list(keys["contexts"])
    need(document["@context"] == words and json.dumps(document).count('"@context"') == 1, "other contexts than the published ones")
    need(
        document["type"] == ["VerifiableCredential", "AchievementCredential"] and OPTIONS.items() <= proof.items(),
        "not a credential of ours",
    )
    signature, (issuer, _, key) = unbase58(proof.pop("proofValue")), proof["verificationMethod"].partition("#")
    need(key in keys["keys"] and issuer == document["issuer"]["id"], "not signed with a published key")
    signed = digest({**proof, "@context": words}, keys["contexts"]) + digest(document, keys["contexts"])
    Ed25519PublicKey.from_public_bytes(unbase58(key)[2:]).verify(signature, signed)
    return f"{document['name']} ({document['id']})"


def check_pdf(data, keys):
    (found,) = PdfFileReader(BytesIO(data)).embedded_regular_signatures
    signer = found.signer_cert
    trust = ValidationContext(trust_roots=[signer], allow_fetching=False, moment=signer.not_valid_before + timedelta(seconds=1))
    need(b64encode(signer.dump()).decode() in "".join(keys["pdf_certificates"]).replace("\n", ""), "not signed with a published key")
    status = validate_pdf_signature(found, trust)
    need(status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE, "altered after it was signed")
    return found.sig_object.get("/Reason", "")


if __name__ == "__main__":
    keys, data = json.loads(open(sys.argv[1]).read()), open(sys.argv[2], "rb").read()
    try:
        print("VALID:", (check_pdf if data.startswith(b"%PDF") else check_credential)(data, keys))
    except Exception as wrong:  # whatever goes wrong, it is not valid
        raise SystemExit(f"NOT VALID: {wrong or type(wrong).__name__}") from None
