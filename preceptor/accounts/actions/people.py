"""What we do with accounts. Signing in, resetting and confirming themselves are the account library's; these are the deeds around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core.internal.cryptokit import generate_user_code, normalize_user_code
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from preceptor.accounts.adapters.allauth import AccountAdapter, letter_frame, public_url
from preceptor.accounts.models import Identifier, IdentityLink, ProfessionChange, ProfessionReview, User, VerificationCode
from preceptor.accounts.queries import identities_of, professions, standing_links, waiting_address
from preceptor.accounts.rules import (
    CODE_LIFE,
    CODE_TRIES,
    DUTIES,
    TOMBSTONE,
    CodeVerdict,
    LinkKind,
    code_sentence,
    is_code_alive,
    persons_of,
    tidy_words,
    why_not_identifier,
)
from preceptor.accreditation.queries import pack_on
from preceptor.jobs.rules import periodic
from preceptor.kernel.refusals import Reason, Refused
from preceptor.logbook.actions import write_entry
from preceptor.mail.actions import queue_letter


@dataclass(frozen=True)
class CodeResult:
    """What came of a typed code, and the sentence beside the field ("" when it was right)."""

    verdict: CodeVerdict
    sentence: str = ""


@transaction.atomic
def create_account(
    email: str,
    password: str | None,
    *,
    given_name: str,
    family_name: str,
    credentials: str = "",
    profession: str = "",
    is_verified: bool = False,
    is_staff: bool = False,
    by: str,
    at: datetime,
) -> User:
    """An account made by staff, a command or the demo.

    Idempotent: an account that has verified this address is returned as it is, and so is an unverified one when only that is asked for.
    """
    rows = EmailAddress.objects.filter(email=email.lower()).order_by("-verified", "pk").select_related("user")
    known = (rows.filter(verified=True) if is_verified else rows).first()
    if known is not None:
        return known.user  # type: ignore[return-value]
    user = User.objects.create_user(
        email, password, given_name=given_name, family_name=family_name, credentials=credentials, profession=profession, is_staff=is_staff
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
    write_entry("accounts.create_account", by=by, at=at, about=user)
    return user


@transaction.atomic
def join_group(user: User, name: str, permissions: Collection[str], *, by: str, at: datetime) -> None:
    """Put a member of staff into a group that may see these operators' pages ("room.view_thing"); the group is made or brought up to date. Idempotent.

    Refused when a permission does not exist (accounts.unknown_permission): a group that quietly lacks one helps nobody.
    """
    pairs = [permission.split(".", 1) for permission in permissions]
    wanted = [Permission.objects.filter(content_type__app_label=room, codename=code).first() for room, code in pairs]
    if missing := [known for known, found in zip(permissions, wanted, strict=True) if found is None]:
        raise Refused("accounts.unknown_permission", f"There is no permission {missing[0]!r}.")
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.set([permission for permission in wanted if permission])
    if not user.groups.filter(pk=group.pk).exists():
        user.groups.add(group)
        write_entry("accounts.join_group", by=by, at=at, about=user, detail={"group": name, "permissions": sorted(permissions)})


def give_duty(user: User, duty: str, *, by: str, at: datetime) -> None:
    """Let a member of staff write (author) or publish (publisher) at the desk; both are groups that operators see. Idempotent."""
    if duty not in DUTIES or not user.is_staff:
        raise Refused("accounts.no_duty", "Only staff can have a duty at the desk: author, publisher or registrar.")
    group, _ = Group.objects.get_or_create(name=DUTIES[duty])
    if not user.groups.filter(pk=group.pk).exists():
        user.groups.add(group)
        write_entry("accounts.give_duty", by=by, at=at, about=user, detail={"duty": duty})


@transaction.atomic
def send_verification(address: EmailAddress, *, at: datetime, next_url: str = "") -> bool:
    """Queue a letter with a fresh code and link. When somebody else has verified the address already, it says that instead: an account exists.

    False when the address has had too many letters in the last hour, and gets none.
    """
    user: User = address.user  # type: ignore[assignment]
    if not AccountAdapter().may_write_to(address.email):
        return False
    code = generate_user_code(length=6, numeric=True, dashed=False)
    fresh = {"email": address.email, "digest": _digest(user, address.email, code), "made_at": at, "tries_left": CODE_TRIES}
    VerificationCode.objects.update_or_create(user=user, defaults=fresh)
    if not address.can_set_verified():  # the code above was sent to nobody: guessing at it looks as it does for any address
        urls = {"sign_in_url": public_url("account_login"), "reset_url": public_url("account_reset_password")}
        write_letter("account_exists", user, address.email, {"email": address.email, **urls}, at)
        return True
    link = public_url("account_confirm_email", next_url, key=EmailConfirmationHMAC.create(address).key)
    is_change = not address.primary
    minutes = int(CODE_LIFE.total_seconds() // 60)
    context = {"user": user, "email": address.email, "code": code, "link": link, "minutes": minutes, "is_change": is_change}
    write_letter("verification", user, address.email, context, at)
    return True


def write_letter(name: str, user: User, email: str, context: Mapping[str, object], at: datetime) -> None:
    queue_letter(
        to=email,
        kind=f"accounts.{name}",
        template=f"accounts/mail/{name}",
        context={**letter_frame(), **context},
        about=str(user.uuid),
        at=at,
    )


def _digest(user: User, email: str, code: str) -> str:
    """Keyed with the site's secret, bound to person and address: a copy of the table gives no codes away."""
    return salted_hmac("accounts.verification", f"{user.pk}:{email}:{normalize_user_code(code)}", algorithm="sha256").hexdigest()


