"""The keys of credentials and of the ledger's head: made once, kept secret, rotated without losing what they signed."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from preceptor.credit.adapters.credential_keys import (
    PROOFS,
    TOKENS,
    base58,
    did_document,
    issuer_did,
    proof_key_id,
    published_keys,
    rotate,
    sign_bytes,
    unbase58,
    verify_bytes,
)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def test_a_signature_verifies_and_nothing_else_does() -> None:
    key_id, signature = sign_bytes(b"head 12")
    assert len(signature) == 64
    assert verify_bytes(key_id, b"head 12", signature)
    assert not verify_bytes(key_id, b"head 13", signature)
    assert not verify_bytes(key_id, b"head 12", bytes(64))
    assert not verify_bytes(key_id, b"head 12", b"short")
    assert not verify_bytes("z6Mkunknown", b"head 12", signature)


def test_secret_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    sign_bytes(b"")
    did_document()
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {
        "credential-0001.pem": 0o600,
        "token-0001.pem": 0o600,
    }


def test_a_rotated_key_still_verifies_and_its_secret_is_gone(tmp_path: Path) -> None:
    old, signature = sign_bytes(b"old")
    new = rotate(PROOFS)
    assert new != old
    assert proof_key_id() == new == sign_bytes(b"new")[0]
    assert verify_bytes(old, b"old", signature)
    assert [key.key_id for key in published_keys(PROOFS)] == [new, old]
    assert b"PRIVATE" not in (tmp_path / "keys" / "credential-0001.pub").read_bytes()
    assert sorted(path.name for path in (tmp_path / "keys").glob("credential*")) == ["credential-0001.pub", "credential-0002.pem"]
    rotate(PROOFS)
    assert verify_bytes(old, b"old", signature)


def test_of_many_processes_that_start_at_once_all_sign_with_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from django.conf import settings\n"
        "settings.configure(VAR_DIR=Path(sys.argv[1]), PUBLIC_URL='http://127.0.0.1')\n"
        "from preceptor.credit.adapters.credential_keys import sign_bytes; print(sign_bytes(b'x')[0])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert all(process.returncode == 0 for process in running)


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://cme.example.org", "did:web:cme.example.org"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ("http://[::1]:8000", "did:web:%5B%3A%3A1%5D%3A8000"),
    ],
)
def test_the_name_is_that_of_the_public_address(settings: Any, address: str, did: str) -> None:
    settings.PUBLIC_URL = address
    assert issuer_did() == did


def test_the_document_names_every_key_of_now_and_of_earlier() -> None:
    old = proof_key_id()
    rotate(PROOFS)
    document = did_document()
    keys = {method["id"].partition("#")[2]: method for method in document["verificationMethod"]}
    assert {old, proof_key_id()} < set(keys)
    assert keys[old]["type"] == "Multikey"
    assert unbase58(keys[old]["publicKeyMultibase"][1:])[:2] == b"\xed\x01"
    assert set(document["assertionMethod"]) == {method["id"] for method in document["verificationMethod"]}
    assert "d" not in str([list(method.get("publicKeyJwk", {})) for method in document["verificationMethod"]]).split("'")
    assert [key.kind for key in published_keys(TOKENS)] == [TOKENS]


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\1", b"hello", bytes(range(64))])
def test_base58_goes_there_and_back(data: bytes) -> None:
    assert unbase58(base58(data)) == data
