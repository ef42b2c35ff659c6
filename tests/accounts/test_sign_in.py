"""Signing in and out, where one ends up, forgotten passwords, limits, the demo's password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client, override_settings

from preceptor.accounts.models import User
from preceptor.logbook.models import Entry
from tests.accounts.conftest import PASSWORD, SIGN_UP, MakeUser, letters, path_in

SIGN_IN = {"login": "jamie@hospital.example", "password": PASSWORD}
DATABASE_CACHE = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "preceptor_cache"}}


@pytest.fixture
def database_cache(db: None) -> Iterator[None]:
    """The cache that the product uses: shared by all processes."""
    with override_settings(CACHES=DATABASE_CACHE):
        call_command("createcachetable", verbosity=0)
        caches["default"].clear()
        yield


@pytest.mark.parametrize("next_url", ["/activities/liver/begin/", "/activities/?topic=liver&page=2"])
def test_after_signing_in_one_is_where_one_was_going(client: Client, jamie: User, next_url: str) -> None:
    assert client.post("/account/sign-in/", SIGN_IN | {"next": next_url})["Location"] == next_url


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_no_other_site_is_ever_the_place_to_go(client: Client, jamie: User, evil: str) -> None:
    assert client.post("/account/sign-in/", SIGN_IN | {"next": evil})["Location"] == "/home/"
    assert evil not in client.get("/account/verify/", {"next": evil}).content.decode().replace("/look/", "")


def test_next_goes_through_sign_in_sign_up_and_reset(client: Client, jamie: User) -> None:
    wanted = "next=%2Factivities%2Fliver%2F"
    assert f"/account/sign-up/?{wanted}" in client.get("/account/sign-in/?next=/activities/liver/").content.decode()
    assert f"/account/password/forgot/?{wanted}" in client.get("/account/sign-in/?next=/activities/liver/").content.decode()
    assert f"/account/sign-in/?{wanted}" in client.get("/account/sign-up/?next=/activities/liver/").content.decode()
    sent = client.post("/account/password/forgot/?next=/activities/liver/", {"email": jamie.email})
    assert sent["Location"] == f"/account/password/forgot/sent/?{wanted}"
    answer = client.get(path_in(letters(jamie.email, "password_reset")[0]), follow=True)
    done = client.post(answer.redirect_chain[-1][0], {"password1": "other unrelated words here"})
    assert done["Location"] == "/activities/liver/"
    assert client.get("/account/").status_code == 200


def test_forgetting_takes_the_typed_address_along_but_never_in_an_address(client: Client, jamie: User) -> None:
    typed = {"login": "jamie@hospital.example", "password": "what was it", "next": "/activities/liver/"}
    answer = client.post("/account/password/forgot/?next=/activities/liver/", typed)
    page = answer.content.decode()
    assert answer.status_code == 200 and 'value="jamie@hospital.example"' in page and 'value="/activities/liver/"' in page
    assert "what was it" not in page and not letters(jamie.email), "nothing is sent yet"
    assert "errors" not in page


def test_a_stranger_finds_both_doors_in_the_menu(client: Client, db: None) -> None:
    page = client.get("/activities/").content.decode()
    assert '<li><a href="/account/sign-up/?next=%2Factivities%2F">Create an account</a></li>' in page


def test_signing_out_wants_a_post(client: Client, jamie: User) -> None:
    client.force_login(jamie)
    assert client.get("/account/sign-out/").status_code == 200
    assert client.get("/account/").status_code == 200
    client.post("/account/sign-out/")
    assert client.get("/account/").status_code == 302


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(client: Client, jamie: User) -> None:
    page = client.post("/account/sign-in/", SIGN_IN | {"password": "wrong wrong wrong"}).content.decode()
    assert "We could not sign you in" in page and "Check your e-mail address and password" in page
    assert 'value="jamie@hospital.example"' in page and "wrong wrong" not in page


def test_forgot_answers_the_same_for_known_and_unknown(client: Client, jamie: User) -> None:
    answers = [Client().post("/account/password/forgot/", {"email": email}) for email in (jamie.email, "nobody@hospital.example")]
    assert len({(answer.status_code, answer["Location"], answer.content) for answer in answers}) == 1
    pages = [Client().get(answer["Location"]).content for answer in answers]
    assert pages[0] == pages[1]
    assert [letter.kind for letter in letters(jamie.email)] == ["accounts.password_reset"]
    assert [letter.kind for letter in letters("nobody@hospital.example")] == ["accounts.unknown_account"]


def test_a_reset_link_works_once_and_a_used_one_offers_another(client: Client, jamie: User) -> None:
    client.post("/account/password/forgot/", {"email": jamie.email})
    link = path_in(letters(jamie.email)[0])
    for _ in range(2):
        assert Client().get(link, follow=True).status_code == 200
    answer = client.get(link, follow=True)
    client.post(answer.redirect_chain[-1][0], {"password1": "other unrelated words here"})
    page = Client().get(link, follow=True).content.decode()
    assert "This link no longer works" in page and "Ask for a new link" in page
    jamie.refresh_from_db()
    assert jamie.check_password("other unrelated words here")
    assert letters(jamie.email, "password_changed")


def test_the_links_in_letters_do_not_follow_the_host_header(client: Client, jamie: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/account/password/forgot/", {"email": jamie.email}, headers={"host": "evil.example"})
    assert "evil.example" not in letters(jamie.email)[0].text


def test_changing_the_password_keeps_this_session_and_ends_the_others(client: Client, jamie: User) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post("/account/sign-in/", SIGN_IN)
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "other unrelated words here"})
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert letters(jamie.email, "password_changed")


def test_failures_are_counted_across_browsers_in_the_shared_cache(jamie: User, database_cache: None) -> None:
    browsers = [Client(), Client()]
    for turn in range(5):
        assert browsers[turn % 2].post("/account/sign-in/", SIGN_IN | {"password": "wrong"}).status_code == 200
    limited = browsers[0].post("/account/sign-in/", SIGN_IN)
    assert limited.status_code == 429 and "Too many tries for this address" in limited.content.decode()
    assert browsers[1].post("/account/sign-in/", SIGN_IN).status_code == 429


def test_resets_and_sign_ups_are_limited_in_the_shared_cache(jamie: User, database_cache: None) -> None:
    for _ in range(4):
        assert Client().post("/account/password/forgot/", {"email": jamie.email}).status_code == 302
    limited = Client().post("/account/password/forgot/", {"email": jamie.email})
    assert limited.status_code == 429 and "Too many tries" in limited.content.decode()
    for number in range(20):
        assert Client().post("/account/sign-up/", SIGN_UP | {"email": f"a{number}@hospital.example"}).status_code == 302
    assert Client().post("/account/sign-up/", SIGN_UP | {"email": "a21@hospital.example"}).status_code == 429


def test_no_address_gets_more_than_eight_letters_an_hour(db: None) -> None:
    for _ in range(12):
        assert Client().post("/account/sign-up/", SIGN_UP).status_code == 302
    assert len(letters(SIGN_UP["email"])) == 8


SAMPLE = {"login": "physician@sample.example", "password": "sample-pass-2026"}


def test_the_demo_password_opens_on_this_machine(client: Client, make_user: MakeUser) -> None:
    make_user(SAMPLE["login"], password=SAMPLE["password"])
    assert client.post("/account/sign-in/", SAMPLE).status_code == 302


@pytest.mark.parametrize("where", ["another client", "public site", "behind a proxy", "behind a proxy that is not told of"])
def test_the_demo_password_is_refused_off_loopback(client: Client, make_user: MakeUser, settings: Any, where: str) -> None:
    make_user(SAMPLE["login"], password=SAMPLE["password"])
    extra: dict[str, Any] = {}
    if where == "another client":
        extra["REMOTE_ADDR"] = "192.0.2.7"
    elif where == "public site":
        settings.IS_LOOPBACK = False
    else:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(where == "behind a proxy")
        extra["HTTP_X_FORWARDED_FOR"] = "192.0.2.7"
    answer = client.post("/account/sign-in/", SAMPLE, **extra)
    assert answer.status_code == 200 and "only on the machine that the demo runs on" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_operators_sign_in_on_the_products_own_page(client: Client, jamie: User) -> None:
    assert client.get("/operators/login/")["Location"].startswith("/account/sign-in/?next=")
    client.force_login(jamie)
    assert client.get("/operators/").status_code in (302, 403)


def test_only_who_may_do_everything_gives_rights(client: Client, make_user: MakeUser) -> None:
    staff, learner, chief = (make_user(f"{name}@hospital.example") for name in ("staff", "learner", "chief"))
    User.objects.filter(pk=chief.pk).update(is_staff=True, is_superuser=True)
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    rights = {"is_superuser": "on", "is_staff": "on", "is_active": "on"}
    client.force_login(staff)
    for who in (staff, learner):
        assert client.post(f"/operators/accounts/user/{who.pk}/change/", rights).status_code == 302
    assert client.post(f"/operators/accounts/user/{chief.pk}/change/", {}).status_code == 403
    assert list(User.objects.filter(is_superuser=True)) == [chief] and not User.objects.get(pk=learner.pk).is_staff
    client.force_login(chief)
    assert client.post(f"/operators/accounts/user/{learner.pk}/change/", {"is_staff": "on", "is_active": "on"}).status_code == 302
    assert User.objects.get(pk=learner.pk).is_staff


def test_rights_leave_a_line_in_the_logbook(client: Client, make_user: MakeUser) -> None:
    chief, learner = make_user("chief@hospital.example"), make_user("learner@hospital.example")
    User.objects.filter(pk=chief.pk).update(is_staff=True, is_superuser=True)
    client.force_login(chief)
    page, group = f"/operators/accounts/user/{learner.pk}/change/", Group.objects.create(name="Readers")
    for form in (
        {"is_active": "on", "is_staff": "on", "groups": [group.pk]},
        {"is_active": "on", "is_staff": "on", "groups": [group.pk]},
        {},
    ):
        assert client.post(page, form).status_code == 302
    told = [(entry.by, entry.detail) for entry in Entry.objects.filter(verb="accounts.change_access").order_by("pk")]
    assert told == [
        (chief.email, {"is_staff": [False, True], "groups": [[], ["Readers"]]}),
        (chief.email, {"is_active": [True, False], "is_staff": [True, False], "groups": [["Readers"], []]}),
    ]
    learner.refresh_from_db()
    assert not learner.is_active and not learner.groups.exists()


def test_no_number_of_sign_ups_makes_a_sign_in_dear(client: Client, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may sign up with an address that is not theirs, many times: at most five passwords are tried, and the verified account's first."""
    owner = make_user()
    strangers = [User.objects.create_user(owner.email, f"stranger's own words {number}") for number in range(12)]
    tried: list[int] = []
    check = User.check_password
    monkeypatch.setattr(User, "check_password", lambda user, password: tried.append(user.pk) or check(user, password))
    client.post("/account/sign-in/", SIGN_IN | {"password": "wrong wrong wrong"})
    assert tried == [owner.pk, *(strangers[place].pk for place in (0, 1, 10, 11))]
    tried.clear()
    assert client.post("/account/sign-in/", SIGN_IN).status_code == 302 and tried[0] == owner.pk and len(set(tried)) == 1
    Client().post("/account/password/forgot/", {"email": owner.email})
    assert len(letters(owner.email, "password_reset")) == 1
    EmailAddress.objects.filter(user=owner).update(verified=False)
    Client().post("/account/password/forgot/", {"email": owner.email})
    assert len(letters(owner.email, "password_reset")) == 1 + 4


def test_operators_learn_nothing_of_a_password(client: Client, make_user: MakeUser) -> None:
    staff = make_user("staff@hospital.example")
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(staff)
    page = "/operators/accounts/user/"
    assert client.get(page, {"email__startswith": "staff"}).status_code == 200
    for field in ("password", "password__startswith", "password__regex"):
        assert client.get(page, {field: "a"}).status_code == 400
    assert client.get("/operators/password_change/").headers["Location"] == "/account/password/"