def confirm_by_code(request: HttpRequest, user: User, typed: str, *, at: datetime) -> CodeResult:
    """Spend one try of the newest code; the right one verifies the address. Tries are counted by one conditional UPDATE, so parallel guesses gain nothing."""
    row = VerificationCode.objects.filter(user=user).first()
    address = waiting_address(user)
    if row is None or address is None or row.email != address.email or not is_code_alive(row.made_at, at):
        return CodeResult(CodeVerdict.OLD, code_sentence(CodeVerdict.OLD, 0))
    if not VerificationCode.objects.filter(pk=row.pk, digest=row.digest, tries_left__gt=0).update(tries_left=F("tries_left") - 1):
        return CodeResult(CodeVerdict.SPENT, code_sentence(CodeVerdict.SPENT, 0))
    if not constant_time_compare(_digest(user, row.email, typed), row.digest):
        left = row.tries_left - 1
        verdict = CodeVerdict.WRONG if left > 0 else CodeVerdict.SPENT
        return CodeResult(verdict, code_sentence(verdict, left))
    if not confirm_address(request, address, at=at):
        return CodeResult(CodeVerdict.TAKEN, code_sentence(CodeVerdict.TAKEN, 0))
    return CodeResult(CodeVerdict.RIGHT)


def confirm_address(request: HttpRequest, address: EmailAddress, *, at: datetime) -> bool:
    """Mark the address as verified by the library's flow: it becomes the account's address, and the one before it is told and let go.

    False when another account verified it first, however close the race.
    """
    try:
        with transaction.atomic():
            before = User.objects.get(pk=address.user_id).signature
            is_done = AccountAdapter().confirm_email(request, address)
            VerificationCode.objects.filter(user_id=address.user_id).delete()
            sign_anew(User.objects.get(pk=address.user_id), before, at=at)
    except IntegrityError:
        return False
    return bool(is_done)


