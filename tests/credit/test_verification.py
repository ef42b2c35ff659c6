"""Verification: by serial, by file, and what is published so that it works without us."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from preceptor.accounts.models import User
from preceptor.credit.actions import (
    ask_check,
    claim_credit,
    correct_claim,
    forget_checks,
    reinstate_award,
    reverse_award,
    typeset_certificate,
)
from preceptor.credit.actions.checks import check_file
from preceptor.credit.adapters import inspection
from preceptor.credit.adapters.credential_keys import PROOFS, TOKENS, issuer_did, published_keys
from preceptor.credit.adapters.credentials import check_credential, credential_of, sign_credential
from preceptor.credit.adapters.inspection import Inspection, inspect_file, inspect_here
from preceptor.credit.adapters.status_lists import entry_of
from preceptor.credit.models import Award, CheckRequest
from preceptor.credit.rules import BY_LEARNER, MOST_WAITING, REINSTATEMENT_REASONS, REVERSAL_REASONS, FileKind, Verdict, face_of
from preceptor.jobs.actions import run_due
from preceptor.kernel.refusals import Refused
from preceptor.kernel.serials import grouped, new_serial
from preceptor.logbook.models import Entry
from preceptor.ui.days import long_moment
from tests.credit.conftest import NOW, House, claim_for


@pytest.fixture(autouse=True)
def _then(settings: Any, tmp_path: Path) -> Iterator[None]:
    """All pages are asked for at NOW, in a house with keys of its own."""
    settings.VAR_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def award(house: House) -> Award:
    """Half a credit, with its files."""
    made = claim_credit(house.participation(house.learner(), house.edition()), claim_for(amount="0.5"), at=NOW)
    typeset_certificate(award=made.pk, at=NOW)
    return Award.objects.get(pk=made.pk)


def pdf_of(award: Award) -> bytes:
    return bytes(award.certificate_files.get(paper="letter").data)


def page_of(award: Award) -> str:
    answer = Client().get(f"/verify/{face_of(award.payload).serial}/")
    assert answer.status_code == 200
    return answer.content.decode()


def staff() -> User:
    return User.objects.create_user("staff@example.org", "pass", is_staff=True)


def hand_in(data: bytes = b"", text: str = "", name: str = "certificate.pdf") -> tuple[Client, Any]:
    client = Client()
    sent: dict[str, Any] = {"text": text}
    if data:
        sent["file"] = SimpleUploadedFile(name, data)
    return client, client.post("/verify/check/", sent)


def result_of(data: bytes = b"", text: str = "") -> str:
    """The page with the result, checked in this process: the job is the same, its process is tested below."""
    client, answer = hand_in(data, text)
    assert answer.status_code == 303, answer.content.decode()
    run_due(at=NOW)
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    cache.clear()
    return page.content.decode()


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at without a process of their own: the tests of the ledger's side need none."""
    monkeypatch.setattr("preceptor.credit.actions.checks.inspect_file", lambda kind, data: Inspection(**json.loads(_dumped(kind, data))))


def _dumped(kind: str, data: bytes) -> str:
    return json.dumps(inspect_here(kind, data).__dict__)


# --- by serial ---------------------------------------------------------------------------------------------------------------------------


def test_times_are_the_providers_not_those_of_the_machine(award: Award) -> None:
    """Midnight in UTC is still the evening before where the provider is."""
    page = page_of(award)
    assert f"Issued {long_moment(NOW, 'America/New_York')}." in page and "UTC" not in page


def test_a_revoked_certificate_says_when_and_why_and_a_reinstated_one_that_it_counts(award: Award) -> None:
    assert "This certificate is valid" in page_of(award) and "Never taken back." in page_of(award)
    reverse_award(award, by=staff(), reason=REVERSAL_REASONS[0], note="for the house alone", at=NOW + timedelta(days=2))
    page = page_of(award)
    assert "This certificate was revoked" in page and "November 24, 2026" in page and REVERSAL_REASONS[0] in page
    assert "for the house alone" not in page and "staff@example.org" not in page and "This certificate is valid" not in page
    reinstate_award(award, by="system", reason=REINSTATEMENT_REASONS[0], at=NOW + timedelta(days=3))
    page = page_of(award)
    assert "This certificate is valid" in page and "Never taken back." not in page and "unchanged since" not in page
    assert f"Reinstated {long_moment(NOW + timedelta(days=3), 'America/New_York')}: {REINSTATEMENT_REASONS[0]} It counts." in page
    assert f"Revoked {long_moment(NOW + timedelta(days=2), 'America/New_York')}: {REVERSAL_REASONS[0]}" in page


