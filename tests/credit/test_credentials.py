"""Credentials: their shape, what the signature covers, and that other people's code and other people's vectors agree."""

import copy
import gzip
import json
import os
import socket
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import OB3LdpVerifier, verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from pyld import jsonld

from preceptor.credit.adapters import contexts
from preceptor.credit.adapters.credential_keys import PROOFS, TOKENS, base58, did_document, issuer_did, published_keys, rotate, unbase58
from preceptor.credit.adapters.credentials import (
    CONTEXTS,
    Unexpanded,
    canonical_form,
    check_credential,
    credential_of,
    jwt_of,
    sign_credential,
)
from preceptor.credit.adapters.proofs import OPTIONS, canonical_options, hash_data, is_proven
from preceptor.credit.adapters.status_lists import BITS, canonical_list, encoded, entry_of, status_list
from preceptor.kernel.serials import grouped, with_check

NOW = datetime(2026, 11, 22, 15, 2, 7, tzinfo=UTC)
SERIAL = with_check("0123456789ABCDEF")
ROOT = Path(__file__).resolve().parents[2]
VECTORS = Path(os.environ.get("CONFORMANCE_DIR", ROOT.parent / "shared" / "conformance")) / "credentials"


def payload(**changes: Any) -> dict[str, Any]:
    """A public payload with everything in it."""
    values: dict[str, Any] = {
        "version": 1, "serial": SERIAL, "verify_url": f"https://cme.example.org/verify/{grouped(SERIAL)}/",
        "printed_name": "Zoë Ångström-Nguyễn, MD", "title": "Breast cancer: choosing “and” sequencing", "activity": "breast", "edition": 1,
        "activity_number": "202611-001", "format": "enduring", "format_label": "Enduring material", "format_statement": "enduring material",
        "provider": {"name": "Elm Street Medical Education", "address": "1 Main Street"}, "completed_on": "2026-11-21",
        "claimed_at": NOW.isoformat(), "system": "ama_pra_1", "is_credit": True, "amount": "0.75", "unit": "*AMA PRA Category 1 Credits*™",
        "unit_one": "*AMA PRA Category 1 Credit*™", "unit_many": "*AMA PRA Category 1 Credits*™", "certificate_title": "Certificate of Credit",
        "offer_number": "0000-0000-26-001-H01-P", "offer_number_label": "Universal Activity Number", "sub_amounts": [],
        "statements": {"accreditation": ["Elm Street is accredited."], "designation": "Designated for 0.75.", "designated": ""},
        "is_sample": False,
    }  # fmt: skip
    return values | changes


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.PUBLIC_URL = tmp_path, "https://cme.example.org"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection or asks for an address fails the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was asked for")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


def made(**changes: Any) -> dict[str, Any]:
    return credential_of(payload(**changes), status=entry_of(131_077), at=NOW)


def signed(**changes: Any) -> dict[str, Any]:
    return sign_credential(made(**changes), NOW)


PARTICIPATION = {
    "is_credit": False,
    "amount": "0",
    "system": "participation",
    "unit": "",
    "certificate_title": "Certificate of Participation",
}
KINDS = {"credit": {}, "one": {"amount": "1.00"}, "participation": PARTICIPATION, "sample": {"is_sample": True}, "bare": {"offer_number": "", "activity_number": ""}}  # fmt: skip