@transaction.atomic
def change_address(user: User, email: str, *, at: datetime, next_url: str = "") -> bool:
    """Take up another address. A verified one stays in force until the new one is verified; an unverified one is simply replaced.

    False when the new address has had too many letters in the last hour: the code can be sent later.
    """
    email = email.strip().lower()
    EmailAddress.objects.filter(user=user, verified=False).delete()
    VerificationCode.objects.filter(user=user).delete()
    has_verified = EmailAddress.objects.filter(user=user, verified=True).exists()
    address = EmailAddress.objects.create(user=user, email=email, primary=not has_verified)
    if not has_verified:
        before, user.email = user.signature, email
        user.save(update_fields=["email"])
        sign_anew(user, before, at=at)
    return send_verification(address, at=at, next_url=next_url)


@transaction.atomic
def drop_pending_address(user: User) -> None:
    """Give up a change of address that was not confirmed; the verified address stays."""
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        EmailAddress.objects.filter(user=user, verified=False).delete()
        VerificationCode.objects.filter(user=user).delete()


@transaction.atomic
def save_name(user: User, given_name: str, family_name: str, credentials: str, *, at: datetime) -> None:
    """Keep the name and degree as they are to be printed. Certificates that exist keep theirs."""
    names = {"given_name": tidy_words(given_name), "family_name": tidy_words(family_name), "credentials": tidy_words(credentials)}
    if all(getattr(user, name) == value for name, value in names.items()):
        return
    before = user.signature
    for name, value in names.items():
        setattr(user, name, value)
    user.save(update_fields=list(names))
    write_entry("accounts.save_name", by=user.email, at=at, about=user)
    sign_anew(user, before, at=at)


def sign_anew(user: User, before: str, *, at: datetime) -> None:
    """Of the staff, the earlier signature is kept with the account: whoever takes another name or address is still who wrote a draft."""
    if user.is_staff and user.signature != before:
        write_entry("accounts.sign_anew", by=user.signature, at=at, about=user, detail={"was": before})


@transaction.atomic
def change_profession(user: User, new: str, attestation: str, *, at: datetime) -> None:
    """Keep another profession with the sentence that the person attested. Leaves a line for staff to look at, and one in the logbook."""
    if new not in {profession.code for profession in professions(at.date())}:
        raise Refused("accounts.unknown_profession", "Choose one of the professions in the list.", reverse("accounts:profile"))
    if new == user.profession:
        return
    if not attestation.strip():
        raise Refused("accounts.not_attested", "Tick the sentence that says this is your profession.", reverse("accounts:profile"))
    change = ProfessionChange.objects.create(user=user, at=at, old=user.profession, new=new, attestation=attestation)
    user.profession = new
    user.save(update_fields=["profession"])
    write_entry("accounts.change_profession", by=user.email, at=at, about=user, reason=attestation, detail={"old": change.old, "new": new})


@transaction.atomic
def review_profession_change(change: ProfessionChange, *, by: str, at: datetime) -> None:
    """Staff looked at it. Once."""
    _, is_new = ProfessionReview.objects.get_or_create(change=change, defaults={"by": by, "at": at})
    if is_new:
        write_entry("accounts.review_profession_change", by=by, at=at, about=change.user, detail={"old": change.old, "new": change.new})


@transaction.atomic
def save_identifiers(user: User, values: Mapping[str, str], *, at: datetime) -> None:
    """Keep what the person typed, after checking each against its kind. An empty value leaves what is there. Refuses all when one is wrong."""
    kinds = pack_on(at.date()).identifiers
    typed = {kind: value.strip() for kind, value in values.items() if value.strip()}
    wrong = {kind: why_not_identifier(value, kinds[kind]) for kind, value in typed.items() if kind in kinds}
    reasons = [Reason(f"accounts.identifier.{kind}", sentence) for kind, sentence in wrong.items() if sentence]
    reasons += [Reason(f"accounts.identifier.{kind}", "This number is not asked for.") for kind in typed if kind not in kinds]
    if reasons:
        raise Refused("accounts.identifier", reasons[0].message, reasons=reasons)
    for kind, value in typed.items():
        Identifier.objects.update_or_create(user=user, kind=kind, defaults={"value": value, "updated_at": at})


