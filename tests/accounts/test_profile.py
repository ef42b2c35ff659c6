"""Name, profession, identifiers: kept by their owner, seen by nobody else."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from preceptor.accounts.actions import change_profession, review_profession_change, save_identifiers
from preceptor.accounts.models import Identifier, ProfessionChange, User
from preceptor.accounts.queries import changes_to_look_at, identifiers_of, identities_of
from preceptor.accounts.rules import PROFESSION_ATTESTATION
from preceptor.kernel.refusals import Refused
from preceptor.logbook.models import Entry
from tests.accounts.conftest import NOW, MakeUser

NPI = "1234567893"


def test_the_name_is_kept_as_printed(client: Client, jamie: User) -> None:
    client.force_login(jamie)
    client.post("/account/name/", {"given_name": "  Jamie   Lee ", "family_name": "Sample", "credentials": "DO"})
    jamie.refresh_from_db()
    assert jamie.printed_name == "Jamie Lee Sample, DO"
    page = client.post("/account/name/", {"given_name": "", "family_name": "Other", "credentials": "DO"}).content.decode()
    assert "Enter your given name" in page and 'value="Other"' in page


def test_another_profession_is_attested_recorded_and_flagged(client: Client, jamie: User) -> None:
    client.force_login(jamie)
    page = client.post("/account/profession/", {"profession": "pharmacist"}).content.decode()
    assert "Tick the sentence" in page and not ProfessionChange.objects.exists()
    client.post("/account/profession/", {"profession": "pharmacist", "attested": "on"})
    jamie.refresh_from_db()
    (change,) = changes_to_look_at()
    assert (jamie.profession, change.old, change.new, change.attestation) == (
        "pharmacist",
        "physician",
        "pharmacist",
        PROFESSION_ATTESTATION,
    )
    assert Entry.objects.filter(verb="accounts.change_profession", by=jamie.email).count() == 1
    review_profession_change(change, by="staff@sample.example", at=NOW)
    review_profession_change(change, by="staff@sample.example", at=NOW)
    assert not changes_to_look_at() and Entry.objects.filter(verb="accounts.review_profession_change").count() == 1


def test_the_same_profession_again_is_no_change(jamie: User) -> None:
    change_profession(jamie, "physician", PROFESSION_ATTESTATION, at=NOW)
    assert not ProfessionChange.objects.exists()


@pytest.mark.parametrize(("new", "attestation"), [("astronaut", PROFESSION_ATTESTATION), ("pharmacist", " ")])
def test_an_unknown_or_unattested_profession_is_refused(jamie: User, new: str, attestation: str) -> None:
    with pytest.raises(Refused) as refusal:
        change_profession(jamie, new, attestation, at=NOW)
    assert refusal.value.next_url == "/account/"


@pytest.mark.parametrize("statement", ["UPDATE accounts_professionchange SET new = 'other'", "DELETE FROM accounts_professionchange"])
def test_the_database_refuses_to_rewrite_a_change(jamie: User, statement: str) -> None:
    change_profession(jamie, "pharmacist", PROFESSION_ATTESTATION, at=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ProfessionChange.objects.get().new == "pharmacist"


@pytest.mark.parametrize(
    ("kind", "value", "is_right"),
    [
        ("npi", NPI, True),
        ("npi", "1234567890", False),
        ("npi", "12345", False),
        ("birth_mmdd", "0229", True),
        ("birth_mmdd", "1301", False),
        ("birth_mmdd", "19800704", False),
        ("nabp_eprofile", "123456", True),
        ("nabp_eprofile", "e-123", False),
        ("shoe_size", "44", False),
    ],
)
def test_identifiers_are_checked_by_kind(jamie: User, kind: str, value: str, is_right: bool) -> None:
    if is_right:
        save_identifiers(jamie, {kind: f" {value} "}, at=NOW)
        assert identifiers_of(jamie) == {kind: value}
        return
    with pytest.raises(Refused) as refusal:
        save_identifiers(jamie, {kind: value, "npi" if kind != "npi" else "birth_mmdd": ""}, at=NOW)
    assert refusal.value.reasons[0].code == f"accounts.identifier.{kind}"
    assert identifiers_of(jamie) == {}


def test_one_wrong_number_keeps_all_out_and_an_empty_one_leaves_what_is_there(jamie: User) -> None:
    with pytest.raises(Refused):
        save_identifiers(jamie, {"nabp_eprofile": "123456", "birth_mmdd": "1345"}, at=NOW)
    assert identifiers_of(jamie) == {}
    save_identifiers(jamie, {"nabp_eprofile": "123456", "birth_mmdd": "0704"}, at=NOW)
    save_identifiers(jamie, {"nabp_eprofile": "654321", "birth_mmdd": ""}, at=NOW)
    assert identifiers_of(jamie) == {"nabp_eprofile": "654321", "birth_mmdd": "0704"}


def test_identifiers_are_shown_masked_with_their_purpose_and_can_be_removed(client: Client, jamie: User) -> None:
    save_identifiers(jamie, {"npi": NPI}, at=NOW)
    client.force_login(jamie)
    page = client.get("/account/").content.decode()
    assert NPI not in page and "••••••••93" in page and "Lets a board that accepts it find your record" in page
    client.post("/account/identifiers/npi/remove/")
    assert identifiers_of(jamie) == {}


def test_somebody_elses_identifiers_cannot_be_reached(client: Client, jamie: User, make_user: MakeUser) -> None:
    other = make_user("robin@hospital.example", profession="pharmacist")
    save_identifiers(other, {"nabp_eprofile": "987654"}, at=NOW)
    client.force_login(jamie)
    page = client.get("/account/").content.decode()
    assert "54" not in page.split('id="identifiers"')[1].split("</section>")[0]
    client.post("/account/identifiers/nabp_eprofile/remove/")
    assert Identifier.objects.get().user == other
    assert client.get("/account/identifiers/nabp_eprofile/remove/").status_code == 405
    assert Client().post("/account/identifiers/nabp_eprofile/remove/").status_code == 302
    assert identifiers_of(other) == {"nabp_eprofile": "987654"}


def test_a_person_is_their_one_account_for_now(jamie: User) -> None:
    assert identities_of(jamie) == [jamie]
