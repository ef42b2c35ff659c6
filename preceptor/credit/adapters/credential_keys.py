"""The keys that sign credentials and the ledger's head, and what is published of them.

Each kind of key has its own numbered files in VAR_DIR/keys. The file with the highest number signs. A key that was rotated away keeps its
public half there for good, since what it signed has to verify for good; its secret half is gone.
"""

import contextlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from django.conf import settings

from preceptor.credit.adapters.key_files import keys_folder, write_once

PROOFS, TOKENS = "credential", "token"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Multicodec prefix of a public Ed25519 key.
ED25519_PUBLIC = b"\xed\x01"
RSA_BITS = 3072


@dataclass(frozen=True)
class PublishedKey:
    """The public half of one key. `key_id` is made from the key itself, so a key that was lost and made anew never takes over its name."""

    kind: str
    number: int
    key_id: str
    public: Ed25519PublicKey | RSAPublicKey

    @property
    def jwk(self) -> dict[str, str]:
        """As a JSON Web Key, with its id and algorithm."""
        members = _jwk_members(self.public)
        return {**members, "kid": self.key_id, "alg": "EdDSA" if members["kty"] == "OKP" else "RS256", "use": "sig"}

    @property
    def raw(self) -> bytes:
        """The 32 bytes of an Ed25519 key."""
        assert isinstance(self.public, Ed25519PublicKey)
        return _raw(self.public)


def sign_bytes(data: bytes) -> tuple[str, bytes]:
    """Sign with the Ed25519 key of now: id of the key, signature of 64 bytes. The key is made when there is none."""
    key_id, private = _signing_key(PROOFS)
    assert isinstance(private, Ed25519PrivateKey)
    return key_id, private.sign(data)


def verify_bytes(key_id: str, data: bytes, signature: bytes) -> bool:
    """Did one of our own Ed25519 keys, of now or of earlier, sign exactly this?"""
    key = next((key for key in published_keys(PROOFS) if key.key_id == key_id), None)
    if key is None or not isinstance(key.public, Ed25519PublicKey):
        return False
    try:
        key.public.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def token_signer() -> tuple[str, RSAPrivateKey]:
    """The RSA key that signs tokens now, and its id: its JWK thumbprint (RFC 7638). Made when there is none."""
    key_id, private = _signing_key(TOKENS)
    assert isinstance(private, RSAPrivateKey)
    return key_id, private


def proof_key_id() -> str:
    """The id of the Ed25519 key that signs credentials now: the key itself, as a Multikey."""
    return _signing_key(PROOFS)[0]


def rotate(kind: str) -> str:
    """Sign with a fresh key from now on: its id. The old one's public half stays published, its secret half is destroyed."""
    numbers = _numbers(kind)
    last = max(numbers, default=0)
    _make(kind, last + 1)
    for number in numbers:
        _retire(kind, number)
    return _signing_key(kind)[0]


def published_keys(kind: str) -> list[PublishedKey]:
    """Every key of a kind that ever signed, the newest first. Makes the first one when there is none."""
    _signing_key(kind)
    found = {}
    for path in sorted(keys_folder().glob(f"{kind}-[0-9][0-9][0-9][0-9].*")):
        public = _public_half(path, path.stat().st_mtime_ns)
        found[_number(path)] = PublishedKey(kind, _number(path), _key_id(public), public)
    return [found[number] for number in sorted(found, reverse=True)]


# --- names that are published ------------------------------------------------------------------------------------------------------------


def issuer_did() -> str:
    """did:web of PUBLIC_URL: a port is written %3A8000, a path as :segments, as the method asks."""
    address = urlsplit(settings.PUBLIC_URL)
    return ":".join(["did:web", *(quote(part, safe="") for part in [address.netloc.lower(), *filter(None, address.path.split("/"))])])


