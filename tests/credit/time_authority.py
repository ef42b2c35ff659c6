"""A time-stamp authority (RFC 3161) and a list of revoked certificates over HTTP, for the tests: python time_authority.py FOLDER

Makes its own root and key in FOLDER (root.pem), answers POST with a time stamp and GET /crl with FOLDER/crl.der, and prints its port. What is
asked of it is counted in FOLDER/asked. With FOLDER/ill there, it answers with an error.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def made_certificate(
    name: str,
    key: RSAPrivateKey,
    by: tuple[x509.Certificate, RSAPrivateKey] | None = None,
    *,
    extensions: list[tuple[x509.ExtensionType, bool]],
    ends: datetime | None = None,
) -> x509.Certificate:
    """A certificate by its own key, or by another's."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGUN)
        .not_valid_after(ends or BEGUN + timedelta(days=3650))
    )
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(by[1] if by else key, hashes.SHA256())


def usage(*names: str) -> x509.KeyUsage:
    """The key usages of these names, and no others."""
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
    )
    return x509.KeyUsage(**{name: name in names for name in every}, encipher_only=False, decipher_only=False)


def made_root(name: str) -> tuple[x509.Certificate, RSAPrivateKey]:
    """A root that may sign certificates and lists."""
    key = generate_private_key(65537, 2048)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=1), True),
        (usage("key_cert_sign", "crl_sign"), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    return made_certificate(name, key, extensions=extensions), key


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def stamper_in(folder: Path) -> DummyTimeStamper:
    """The authority itself; its root is written to the folder."""
    root = made_root("Sample root of time")
    key = generate_private_key(65537, 2048)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
        (usage("digital_signature"), True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(root[1].public_key()), False),
    ]
    certificate = made_certificate("Sample time-stamp authority", key, root, extensions=extensions)
    (folder / "root.pem").write_bytes(root[0].public_bytes(Encoding.PEM))
    store = SimpleCertificateStore()
    store.register(_asn1(root[0]))
    secret = keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    return DummyTimeStamper(_asn1(certificate), secret, certs_to_embed=store)


def main(folder: Path) -> None:
    """Serve until the process is ended."""
    stamper = stamper_in(folder)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._say((folder / "crl.der").read_bytes(), "application/pkix-crl")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with (folder / "asked").open("a") as file:
                file.write("x")
            if (folder / "ill").exists():
                self.send_error(503)
                return
            self._say(stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump(), "application/timestamp-reply")

        def _say(self, data: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