# --- shape -------------------------------------------------------------------------------------------------------------------------------

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": r"^(https?://|urn:uuid:|did:)\S+$"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
ENTRY = {
    "type": "object", "required": ["type", "identifier", "identifierType"], "additionalProperties": False,
    "properties": {"type": {"const": "IdentifierEntry"}, "identifier": TEXT, "identifierType": {"type": "string", "pattern": "^ext:[a-z][A-Za-z0-9]*$"}},
}  # fmt: skip
RESULT_DESCRIPTION = {
    "type": "object", "required": ["id", "type", "name", "resultType"], "additionalProperties": False,
    "properties": {"id": URI, "type": {"const": ["ResultDescription"]}, "name": TEXT, "resultType": {"const": "Result"}},
}  # fmt: skip
ACHIEVEMENT = {
    "type": "object", "required": ["id", "type", "achievementType", "name", "description", "criteria"], "additionalProperties": False,
    "properties": {
        "id": URI, "type": {"const": ["Achievement"]}, "achievementType": {"const": "CertificateOfCompletion"}, "name": TEXT, "description": TEXT,
        "criteria": {"type": "object", "required": ["narrative"], "properties": {"narrative": TEXT}, "additionalProperties": False},
        "resultDescription": {"type": "array", "items": RESULT_DESCRIPTION}, "otherIdentifier": {"type": "array", "minItems": 1, "items": ENTRY},
    },
}  # fmt: skip
IDENTITY = {
    "type": "object", "required": ["type", "identityType", "hashed", "identityHash"], "additionalProperties": False,
    "properties": {"type": {"const": "IdentityObject"}, "identityType": {"const": "name"}, "hashed": {"const": False}, "identityHash": TEXT},
}  # fmt: skip
SUBJECT = {
    "type": "object", "required": ["id", "type", "achievement"], "additionalProperties": False,
    "properties": {
        "id": URI, "type": {"const": ["AchievementSubject"]}, "achievement": ACHIEVEMENT, "activityEndDate": MOMENT, "licenseNumber": TEXT,
        "identifier": {"type": "array", "items": IDENTITY}, "creditsEarned": {"type": "number", "minimum": 0},
        "result": {"type": "array", "items": {
            "type": "object", "required": ["type", "resultDescription", "value"], "additionalProperties": False,
            "properties": {"type": {"const": ["Result"]}, "resultDescription": URI, "value": {"type": "string", "pattern": r"^\d+(\.\d+)?$"}},
        }},
    },
}  # fmt: skip
PROOF = {
    "type": "object", "required": [*OPTIONS, "proofValue"], "additionalProperties": False,
    "properties": {
        "type": {"const": "DataIntegrityProof"}, "cryptosuite": {"const": "eddsa-rdfc-2022"}, "created": MOMENT, "verificationMethod": URI,
        "proofPurpose": {"const": "assertionMethod"}, "proofValue": {"type": "string", "pattern": "^z[1-9A-HJ-NP-Za-km-z]{80,90}$"},
    },
}  # fmt: skip
# Of our own writing, after the text of Open Badges 3.0 and of Verifiable Credentials 2.0; narrower than they are.
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": False,
    "required": ["@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject", "credentialStatus", "proof"],
    "properties": {
        "@context": {"type": "array", "prefixItems": [{"const": "https://www.w3.org/ns/credentials/v2"},
                                     {"type": "string", "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json$"}], "minItems": 2, "items": False},
        "id": URI, "type": {"const": ["VerifiableCredential", "AchievementCredential"]}, "name": TEXT, "description": TEXT,
        "issuer": {"type": "object", "required": ["id", "type", "name"], "additionalProperties": False,
                   "properties": {"id": {"type": "string", "pattern": "^did:web:"}, "type": {"const": ["Profile"]}, "name": TEXT, "url": URI}},
        "validFrom": MOMENT, "awardedDate": MOMENT, "credentialSubject": SUBJECT, "proof": PROOF,
        "credentialStatus": {"type": "object", "required": ["id", "type", "statusPurpose", "statusListIndex", "statusListCredential"],
                             "additionalProperties": False, "properties": {
            "id": URI, "type": {"const": "BitstringStatusListEntry"}, "statusPurpose": {"const": "revocation"},
            "statusListIndex": {"type": "string", "pattern": r"^(0|[1-9]\d*)$"}, "statusListCredential": URI}},
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_the_shape_of_open_badges(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = signed(**KINDS[kind])
    jsonschema.validate(document, SCHEMA)
    assert document["credentialStatus"]["id"] != document["credentialStatus"]["statusListCredential"]


def test_the_schema_refuses_what_is_not_of_that_shape() -> None:
    """Otherwise the test above would say nothing."""
    document, refused = signed(), 0
    for path in places(document):
        holder, key = _at(document, path[:-1]), path[-1]
        wrong: list[Any] = [None, 7.5 if isinstance(holder[key], str) else "x", [[]]]
        for value in wrong:
            forged = copy.deepcopy(document)
            _at(forged, path[:-1])[key] = value
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(forged, SCHEMA)
            refused += 1
    for name in SCHEMA["required"]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({key: value for key, value in document.items() if key != name}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"evidence": []}, SCHEMA)
    assert refused > 150


def test_amounts_are_exact_and_numbers_named() -> None:
    subject = made(amount="1.25")["credentialSubject"]
    assert (subject["result"][0]["value"], subject["creditsEarned"]) == ("1.25", 1.25)
    assert isinstance(made(amount="2.00")["credentialSubject"]["creditsEarned"], int)
    assert {entry["identifierType"]: entry["identifier"] for entry in subject["achievement"]["otherIdentifier"]} == {
        "ext:activityNumber": "202611-001",
        "ext:universalActivityNumber": "0000-0000-26-001-H01-P",
    }
    assert "creditsEarned" not in made(**PARTICIPATION)["credentialSubject"]


def test_a_sample_says_so_in_every_name_and_description() -> None:
    document = made(is_sample=True)
    achievement = document["credentialSubject"]["achievement"]
    for text in (document["name"], document["description"], achievement["description"], achievement["criteria"]["narrative"]):
        assert text.startswith("SAMPLE: no credit is awarded. ")
    assert achievement["name"].startswith("Sample ")
    assert "SAMPLE" not in json.dumps(made())


def test_an_erased_name_is_left_out() -> None:
    assert "identifier" not in made(printed_name="")["credentialSubject"]


def test_nothing_of_the_learner_but_the_printed_name() -> None:
    document = made(identifiers={"npi": "1234567893"}, name="Zoë", credentials="MD", profession="physician")
    assert "1234567893" not in json.dumps(document) and "physician" not in json.dumps(document)


# --- what the signature covers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_signed_and_checked_without_a_network(no_network: None, kind: str) -> None:
    document = signed(**KINDS[kind])
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False, indent=1), jwt_of(document)):
        check = check_credential(text)
        assert check.is_intact and check.serial == SERIAL and check.problem == ""


