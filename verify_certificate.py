"""Check a certificate without its issuer and without a network: python verify_certificate.py keys.json certificate.pdf (or .json)

Needs `pip install PyLD cryptography pyhanko` and keys.json from the issuer's verification page. What was revoked since, no file can know.
"""

import json
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ValidationContext, validate_pdf_signature
from pyld import jsonld

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
OPTIONS = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}


def check_credential(data, keys):
    parts, unsigned, words = [], [], list(keys["contexts"])
    document = json.loads(data, object_pairs_hook=lambda pairs: parts.append(pairs) or dict(pairs))
    proof, members = document.pop("proof"), [pair for pairs in parts for pair in pairs]
    value, (issuer, _, key) = proof.pop("proofValue"), proof["verificationMethod"].partition("#")
    yield document["type"] == ["VerifiableCredential", "AchievementCredential"], "it is another kind of document"
    yield document["@context"] == words and [name for name, _ in members].count("@context") == 1, "it uses other words than the published"
    yield all(len(dict(pairs)) == len(pairs) for pairs in parts), "a member is there twice"
    yield all((name.isalnum() or name == "@context") and told not in (None, [], {}) for name, told in members), "a member says nothing"
    yield key in keys["keys"] and issuer == document["issuer"]["id"] and OPTIONS.items() <= proof.items(), "no published key signed it"
    reader = jsonld.JsonLdProcessor(on_property_dropped=unsigned.append)
    load = {
        "algorithm": "URDNA2015",
        "documentLoader": lambda url, _: {"contextUrl": None, "documentUrl": url, "document": keys["contexts"][url]},
    }
    form = [reader.normalize(part, {"format": "application/n-quads", **load}) for part in ({**proof, "@context": words}, document)]
    yield not unsigned, f"{unsigned} is not signed"
    number, zeros = sum(ALPHABET.index(c) * 58**i for i, c in enumerate(value[:0:-1])), len(value[1:]) - len(value[1:].lstrip("1"))
    signature = value[:1].replace("z", "").encode() + bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    signed = b"".join(sha256(text.encode()).digest() for text in form)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys["keys"][key])).verify(signature, signed)


def check_pdf(data, keys):
    (found,) = PdfFileReader(BytesIO(data)).embedded_regular_signatures
    signer = load_der_x509_certificate(found.signer_cert.dump())
    yield signer in [load_pem_x509_certificate(pem.encode()) for pem in keys["pdf_certificates"]], "no published key signed it"
    trust = ValidationContext([found.signer_cert], allow_fetching=False, moment=signer.not_valid_before_utc)
    status = validate_pdf_signature(found, trust)
    yield status.intact and status.valid and status.coverage.name == "ENTIRE_FILE", "it was altered after it was signed"


if __name__ == "__main__":
    keys, data = (Path(name).read_bytes() for name in sys.argv[1:]) if len(sys.argv) == 3 else sys.exit(__doc__)
    try:
        wrong = next((why for ok, why in (check_pdf if data[:4] == b"%PDF" else check_credential)(data, json.loads(keys)) if not ok), "")
    except Exception as error:  # whatever goes wrong, it is not valid
        wrong = f"it does not verify ({type(error).__name__})"
    raise SystemExit(f"NOT VALID: {wrong}" if wrong else print("VALID: it is as its issuer signed it. Serial and facts stand in it."))
