"""What operators change at their own pages: groups and addresses. Each change leaves a line that says who, whom, and what was and is."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.test import Client

from preceptor.accounts.actions import give_duty
from preceptor.accounts.models import User, VerificationCode
from preceptor.accounts.queries import duties_of, signatures_like
from preceptor.logbook.models import Entry
from preceptor.logbook.queries import name_of
from tests.accounts.conftest import NOW, MakeUser, letters

GROUPS, ADDRESSES = "/operators/auth/group/", "/operators/account/emailaddress/"
TICKED = {"action": "delete_selected", "post": "yes"}


@pytest.fixture
def chief(make_user: MakeUser) -> User:
    made = make_user("chief@hospital.example")
    User.objects.filter(pk=made.pk).update(is_staff=True, is_superuser=True)
    return made


@pytest.fixture
def desk(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


def told(*verbs: str) -> list[tuple[str, str, str, Any]]:
    rows = Entry.objects.filter(verb__in=[f"accounts.{verb}" for verb in verbs]).order_by("pk")
    return [(row.verb.partition(".")[2], row.by, row.about, row.detail) for row in rows]


def test_a_group_that_is_made_changed_and_taken_away_leaves_lines(desk: Client, chief: User, make_user: MakeUser) -> None:
    view, change = (Permission.objects.get(codename=name) for name in ("view_entry", "change_user"))
    assert desk.post(f"{GROUPS}add/", {"name": "Readers", "permissions": [view.pk]}).status_code == 302
    group = Group.objects.get(name="Readers")
    assert list(group.permissions.all()) == [view]
    member = make_user("member@hospital.example")
    member.groups.add(group)
    for _ in range(2):  # the second time nothing changes, and nothing is written
        assert desk.post(f"{GROUPS}{group.pk}/change/", {"name": "Viewers", "permissions": [view.pk, change.pk]}).status_code == 302
    assert desk.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(pk=group.pk).exists() and not member.groups.exists()
    both = ["accounts.change_user", "logbook.view_entry"]
    assert told("save_group", "remove_group", "change_access") == [
        ("save_group", chief.email, str(group.pk), {"name": ["", "Readers"], "permissions": [[], both[1:]]}),
        ("save_group", chief.email, str(group.pk), {"name": ["Readers", "Viewers"], "permissions": [both[1:], both]}),
        ("change_access", chief.email, str(member.uuid), {"groups": [["Readers"], ["Viewers"]]}),
        ("remove_group", chief.email, str(group.pk), {"name": "Viewers", "permissions": both}),
        ("change_access", chief.email, str(member.uuid), {"groups": [["Viewers"], []]}),
    ]


def test_a_duty_that_goes_with_its_group_is_told_at_each_person(desk: Client, chief: User, make_user: MakeUser) -> None:
    members = [make_user(f"{name}@hospital.example") for name in ("a", "b")]
    for one in members:
        User.objects.filter(pk=one.pk).update(is_staff=True)
        one.refresh_from_db()
        give_duty(one, "registrar", by="test", at=NOW)
        give_duty(one, "author", by="test", at=NOW)
    group = Group.objects.get(name="Studio registrars")
    assert desk.post(GROUPS, TICKED | {"_selected_action": [group.pk]}).status_code == 302
    assert duties_of(members[0]) == {"author"}
    lost = {"groups": [["Studio authors", "Studio registrars"], ["Studio authors"]]}
    assert told("change_access") == [("change_access", chief.email, str(one.uuid), lost) for one in members]


def test_only_who_may_do_everything_changes_a_group(client: Client, make_user: MakeUser) -> None:
    staff, group = make_user("staff@hospital.example"), Group.objects.create(name="Readers")
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__endswith="_group"))
    client.force_login(staff)
    assert client.get(GROUPS).status_code == 200
    for page in ("add/", f"{group.pk}/change/", f"{group.pk}/delete/"):
        assert client.post(GROUPS + page, {"name": "Studio registrars", "post": "yes"}).status_code == 403
    assert Group.objects.get(pk=group.pk).name == "Readers" and not told("save_group", "remove_group")


def test_an_address_that_is_changed_leaves_a_line_and_tells_the_old_one(desk: Client, chief: User, make_user: MakeUser) -> None:
    who = make_user("old@hospital.example")
    address = EmailAddress.objects.get(user=who)
    page = f"{ADDRESSES}{address.pk}/change/"
    for _ in range(2):
        assert desk.post(page, {"email": "New@hospital.example", "verified": "on"}).status_code == 302
    assert desk.post(page, {"email": "new@hospital.example"}).status_code == 302
    who.refresh_from_db()
    assert who.email == "new@hospital.example" and EmailAddress.objects.filter(user=who, primary=True).count() == 1
    assert told("save_address") == [
        ("save_address", chief.email, str(who.uuid), {"email": ["old@hospital.example", "new@hospital.example"]}),
        ("save_address", chief.email, str(who.uuid), {"is_verified": [True, False]}),
    ]
    assert {row.about_type for row in Entry.objects.filter(verb="accounts.save_address")} == {name_of(who)[0]}
    assert len(letters("old@hospital.example", "email_changed")) == 1 and not letters("new@hospital.example", "email_changed")


def test_a_member_of_the_staff_with_another_address_is_still_who_wrote_a_draft(desk: Client, make_user: MakeUser) -> None:
    who = make_user("old@hospital.example")
    User.objects.filter(pk=who.pk).update(is_staff=True)
    desk.post(f"{ADDRESSES}{EmailAddress.objects.get(user=who).pk}/change/", {"email": "new@hospital.example", "verified": "on"})
    who.refresh_from_db()
    assert "Jamie Sample (old@hospital.example)" in signatures_like(who.signature)


def test_an_address_that_is_added_verified_and_taken_away_leaves_lines(desk: Client, chief: User, make_user: MakeUser) -> None:
    who = make_user("first@hospital.example")
    assert desk.post(f"{ADDRESSES}add/", {"user": who.pk, "email": "second@hospital.example"}).status_code == 302
    second = EmailAddress.objects.get(email="second@hospital.example")
    VerificationCode.objects.create(user=who, email=second.email, digest="0" * 64, made_at=NOW)
    for _ in range(2):
        assert desk.post(ADDRESSES, {"action": "make_verified", "_selected_action": [second.pk]}).status_code == 302
    second.refresh_from_db()
    assert second.verified and not second.primary and not VerificationCode.objects.filter(user=who).exists()
    assert desk.post(f"{ADDRESSES}{second.pk}/delete/", {"post": "yes"}).status_code == 302
    first = EmailAddress.objects.get(user=who)
    assert desk.post(ADDRESSES, TICKED | {"_selected_action": [first.pk]}).status_code == 302
    assert not EmailAddress.objects.filter(user=who).exists()
    assert [(verb, by, about) for verb, by, about, _ in told("save_address", "remove_address")] == [
        (verb, chief.email, str(who.uuid)) for verb in ("save_address", "save_address", "remove_address", "remove_address")
    ]
    assert [detail for *_, detail in told("save_address", "remove_address")] == [
        {"email": ["", "second@hospital.example"]},
        {"is_verified": [False, True]},
        {"email": "second@hospital.example", "is_verified": True, "is_primary": False},
        {"email": "first@hospital.example", "is_verified": True, "is_primary": True},
    ]


def test_what_the_database_would_refuse_is_said_beside_the_field(desk: Client, make_user: MakeUser) -> None:
    one, other = make_user("one@hospital.example"), make_user("other@hospital.example")
    more = EmailAddress.objects.create(user=one, email="more@hospital.example")
    for typed, sentence in (
        ({"email": "ONE@hospital.example"}, "This account has this address already"),
        ({"email": other.email, "verified": "on"}, "Another account has verified this address"),
        ({"email": "nonsense"}, "valid email address"),
    ):
        answer = desk.post(f"{ADDRESSES}{more.pk}/change/", typed)
        assert answer.status_code == 200 and sentence in answer.content.decode()
    waiting = EmailAddress.objects.create(user=one, email=other.email)
    answer = desk.post(ADDRESSES, {"action": "make_verified", "_selected_action": [waiting.pk]}, follow=True)
    assert "another account has verified it" in answer.content.decode()
    assert not told("save_address")


def test_addresses_of_the_staff_are_for_who_may_do_everything(client: Client, chief: User, make_user: MakeUser) -> None:
    helper, registrar, learner = (make_user(f"{name}@hospital.example") for name in ("helper", "registrar", "learner"))
    User.objects.filter(pk__in=[helper.pk, registrar.pk]).update(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__endswith="_emailaddress"))
    client.force_login(helper)
    assert client.get(ADDRESSES).status_code == 200
    assert client.post(f"{ADDRESSES}add/", {"user": registrar.pk, "email": "mine@hospital.example", "verified": "on"}).status_code == 403
    for who in (chief, registrar):
        held = EmailAddress.objects.get(user=who)
        assert client.post(f"{ADDRESSES}{held.pk}/change/", {"email": "mine@hospital.example"}).status_code == 403
        assert client.post(f"{ADDRESSES}{held.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(ADDRESSES, TICKED | {"_selected_action": [held.pk]})
        EmailAddress.objects.filter(pk=held.pk).update(verified=False)
        client.post(ADDRESSES, {"action": "make_verified", "_selected_action": [held.pk]})
        held.refresh_from_db()
        assert held.email == who.email and not held.verified
    assert not told("save_address", "remove_address")
    held = EmailAddress.objects.get(user=learner)
    assert client.post(f"{ADDRESSES}{held.pk}/change/", {"email": "right@hospital.example", "verified": "on"}).status_code == 302
    assert [row[:3] for row in told("save_address")] == [("save_address", helper.email, str(learner.uuid))]
