"""What operators change by hand: rights, groups, addresses. Each leaves a line of the logbook that says what was and what is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from preceptor.accounts.actions.people import sign_anew, write_letter
from preceptor.accounts.models import User, VerificationCode
from preceptor.logbook.actions import write_entry


@transaction.atomic
def change_access(
    user: User, *, is_active: bool, is_staff: bool, is_superuser: bool, groups: Collection[Group] | None = None, by: str, at: datetime
) -> None:
    """Open or close an account, and give or take rights; `groups` None leaves those alone. Nothing changed, nothing written.

    The logbook's line names what was and what is.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    wanted: dict[str, object] = {"is_active": is_active, "is_staff": is_staff, "is_superuser": is_superuser}
    changed = {name: [getattr(user, name), value] for name, value in wanted.items() if getattr(user, name) != value}
    for name, (_, value) in changed.items():
        setattr(user, name, value)
    if changed:
        user.save(update_fields=list(changed))
    before = sorted(user.groups.values_list("name", flat=True))
    if groups is not None and before != (after := sorted(group.name for group in groups)):
        user.groups.set(groups)
        changed["groups"] = [before, after]
    if changed:
        write_entry("accounts.change_access", by=by, at=at, about=user, detail=changed)


@transaction.atomic
def save_group(group: Group, name: str, permissions: Collection[Permission], *, by: str, at: datetime) -> None:
    """Make a group, or give it another name or other permissions. Nothing changed, nothing written.

    A duty is a group by its name: under another name its members have other rights, so each of them gets a line of their own.
    """
    held = Group.objects.select_for_update().filter(pk=group.pk).first()
    was, is_now = (held.name if held else "", _codes(held.permissions.all()) if held else []), (name, _codes(permissions))
    changed = {key: [old, new] for key, old, new in zip(("name", "permissions"), was, is_now, strict=True) if old != new}
    if not changed:
        return
    group.name = name
    group.save()
    group.permissions.set(permissions)
    write_entry("accounts.save_group", by=by, at=at, about=group, detail=changed)
    if held and "name" in changed:
        _tell_members(group, was[0], name, by=by, at=at)


@transaction.atomic
def remove_group(group: Group, *, by: str, at: datetime) -> None:
    """Take a group away, and from its members what it gave them: a line for the group and one for each of them."""
    held = Group.objects.select_for_update().get(pk=group.pk)
    write_entry(
        "accounts.remove_group", by=by, at=at, about=held, detail={"name": held.name, "permissions": _codes(held.permissions.all())}
    )
    _tell_members(held, held.name, "", by=by, at=at)
    held.delete()


@transaction.atomic
def save_address(address: EmailAddress, email: str, *, is_verified: bool, by: str, at: datetime) -> None:
    """Add an address to an account, or change one, or say that it is verified. Nothing changed, nothing written.

    The first address of an account is its primary one. Where that is changed, the account signs in with the new one, and the old one is told. A code
    that was on its way to it opens nothing any more.
    """
    user = User.objects.select_for_update().get(pk=address.user_id)
    held = EmailAddress.objects.filter(pk=address.pk).first()
    was, is_now = (held.email if held else "", bool(held and held.verified)), (email.lower(), is_verified)
    changed = {key: [old, new] for key, old, new in zip(("email", "is_verified"), was, is_now, strict=True) if old != new}
    if not changed:
        return
    address.email, address.verified = is_now
    address.primary = held.primary if held else not EmailAddress.objects.filter(user=user, primary=True).exists()
    address.save()
    VerificationCode.objects.filter(user=user, email__in={*was[:1], address.email}).delete()
    write_entry("accounts.save_address", by=by, at=at, about=user, detail=changed)
    if address.primary and user.email != address.email:
        _sign_in_with(user, address.email, at=at)


@transaction.atomic
def remove_address(address: EmailAddress, *, by: str, at: datetime) -> None:
    """Take an address from an account. It goes on naming the account that signs in with it, which then has to verify it anew."""
    held = EmailAddress.objects.select_related("user").get(pk=address.pk)
    detail = {"email": held.email, "is_verified": held.verified, "is_primary": held.primary}
    write_entry("accounts.remove_address", by=by, at=at, about=held.user, detail=detail)
    VerificationCode.objects.filter(user_id=held.user_id, email=held.email).delete()
    held.delete()


def _sign_in_with(user: User, email: str, *, at: datetime) -> None:
    old, before, user.email = user.email, user.signature, email
    user.save(update_fields=["email"])
    sign_anew(user, before, at=at)
    write_letter("email_changed", user, old, {"old_email": old, "new_email": email}, at)


def _tell_members(group: Group, old: str, new: str, *, by: str, at: datetime) -> None:
    """Each member's line, as when the group were taken from, or given to, this person alone."""
    for member in User.objects.filter(groups=group).order_by("pk"):
        others = set(member.groups.exclude(pk=group.pk).values_list("name", flat=True))
        groups = [sorted({*others, name} - {""}) for name in (old, new)]
        write_entry("accounts.change_access", by=by, at=at, about=member, detail={"groups": groups})


def _codes(permissions: Iterable[Permission]) -> list[str]:
    """As they are named everywhere: "room.view_thing"."""
    return sorted(f"{one.content_type.app_label}.{one.codename}" for one in permissions)