def test_every_word_of_it_is_defined_by_its_contexts() -> None:
    document = signed()
    with pytest.raises(Unexpanded, match="learnedALot"):
        canonical_form(document | {"learnedALot": True})
    # As many statements as there are values: nothing was dropped on the way, an address that is none included.
    bare = {key: value for key, value in document.items() if key not in ("proof", "@context")}
    assert canonical_form(document).count("\n") == sum(_statements(bare))


def _statements(value: Any) -> Iterator[int]:
    for key, inner in value.items():
        for one in inner if isinstance(inner, list) else [inner]:
            yield key != "id"
            if isinstance(one, dict):
                yield from _statements(one)


def test_no_unknown_context_is_loaded(no_network: None) -> None:
    with pytest.raises(jsonld.JsonLdError):
        canonical_form(made() | {"@context": [*CONTEXTS, "https://example.org/more"]})


def test_contexts_are_the_pinned_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in contexts.PINNED:
        assert "@context" in contexts.context(url)
    monkeypatch.setitem(contexts.PINNED, contexts.CLR, (contexts.PINNED[contexts.CLR][0], "0" * 64))
    contexts.context.cache_clear()
    with pytest.raises(contexts.UnknownContext):
        contexts.context(contexts.CLR)
    contexts.context.cache_clear()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in it."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