def test_its_owner_reads_at_full_size_that_a_certificate_does_not_count(award: Award) -> None:
    client, address = Client(), f"/certificates/{face_of(award.payload).serial}/"
    client.force_login(award.user)
    assert "Whoever verifies it" not in client.get(address).content.decode()
    made = correct_claim(award, claim_for(amount="0.25"), at=NOW + timedelta(minutes=5))
    new = f"/certificates/{face_of(made.payload).serial}/"
    page = client.get(address).content.decode()
    assert "It was replaced on November 22, 2026" in page and f'href="{new}"' in page and BY_LEARNER in page
    reverse_award(made, by=staff(), reason=REVERSAL_REASONS[0], at=NOW + timedelta(days=2))
    page = client.get(new).content.decode()
    assert "It does not count since November 24, 2026." in page and REVERSAL_REASONS[0] in page


def test_a_corrected_certificate_leads_to_the_one_that_took_its_place(award: Award) -> None:
    made = correct_claim(award, claim_for(amount="0.25"), at=NOW + timedelta(minutes=5))
    page, new = page_of(award), face_of(made.payload).serial
    assert "This certificate was replaced" in page and f'href="/verify/{new}/"' in page and BY_LEARNER in page
    page = page_of(made)
    assert "This certificate is valid" in page and f'href="/verify/{face_of(award.payload).serial}/"' in page and "It corrects" in page


def test_an_erased_name_is_told_as_such_and_the_rest_verifies(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = pdf_of(award)
    monkeypatch.setattr(
        Award,
        "payload",
        property(
            lambda self: {
                **json.loads(self.frozen),
                **dict.fromkeys(["printed_name", "name", "credentials", "profession", "profession_label"], ""),
                "identifiers": {},
            }
        ),
    )
    page = page_of(award)
    assert "This certificate is valid" in page and "Erased" in page and "Riley" not in page
    monkeypatch.setattr("preceptor.credit.actions.checks.inspect_file", inspect_here)
    page = result_of(pdf)
    assert "This certificate is valid" in page and "Erased" in page and "Riley" not in page


def test_wrong_and_unknown_serials_are_answered_alike(award: Award) -> None:
    """Nobody learns from an answer whether a serial was nearly one. (That a check character does not fit, anybody can work out by themselves.)"""
    printed = face_of(award.payload).serial
    wrong = printed[:-1] + ("0" if printed[-1] != "0" else "1")
    pages = []
    for typed in (wrong, grouped(new_serial())):
        answer = Client().get(f"/verify/{typed}/")
        assert answer.status_code == 404
        pages.append(answer.content.decode().replace(typed, "-"))
    sections = [page.partition('<section class="vres')[2].partition("</section>")[0] for page in pages]
    assert sections[0] == sections[1] and "No certificate has this serial" in sections[0]


def test_a_sample_says_so_on_page_and_result(sample_house: House, in_process: None) -> None:
    made = claim_credit(sample_house.participation(sample_house.learner(), sample_house.edition()), claim_for(), at=NOW)
    typeset_certificate(award=made.pk, at=NOW)
    made = Award.objects.get(pk=made.pk)
    for page in (page_of(made), result_of(pdf_of(made)), result_of(text=made.credential_file.document)):
        assert "This sample certificate is valid" in page and "SAMPLE: no credit is awarded" in page and "<title>SAMPLE: " in page
    reverse_award(made, by=staff(), reason=REVERSAL_REASONS[0], at=NOW)
    assert "SAMPLE: no credit is awarded" in page_of(made)
    assert "This sample certificate was revoked" in page_of(made) and "<title>SAMPLE: " in page_of(made)


# --- by file -----------------------------------------------------------------------------------------------------------------------------


def test_a_file_of_each_kind_is_checked_by_a_worker_and_deleted(award: Award) -> None:
    file = award.credential_file
    for data, text in ((pdf_of(award), ""), (file.document.encode(), ""), (b"", f"  {file.document}\n"), (b"", file.jwt)):
        client, answer = hand_in(data, text)
        row = CheckRequest.objects.latest("pk")
        assert answer.status_code == 303 and answer.headers["Location"] == f"/verify/check/{row.uuid}/"
        waiting = client.get(answer.headers["Location"])
        assert waiting.status_code == 202 and waiting.headers["Refresh"] == "2" and "being checked" in waiting.content.decode()
        run_due(at=NOW)
        row.refresh_from_db()
        assert (row.state, row.data) == ("checked", None)
        page = client.get(answer.headers["Location"]).content.decode()
        assert "This certificate is valid" in page and "Riley Sample, MD" in page and "every fact in it is as recorded" in page
        cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1, minutes=1), tick=False):
        forget_checks(at=NOW + timedelta(hours=1, minutes=1))
        assert not CheckRequest.objects.exists() and client.get(answer.headers["Location"]).status_code == 404


