"""A certificate as Open Badges 3.0 credential on W3C Verifiable Credentials 2.0: made, signed, written as a token, and checked again.

Everything in it comes from the award's public payload. The JSON-LD library is slow to load, so only workers and commands import this.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import jwt
from pyld import jsonld

from preceptor.credit.adapters.contexts import CREDENTIALS, OPEN_BADGES, loader
from preceptor.credit.adapters.credential_keys import TOKENS, issuer_did, published_keys, token_signer
from preceptor.credit.adapters.proofs import WrongProof, is_proven, moment, with_proof
from preceptor.credit.rules import face_of
from preceptor.kernel.serials import is_serial, normalized

CONTEXTS = [CREDENTIALS, OPEN_BADGES]
TYPES = ["VerifiableCredential", "AchievementCredential"]
CLAIMS = ("iss", "jti", "nbf", "sub")
ALGORITHM, TOKEN_TYPE = "RS256", "JWT"
# What a credential of ours never exceeds; checked before the JSON-LD library, whose work a small hostile file can make endless.
MOST_BYTES, MOST_OBJECTS, MOST_DEPTH = 65_536, 40, 8
_LOADER = loader()
# PyLD keeps one cache of contexts for all threads and does not guard it.
_ONE_AT_A_TIME = threading.Lock()


class Unexpanded(ValueError):
    """A word in a document that its contexts do not define: it would silently stay outside the signature."""


@dataclass(frozen=True)
class CredentialCheck:
    """What a credential says when its signature is looked at.

    `problem` is "", "unreadable", "other" (shaped as something else), "foreign" (not signed by a key of ours) or "altered".
    """

    is_intact: bool
    key_id: str = ""
    serial: str = ""
    problem: str = ""
    document: dict[str, Any] | None = None


# --- making ------------------------------------------------------------------------------------------------------------------------------


def credential_of(payload: Mapping[str, Any], *, status: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """The unsigned credential of an award: `status` is its place in a status list, `at` when it was awarded."""
    face = face_of(payload)
    site = payload["verify_url"].partition("/verify/")[0]
    mark = f"{face.mark}. " if face.mark else ""
    kind = face.amount_text or face.title
    name = f"{face.title}: {face.activity}"
    achievement: dict[str, Any] = {
        "id": f"{site}/activities/{payload['activity']}/#{payload['system']}",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": name,
        "description": mark + " ".join(filter(None, [f"{kind}.", *(_plain(text) for text in face.fine), _plain(face.designated)])),
        "criteria": {
            "narrative": f"{mark}Participated in the {payload['format_statement']} and met its requirements, completed {face.completed_on}."
        },
    }
    subject: dict[str, Any] = {
        "id": uuid5(NAMESPACE_URL, payload["verify_url"] + "#learner").urn,
        "type": ["AchievementSubject"],
        "activityEndDate": f"{payload['completed_on']}T00:00:00Z",
        "licenseNumber": face.serial,
    }
    if face.name:
        subject["identifier"] = [{"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": face.name}]
    if face.is_credit:
        measure = uuid5(NAMESPACE_URL, achievement["id"] + "#amount").urn
        achievement["resultDescription"] = [
            {
                "id": measure,
                "type": ["ResultDescription"],
                "name": f"Amount claimed, {_plain(payload['unit_many'])}",
                "resultType": "Result",
            }
        ]
        subject["result"] = [{"type": ["Result"], "resultDescription": measure, "value": face.amount_number}]
        subject["creditsEarned"] = _number(payload["amount"])
    if numbers := _numbers(payload):
        achievement["otherIdentifier"] = numbers
    return {
        "@context": CONTEXTS,
        "id": payload["verify_url"],
        "type": TYPES,
        "name": f"{mark}{name}",
        "description": f"{mark}{kind}, completed {face.completed_on}.",
        "issuer": {"id": issuer_did(), "type": ["Profile"], "name": face.provider, "url": site},
        "validFrom": moment(at),
        "awardedDate": moment(at),
        "credentialSubject": {**subject, "achievement": achievement},
        "credentialStatus": dict(status),
    }


def sign_credential(document: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The credential with its embedded proof. Unexpanded where a word would stay outside of the signature."""
    return with_proof(document, canonical_form(document), at)


def jwt_of(document: Mapping[str, Any]) -> str:
    """The same credential as a token of its own kind, VC-JWT: the claims stand beside the credential's members, and there is no inner proof."""
    key_id, private = token_signer()
    payload = {key: value for key, value in document.items() if key != "proof"} | _claims(document)
    return jwt.encode(payload, private, algorithm=ALGORITHM, headers={"typ": TOKEN_TYPE, "kid": f"{issuer_did()}#{key_id}"})


def canonical_form(document: Mapping[str, Any], more: Mapping[str, dict[str, Any]] | None = None) -> str:
    """The document without its proof as canonical N-Quads (RDFC-1.0, which PyLD calls by its earlier name)."""
    dropped: list[str | None] = []
    processor = jsonld.JsonLdProcessor(on_property_dropped=dropped.append)
    bare = {key: value for key, value in document.items() if key != "proof"}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader(more) if more else _LOADER}
    with _ONE_AT_A_TIME:
        form: str = processor.normalize(bare, options)
    if dropped:
        raise Unexpanded(f"no context defines {', '.join(sorted({str(word) for word in dropped}))}")
    return form


