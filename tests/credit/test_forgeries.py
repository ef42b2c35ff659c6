"""Thinking as a forger: each trick that we know of, against the check of the house and against verify_certificate.py."""

import copy
import hmac
import importlib.util
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from preceptor.credit.adapters import credential_keys
from preceptor.credit.adapters.contexts import CREDENTIALS, OPEN_BADGES, context
from preceptor.credit.adapters.credential_keys import (
    PROOFS,
    TOKENS,
    base58,
    base64url,
    issuer_did,
    multikey,
    published_keys,
    rotate,
    token_signer,
)
from preceptor.credit.adapters.credentials import canonical_form, check_credential, jwt_of, sign_credential
from preceptor.credit.adapters.proofs import hash_data
from preceptor.credit.adapters.status_lists import status_list
from preceptor.credit.queries import keys_bundle
from tests.credit.test_credentials import NOW, SERIAL, forgeries, made, payload, signed

ROOT = Path(__file__).resolve().parents[2]
__all__ = ["payload"]


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.PUBLIC_URL = tmp_path, "https://cme.example.org"


@pytest.fixture(scope="session")
def script() -> ModuleType:
    """verify_certificate.py, as a module."""
    spec = importlib.util.spec_from_file_location("verify_certificate", ROOT / "verify_certificate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bundle() -> dict[str, Any]:
    """keys.json, without what PDFs need, which takes long to make."""
    return {
        "keys": {key.key_id: key.raw.hex() for key in published_keys(PROOFS)},
        "pdf_certificates": [],
        "contexts": {url: context(url) for url in (CREDENTIALS, OPEN_BADGES)},
    }


def says(script: ModuleType, text: str, keys: dict[str, Any] | None = None) -> str:
    """What the script says of a credential: "" is valid. Whatever is raised is "not valid" there, too."""
    try:
        return next((why for holds, why in script.check_credential(text, keys or bundle()) if not holds), "")
    except Exception as wrong:
        return type(wrong).__name__


def test_what_we_signed_is_valid_for_the_script(script: ModuleType) -> None:
    document = signed()
    assert says(script, json.dumps(document)) == "" and says(script, json.dumps(document, ensure_ascii=False, indent=2)) == ""
    assert says(script, json.dumps(signed(is_sample=True))) == ""
    rotate(PROOFS)
    assert says(script, json.dumps(document)) == ""


def test_any_changed_value_or_key_fails_the_script(script: ModuleType) -> None:
    document, keys = signed(), bundle()
    tried = 0
    for what, forged in forgeries(document):
        assert says(script, json.dumps(forged), keys), what
        tried += 1
    assert tried > 400


def other_issuer(document: dict[str, Any], did: str) -> dict[str, Any]:
    """The same, signed well with somebody else's key that the proof names."""
    private = Ed25519PrivateKey.generate()
    key = multikey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    forged = {**document, "issuer": {**document["issuer"], "id": did}}
    options = {**document["proof"], "verificationMethod": f"{did}#{key}"}
    del options["proofValue"], forged["proof"]
    return {**forged, "proof": {**options, "proofValue": "z" + base58(private.sign(hash_data(canonical_form(forged), options)))}}


def _with_text(document: dict[str, Any], old: str, new: str) -> str:
    text = json.dumps(document)
    assert old in text
    return text.replace(old, new, 1)


TRICKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "proof taken away": lambda d: json.dumps({key: value for key, value in d.items() if key != "proof"}),
    "proof without its value": lambda d: json.dumps(d | {"proof": {k: v for k, v in d["proof"].items() if k != "proofValue"}}),
    "proof of another one": lambda d: json.dumps(d | {"proof": signed(amount="1.00")["proof"]}),
    "two proofs": lambda d: json.dumps(d | {"proof": [d["proof"], d["proof"]]}),
    "a second proof of the forger's": lambda d: json.dumps(d | {"proof": [d["proof"], other_issuer(d, "did:web:evil.example")["proof"]]}),
    "the forger's key, their name": lambda d: json.dumps(other_issuer(d, "did:web:evil.example")),
    "the forger's key, our name": lambda d: json.dumps(other_issuer(d, issuer_did())),
    "the forger's key brought along": lambda d: json.dumps(other_issuer(d, issuer_did()) | {"verificationMethod": [{"type": "Multikey"}]}),
    "our name in a longer address": lambda d: json.dumps(
        d | {"proof": d["proof"] | {"verificationMethod": "did:web:evil.example#" + d["proof"]["verificationMethod"]}}
    ),
    "a key of ours that signs tokens": lambda d: json.dumps(
        d | {"proof": d["proof"] | {"verificationMethod": f"{issuer_did()}#{published_keys(TOKENS)[0].key_id}"}}
    ),
    "another purpose": lambda d: json.dumps(d | {"proof": d["proof"] | {"proofPurpose": "authentication"}}),
    "another suite": lambda d: json.dumps(d | {"proof": d["proof"] | {"cryptosuite": "eddsa-jcs-2022"}}),
    "a context of the forger's": lambda d: json.dumps(d | {"@context": [*d["@context"], "https://evil.example/context"]}),
    "a context inside": lambda d: json.dumps(d | {"@context": [*d["@context"], {"creditsEarned": None}]}),
    "a context that takes a word's meaning": lambda d: json.dumps(
        d | {"credentialSubject": d["credentialSubject"] | {"@context": {"nick": None}, "nick": "Dr."}}
    ),
    "contexts in another order": lambda d: json.dumps(d | {"@context": d["@context"][::-1]}),
    "a member twice, ours last": lambda d: _with_text(d, '"creditsEarned": 0.75', '"creditsEarned": 75, "creditsEarned": 0.75'),
    "a member twice, ours first": lambda d: _with_text(d, '"creditsEarned": 0.75', '"creditsEarned": 0.75, "creditsEarned": 75'),
    "a member twice, spelled in full": lambda d: _with_text(
        d, '"creditsEarned": 0.75', '"creditsEarned": 0.75, "https://purl.imsglobal.org/spec/vc/ob/vocab.html#creditsEarned": 75'
    ),
    "a member twice, by its other name": lambda d: _with_text(d, '"type": ["AchievementSubject"]', '"type": ["AchievementSubject"], "@type": "X"'),
    "a member more, of a known word": lambda d: json.dumps(d | {"validUntil": "2099-01-01T00:00:00Z"}),
    "a member more, that says nothing": lambda d: json.dumps(d | {"endorsement": []}),
    "a member more, that is null": lambda d: json.dumps(d | {"endorsement": None}),
    "status taken away": lambda d: json.dumps({key: value for key, value in d.items() if key != "credentialStatus"}),
    "status of another one": lambda d: json.dumps(
        d | {"credentialStatus": d["credentialStatus"] | {"statusListIndex": "7", "id": d["credentialStatus"]["id"] + "7"}}
    ),
    "a letter that looks alike": lambda d: _with_text(d, "Elm Street", "El\u043c Street"),
    "an invisible letter": lambda d: _with_text(d, "Elm Street", "Elm\u200b Street"),
    "NaN": lambda d: _with_text(d, '"creditsEarned": 0.75', '"creditsEarned": NaN'),
    "a graph": lambda d: json.dumps({"@context": d["@context"], "type": d["type"], "@graph": [d], "proof": d["proof"], "issuer": d["issuer"]}),
    "inside of another one": lambda d: json.dumps({"@context": d["@context"], "type": ["VerifiablePresentation"], "verifiableCredential": [d]}),
    "a status list of ours": lambda d: json.dumps(status_list(0, [], at=NOW)),
    "a status list of ours, called a badge": lambda d: json.dumps(status_list(0, [], at=NOW) | {"type": d["type"]}),
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_passes_either_check(script: ModuleType, trick: str) -> None:
    text = TRICKS[trick](signed())
    assert not check_credential(text).is_intact
    assert says(script, text)


def test_a_list_says_until_when_it_may_be_believed() -> None:
    """An old list, shown again, is over after two days."""
    document = status_list(0, [5], at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (document["validFrom"], document["validUntil"]) == ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z")


# --- tokens ------------------------------------------------------------------------------------------------------------------------------


def _claims() -> dict[str, Any]:
    return jwt.decode(jwt_of(made()), options={"verify_signature": False})  # type: ignore[no-any-return]


def _kid() -> str:
    return f"{issuer_did()}#{token_signer()[0]}"


def _ours(headers: dict[str, Any], claims: dict[str, Any] | None = None) -> str:
    """Signed with our own key, and still not a token of ours."""
    return jwt.encode(claims or _claims(), token_signer()[1], algorithm="RS256", headers={"typ": "JWT", "kid": _kid(), **headers})


def _foreign(headers: dict[str, Any]) -> str:
    private = generate_private_key(65537, 2048)
    return jwt.encode(_claims(), private, algorithm="RS256", headers={"typ": "JWT", "kid": _kid(), **headers})


def with_public_key(encoding: Encoding) -> str:
    """HS256 with what everybody knows as the secret; written by hand, since the library refuses to."""
    secret = token_signer()[1].public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": _kid(), "typ": "JWT"}, _claims())]
    return ".".join([*parts, base64url(hmac.digest(secret, ".".join(parts).encode(), "sha256"))])


def _jwk() -> dict[str, Any]:
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(generate_private_key(65537, 2048).public_key()))  # type: ignore[no-any-return]


TOKENS_OF_FORGERS: dict[str, Callable[[], str]] = {
    "no algorithm": lambda: jwt.encode(_claims(), None, algorithm="none", headers={"kid": _kid()}),  # type: ignore[arg-type]
    "no signature": lambda: jwt_of(made()).rpartition(".")[0] + ".",
    "the public key as a secret, in DER": lambda: with_public_key(Encoding.DER),
    "the public key as a secret, in PEM": lambda: with_public_key(Encoding.PEM),
    "a foreign key under our name": lambda: _foreign({}),
    "a foreign key brought along": lambda: _foreign({"jwk": _jwk()}),
    "a foreign key to be fetched": lambda: _foreign({"jku": "https://evil.example/keys.json"}),
    "a path for a name": lambda: _foreign({"kid": f"{issuer_did()}#../../../../dev/null"}),
    "a query for a name": lambda: _foreign({"kid": f"{issuer_did()}#' OR 1=1 --"}),
    "a name that is not there": lambda: jwt.encode(_claims(), token_signer()[1], algorithm="RS256"),
    "another issuer's name before our key": lambda: _ours({"kid": f"did:web:evil.example#{token_signer()[0]}"}),
    "another type": lambda: _ours({"typ": "at+jwt"}),
    "something critical": lambda: _ours({"crit": ["b64"], "b64": False}),
    "another issuer in the claims": lambda: _ours({}, _claims() | {"iss": "did:web:evil.example"}),
    "another subject in the claims": lambda: _ours({}, _claims() | {"sub": "urn:uuid:00000000-0000-0000-0000-000000000000"}),
    "claims of something else": lambda: _ours({}, {"sub": "learner", "scope": "everything"}),
}  # fmt: skip


@pytest.mark.parametrize("trick", TOKENS_OF_FORGERS)
def test_no_forged_token_passes(trick: str) -> None:
    check = check_credential(TOKENS_OF_FORGERS[trick]())
    assert not check.is_intact and check.problem


def test_parts_of_two_tokens_make_none() -> None:
    first, second = jwt_of(made()).split("."), jwt_of(made(amount="1.00")).split(".")
    for mixed in ([first[0], second[1], first[2]], [first[0], first[1], second[2]]):
        assert check_credential(".".join(mixed)).problem == "altered"


def test_a_key_of_another_kind_never_signs_for_this_one() -> None:
    """A token's key id in a proof, and a proof's in a token."""
    private = credential_keys._signing_key(PROOFS)[1]
    assert isinstance(private, Ed25519PrivateKey)
    token = jwt.encode(
        _claims(), private, algorithm="EdDSA", headers={"typ": "JWT", "kid": f"{issuer_did()}#{published_keys(PROOFS)[0].key_id}"}
    )
    assert check_credential(token).problem == "foreign"


def test_what_is_signed_twice_reads_the_same() -> None:
    """The same award gives the same statements and the same signature: nothing random is in it that could hide something."""
    document = made()
    assert sign_credential(document, NOW) == sign_credential(copy.deepcopy(document), NOW)
    assert check_credential(json.dumps(sign_credential(document, NOW))).serial == SERIAL


def test_the_file_of_keys_has_everything_and_no_secret() -> None:
    told = keys_bundle()
    assert set(told) == {"issuer", "keys", "token_keys", "pdf_certificates", "contexts"}
    assert set(told["token_keys"][0]) == {"kty", "n", "e", "kid", "alg", "use"}
    assert all(pem.startswith("-----BEGIN CERTIFICATE-----") for pem in told["pdf_certificates"])
    assert "PRIVATE" not in json.dumps(told)
