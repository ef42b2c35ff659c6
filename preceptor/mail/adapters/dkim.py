"""The signature of the sender's domain under a letter (DKIM, RFC 6376), where a key is configured."""

from __future__ import annotations

from functools import lru_cache

import dkim
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

# What the reader sees or what the mail goes by. From twice: a second From that somebody adds on the way breaks the signature.
_HEADERS = (
    b"from", b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"auto-submitted", b"mime-version", b"content-type",
    b"content-transfer-encoding",
)  # fmt: skip


def signed(message: bytes) -> bytes:
    """The message with its DKIM-Signature in front; as it was when MAIL_DKIM_KEY is not set."""
    if not settings.MAIL_DKIM_KEY:
        return message
    header: bytes = dkim.sign(
        message,
        settings.MAIL_DKIM_SELECTOR.encode(),
        settings.MAIL_DKIM_DOMAIN.encode(),
        pkcs1(settings.MAIL_DKIM_KEY),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=_HEADERS,
    )
    return header + message


@lru_cache(maxsize=2)
def pkcs1(key: str) -> bytes:
    """The RSA key in the form that the signing library reads. ValueError when it is none, or shorter than the 1024 bits that verifiers ask for."""
    loaded = load_pem_private_key(key.encode(), password=None)
    if not isinstance(loaded, RSAPrivateKey) or loaded.key_size < 1024:
        raise ValueError("DKIM needs an RSA key of 1024 bits or more (2048 are usual)")
    return loaded.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