def _claims(document: Mapping[str, Any]) -> dict[str, Any]:
    issued = datetime.fromisoformat(document["validFrom"])
    return {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "nbf": int(issued.timestamp()),
        "sub": document["credentialSubject"]["id"],
    }


def _number(amount: str) -> int | float:
    """A JSON number for the member that Open Badges types as one; the exact decimal stands beside it as text (`result`)."""
    value = Decimal(amount)
    return int(value) if value == value.to_integral_value() else float(value)


def _numbers(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    found = [("Activity number", payload["activity_number"]), (payload["offer_number_label"], payload["offer_number"])]
    return [{"type": "IdentifierEntry", "identifier": value, "identifierType": f"ext:{_camel(label)}"} for label, value in found if value]


def _camel(label: str) -> str:
    """ "Activity number" → "activityNumber"."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in label).split()
    return "".join(word.capitalize() if place else word.lower() for place, word in enumerate(words)) or "number"


def _plain(markdown: str) -> str:
    return markdown.replace("*", "")


# --- checking ----------------------------------------------------------------------------------------------------------------------------


def check_credential(text: str) -> CredentialCheck:
    """Is this, JSON or token, exactly what a key of ours signed? The text may be anything at all."""
    text = text.strip()
    if len(text.encode(errors="replace")) > MOST_BYTES:
        return CredentialCheck(False, problem="unreadable")
    if not text.startswith("{"):
        return _check_token(text)
    try:
        document = json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return CredentialCheck(False, problem="unreadable")
    return _check_document(document)


def _check_document(document: dict[str, Any]) -> CredentialCheck:
    serial, proof, issuer = serial_in(document), document.get("proof"), document.get("issuer")
    if not _is_badge(document):
        return CredentialCheck(False, serial=serial, problem="other")
    if not isinstance(proof, dict) or not isinstance(issuer, dict):
        return CredentialCheck(False, serial=serial, problem="foreign")
    did, _, key_id = str(proof.get("verificationMethod")).partition("#")
    if key_id not in {key.key_id for key in published_keys("credential")} or did != issuer.get("id"):
        return CredentialCheck(False, serial=serial, problem="foreign")
    if not _is_plain(document) or not _is_signed(document, proof):
        return CredentialCheck(False, key_id, serial, "altered", document)
    return CredentialCheck(True, key_id, serial, document=document)


def _is_signed(document: dict[str, Any], proof: dict[str, Any]) -> bool:
    try:
        return is_proven(proof, canonical_form(document))
    except (WrongProof, Unexpanded, jsonld.JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def _check_token(text: str) -> CredentialCheck:
    try:
        header, told = jwt.get_unverified_header(text), jwt.decode(text, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return CredentialCheck(False, problem="unreadable")
    if not _is_badge(told):
        return CredentialCheck(False, serial=serial_in(told), problem="other")
    serial, (did, _, key_id) = serial_in(told), str(header.get("kid")).partition("#")
    key = next((key for key in published_keys(TOKENS) if key.key_id == key_id), None)
    if key is None:
        return CredentialCheck(False, serial=serial, problem="foreign")
    try:
        # Our tokens say these three things in their heads and no more; algorithm and key are ours to choose, not the token's.
        is_ours = header == {"alg": ALGORITHM, "kid": f"{did}#{key_id}", "typ": TOKEN_TYPE}
        only_signature = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
        payload = jwt.decode(text, key.public, algorithms=[ALGORITHM], options=only_signature)  # type: ignore[arg-type]
        document = {name: value for name, value in payload.items() if name not in CLAIMS}
        is_whole = _claims(document) == {name: payload.get(name) for name in CLAIMS} and payload.get("iss") == did and _is_plain(document)
    except (jwt.InvalidTokenError, ValueError, TypeError, KeyError, RecursionError):
        return CredentialCheck(False, key_id, serial, "altered", told)
    is_intact = is_ours and is_whole
    return CredentialCheck(is_intact, key_id, serial, "" if is_intact else "altered", document)


def serial_in(document: Mapping[str, Any]) -> str:
    """The serial that a document claims to be of, or "": its address ends with it."""
    typed = str(document.get("id", "")).rstrip("/").rpartition("/")[2]
    serial = normalized(typed) if len(typed) < 40 else ""
    return serial if is_serial(serial) else ""


def _is_badge(document: Mapping[str, Any]) -> bool:
    return document.get("type") == TYPES


def _is_plain(document: Mapping[str, Any]) -> bool:
    """Only members and sizes that a credential of ours has: then the library's work has an end, and no member is spelled in a second way."""
    if document.get("@context") != CONTEXTS or not _is_badge(document):
        return False
    objects = 0
    for depth, value in _walk({key: value for key, value in document.items() if key != "@context"}):
        objects += isinstance(value, dict)
        if depth > MOST_DEPTH or objects > MOST_OBJECTS:
            return False
        if isinstance(value, dict) and any(":" in key or key.startswith("@") for key in value):
            return False
        # What says nothing would be no statement, so that the signature could not tell that it was added.
        if value is None or value in ([], {}) or (isinstance(value, str) and value.startswith("_:")):
            return False
    return True


def _walk(value: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    yield depth, value
    if depth <= MOST_DEPTH:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from _walk(inner, depth + 1)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A member that is there twice is read one way here and another way elsewhere, so it is not read at all."""
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a member twice")
    return read


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