def test_the_result_follows_the_ledger(award: Award, in_process: None) -> None:
    pdf, document = pdf_of(award), award.credential_file.document
    reverse_award(award, by=staff(), reason=REVERSAL_REASONS[1], at=NOW)
    for page in (result_of(pdf), result_of(text=document)):
        assert "This certificate was revoked" in page and REVERSAL_REASONS[1] in page and "This certificate is valid" not in page
    reinstate_award(award, by="system", reason=REINSTATEMENT_REASONS[0], at=NOW)
    made = correct_claim(award, claim_for(amount="0.25"), at=NOW)
    for page in (result_of(pdf), result_of(text=document)):
        assert "This certificate was replaced" in page and face_of(made.payload).serial in page


def test_what_was_altered_is_shown_beside_what_is_recorded(award: Award, in_process: None) -> None:
    document = json.loads(award.credential_file.document)
    document["credentialSubject"]["result"][0]["value"] = "75.0"
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Eve Forger, MD <script>"
    page = result_of(text=json.dumps(document))
    assert (
        "This file was altered" in page
        and "75.0" in page
        and "0.5" in page
        and "Eve Forger, MD &lt;script&gt;" in page
        and "Riley Sample, MD" in page
    )
    pdf = pdf_of(award)
    place = pdf.rindex(b"/Producer") if b"/Producer" in pdf else len(pdf) // 2
    page = result_of(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
    assert "This certificate is valid" not in page and ("altered" in page or "cannot be read" in page)


def test_what_we_signed_but_never_recorded_or_recorded_otherwise_is_told(award: Award, in_process: None) -> None:
    """As if a key had been stolen."""
    document = json.loads(award.credential_file.document)
    del document["proof"]
    other = json.loads(json.dumps(document).replace(face_of(award.payload).serial, grouped(new_serial())))
    page = result_of(text=json.dumps(sign_credential(other, NOW)))
    assert "No such certificate is recorded" in page and "This certificate is valid" not in page
    document["credentialSubject"]["achievement"]["name"] = "Certificate of Credit: Everything"
    page = result_of(text=json.dumps(sign_credential(document, NOW)))
    assert "This file is not what is recorded" in page and "Certificate of Credit: Everything" in page
    document = json.loads(award.credential_file.document)
    del document["proof"]
    document["credentialSubject"]["achievement"]["criteria"]["narrative"] = "Nothing at all."
    assert "Other details" in result_of(text=json.dumps(sign_credential(document, NOW)))


FOREIGN = {
    "no signature": b'{"name": "certificate"}',
    "another list": b"{}",
    "foreign context": json.dumps({"@context": "http://127.0.0.1:1/x", "type": ["VerifiableCredential", "AchievementCredential"]}).encode(),
    "a PDF that is none": b"%PDF-1.7 nothing more",
    "a token of somebody": b"eyJhbGciOiJub25lIn0.eyJhIjoxfQ.",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_ours_is_told_in_words(db: None, in_process: None, name: str) -> None:
    page = result_of(FOREIGN[name])
    assert "vres--no" in page and "What to try" in page and "is valid" not in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose the file to check"),
        ({"file": SimpleUploadedFile("x.jpg", b"\xff\xd8\xff\xe0 picture")}, "A photograph or a scan cannot be checked"),
        ({"file": SimpleUploadedFile("x.json", b"{" + b" " * 70_000)}, "larger than 64 KB"),
        ({"text": "hello, typed and kept"}, "This is not a credential"),
        ({"text": "%PDF-1.7 pasted"}, "This is not a credential"),
        ({"text": "{}", "file": SimpleUploadedFile("x.json", b"{}")}, "not both"),
        ({"text": "\x00"}, "Null characters"),
    ],
)
def test_what_cannot_be_checked_is_said_beside_its_field(db: None, sent: dict[str, Any], words: str) -> None:
    answer = Client().post("/verify/check/", sent)
    page = answer.content.decode()
    assert answer.status_code == 200 and words in page and "is-bad" in page and not CheckRequest.objects.exists()
    if str(sent.get("text", "")).startswith("hello"):
        assert "hello, typed and kept" in page


