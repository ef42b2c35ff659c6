"""Signing PDFs so that any reader sees whether they were altered (PAdES), and checking them again.

The file's promises (PDF/A, PDF/UA) stay: RSA with SHA256 keeps its version, its metadata stay byte by byte as they were, nothing visible is
added, and nothing may be changed afterwards. Heavy (the signature library is large): only workers and commands import this module.
"""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, PdfSigningSession, SigDSSPlacementPreference
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from preceptor.credit.adapters.pdf_keys import (
    SigningKey,
    has_token,
    keep_certificates,
    published_certificates,
    signing_key,
    timestamp_roots,
)

log = logging.getLogger(__name__)
FIELD = "Signature"
# Without extent, so that PDF/A asks for no appearance, and off the page, so that PDF/UA asks for no place in the structure.
NOWHERE = (-1, -1, -1, -1)
ATTACHED = "certificate.json"
# Room for the signature beside its certificates, and for a time stamp with the authority's own; in bytes, written as two digits each.
SIGNATURE_ROOM, STAMP_ROOM = 2048, 16384
MAX_ATTACHED = 512 * 1024


@dataclass(frozen=True)
class PdfCheck:
    """What became of a signed PDF. `problem` is a sentence, or "" where nothing is wrong: then, and only then, the file is ours, as we made it.

    `is_intact`: the signature, by a key of this house, fits the bytes that it covers. `covers_whole`: those are the whole file, nothing was
    added. `is_trusted`: it names a key of this house. `signed_at`, `stamped_at` (by a time-stamp authority that is trusted) and `payload`, the
    facts that are attached, are read only where nothing is wrong.
    """

    is_intact: bool = False
    is_trusted: bool = False
    covers_whole: bool = False
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    signer: str = ""
    payload: dict[str, Any] | None = None
    problem: str = ""


# --- signing -----------------------------------------------------------------------------------------------------------------------------


def sign_pdf(data: bytes, *, reason: str, at: datetime) -> bytes:
    """The PDF with a certifying signature over all of it: PAdES B-B, with PDF_TIMESTAMP_URL B-T, with PDF_LONG_TERM too B-LT.

    The same bytes for the same PDF, key, reason and second, as long as no authority stamps the time. An authority that does not answer stops
    nothing: the file is signed without its stamp, and the log says so.
    """
    try:
        return _signed_as_far_as_possible(data, reason, at)
    except PKCS11Error:  # a session that the token has ended; with a fresh one it works, or the token is really gone
        _token_signer.cache_clear()
        return _signed_as_far_as_possible(data, reason, at)


def _signed_as_far_as_possible(data: bytes, reason: str, at: datetime) -> bytes:
    signer, room = _signer()
    assert signer.signing_cert is not None
    if signer.signing_cert.not_valid_after < at:
        log.warning("The certificate that signs PDFs ended on %s: readers will say so.", signer.signing_cert.not_valid_after.date())
    stamper = _stamper(settings.PDF_TIMESTAMP_URL) if settings.PDF_TIMESTAMP_URL else None
    for has_proofs in (True, False) if settings.PDF_LONG_TERM else (False,):
        if stamper is None:
            break
        try:
            return _signed(data, signer, room + STAMP_ROOM, reason, at, stamper, has_proofs=has_proofs)
        except PKCS11Error:
            raise
        except Exception as wrong:  # whatever an authority or the net does wrong, a certificate is not kept back for it
            kind = "the proofs of long term" if has_proofs else "a time stamp"
            log.warning("A PDF was signed without %s of %s: %s", kind, urlsplit(settings.PDF_TIMESTAMP_URL).hostname, type(wrong).__name__)
    return _signed(data, signer, room, reason, at, None)


class _Writer(IncrementalPdfFileWriter):
    """Adds a revision and leaves the metadata alone: rewritten, they would lose what PDF/A asks of them."""

    def _update_meta(self) -> None:
        pass

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        first = generic.ByteStringObject(prev.trailer["/ID"][0].original_bytes)
        return generic.ArrayObject([first, generic.ByteStringObject(sha256(b"signed:" + bytes(first)).digest()[:16])])


