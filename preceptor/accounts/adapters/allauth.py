"""The account library's hooks: whom it lets in, what it says, and how its letters go through our own outbox."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.core import context as library_context
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from preceptor.accounts.models import User
from preceptor.accounts.rules import is_loopback, is_sample_sign_in
from preceptor.accreditation.queries import main_provider
from preceptor.mail.access import is_forwarded
from preceptor.mail.actions import queue_letter

LETTERS = {
    "password_reset_key": "password_reset",
    "unknown_account": "unknown_account",
    "account_already_exists": "account_exists",
    "password_changed": "password_changed",
    "password_set": "password_changed",
    "password_reset": "password_changed",
    "email_changed": "email_changed",
}


def public_url(name: str, next_url: str = "", **kwargs: str) -> str:
    """An address for a letter, from the configured public address and never from the request's Host header."""
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    return f"{settings.PUBLIC_URL}{reverse(name, kwargs=kwargs)}{query}"


def next_of(request: HttpRequest) -> str:
    """Where the person was going (`next`, in the form or the address), if it is a page of this site; otherwise ""."""
    url = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and is_ours else ""


def letter_frame() -> dict[str, object]:
    """What every letter says about its sender."""
    provider = main_provider()
    if provider is None:
        return {}
    return {
        "provider_name": provider.name,
        "provider_address": provider.address,
        "provider_email": provider.email,
        "is_sample": provider.is_sample,
    }


def accounts_at(email: str) -> tuple[list[User], list[User]]:
    """Who has verified this address (one, or nobody), and who says it without having verified it: the two oldest and the two newest.

    Anybody may sign up with anybody's address, as often as they like. So that this costs neither a sign-in more than five hashes nor the
    address more than a few letters, the ones in between are passed over; whoever reads the address's letters can verify it and is then first.
    """
    email = email.lower()
    verified = list(User.objects.filter(emailaddress__email=email, emailaddress__verified=True))
    waiting = EmailAddress.objects.filter(email=email, verified=False)
    others = User.objects.filter(Q(email=email) | Q(pk__in=waiting.values("user"))).exclude(pk__in=[user.pk for user in verified])
    oldest, newest = others.order_by("pk")[:2], others.order_by("-pk")[:2]
    return verified, list({user.pk: user for user in [*oldest, *reversed(newest)]}.values())


class EmailBackend(AuthenticationBackend):
    """Signs in by address and password.

    An address may stand on several accounts as long as at most one of them has verified it. The verified one is tried first, then the
    others: each opens with its own password only, so trying to sign in does not tell whether an address is somebody's either.

    Of a person with several accounts every address opens the one account that stands for them, each with its own password. A session of
    another one, from before they were put together, ends: its seal is not this account's.
    """

    def get_user(self, user_id: int) -> User | None:
        """The account that stands for the person whose session it is; one query."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        person = user and (user.person or user)
        return person if person and self.user_can_authenticate(person) else None

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        if not is_sample_allowed(library_context.request, email, password):
            return None
        verified, others = accounts_at(email)
        if others and not verified:
            self._mitigate_timing_attack(password)  # as long as if there were a verified one to try
        for user in [*verified, *others]:
            if self._check_password(user, password):
                person: User = user.person or user
                if person.is_active:
                    return person
                self._stash_user(person)
        return None


def is_sample_allowed(request: HttpRequest | None, email: str, password: str) -> bool:
    """The demo's printed password opens the demo's accounts on this machine only, and nothing anywhere else."""
    if not is_sample_sign_in(email, password):
        return True
    if request is None or not settings.IS_LOOPBACK:
        return False
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not is_forwarded(request)


class AccountAdapter(DefaultAccountAdapter):
    """The library's flows in our words, with our letters."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Write to us if that is a mistake",
        "email_password_mismatch": "Check your e-mail address and password, then try again",
        "enter_current_password": "Type your current password again. It is case sensitive",
        "incorrect_password": "Type your current password again. It is case sensitive",
        "invalid_password_reset": "This link was used already, or it is more than one hour old",
        "too_many_login_attempts": "Too many tries for this address. Wait 5 minutes, or reset your password",
        "sample_password": "The demo's password works only on the machine that the demo runs on. Create your own account instead",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Says plainly why a demo account does not open from elsewhere; otherwise counts the try."""
        if not is_sample_allowed(request, str(credentials.get("email", "")), str(credentials.get("password", ""))):
            raise self.validation_error("sample_password")
        super().pre_authenticate(request, **credentials)

    def clean_email(self, email: str) -> str:
        """One spelling: without outer spaces, in lower case."""
        return email.strip().lower()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # type: ignore[override]
        """The new account with everything that the sign-up form asked, in one write."""
        for name in ("given_name", "family_name", "credentials", "profession"):
            setattr(user, name, form.cleaned_data.get(name, ""))
        super().save_user(request, user, form, commit)
        return user

    def login(self, request: HttpRequest, user: User) -> None:  # type: ignore[override]
        """Whichever of a person's accounts was opened (by a reset link, too): signed in is the one that stands for them."""
        super().login(request, user.person or user)

    def should_send_confirmation_mail(self, *args: Any, **kwargs: Any) -> bool:
        """No: the sign-up form queues our own letter (with code and link) in the transaction that makes the account."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """After signing up, says that a code is on its way and when it is needed."""
        if kwargs.get("signup"):
            words = "The address must be verified before you claim credit; until then it can wait."
            messages.success(request, f"Your account is ready. We sent a code to {user.email}. {words}")
        return super().post_login(request, user, **kwargs)

    def may_write_to(self, email: str) -> bool:
        """Has this address had fewer letters in the last hour than would be a nuisance? Counts this one."""
        return bool(ratelimit.consume(library_context.request, action="letter_to", key=email.lower()))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queues the library's letter in our outbox, from our own template."""
        name = LETTERS[template_prefix.rsplit("/", 1)[-1]]
        user = context.get("user")
        values = {
            **letter_frame(),
            "email": email,
            "user": user,
            "link": context.get("password_reset_url", ""),
            "old_email": context.get("from_email", ""),
            "new_email": context.get("to_email", ""),
            "sign_in_url": public_url("account_login", self._next()),
            "sign_up_url": public_url("account_signup", self._next()),
            "reset_url": public_url("account_reset_password", self._next()),
            "at": timezone.now(),
        }
        about = str(user.uuid) if isinstance(user, User) else ""
        queue_letter(to=email, kind=f"accounts.{name}", template=f"accounts/mail/{name}", context=values, about=about, at=timezone.now())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the reset letter; it remembers where the person was going."""
        user_part, _, token = key.partition("-")
        return public_url("account_reset_password_from_key", self._next(), uidb36=user_part, key=token)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a change of password: the profile."""
        return reverse("accounts:profile")

    def _next(self) -> str:
        request = library_context.request
        return next_of(request) if request else ""