def other_values(value: Any) -> list[Any]:
    """Small changes of one value."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, int | float):
        return [value + 1, value + 0.01, -value, str(value)]
    if isinstance(value, str):
        return [value + "x", value[:-1], "x" + value, value.swapcase(), "", None, [value, "x"]]
    return [None, "x", {}, []]


def forgeries(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The document with each string, number and key changed in turn, and with a member more in each object."""
    for path in list(places(document)):
        for change in (*other_values(_at(document, path)), "rename", "drop", "add"):
            forged = copy.deepcopy(document)
            holder, key = _at(forged, path[:-1]), path[-1]
            if change == "rename" and isinstance(holder, dict):
                holder[f"{key}x"] = holder.pop(key)
            elif change == "drop":
                del holder[key]
            elif change == "add" and isinstance(holder[key], dict):
                holder[key]["more"] = "x"
            elif change not in ("rename", "add"):
                holder[key] = change
            if forged != document:
                yield f"{path}: {change!r}", forged


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def test_any_changed_value_is_found() -> None:
    document = signed()
    tried = 0
    for what, forged in forgeries(document):
        check = check_credential(json.dumps(forged))
        assert not check.is_intact and check.problem in ("altered", "foreign", "other"), what
        tried += 1
    assert tried > 400


@pytest.mark.parametrize(
    "spelled",
    [
        lambda d: d | {"https://schema.org/name": d["name"]},
        lambda d: d | {"@included": [{"id": "urn:x:y", "name": "x"}]},
        lambda d: d | {"type": ["VerifiableCredential", "OpenBadgeCredential"]},
        lambda d: d | {"credentialSubject": d["credentialSubject"] | {"@context": {"more": None}, "more": "x"}},
        lambda d: d | {"@context": [*CONTEXTS, {"more": None}], "more": "x"},
        lambda d: d | {"proof": [d["proof"]]},
        lambda d: d | {"proof": d["proof"] | {"domain": "x"}},
        lambda d: d | {"proof": d["proof"] | {"proofValue": "z1" + d["proof"]["proofValue"][1:]}},
    ],
)
def test_the_same_statements_spelled_in_another_way_are_not_ours(spelled: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert not check_credential(json.dumps(spelled(signed()))).is_intact


def test_any_changed_character_of_a_token_is_found() -> None:
    token = jwt_of(signed())
    last = token.rindex(".")
    for place in (*range(0, last, 17), *range(last + 1, len(token), 3)):
        other = "A" if token[place] != "A" else "Q"
        if token[place] == ".":
            continue
        # The last character of a part carries bits that base64 throws away; the strict reader refuses them or they change nothing.
        assert not check_credential(token[:place] + other + token[place + 1 :]).is_intact, place


def test_a_token_without_a_signature_or_of_another_kind_is_refused() -> None:
    document = signed()
    key = published_keys(TOKENS)[0]
    claims = {name: value for name, value in document.items() if name != "proof"}
    kid = {"kid": f"{issuer_did()}#{key.key_id}"}
    none = jwt.encode(claims, None, algorithm="none", headers=kid)  # type: ignore[arg-type]
    foreign = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=kid)
    for token in (none, foreign):
        assert check_credential(token).problem == "altered"
    header = jwt.get_unverified_header(jwt_of(document))
    assert set(header) == {"alg", "kid", "typ"} and header["alg"] == "RS256"


def test_one_key_signed_what_another_one_signs_after_it() -> None:
    before, token = signed(), jwt_of(signed())
    rotate(PROOFS), rotate(TOKENS)
    assert check_credential(json.dumps(before)).is_intact and check_credential(token).is_intact
    assert signed()["proof"]["verificationMethod"] != before["proof"]["verificationMethod"]


def test_what_somebody_else_signed_is_foreign(settings: Any, tmp_path: Path) -> None:
    document, token = signed(), jwt_of(signed())
    settings.VAR_DIR = tmp_path / "another"
    assert check_credential(json.dumps(document)).problem == "foreign"
    assert check_credential(token).problem == "foreign"