class _PdfSigner(signers.PdfSigner):
    """Signs at a moment that it is told."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _KeySigner(signers.Signer):
    """Signs with a key that was parsed once. (The library's own parses it for every signature, a tenth of a second each time.)"""

    def __init__(self, key: SigningKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(_asn1(certificate) for certificate in key.chain)
        super().__init__(signing_cert=_asn1(key.certificate), cert_registry=store)
        self.private: RSAPrivateKey = key.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.private.sign(data, PKCS1v15(), hashes.SHA256())


def _signed(
    data: bytes, signer: signers.Signer, room: int, reason: str, at: datetime, stamper: TimeStamper | None, *, has_proofs: bool = False
) -> bytes:
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        signer_key_usage={"digital_signature"},
        embed_validation_info=has_proofs,
        validation_context=_proofs(signer) if has_proofs else None,
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE),
    )
    pdf_signer = _PdfSigner(
        metadata, signer, timestamper=stamper, new_field_spec=SigFieldSpec(FIELD, box=NOWHERE, readable_field_name=FIELD)
    )
    pdf_signer.at = at.replace(microsecond=0)
    out = BytesIO()
    pdf_signer.sign_pdf(_Writer(BytesIO(data)), output=out, bytes_reserved=2 * room)
    return out.getvalue()


def _proofs(signer: signers.Signer) -> ValidationContext:
    """What a signature needs to be judged long after: fetched where the certificates say, as far as it can be had."""
    own = [certificate for certificate in (*signer.cert_registry, signer.signing_cert) if certificate is not None]
    tops = [certificate for certificate in own if certificate.self_issued] or own[-1:]
    roots = [*tops, *map(_asn1, timestamp_roots())]
    return ValidationContext(trust_roots=roots, other_certs=own, allow_fetching=True, revocation_mode="soft-fail")


def _signer() -> tuple[signers.Signer, int]:
    """Who signs, and how many bytes the signature with its certificates may take."""
    return _token_signer(*_token_settings()) if has_token() else _key_signer(signing_key())


@lru_cache(maxsize=2)
def _key_signer(key: SigningKey) -> tuple[signers.Signer, int]:
    sizes = sum(len(certificate.public_bytes(Encoding.DER)) for certificate in (key.certificate, *key.chain))
    return _KeySigner(key), sizes + SIGNATURE_ROOM


def _token_settings() -> tuple[str, str, str, str]:
    return (settings.PDF_KEY_PKCS11_MODULE, settings.PDF_KEY_PKCS11_TOKEN, settings.PDF_KEY_PKCS11_LABEL, settings.PDF_KEY_PKCS11_PIN)


@lru_cache(maxsize=1)
def _token_signer(module: str, token: str, label: str, pin: str) -> tuple[signers.Signer, int]:
    """One session with the token per process; the key never leaves it."""
    session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)
    signer = PKCS11Signer(session, cert_label=label, key_label=label, other_certs_to_pull=None)
    if signer.signing_cert is None or signer.signing_cert.public_key.algorithm != "rsa":
        raise ImproperlyConfigured("The key of the token that signs PDFs has to be an RSA key with its certificate beside it.")
    held = {bytes(certificate.dump()) for certificate in (signer.signing_cert, *signer.cert_registry) if certificate is not None}
    keep_certificates([x509.load_der_x509_certificate(data) for data in held])
    return signer, sum(map(len, held)) + SIGNATURE_ROOM


@lru_cache(maxsize=1)
def _stamper(url: str) -> TimeStamper:
    return HTTPTimeStamper(url, timeout=5)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    read: asn1_x509.Certificate = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return read


# --- checking ----------------------------------------------------------------------------------------------------------------------------


def check_pdf(data: bytes) -> PdfCheck:
    """Is this PDF as it was signed, and by whom? Never raises: whatever is wrong with a file is told as its problem.

    The bytes are judged before anything in them is read: only a file that is ours, whole and unchanged ever reaches the PDF library. Its cost
    is a digest of the bytes, whatever a hostile file holds.
    """
    if b"%PDF-" not in data[:1024]:
        return PdfCheck(problem="This file is not a PDF.")
    found = [_judged(data, *map(int, place.groups())) for place, _ in zip(_RANGE.finditer(data), range(MOST_RANGES), strict=False)]
    if not found:
        return PdfCheck(problem="This PDF is not signed.")
    best = max(found, key=lambda check: (check.is_intact and check.covers_whole, check.is_intact, check.is_trusted))
    return best if best.problem else _read(data, best)


_RANGE = re.compile(rb"/ByteRange ?\[ ?0 (\d{1,10}) (\d{1,10}) (\d{1,10}) ?\]")
# A file of ours has one; whoever adds more has altered it, and is not given work without end.
MOST_RANGES = 4


# How our signatures say of what kind they are. The signature does not cover these bytes, so they have to be these, and no others.
_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
_V1 = cms.CMSVersion("v1").dump()
_OUTER = {
    "version": _V1,
    "digest_algorithms": cms.DigestAlgorithms([{"algorithm": "sha256"}]).dump(),
    "encap_content_info": cms.EncapsulatedContentInfo({"content_type": "data"}).dump(),
}
_INNER = {
    "version": _V1,
    "digest_algorithm": _SHA256,
    "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}).dump(),
}