def did_document() -> dict[str, Any]:
    """What did.json says (under /.well-known/, or under the path of PUBLIC_URL where it has one): every key that may have signed a credential of ours."""
    did = issuer_did()
    proofs, tokens = published_keys(PROOFS), published_keys(TOKENS)
    methods: list[dict[str, Any]] = [
        {"id": f"{did}#{key.key_id}", "type": "Multikey", "controller": did, "publicKeyMultibase": key.key_id} for key in proofs
    ]
    methods += [{"id": f"{did}#{key.key_id}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.jwk} for key in tokens]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def multikey(raw: bytes) -> str:
    """A public Ed25519 key as `z` and base58btc of the prefixed bytes."""
    return "z" + base58(ED25519_PUBLIC + raw)


def base58(data: bytes) -> str:
    """Base58 with the Bitcoin alphabet; leading zero bytes become ones."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    """The bytes again. ValueError for what is not base58 or longer than any key or signature."""
    if len(text) > 120:
        raise ValueError("longer than a signature")
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url(data: bytes) -> str:
    """Base64 for URLs, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


# --- files -------------------------------------------------------------------------------------------------------------------------------


def _number(path: Path) -> int:
    return int(path.name.partition(".")[0].rpartition("-")[2])


def _secret_path(kind: str, number: int) -> Path:
    return keys_folder() / f"{kind}-{number:04}.pem"


def _numbers(kind: str) -> list[int]:
    """Keys whose secret half is there, in order."""
    return sorted(_number(path) for path in keys_folder().glob(f"{kind}-[0-9][0-9][0-9][0-9].pem"))


def _signing_key(kind: str) -> tuple[str, Ed25519PrivateKey | RSAPrivateKey]:
    numbers = _numbers(kind)
    if not numbers:
        _make(kind, 1)
        numbers = _numbers(kind)
    path = _secret_path(kind, numbers[-1])
    return _secret_half(path, path.stat().st_mtime_ns)


def _make(kind: str, number: int) -> None:
    """Write a fresh key under this number. Of several processes that try at once, the first one's key is everybody's."""
    private = generate_private_key(65537, RSA_BITS) if kind == TOKENS else Ed25519PrivateKey.generate()
    data = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_once(_secret_path(kind, number), data, 0o600)


def _retire(kind: str, number: int) -> None:
    """Keep the public half, then destroy the secret one; in this order, so that a crash in between loses nothing."""
    path = _secret_path(kind, number)
    with contextlib.suppress(FileNotFoundError):
        public = _public_half(path, path.stat().st_mtime_ns)
        data = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        write_once(path.with_suffix(".pub"), data, 0o644)
        path.unlink()


@lru_cache(maxsize=16)
def _secret_half(path: Path, changed: int) -> tuple[str, Ed25519PrivateKey | RSAPrivateKey]:
    """Parsed once per process and change of the file: an RSA key takes longer to check than to sign with."""
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey | RSAPrivateKey)
    return _key_id(private.public_key()), private


@lru_cache(maxsize=256)
def _public_half(path: Path, changed: int) -> Ed25519PublicKey | RSAPublicKey:
    if path.suffix == ".pem":
        return _secret_half(path, changed)[1].public_key()
    public = serialization.load_pem_public_key(path.read_bytes())
    assert isinstance(public, Ed25519PublicKey | RSAPublicKey)
    return public


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _jwk_members(public: Ed25519PublicKey | RSAPublicKey) -> dict[str, str]:
    """The members that define the key, in the order of their names."""
    if isinstance(public, Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": base64url(_raw(public))}
    numbers = public.public_numbers()
    sized = {name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in (("e", numbers.e), ("n", numbers.n))}
    return {"e": sized["e"], "kty": "RSA", "n": sized["n"]}


def _key_id(public: Ed25519PublicKey | RSAPublicKey) -> str:
    if isinstance(public, Ed25519PublicKey):
        return multikey(_raw(public))
    members = ",".join(f'"{name}":"{value}"' for name, value in sorted(_jwk_members(public).items()))
    return base64url(sha256(f"{{{members}}}".encode()).digest())