HOSTILE = {
    "nothing": "",
    "no json": "certificate",
    "a list": "[]",
    "a number": "7",
    "deep": '{"a":' * 3000 + "1" + "}" * 3000,
    "twins": '{"id":"a","id":"b"}',
    "NaN": '{"id":NaN}',
    "large": json.dumps({"id": "x" * 70_000}),
    "dots": "a.b.c",
    "surrogate": '{"id":"\\ud800"}',
    "null": '{"id":null,"proof":{"verificationMethod":null},"issuer":{}}',
    "bytes": "\x00\x01\x02",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_and_nothing_breaks(name: str) -> None:
    check = check_credential(HOSTILE[name])
    assert not check.is_intact and check.problem in ("unreadable", "foreign", "other")


def test_a_graph_made_to_be_slow_is_refused_before_it_is_looked_at() -> None:
    document = signed()
    slow = [{"id": f"_:b{one}", "alignment": [{"id": f"_:b{other}"} for other in range(12)]} for one in range(12)]
    assert check_credential(json.dumps(document | {"endorsement": slow})).problem == "altered"


# --- second opinions ---------------------------------------------------------------------------------------------------------------------


def _published(fallen: list[int]) -> Callable[[str], bytes]:
    """What our addresses answer, with these places of the second list set."""

    def download(url: str) -> bytes:
        if url == "https://cme.example.org/credentials/status/1":
            return json.dumps(status_list(1, fallen, at=datetime.now(tz=UTC) - timedelta(hours=1))).encode()
        assert url == "https://cme.example.org/.well-known/did.json"
        return json.dumps(did_document()).encode()

    return download


@pytest.mark.parametrize("kind", KINDS)
def test_openbadgeslib_verifies_both_kinds_with_their_status(kind: str) -> None:
    then = datetime(2026, 1, 2, tzinfo=UTC)
    document = sign_credential(credential_of(payload(**KINDS[kind]), status=entry_of(131_077), at=then), then)
    token, download = jwt_of(document), _published([4, 6])
    ldp = OB3LdpVerifier.for_issuer_did(issuer_did(), download=download)
    assert ldp.verify(json.dumps(document), check_status=True, verify_status_list=False, download=download).issuer.id == issuer_did()
    vc_jwt = OB3Verifier.for_issuer_did(issuer_did(), download=download)
    assert vc_jwt.verify(token, check_status=True, verify_status_list=False, download=download).issuer.id == issuer_did()


def test_openbadgeslib_reads_a_set_bit_as_revoked_and_takes_no_old_list() -> None:
    then = datetime(2026, 1, 2, tzinfo=UTC)
    document = sign_credential(credential_of(payload(), status=entry_of(131_077), at=then), then)
    download = _published([5])
    with pytest.raises(OB3VerificationError, match="revo"):
        OB3LdpVerifier.for_issuer_did(issuer_did(), download=download).verify(
            json.dumps(document), check_status=True, verify_status_list=False, download=download
        )
    with pytest.raises(OB3VerificationError, match="revo"):
        OB3Verifier.for_issuer_did(issuer_did(), download=download).verify(
            jwt_of(document), check_status=True, verify_status_list=False, download=download
        )

    def replayed(url: str) -> bytes:
        return json.dumps(status_list(1, [], at=then)).encode() if "status" in url else download(url)

    with pytest.raises(OB3VerificationError, match="expired|validUntil"):
        OB3LdpVerifier.for_issuer_did(issuer_did(), download=replayed).verify(
            json.dumps(document), check_status=True, verify_status_list=False, download=replayed
        )


def test_openbadgeslib_finds_an_alteration_too() -> None:
    document = signed()
    public = published_keys(PROOFS)[0].public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    verify_data_integrity_proof(document, public)
    document["credentialSubject"]["creditsEarned"] = 2
    with pytest.raises(Exception, match="signature mismatch"):
        verify_data_integrity_proof(document, public)


def test_the_written_down_form_of_options_is_what_pyld_makes_of_them() -> None:
    proof = signed()["proof"]
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    assert canonical_options(proof) == canonical_form({**options, "@context": CONTEXTS})


# --- status lists ------------------------------------------------------------------------------------------------------------------------


def test_a_list_is_what_the_recommendation_says() -> None:
    text = encoded([0, 9, BITS - 1])
    held = gzip.decompress(urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert text[0] == "u" and "=" not in text and len(held) == 16 * 1024
    assert {place for place in range(BITS) if held[place // 8] & (128 >> place % 8)} == {0, 9, BITS - 1}
    assert encoded([]) == encoded([]) and encoded([1]) != encoded([2])


def test_openbadgeslib_finds_the_lists_own_proof_in_order() -> None:
    """Its reader of lists knows signed tokens only, so the proof of the list is put before its reader of credentials."""
    public = published_keys(PROOFS)[0].public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    document = status_list(1, [5], at=NOW)
    verify_data_integrity_proof(document, public)
    document["credentialSubject"]["encodedList"] = encoded([6])
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(document, public)


def test_the_written_down_form_of_a_list_is_what_pyld_makes_of_it(no_network: None) -> None:
    document = status_list(3, [1, 5], at=NOW)
    assert canonical_list(document) == canonical_form(document)
    assert is_proven(document["proof"], canonical_form(document))
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert (
        document["credentialSubject"]["type"] == "BitstringStatusList" and document["id"] == "https://cme.example.org/credentials/status/3"
    )


# --- the W3C's own vectors ---------------------------------------------------------------------------------------------------------------

needs_vectors = pytest.mark.skipif(
    not VECTORS.exists(),
    reason=f"The W3C vectors are not there: set CONFORMANCE_DIR to the folder that holds credentials/ (looked in {VECTORS})",
)
_SCHEMA, _CITIZEN = "https://schema.org/", "https://w3id.org/citizenship#"
_WORDS = {
    **{term: _SCHEMA + term for term in ("Person", "additionalName", "familyName", "gender", "givenName", "identifier")},
    **{
        term: _CITIZEN + term
        for term in ("EmployablePerson", "EmploymentAuthorizationDocumentCredential", "EmploymentAuthorizationDocument")
    },
    **{term: _CITIZEN + term for term in ("birthCountry", "employmentAuthorizationDocument", "lprCategory", "lprNumber")},
    "image": {"@id": _SCHEMA + "image", "@type": "@id"},
    "birthDate": {"@id": _SCHEMA + "birthDate", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
    "residentSince": {"@id": _CITIZEN + "residentSince", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
}
# The vectors' own contexts are in no package. These few terms of our own writing give the very same statements, or the tests fail.
MORE: dict[str, dict[str, Any]] = {
    "https://www.w3.org/ns/credentials/examples/v2": {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}},
    "https://w3id.org/citizenship/v4rc1": {"@context": _WORDS},
}
FOLDERS = {"alumni": ("unsigned.json", "."), "employment": ("employmentAuth.json", "employ")}


def _vector(name: str, file: str) -> str:
    return (VECTORS / "w3c-eddsa-rdfc-2022" / FOLDERS[name][1] / file).read_text()


@needs_vectors
@pytest.mark.parametrize("name", FOLDERS)
def test_the_w3c_vectors_are_reproduced_byte_for_byte(name: str) -> None:
    form, options = _vector(name, "canonDocDataInt.txt"), json.loads(_vector(name, "proofConfigDataInt.json"))
    assert canonical_form(json.loads((VECTORS / FOLDERS[name][0]).read_text()), MORE) == form
    assert canonical_options(options) == _vector(name, "proofCanonDataInt.txt")
    assert canonical_form(options, MORE) == _vector(name, "proofCanonDataInt.txt")
    assert sha256(form.encode()).hexdigest() == _vector(name, "docHashDataInt.txt")
    assert sha256(canonical_options(options).encode()).hexdigest() == _vector(name, "proofHashDataInt.txt")
    data = hash_data(form, options)
    assert data.hex() == _vector(name, "combinedHashDataInt.txt")
    pair = json.loads((VECTORS / "keyPair.json").read_text())
    private = Ed25519PrivateKey.from_private_bytes(unbase58(pair["privateKeyMultibase"][1:])[2:])
    signature = private.sign(data)
    assert signature.hex() == _vector(name, "sigHexDataInt.txt")
    assert "z" + base58(signature) == _vector(name, "sigBTC58DataInt.txt")
    assert json.loads(_vector(name, "signedDataInt.json"))["proof"]["proofValue"] == "z" + base58(signature)
