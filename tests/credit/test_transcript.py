"""The transcript: filters and totals on screen, and the same on paper, as a table and as a signed learner record."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import jsonschema
import pikepdf
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openbadgeslib.ob3.clr import bundled_clr_contexts
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from preceptor.accounts.models import User
from preceptor.credit.actions import add_external_credit, claim_credit, correct_award, follow_own, order_record, reverse_award
from preceptor.credit.adapters.clr import learner_record, sign_record
from preceptor.credit.adapters.credential_keys import PROOFS, published_keys
from preceptor.credit.adapters.pdf_keys import published_certificates
from preceptor.credit.models import Award, TranscriptFile
from preceptor.credit.queries import EVERYTHING, record_of, transcript_for
from preceptor.credit.rules import (
    MOST_IN_RECORD,
    MOST_TRANSCRIPTS,
    REVERSAL_REASONS,
    STAFF_REASONS,
    Face,
    face_of,
    range_period,
    transcript_payload,
    year_period,
)
from preceptor.jobs.actions import run_due
from preceptor.kernel.refusals import Refused
from preceptor.kernel.serials import new_serial
from preceptor.mail.models import Letter
from tests.credit.conftest import NOW, House, claim_for
from tests.credit.test_credentials import SCHEMA as MEMBER
from tests.pdf_words import compact, words_of_pdf

OLD = NOW - timedelta(days=400)


@pytest.fixture(autouse=True)
def _then(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def granted(
    house: House, user: User, slug: str, *, at: Any = NOW, system: str = "ama_pra_1", profession: str = "physician", amount: str = "0.75"
) -> Award:
    edition = house.edition(slug, title=f"Activity {slug}")
    return claim_credit(house.participation(user, edition, at=at), claim_for(profession, system, amount), at=at)


def told(user: User, title: str = "A course elsewhere", **changes: Any) -> Any:
    values: dict[str, Any] = {
        "title": title, "provider": "Far Away Hospital", "system": "ama_pra_1", "own_words": "", "amount": Decimal("2"),
        "completed_on": date(2026, 3, 1), "note": "", "topic": "", "topic_minutes": 0,
    }  # fmt: skip
    return add_external_credit(user, {**values, **changes}, None, at=NOW)


def shown(page: str) -> set[str]:
    """The activities that a page lists."""
    return set(
        re.findall(r"Activity (\w+): Choosing|(A course \w+)", page)
        and [a or b for a, b in re.findall(r"Activity (\w+): Choosing|(A course \w+)", page)]
    )


@pytest.fixture
def learner(house: House) -> User:
    """Two credits of this year, one of last year, one taken back, one from elsewhere and one in own words."""
    user = house.learner()
    granted(house, user, "one")
    granted(house, user, "two", amount="0.50")
    granted(house, user, "old", at=OLD)
    reverse_award(granted(house, user, "gone"), reason=REVERSAL_REASONS[0], by=house.learner(), at=NOW)
    told(user)
    told(user, "A course abroad", system="", own_words="Points of nowhere", amount=Decimal("1.5"), completed_on=date(2025, 5, 5))
    return user


FILTERS = [
    ("", {"one", "two", "old", "gone", "A course elsewhere", "A course abroad"}),
    ("period=2026", {"one", "two", "gone", "A course elsewhere"}),
    ("year=2026", {"one", "two", "gone", "A course elsewhere"}),
    ("period=2025", {"old", "A course abroad"}),
    ("since=2026-04-01", {"one", "two", "gone"}),
    ("since=2025-01-01&until=2026-03-01", {"old", "A course elsewhere", "A course abroad"}),
    ("period=2025&since=2026-04-01", {"one", "two", "gone"}),
    ("system=ama_pra_1", {"one", "two", "old", "gone", "A course elsewhere"}),
    ("system=own:points of nowhere", {"A course abroad"}),
    ("kind=here", {"one", "two", "old", "gone"}),
    ("kind=self", {"A course elsewhere", "A course abroad"}),
    ("q=far away", {"A course elsewhere", "A course abroad"}),
    ("q=ACTIVITY T", {"two"}),
    ("q=zzz", set()),
    ("period=2031&system=none&kind=odd&more=1", {"one", "two", "old", "gone", "A course elsewhere", "A course abroad"}),
]


def test_filters_show_what_they_say_and_the_files_too(learner: User) -> None:
    client = client_of(learner)
    for query, expected in FILTERS:
        page = client.get(f"/transcript/?{query}").content.decode()
        assert shown(page) == expected, query
        rows = list(csv.reader(StringIO(client.get(f"/transcript.csv?{query}").content.decode("utf-8-sig"))))[1:]
        assert {row[2].removeprefix("Activity ").removesuffix(": Choosing and sequencing") for row in rows} == expected, query
    assert "Nothing fits" in client.get("/transcript/?q=zzz").content.decode()


def test_totals_stand_before_the_filters_which_unfold_by_themselves_when_they_filter(learner: User) -> None:
    client = client_of(learner)
    for query, is_open in [("", False), ("period=2026", True), ("since=never", True), ("period=2031", False)]:
        page = client.get(f"/transcript/?{query}").content.decode()
        folded = re.search(r'<details class="tr-filters noprint"( open)?>', page)
        assert folded and bool(folded[1]) is is_open, query
        assert page.index("tr-says") < page.index("credit-n") < folded.start() < page.index('id="cl"')


def test_types_are_added_up_alone_and_self_reported_credit_apart(learner: User) -> None:
    record = transcript_for(learner, at=NOW)
    assert [total.markdown for total in record.totals] == ["2.0 *AMA PRA Category 1 Credits*™"], "what was taken back counts nowhere"
    assert {total.markdown for total in record.told_totals} == {"2.0 *AMA PRA Category 1 Credits*™", "1.5 Points of nowhere"}
    assert [(row.year, [total.number for total in row.totals], [total.number for total in row.told_totals]) for row in record.by_year] == [
        (2026, ["1.25"], ["2.0"]), (2025, ["0.75"], ["1.5"]),
    ]  # fmt: skip
    page = client_of(learner).get("/transcript/").content.decode()
    assert page.count('<span class="tag">Self-reported</span>') == 2 and "Taken back November 22, 2026" in page and "Not counted." in page


def test_a_letter_that_failed_says_so_and_leads_to_where_it_is_sent_again(house: House) -> None:
    user = house.learner()
    letter = granted(house, user, "one").letters.get().letter
    for state, has_way in [("sent", False), ("refused", True), ("bounced", True)]:
        Letter.objects.filter(pk=letter.pk).update(state=state, sent_at=NOW, last_reply="552 5.2.2 over quota")
        page = client_of(user).get("/transcript/").content.decode()
        assert ("mailbox full" in page and '<a href="/activities/one/certificate/">Send it again' in page) is has_way
    certificate = client_of(user).get("/activities/one/certificate/").content.decode()
    assert "Send it again" in certificate and "Use another address" in certificate


def test_a_cycle_of_a_requirement_is_a_period(learner: User) -> None:
    tracked = follow_own(learner, "My license", "ama_pra_1", Decimal(50), date(2025, 1, 1), date(2025, 12, 31), at=NOW)
    page = client_of(learner).get(f"/transcript/?period={tracked.uuid}").content.decode()
    assert shown(page) == {"old", "A course abroad"} and "My license: completed from January 1, 2025 to December 31, 2025" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=tomorrow", "Give a day, like 2026-11-22"),
        ("until=2026-02-31", "Give a day, like 2026-11-22"),
        ("since=0001-01-01", "Give a day between 1950 and 2099"),
        ("since=2026-05-01&until=2026-01-01", "This day is before the first one"),
        (f"q={'x' * 101}", "at most 100 characters"),
        ("q=%00", "Null characters are not allowed"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_beside_its_field(learner: User, query: str, sentence: str) -> None:
    client = client_of(learner)
    page = client.get(f"/transcript/?{query}")
    assert page.status_code == 200 and sentence in page.content.decode()
    assert client.get(f"/transcript.csv?{query}").status_code == 200 and client.get(f"/transcript.pdf?{query}").status_code == 202


def test_states_and_ways_stand_in_every_row(house: House) -> None:
    user = house.learner()
    first = granted(house, user, "one")
    made = correct_award(first, claim_for(amount="0.50"), reason=STAFF_REASONS[0], by=house.learner(), at=NOW)
    page = client_of(user).get("/transcript/").content.decode()
    serial = face_of(made.payload).serial
    assert f"Supersedes {face_of(first.payload).serial}" in page and first.serial not in page
    for way in (f"/certificates/{serial}/", f"/certificates/{serial}.pdf", f"/certificates/{serial}.credential.json"):
        assert f'href="{way}"' in page
    assert "Waiting" in page, "what becomes of its letter"


def test_thirty_rows_ask_as_often_as_one(house: House) -> None:
    user = house.learner()
    follow_own(user, "My license", "ama_pra_1", Decimal(50), date(2026, 1, 1), date(2026, 12, 31), at=NOW)
    client = client_of(user)
    urls = ("/transcript/", "/transcript/?period=2026", "/transcript.csv", "/transcript/requirements/", "/transcript/self-reported/")

    def asked() -> list[int]:
        counts = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        return counts

    granted(house, user, "first")
    told(user)
    one = asked()
    for number in range(29):
        granted(house, user, f"more-{number}")
        told(user, f"A course {number}")
    assert asked() == one


def test_csv_cells_are_harmless(house: House) -> None:
    user = house.learner()
    told(user, "=HYPERLINK(1)", provider="@far", note="+1")
    [_, row] = list(csv.reader(StringIO(client_of(user).get("/transcript.csv").content.decode("utf-8-sig"))))
    assert (row[0], row[2], row[3], row[-1]) == ("Self-reported", "'=HYPERLINK(1)", "'@far", "'+1")


# --- PDF ---------------------------------------------------------------------------------------------------------------------------------


def pdf_of(client: Client, query: str = "") -> bytes:
    assert client.get(f"/transcript.pdf?{query}").status_code == 202
    run_due(at=NOW)
    return bytes(client.get(f"/transcript.pdf?{query}").content)


def test_the_pdf_is_signed_tagged_and_keeps_to_the_filters(learner: User) -> None:
    data = pdf_of(client_of(learner), "period=2026")
    words = compact(words_of_pdf(data))
    for said in (
        "Completed in 2026.",
        "1.25 AMA PRA Category 1 Credits™",
        "Self-reported credit",
        "2.0 AMA PRA Category 1 Credits™",
        "Taken back November 22, 2026",
        "Far Away Hospital",
    ):
        assert compact(said) in words, said
    assert compact("Activity old") not in words and compact("A course abroad") not in words
    [signature] = PdfFileReader(BytesIO(data)).embedded_regular_signatures
    signed = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False, moment=NOW))
    assert signed.intact and signed.valid and signed.coverage == SignatureCoverageLevel.ENTIRE_FILE
    ours = {certificate.public_bytes(Encoding.DER) for certificate in published_certificates()}
    assert signature.signer_cert.dump() in ours and signature.sig_object["/Reason"] == "Transcript of November 22, 2026"
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked and "pdfuaid:part" in pdf.Root.Metadata.read_bytes().decode()


def test_a_self_reported_transcript_holds_no_credit_from_here(learner: User) -> None:
    words = compact(words_of_pdf(pdf_of(client_of(learner), "kind=self")))
    assert (
        compact("self-reported only") in words and compact("Totals per credit type") not in words and compact("Activity one") not in words
    )


def test_a_long_transcript_repeats_its_header_on_every_page(house: House) -> None:
    from preceptor.credit.adapters.typeset import typeset_transcript  # noqa: PLC0415 - heavy

    face: Face = face_of(granted(house, house.learner(), "one").payload)
    rows = [{"date": "November 1, 2026", "title": f"Course {n}", "provider": "P", "amount": "1.0 hour", "note": ""} for n in range(60)]
    values = transcript_payload(
        "Riley Sample", "All years", [(face, "2026-11-22")] * 80, ["60.0 *Credits*"], 0, NOW.date(), told=rows, told_totals=["60.0 hours"]
    )
    made = typeset_transcript(values, at=NOW)
    assert made.standard == "ua-1, a-3a"
    with pikepdf.open(BytesIO(made.data)) as pdf:
        pages = len(pdf.pages)
        kinds = [
            str(element.S)
            for element in pdf.objects
            if isinstance(element, pikepdf.Dictionary) and "/S" in element and "/P" in element and "/K" in element
        ]
    heads = compact(words_of_pdf(made.data)).count(compact("Activity and serial")) + compact(words_of_pdf(made.data)).count(
        compact("Activity, self-reported")
    )
    assert pages > 6 and heads >= pages, "a table's head stands on every page that it goes over"
    assert kinds.count("/Table") == 2 and kinds.count("/TH") == 6, "marked as heads once"


def test_files_of_one_person_stay_few(learner: User) -> None:
    client = client_of(learner)
    for number in range(MOST_TRANSCRIPTS + 5):
        assert client.get(f"/transcript.pdf?q={number}").status_code == 202
    assert TranscriptFile.objects.count() == MOST_TRANSCRIPTS
    run_due(at=NOW)
    assert client.get(f"/transcript.pdf?q={MOST_TRANSCRIPTS + 4}").status_code == 200


# --- CLR 2.0 -----------------------------------------------------------------------------------------------------------------------------

TEXT = {"type": "string", "minLength": 1}
# Of our own writing, after the text of CLR 2.0; narrower than it is.
CLR_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": False,
    "required": ["@context", "id", "type", "name", "description", "issuer", "validFrom", "awardedDate", "partial", "credentialSubject", "proof"],
    "properties": {
        "@context": {"const": [
            "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        ]},
        "id": {"type": "string", "pattern": "^urn:uuid:"}, "type": {"const": ["VerifiableCredential", "ClrCredential"]}, "name": TEXT, "description": TEXT,
        "issuer": MEMBER["properties"]["issuer"], "validFrom": MEMBER["properties"]["validFrom"], "awardedDate": MEMBER["properties"]["validFrom"],
        "partial": {"type": "boolean"}, "proof": MEMBER["properties"]["proof"],
        "credentialSubject": {
            "type": "object", "required": ["id", "type", "verifiableCredential"], "additionalProperties": False,
            "properties": {
                "id": {"type": "string", "pattern": "^urn:uuid:"}, "type": {"const": ["ClrSubject"]},
                "identifier": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "object", "required": ["type", "identityType", "hashed", "identityHash"]}},
                "verifiableCredential": {"type": "array", "minItems": 1, "items": MEMBER},
            },
        },
    },
}  # fmt: skip


def record_file(client: Client, query: str = "") -> dict[str, Any]:
    assert client.get(f"/transcript.clr.json?{query}").status_code == 202
    run_due(at=NOW)
    answer = client.get(f"/transcript.clr.json?{query}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"] == 'attachment; filename="transcript.clr.json"'
    document: dict[str, Any] = json.loads(answer.content)
    return document


def house_key() -> bytes:
    key = published_keys(PROOFS)[0]  # the newest: another test may have rotated it
    return key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_the_learner_record_has_its_shape_and_its_proofs(learner: User) -> None:
    document = record_file(client_of(learner), "period=2026")
    jsonschema.validate(document, CLR_SCHEMA)
    members = document["credentialSubject"]["verifiableCredential"]
    assert [member["name"].partition("Activity ")[2][:3] for member in members] == ["two", "one"], (
        "what stands, and no self-reported credit"
    )
    assert document["partial"] is True and "Completed in 2026" in document["description"] and "Far Away" not in json.dumps(document)
    verify_data_integrity_proof(document, house_key(), extra_contexts=bundled_clr_contexts())
    for member in members:
        verify_data_integrity_proof(member, house_key())
    whole = record_file(client_of(learner))
    assert whole["partial"] is False and len(whole["credentialSubject"]["verifiableCredential"]) == 3 and whole["id"] != document["id"]


def test_an_altered_record_is_found_by_others_too(learner: User) -> None:
    document = record_file(client_of(learner))
    changes: list[Any] = [
        lambda d: d.update(name="Transcript of somebody else"),
        lambda d: d.update(partial=True),
        lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Somebody Else"),
        lambda d: d["credentialSubject"]["verifiableCredential"].pop(),
        lambda d: d["credentialSubject"]["verifiableCredential"][0]["credentialSubject"].update(creditsEarned=9),
    ]
    for change in changes:
        altered = json.loads(json.dumps(document))
        change(altered)
        with pytest.raises(OB3VerificationError):
            verify_data_integrity_proof(altered, house_key(), extra_contexts=bundled_clr_contexts())


def test_a_record_without_a_certificate_that_stands_is_refused_with_a_way_on(house: House) -> None:
    user = house.learner()
    told(user)
    client = client_of(user)
    assert "Learner record (CLR 2.0)" not in client.get("/transcript/").content.decode()
    answer = client.get("/transcript.clr.json")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/transcript/")


def test_a_record_is_never_longer_than_readers_take(learner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_of(learner, NOW)
    monkeypatch.setattr("preceptor.credit.actions.transcripts.MOST_IN_RECORD", 2)
    with pytest.raises(Refused, match="at most 2 certificates; these are 3") as refused:
        order_record(record, EVERYTHING, at=NOW)
    assert refused.value.code == "credit.record_too_long"


def test_as_many_certificates_as_are_allowed_fit(house: House) -> None:
    """The limit of the readers is 262,144 bytes."""
    document = record_file(client_of_one(house))
    member = document["credentialSubject"]["verifiableCredential"][0]
    padded = {**member, "description": member["description"] + "x" * 400}
    size = len(json.dumps(padded, ensure_ascii=False, separators=(",", ":")).encode())
    assert MOST_IN_RECORD * size + 4096 < 262_144
    many = [{**member, "id": f"{member['id']}{new_serial()}"} for _ in range(MOST_IN_RECORD)]
    signed = sign_record(learner_record(many, name="Riley Sample", says="All years", is_partial=False, number="1", at=NOW), NOW)
    verify_data_integrity_proof(signed, house_key(), extra_contexts=bundled_clr_contexts())


def client_of_one(house: House) -> Client:
    user = house.learner()
    granted(house, user, "one")
    return client_of(user)


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        (year_period(2026), [date(2026, 1, 1), date(2026, 12, 31)], [date(2025, 12, 31), date(2027, 1, 1)]),
        (range_period(date(2026, 1, 5), None), [date(2026, 1, 5), date(2050, 1, 1)], [date(2026, 1, 4)]),
        (range_period(None, date(2026, 1, 5)), [date(1990, 1, 1), date(2026, 1, 5)], [date(2026, 1, 6)]),
        (range_period(None, None), [date(1990, 1, 1)], []),
    ],
)
def test_periods(period: Any, inside: list[date], outside: list[date]) -> None:
    assert all(period.holds(day) for day in inside) and not any(period.holds(day) for day in outside)