@transaction.atomic
def remove_identifier(user: User, kind: str, *, at: datetime) -> None:
    """Forget one of the person's own identifiers. Reports that were made keep what they carried."""
    count, _ = Identifier.objects.filter(user__in=identities_of(user), kind=kind).delete()
    if count:
        write_entry("accounts.remove_identifier", by=user.email, at=at, about=user, detail={"kind": kind})


@periodic("accounts.forget_sessions", every=timedelta(days=1), offset=timedelta(hours=4))
def forget_sessions(*, at: datetime) -> None:
    """Delete sessions that have run out: they open nothing any more, and tell who was here."""
    Session.objects.filter(expire_date__lt=at).delete()


def hold_people(*users: User) -> list[list[User]]:
    """The accounts of each of these persons, held until the transaction ends: nobody else merges, unmerges or erases them meanwhile.

    Rows are locked in the order of their keys, and all of them anew where a merge came in between, so that two who wait never wait for each other; on
    SQLite the transaction itself is the lock.
    """
    while True:
        people = [identities_of(user) for user in users]
        point = transaction.savepoint()
        keys = {one.pk for accounts in people for one in accounts}
        list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
        # As they are now: whoever was waited for may have closed or erased them.
        held = [identities_of(user) for user in users]
        if people == held:
            transaction.savepoint_commit(point)
            return held
        transaction.savepoint_rollback(point)


@transaction.atomic
def link_accounts(kept: User, merged: User, *, by: str, reason: str, at: datetime) -> IdentityLink:
    """Two persons' accounts are one person's from now on; the account that stood for `kept` stands for all. Refused where they are so already
    (accounts.same_person)."""
    ours, theirs = hold_people(kept, merged)
    if ours[0] == theirs[0]:
        raise Refused("accounts.same_person", "These accounts are one person's already.")
    line = IdentityLink.objects.create(kind=LinkKind.LINK, kept=ours[0], merged=theirs[0], by=by[:200], reason=reason, at=at)
    _derive_persons([*ours, *theirs])
    return line


@transaction.atomic
def unlink_account(merged: User, *, by: str, reason: str, at: datetime) -> IdentityLink:
    """Undo the link by which this account was put to another; what was put to it before goes with it. Refused where there is none
    (accounts.not_linked)."""
    (people,) = hold_people(merged)
    held = next(iter(standing_links([merged])), None)
    if held is None:
        raise Refused("accounts.not_linked", "This account was not put together with another, so there is nothing to undo.")
    line = IdentityLink.objects.create(kind=LinkKind.UNLINK, kept=held.kept, merged=held.merged, by=by[:200], reason=reason, at=at)
    _derive_persons(people)
    return line


def _derive_persons(accounts: list[User]) -> None:
    links = {line.merged_id: line.kept_id for line in standing_links(accounts)}
    for account, root in persons_of([one.pk for one in accounts], links).items():
        User.objects.filter(pk=account).update(person=None if root == account else root)


@transaction.atomic
def plan_erasure(user: User, erase_at: datetime | None) -> None:
    """Keep when a person's accounts are to be erased, to be said on every page; None: they are not."""
    User.objects.filter(pk__in=[one.pk for one in identities_of(user)]).update(erase_at=erase_at)


@transaction.atomic
def erase_person(user: User, *, at: datetime) -> None:
    """Close all of a person's accounts and take their words away: names, degree, profession, addresses, numbers, rights. Their sessions end."""
    people = identities_of(user)
    for model in (Identifier, VerificationCode, EmailAddress):
        model._default_manager.filter(user__in=people).delete()
    for one in people:
        one.email = f"{one.uuid.hex}{TOMBSTONE}"
        one.given_name = one.family_name = one.credentials = one.profession = ""
        one.is_active, one.erase_at, one.erased_at = False, None, at
        one.set_unusable_password()
        one.save()
        one.groups.clear()
        one.user_permissions.clear()