def _judged(data: bytes, first: int, second: int, length: int) -> PdfCheck:
    """One signature, from the bytes alone: is it by one of our keys, does it fit, and what does it cover?"""
    end = second + length
    if end > len(data) or not first < second:
        return PdfCheck(problem="This PDF is not complete: its end is missing.")
    try:
        signed, is_canonical = _signature_in(data[first:second])
        certificate = extract_certificate_info(signed).signer_cert
        subject = x509.load_der_x509_certificate(certificate.dump()).subject.rfc4514_string()
    except Exception as wrong:  # bytes from anywhere; the parsers raise what they like
        log.info("A signature could not be read: %s", type(wrong).__name__)
        return PdfCheck(problem="The signature of this PDF cannot be read. It was altered or damaged.")
    known = {sha256(one.public_bytes(Encoding.DER)).digest() for one in published_certificates()}
    if sha256(certificate.dump()).digest() not in known:
        return PdfCheck(signer=subject, problem="This PDF was signed with a key that is not ours.")
    is_intact = is_canonical and _fits(signed, certificate, sha256(data[:first] + data[second:end]).digest(), known)
    covers_whole = end == len(data)
    problem = "" if covers_whole else "Something was added to this PDF after it was signed."
    problem = problem if is_intact else "This PDF was altered after it was signed."
    return PdfCheck(is_intact, True, covers_whole, signer=subject, problem=problem)


def _signature_in(gap: bytes) -> tuple[cms.SignedData, bool]:
    """The signature in the space that it does not cover itself, and whether that space holds nothing else, in the one spelling of it."""
    filled = bytes.fromhex(gap[1:-1].decode("ascii"))
    content = cms.ContentInfo.load(filled, strict=False)
    held = bytes(cms.ContentInfo({"content_type": "signed_data", "content": content["content"]}).dump())
    canonical = b"<" + (held + bytes(len(filled) - len(held))).hex().upper().encode() + b">"
    return content["content"], gap == canonical


def _fits(signed: cms.SignedData, certificate: asn1_x509.Certificate, digest: bytes, known: set[bytes]) -> bool:
    """Does the signature fit the digest, with nothing beside it that it does not vouch for but our certificates and a time stamp?"""
    try:
        signer = extract_signer_info(signed)
        if any(signed[name].dump() != form for name, form in _OUTER.items()) or any(
            signer[name].dump() != form for name, form in _INNER.items()
        ):
            return False
        extra = {attribute["type"].native for attribute in signer["unsigned_attrs"]} if signer["unsigned_attrs"] else set()
        beside = {sha256(one.chosen.dump()).digest() for one in signed["certificates"]}
        if extra - {"signature_time_stamp_token"} or beside - known or signed["crls"]:
            return False
        return all(validate_sig_integrity(signer, certificate, "data", digest))
    except Exception as wrong:  # as above
        log.info("A signature could not be judged: %s", type(wrong).__name__)
        return False


def _read(data: bytes, judged: PdfCheck) -> PdfCheck:
    """The same question put to the PDF library, and what only it can read."""
    try:
        reader = PdfFileReader(BytesIO(data))
        (found,) = reader.embedded_regular_signatures
        certificate = x509.load_der_x509_certificate(found.signer_cert.dump())
        # Our certificates are known one by one, so what is asked of this one is whether it may sign, not who vouches for it.
        moment = certificate.not_valid_before_utc + timedelta(seconds=1)
        context = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False, moment=moment)
        usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
        stamps = ValidationContext(trust_roots=[*map(_asn1, timestamp_roots())], allow_fetching=False)
        status = validate_pdf_signature(found, context, stamps, key_usage_settings=usage)
        is_well = status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        stamp = status.timestamp_validity
        if not is_well or (stamp is not None and not (stamp.intact and stamp.valid)):
            return replace(judged, is_intact=False, problem="This PDF was altered after it was signed.")
        stamped_at = stamp.timestamp if stamp is not None and stamp.trusted else None
        return replace(judged, signed_at=found.self_reported_timestamp, stamped_at=stamped_at, payload=_attached(reader))
    except Exception as wrong:  # the library's reader raises what it likes
        log.warning("A PDF that fits its signature could not be read: %s", type(wrong).__name__)
        return replace(judged, is_intact=False, problem="This file cannot be read as a signed PDF. It may be damaged.")


def _attached(reader: PdfFileReader) -> dict[str, Any] | None:
    """The facts in the PDF, or None."""
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    read: Callable[[int], bytes] = lambda i: bytes(names[i + 1]["/EF"]["/F"].data)  # noqa: E731
    for i in range(0, len(names), 2):
        if names[i] == ATTACHED and len(data := read(i)) <= MAX_ATTACHED:
            payload = json.loads(data)
            return payload if isinstance(payload, dict) else None
    return None
