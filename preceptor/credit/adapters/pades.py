"""Signing PDFs so that any reader sees whether they were altered (PAdES), and checking them again.

The file's promises (PDF/A, PDF/UA) stay: RSA with SHA-256 keeps its version, its metadata stay byte by byte as they were, nothing visible is
added, and nothing may be changed afterwards. Heavy (the signature library is large): only workers and commands import this module.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer, TokenCriteria, open_pkcs11_session
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, PdfSigningSession, SigDSSPlacementPreference
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import KeyUsageConstraints, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from preceptor.credit.adapters.pdf_keys import SigningKey, has_token, keep_certificates, published_certificates, signing_key

log = logging.getLogger(__name__)
FIELD = "Signature"
ATTACHED = "certificate.json"
# Room for the signature beside its certificates, and for a time stamp with the authority's own; in bytes, written as two digits each.
SIGNATURE_ROOM, STAMP_ROOM = 2048, 16384
MAX_ATTACHED = 512 * 1024


@dataclass(frozen=True)
class PdfCheck:
    """What became of a signed PDF. `problem` is a sentence, or "" where nothing is wrong.

    `is_intact`: the signature fits the bytes that it covers. `covers_whole`: those are the whole file, nothing was added. `is_trusted`: it was
    made with a key that signs for this house. `payload` are the facts that are attached; they are the issuer's only where all three hold.
    """

    is_intact: bool = False
    is_trusted: bool = False
    covers_whole: bool = False
    signed_at: datetime | None = None
    signer: str = ""
    payload: dict[str, Any] | None = None
    problem: str = ""


# --- signing -----------------------------------------------------------------------------------------------------------------------------


def sign_pdf(data: bytes, *, reason: str, at: datetime) -> bytes:
    """The PDF with a certifying signature over all of it: PAdES B-B, with PDF_TIMESTAMP_URL B-T, with PDF_LONG_TERM too B-LT.

    The same bytes for the same PDF, key, reason and second, as long as no authority stamps the time. An authority that does not answer stops
    nothing: the file is signed without its stamp, and the log says so.
    """
    signer, room = _signer()
    stamper = _stamper(settings.PDF_TIMESTAMP_URL) if settings.PDF_TIMESTAMP_URL else None
    if stamper is not None:
        try:
            return _signed(data, signer, room + STAMP_ROOM, reason, at, stamper)
        except Exception as wrong:  # whatever an authority or the net does wrong, a certificate is not kept back for it
            log.warning("A PDF was signed without a time stamp: %s could not give one (%s).", settings.PDF_TIMESTAMP_URL, wrong)
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


def _signed(data: bytes, signer: signers.Signer, room: int, reason: str, at: datetime, stamper: TimeStamper | None) -> bytes:
    has_proofs = stamper is not None and settings.PDF_LONG_TERM
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
    pdf_signer = _PdfSigner(metadata, signer, timestamper=stamper, new_field_spec=SigFieldSpec(FIELD))
    pdf_signer.at = at.replace(microsecond=0)
    out = BytesIO()
    pdf_signer.sign_pdf(_Writer(BytesIO(data)), output=out, bytes_reserved=2 * room)
    return out.getvalue()


def _proofs(signer: signers.Signer) -> ValidationContext:
    """What a signature needs to be judged long after: fetched where the certificates say, as far as it can be had."""
    roots = [*signer.cert_registry, *_extra_roots()]
    return ValidationContext(trust_roots=roots, allow_fetching=True, revocation_mode="soft-fail")


def _extra_roots() -> list[asn1_x509.Certificate]:
    return [_asn1(certificate) for certificate in published_certificates()]


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
    held = {bytes(certificate.dump()) for certificate in (signer.signing_cert, *signer.cert_registry) if certificate is not None}
    keep_certificates([x509.load_der_x509_certificate(data) for data in held])
    return signer, sum(map(len, held)) + SIGNATURE_ROOM


@lru_cache(maxsize=1)
def _stamper(url: str) -> TimeStamper:
    return HTTPTimeStamper(url, timeout=5)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


# --- checking ----------------------------------------------------------------------------------------------------------------------------


def check_pdf(data: bytes) -> PdfCheck:
    """Is this PDF as it was signed, and by whom? Never raises: whatever is wrong with a file is told as its problem."""
    try:
        return _checked(PdfFileReader(BytesIO(data)))
    except Exception as wrong:  # a file from anywhere; the library's reader raises what it likes
        log.info("A PDF could not be checked: %s", type(wrong).__name__)
        return PdfCheck(problem="This file cannot be read as a signed PDF. It may be damaged.")


def _checked(reader: PdfFileReader) -> PdfCheck:
    found = reader.embedded_regular_signatures
    if len(found) != 1:
        return PdfCheck(problem="This PDF carries more than one signature." if found else "This PDF is not signed.")
    certificate = x509.load_der_x509_certificate(found[0].signer_cert.dump())
    ours = {known.fingerprint(hashes.SHA256()) for known in published_certificates()}
    # Our certificates are known one by one, so what is asked of this one is whether it may sign, not who vouches for it.
    context = ValidationContext(
        trust_roots=[found[0].signer_cert], allow_fetching=False, moment=certificate.not_valid_before_utc + timedelta(seconds=1)
    )
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    status = validate_pdf_signature(found[0], context, _stamp_context(), key_usage_settings=usage)
    is_intact = status.intact and status.valid
    return PdfCheck(
        is_intact=is_intact,
        is_trusted=is_intact and certificate.fingerprint(hashes.SHA256()) in ours,
        covers_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signed_at=found[0].self_reported_timestamp,
        signer=certificate.subject.rfc4514_string(),
        payload=_attached(reader),
        problem=_problem_of(status, certificate.fingerprint(hashes.SHA256()) in ours),
    )


def _stamp_context() -> ValidationContext:
    """Time stamps are not judged here: who is trusted with the time is the reader's own choice."""
    return ValidationContext(trust_roots=[], allow_fetching=False)


def _problem_of(status: PdfSignatureStatus, is_ours: bool) -> str:
    tests: list[tuple[bool, str]] = [
        (status.intact and status.valid, "This PDF was altered after it was signed."),
        (status.coverage == SignatureCoverageLevel.ENTIRE_FILE, "Something was added to this PDF after it was signed."),
        (is_ours, "This PDF was signed with a key that is not ours."),
    ]
    return next((sentence for is_well, sentence in tests if not is_well), "")


def _attached(reader: PdfFileReader) -> dict[str, Any] | None:
    """The facts in the PDF, or None."""
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    read: Callable[[int], bytes] = lambda i: bytes(names[i + 1]["/EF"]["/F"].data)  # noqa: E731
    for i in range(0, len(names), 2):
        if names[i] == ATTACHED and len(data := read(i)) <= MAX_ATTACHED:
            payload = json.loads(data)
            return payload if isinstance(payload, dict) else None
    return None