@pytest.mark.parametrize("size", [3, 12])
def test_a_file_that_is_too_large_is_told_and_not_kept(db: None, size: int) -> None:
    answer = Client().post("/verify/check/", {"file": SimpleUploadedFile("x.pdf", b"%PDF-" + bytes(size * 2**20))})
    assert answer.status_code == 413 and "This file is too large" in answer.content.decode() and "2 MB" in answer.content.decode()
    assert not CheckRequest.objects.exists()


def test_the_form_needs_its_token_and_files_are_few(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify/check/", {"text": "{}"}).status_code == 403
    strict.get("/verify/")
    token = strict.cookies["csrftoken"].value
    assert strict.post("/verify/check/", {"text": "{}", "csrfmiddlewaretoken": token}).status_code == 303
    answers = [Client().post("/verify/check/", {"text": "{}"}).status_code for _ in range(10)]
    assert answers[-1] == 429 and set(answers[:8]) == {303}
    assert Client().get("/verify/check/").status_code in (302, 429)
    for _ in range(MOST_WAITING - CheckRequest.objects.count()):
        ask_check(FileKind.JSON, b"{}", at=NOW)
    with pytest.raises(Refused, match="Many files wait"):
        ask_check(FileKind.JSON, b"{}", at=NOW)
    ask_check(FileKind.JSON, b"{}", at=NOW + timedelta(hours=2))


def test_nobody_sees_a_result_without_its_address(db: None) -> None:
    assert Client().get("/verify/check/00000000-0000-4000-8000-000000000000/").status_code == 404


# --- in a process of its own -------------------------------------------------------------------------------------------------------------


def test_a_graph_that_takes_for_ever_is_given_up(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poison graph: two nodes alike, each with many alike below, inside of all limits of size. It names a key of ours."""
    monkeypatch.setattr(inspection, "CPU_SECONDS", 3)
    monkeypatch.setattr(inspection, "WALL_SECONDS", 5)
    key = published_keys(PROOFS)[0].key_id
    did = "did:web:127.0.0.1%3A8000"
    twins = [{"type": ["Result"], "alignment": [{"type": ["Alignment"]} for _ in range(14)]} for _ in range(2)]
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "type": ["VerifiableCredential", "AchievementCredential"], "issuer": {"id": did}, "credentialSubject": {"type": ["AchievementSubject"], "result": twins},
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod",
                  "created": "2026-01-01T00:00:00Z", "verificationMethod": f"{did}#{key}", "proofValue": "z1"},
    }  # fmt: skip
    assert inspect_file(FileKind.JSON, json.dumps(document).encode()).verdict == Verdict.TOO_SLOW


def test_a_process_that_ends_badly_is_an_answer_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "WALL_SECONDS", 0.05)
    row = ask_check(FileKind.JSON, b"{}", at=NOW)
    check_file(check=row.pk, at=NOW)
    row.refresh_from_db()
    assert row.result == {"verdict": "too_slow", "serial": "", "signed_at": ""} and row.data is None
    assert "took too long" in Client().get(f"/verify/check/{row.uuid}/").content.decode()


# --- published ---------------------------------------------------------------------------------------------------------------------------


def test_keys_and_lists_can_be_kept_and_asked_for_again(award: Award) -> None:
    for path, media_type in (
        ("/.well-known/did.json", "application/did+ld+json"),
        ("/did.json", "application/did+ld+json"),
        ("/verify/keys.json", "application/json"),
        ("/verify/pdf-certificates.pem", "application/x-pem-file"),
        ("/verify/verify_certificate.py", "text/x-python; charset=utf-8"),
        ("/credentials/status/0", "application/vc"),
    ):
        answer = Client().get(path)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == media_type, path
        assert "public, max-age=" in answer.headers["Cache-Control"] and answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "") and b"PRIVATE" not in answer.content
        again = Client().get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304 and again.content == b"" and again.headers["ETag"] == answer.headers["ETag"]
        assert Client().post(path).status_code == 405
    for number in (1, 2**14, 2**70):
        assert Client().get(f"/credentials/status/{number}").status_code == 404


def bit_of(award: Award) -> bool:
    entry = json.loads(award.credential_file.document)["credentialStatus"]
    answer = Client().get(urlsplit(entry["statusListCredential"]).path)
    text = json.loads(answer.content)["credentialSubject"]["encodedList"]
    held = gzip.decompress(urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    place = int(entry["statusListIndex"])
    return bool(held[place // 8] & (128 >> place % 8))


def test_the_status_list_follows_the_ledger_at_once(award: Award) -> None:
    assert not bit_of(award)
    first = Client().get("/credentials/status/0")
    assert Client().get("/credentials/status/0").content == first.content
    reverse_award(award, by=staff(), reason=REVERSAL_REASONS[0], at=NOW)
    assert bit_of(award)
    assert Client().get("/credentials/status/0", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    reinstate_award(award, by="system", reason=REINSTATEMENT_REASONS[0], at=NOW)
    assert not bit_of(award)
    made = correct_claim(award, claim_for(amount="0.25"), at=NOW)
    typeset_certificate(award=made.pk, at=NOW)
    assert bit_of(award) and not bit_of(Award.objects.get(pk=made.pk))


def test_the_learner_alone_downloads_the_credential(award: Award, house: House) -> None:
    serial = face_of(award.payload).serial
    owner, other = Client(), Client()
    owner.force_login(award.user)
    other.force_login(house.learner())
    for ending, media_type in (("json", "application/vc"), ("jwt", "application/vc+jwt")):
        path = f"/certificates/{serial}.credential.{ending}"
        answer = owner.get(path)
        assert answer.headers["Content-Type"] == media_type and "private" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="certificate-{serial[:-2]}.credential.{ending}"'
        check = check_credential(answer.content.decode())
        assert check.is_intact and check.serial == award.serial
        assert other.get(path).status_code == 404 and Client().get(path).status_code == 302
    for nonsense in ("%00", "A" * 200, "..%2f"):
        assert owner.get(f"/certificates/{nonsense}.credential.json").status_code == 404


def test_until_the_credential_is_signed_the_page_looks_again(house: House) -> None:
    made = claim_credit(house.participation(house.learner(), house.edition()), claim_for(), at=NOW)
    client = Client()
    client.force_login(made.user)
    waiting = client.get(f"/certificates/{face_of(made.payload).serial}.credential.json")
    assert waiting.status_code == 202 and waiting.headers["Refresh"] == "2"


def test_a_rotated_key_stays_published_and_the_logbook_knows(award: Award, in_process: None) -> None:
    before = json.loads(Client().get("/.well-known/did.json").content)
    document, token = award.credential_file.document, award.credential_file.jwt
    call_command("rotate_credential_key", by="staff@example.org", reason="Yearly", stdout=(out := StringIO()))
    after = json.loads(Client().get("/.well-known/did.json").content)
    assert set(before["assertionMethod"]) < set(after["assertionMethod"]) and len(after["assertionMethod"]) == 4
    for text in (document, token):
        assert "This certificate is valid" in result_of(text=text)
    entry = Entry.objects.get(verb="credit.keys_rotated")
    assert entry.by == "staff@example.org" and entry.detail["kinds"] == [PROOFS, TOKENS]
    assert all(key_id in out.getvalue() for key_id in entry.detail["key_ids"])


@pytest.mark.parametrize("name", ["Ri\x00ley", "Ri\ud800ley"])
def test_a_text_that_no_database_keeps_is_checked_like_any_other(award: Award, in_process: None, name: str) -> None:
    """Else the check would wait for its hour, and sixty of them would keep everybody out."""
    document = credential_of(award.payload, status=entry_of(award.status_index), at=NOW)
    document["credentialSubject"]["identifier"][0]["identityHash"] = name
    document["proof"] = {"verificationMethod": f"{issuer_did()}#{published_keys(PROOFS)[-1].key_id}"}
    page = result_of(json.dumps(document).encode())
    assert "This file was altered" in page and "Ri\ufffdley" in page
    assert not CheckRequest.objects.filter(state="waiting").exists()
