"""Signing up, beginning unverified, and verifying by code, by link, at another address."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from time_machine import travel

from preceptor.accounts.models import User, VerificationCode
from preceptor.accounts.queries import has_verified_address
from preceptor.accounts.rules import CODE_TRIES
from tests.accounts.conftest import NOW, PASSWORD, SIGN_UP, MakeUser, code_in, letters, path_in

ADDRESS = SIGN_UP["email"]


def test_signing_up_asks_name_profession_and_degree_and_lets_one_begin_unverified(client: Client, db: None) -> None:
    answer = client.post("/account/sign-up/?next=/activities/liver/", SIGN_UP)
    user = User.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/activities/liver/")
    assert (user.email, user.printed_name, user.profession) == (ADDRESS, "Riley Sample, MD", "physician")
    assert client.get("/account/").status_code == 200
    assert not has_verified_address(user)
    assert [letter.kind for letter in letters(ADDRESS)] == ["accounts.verification"]


def test_errors_stand_beside_the_fields_and_keep_everything_but_the_password(client: Client, db: None) -> None:
    answer = client.post("/account/sign-up/", SIGN_UP | {"password1": "short", "given_name": "", "email": "riley@hospital"})
    page = answer.content.decode()
    assert "Enter your given name" in page and "Enter an address with an @ and a dot" in page and "10 characters" in page
    assert 'value="riley@hospital"' in page and 'value="Sample"' in page and 'value="MD"' in page
    assert "short" not in page.replace("too short", "")
    assert not User.objects.exists()


def test_the_address_is_one_whatever_its_case(client: Client, db: None) -> None:
    client.post("/account/sign-up/", SIGN_UP | {"email": " Riley@Hospital.example "})
    client.post("/account/sign-out/")
    answer = client.post("/account/sign-in/", {"login": "RILEY@hospital.EXAMPLE", "password": PASSWORD})
    assert answer.status_code == 302
    assert User.objects.get().email == ADDRESS


def test_verify_by_code(signed_up: Client) -> None:
    code = code_in(letters(ADDRESS)[0])
    answer = signed_up.post("/account/verify/", {"code": f"{code[:3]} {code[3:]}", "next": "/activities/liver/claim/"})
    assert (answer.status_code, answer["Location"]) == (303, "/activities/liver/claim/")
    assert has_verified_address(User.objects.get())
    assert not VerificationCode.objects.exists()


def test_a_wrong_code_says_what_is_left_and_five_end_it(signed_up: Client) -> None:
    right = code_in(letters(ADDRESS)[0])
    wrong = "000000" if right != "000000" else "111111"
    for left in range(CODE_TRIES - 1, 0, -1):
        page = signed_up.post("/account/verify/", {"code": wrong}).content.decode()
        assert f"{left} tr" in page
    assert "too many tries" in signed_up.post("/account/verify/", {"code": wrong}).content.decode()
    assert "too many tries" in signed_up.post("/account/verify/", {"code": right}).content.decode()
    assert not has_verified_address(User.objects.get())


def test_a_code_is_good_for_thirty_minutes(client: Client, db: None) -> None:
    with travel(NOW, tick=False):
        client.post("/account/sign-up/", SIGN_UP)
    code = code_in(letters(ADDRESS)[0])
    with travel(NOW + timedelta(minutes=30), tick=False):
        assert "no longer valid" in client.post("/account/verify/", {"code": code}).content.decode()
    with travel(NOW + timedelta(minutes=29), tick=False):
        assert client.post("/account/verify/", {"code": code}).status_code == 303


def test_looking_at_the_link_consumes_nothing_and_a_second_use_says_so(signed_up: Client) -> None:
    link = path_in(letters(ADDRESS)[0])
    stranger = Client()
    for _ in range(3):
        page = stranger.get(link)
        assert page.status_code == 200 and "<b>riley@hospital.example</b>" in page.content.decode()
    assert not has_verified_address(User.objects.get())
    answer = stranger.post(link)
    assert (answer.status_code, answer["Location"]) == (303, "/account/sign-in/")
    assert has_verified_address(User.objects.get())
    again = signed_up.get(link)
    assert again.status_code == 410 and "Your address is verified" in again.content.decode()
    assert stranger.post(link).status_code == 410


def test_the_link_remembers_where_the_person_was_going(client: Client, db: None) -> None:
    client.post("/account/sign-up/?next=/activities/liver/", SIGN_UP)
    answer = client.post(path_in(letters(ADDRESS)[0]))
    assert answer["Location"] == "/activities/liver/"


def test_a_new_letter_ends_the_old_code_and_is_limited(signed_up: Client) -> None:
    old = code_in(letters(ADDRESS)[0])
    assert signed_up.post("/account/verify/resend/").status_code == 303
    new = code_in(letters(ADDRESS)[1])
    limited = signed_up.post("/account/verify/resend/")
    assert limited.status_code == 429 and "Wait a few minutes" in limited.content.decode()
    if old != new:
        assert "Check the six digits" in signed_up.post("/account/verify/", {"code": old}).content.decode()
    assert signed_up.post("/account/verify/", {"code": new}).status_code == 303


def test_an_unverified_address_is_replaced_at_once(signed_up: Client) -> None:
    old_code, old_link = code_in(letters(ADDRESS)[0]), path_in(letters(ADDRESS)[0])
    answer = signed_up.post("/account/verify/address/", {"email": "right@hospital.example", "next": "/home/"})
    assert (answer.status_code, answer["Location"]) == (303, "/account/verify/?next=%2Fhome%2F")
    assert User.objects.get().email == "right@hospital.example"
    signed_up.get("/account/")  # says what signing up had to say
    page = signed_up.get("/account/verify/").content.decode()
    assert "right@hospital.example" in page and ADDRESS not in page
    assert signed_up.get(old_link).status_code == 410
    new_code = code_in(letters("right@hospital.example")[0])
    if old_code != new_code:
        assert signed_up.post("/account/verify/", {"code": old_code}).status_code == 200
    assert signed_up.post("/account/verify/", {"code": new_code}).status_code == 303


def test_a_verified_address_stays_until_the_new_one_is_verified_and_is_told(client: Client, jamie: User) -> None:
    client.force_login(jamie)
    assert (
        "Type your current password again"
        in client.post("/account/verify/address/", {"email": "new@hospital.example", "password": "wrong"}).content.decode()
    )
    client.post("/account/verify/address/", {"email": "new@hospital.example", "password": PASSWORD})
    jamie.refresh_from_db()
    assert jamie.email == "jamie@hospital.example" and has_verified_address(jamie)
    client.post("/account/verify/", {"code": code_in(letters("new@hospital.example")[0])})
    jamie.refresh_from_db()
    assert jamie.email == "new@hospital.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@hospital.example", True, True)]
    (notice,) = letters("jamie@hospital.example")
    assert notice.kind == "accounts.email_changed" and "new@hospital.example" in notice.text


def test_a_change_that_waits_can_be_dropped(client: Client, jamie: User) -> None:
    client.force_login(jamie)
    client.post("/account/verify/address/", {"email": "new@hospital.example", "password": PASSWORD})
    client.post("/account/verify/keep/")
    assert EmailAddress.objects.get(user=jamie).email == "jamie@hospital.example"
    assert client.get(path_in(letters("new@hospital.example")[0])).status_code == 410


def test_signing_up_looks_the_same_when_the_address_has_an_account(client: Client, make_user: MakeUser) -> None:
    make_user(ADDRESS)
    known = client.post("/account/sign-up/", SIGN_UP)
    other = Client().post("/account/sign-up/", SIGN_UP | {"email": "new@hospital.example"})
    assert (known.status_code, known["Location"]) == (other.status_code, other["Location"])
    assert client.get("/account/").status_code == 200
    (letter,) = letters(ADDRESS)
    assert letter.kind == "accounts.account_exists"
    page = client.get("/account/verify/").content.decode()
    assert "We sent a code and a link to <b>riley@hospital.example</b>" in page
    assert "4 tries left" in client.post("/account/verify/", {"code": "000000"}).content.decode()


def test_an_unverified_address_reserves_nothing(client: Client, make_user: MakeUser) -> None:
    squatter = make_user(ADDRESS, is_verified=False, password="the squatter waits here")
    client.post("/account/sign-up/", SIGN_UP)
    owner = User.objects.exclude(pk=squatter.pk).get()
    client.post("/account/verify/", {"code": code_in(letters(ADDRESS)[0])})
    assert has_verified_address(owner) and not has_verified_address(squatter)
    client.post("/account/sign-out/")
    client.post("/account/sign-in/", {"login": ADDRESS, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_codes_are_never_logged_and_not_kept_as_they_are(client: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/account/sign-up/", SIGN_UP)
        code = code_in(letters(ADDRESS)[0])
        client.post("/account/verify/", {"code": code})
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any(code in line for line in logged)
    assert code not in letters(ADDRESS)[0].subject


@pytest.mark.parametrize("path", ["/account/", "/account/verify/", "/account/password/"])
def test_pages_of_an_account_want_a_sign_in_first(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302 and answer["Location"].startswith("/account/sign-in/?next=/account/")
