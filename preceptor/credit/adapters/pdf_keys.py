"""The key and the certificates that sign PDFs: a chain of our own, made on first use, or a PKCS#12 file or PKCS#11 token of the operator's.

Every certificate that ever signed stays in VAR_DIR/keys/pdf-certificates, since what it signed has to verify for good. Light enough for web
processes, which publish the certificates; signing itself is in `pades`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from preceptor.credit.adapters.key_files import keys_folder, write_once

RSA_BITS = 3072
PDFS = "pdf"
# Of the chain that is made here. Nobody but this house vouches for it, so its years say little; they only must not end while it is used.
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ROOT_LIFE, LEAF_LIFE = timedelta(days=365 * 40), timedelta(days=365 * 30)


@dataclass(frozen=True, eq=False)
class SigningKey:
    """An RSA key in memory, its certificate, and those above it up to the root."""

    private: RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def signing_key() -> SigningKey:
    """The key of PDF_KEY_PKCS12, or the house's own, made when there is none. Parsed once per process and change of the file."""
    path = Path(settings.PDF_KEY_PKCS12) if settings.PDF_KEY_PKCS12 else _own_file()
    return _parsed(path, path.stat().st_mtime_ns, settings.PDF_KEY_PASSWORD)


def has_token() -> bool:
    """Is a PKCS#11 token to sign?"""
    return bool(settings.PDF_KEY_PKCS11_MODULE)


def keep_certificates(certificates: list[x509.Certificate]) -> None:
    """Remember what signs, for good."""
    for certificate in certificates:
        data = certificate.public_bytes(Encoding.DER)
        path = _certificates_folder() / f"{sha256(data).hexdigest()}.pem"
        if not path.exists():
            write_once(path, certificate.public_bytes(Encoding.PEM), 0o644)


def published_certificates() -> list[x509.Certificate]:
    """Every certificate that ever signed a PDF here, with those above it, and those of PDF_TRUSTED_CERTIFICATES."""
    if not has_token():
        key = signing_key()
        keep_certificates([key.certificate, *key.chain])
    files = sorted(_certificates_folder().glob("*.pem"))
    files += [Path(settings.PDF_TRUSTED_CERTIFICATES)] if settings.PDF_TRUSTED_CERTIFICATES else []
    found = [certificate for file in files for certificate in x509.load_pem_x509_certificates(file.read_bytes())]
    return list({certificate.fingerprint(hashes.SHA256()): certificate for certificate in found}.values())


def timestamp_roots() -> list[x509.Certificate]:
    """Whom we trust with the time: the certificates of PDF_TIMESTAMP_ROOTS."""
    return x509.load_pem_x509_certificates(Path(settings.PDF_TIMESTAMP_ROOTS).read_bytes()) if settings.PDF_TIMESTAMP_ROOTS else []


def published_pem() -> bytes:
    """The same as one file."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in published_certificates())


def rotate() -> str:
    """Sign with a chain made anew from now on: the new certificate's fingerprint. The old one's certificates stay published; its key is destroyed."""
    if has_token() or settings.PDF_KEY_PKCS12:
        raise ImproperlyConfigured("PDFs are signed with a key of your own: put another in its place, in PDF_KEY_PKCS12 or in the token.")
    signing_key()
    path = _own_file()
    data = _made_chain()
    path.unlink()
    write_once(path, data, 0o600)
    return signing_key().certificate.fingerprint(hashes.SHA256()).hex()


def _certificates_folder() -> Path:
    folder = keys_folder() / "pdf-certificates"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


def _own_file() -> Path:
    path = keys_folder() / "pdf.pem"
    if not path.exists():
        write_once(path, _made_chain(), 0o600)
    return path


def _made_chain() -> bytes:
    """A root, a leaf that it signed, and the leaf's key, as one file. The root's key is thrown away: nobody can sign another leaf with it."""
    host = urlsplit(settings.PUBLIC_URL).netloc
    root_key, leaf_key = (generate_private_key(65537, RSA_BITS) for _ in range(2))
    root_name, leaf_name = _name(f"Self-made root of {host}"), _name(f"Certificates of {host}")
    usage = {"content_commitment": False, "key_encipherment": False, "data_encipherment": False, "key_agreement": False}
    usage |= {"encipher_only": False, "decipher_only": False}
    root = (
        _begun(root_name, root_name, root_key.public_key(), ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    usage["content_commitment"] = True
    leaf = (
        _begun(leaf_name, root_name, leaf_key.public_key(), LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **usage), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    secret = leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _begun(subject: x509.Name, issuer: x509.Name, public: RSAPublicKey, life: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


@lru_cache(maxsize=4)
def _parsed(path: Path, changed: int, password: str) -> SigningKey:
    """Read and check a key: a tenth of a second of work, so it is done once."""
    data = path.read_bytes()
    if path.suffix == ".pem":
        private, (leaf, *chain) = load_pem_private_key(data, None), x509.load_pem_x509_certificates(data)
    else:
        try:
            private, first, chain = load_key_and_certificates(data, password.encode() or None)  # type: ignore[assignment]
        except ValueError:
            raise ImproperlyConfigured("PDF_KEY_PKCS12 cannot be read with PDF_KEY_PASSWORD.") from None
        if private is None or first is None:
            raise ImproperlyConfigured("PDF_KEY_PKCS12 holds no key with its certificate.")
        leaf = first
    if not isinstance(private, RSAPrivateKey):
        raise ImproperlyConfigured("The key that signs PDFs has to be an RSA key: another kind breaks the promise of PDF/A-3.")
    keep_certificates([leaf, *chain])
    return SigningKey(private, leaf, tuple(chain))
