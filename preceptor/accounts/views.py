"""What we show: our own pages of an account, and the few places where the library's pages answer differently."""

from __future__ import annotations

from typing import Any

from allauth.account import views as library
from allauth.account.models import EmailConfirmationHMAC
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from preceptor.accounts import actions
from preceptor.accounts.access import SignedInRequest, limited, signed_in
from preceptor.accounts.adapters.allauth import next_of
from preceptor.accounts.forms import AddressForm, CodeForm, NameForm, ProfessionForm
from preceptor.accounts.queries import address_state, degrees, has_verified_address, profession_name, shown_identifiers, waiting_address
from preceptor.accounts.rules import PROFESSION_ATTESTATION, CodeVerdict
from preceptor.ui.answers import see_other


class SignIn(library.LoginView):  # type: ignore[misc]
    """The library's sign-in; too many tries answer with 429 and keep the form."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form with its errors."""
        status = 429 if form.has_error("__all__", "too_many_login_attempts") else 200
        return self.render_to_response(self.get_context_data(form=form), status=status)


class Forgot(library.PasswordResetView):  # type: ignore[misc]
    """The library's reset request; it remembers where the person was going, and the address that was typed at the sign-in."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """From the sign-in form: the request, filled in but not sent."""
        if "login" in request.POST:
            form = self.get_form_class()(initial={"email": request.POST["login"][:254]})  # type: ignore[no-untyped-call]
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_success_url(self) -> str:
        """Always the same page."""
        return _with_next("account_reset_password_done", next_of(self.request))


def confirm_email(request: HttpRequest, key: str) -> HttpResponse:
    """The page behind the link in the letter. Looking at it changes nothing; its button confirms. A used or old link says so."""
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        return render(request, "account/email_confirm.html", _spent_link(request), status=410)
    address = confirmation.email_address
    if request.method != "POST":
        context = {"address": address.email, "can_confirm": address.can_set_verified(), "next": next_of(request)}
        return render(request, "account/email_confirm.html", context)
    if not actions.confirm_address(request, address, at=timezone.now()):
        return render(request, "account/email_confirm.html", {"address": address.email, "can_confirm": False}, status=409)
    messages.success(request, f"{address.email} is verified.")
    is_theirs = request.user.is_authenticated and request.user.pk == address.user_id
    return see_other(
        next_of(request) or resolve_url(settings.LOGIN_REDIRECT_URL) if is_theirs else _with_next("account_login", next_of(request))
    )


def _spent_link(request: HttpRequest) -> dict[str, object]:
    is_verified = request.user.is_authenticated and has_verified_address(request.user)
    return {"is_spent": True, "is_verified": is_verified, "next": next_of(request)}


@never_cache
@signed_in
@limited("try_code")
def verify(request: SignedInRequest) -> HttpResponse:
    """The one screen: where the letter went, the code, sending again, another address."""
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _address_page(request, form=form)
    result = actions.confirm_by_code(request, request.user, form.cleaned_data["code"], at=timezone.now())
    if result.verdict is not CodeVerdict.RIGHT:
        form.add_error("code", result.sentence)
        return _address_page(request, form=form)
    messages.success(request, "Your e-mail address is verified.")
    return see_other(next_of(request) or reverse("accounts:verify"))


@require_POST
@signed_in
@limited("resend_verification")
def resend(request: SignedInRequest) -> HttpResponse:
    """A new letter with a new code; the old code stops working."""
    address = waiting_address(request.user)
    if address is not None and not actions.send_verification(address, at=timezone.now(), next_url=next_of(request)):
        return respond_429(request)
    if address is not None:
        messages.success(request, f"A new e-mail is on its way to {address.email}. Codes sent before no longer work.")
    return see_other(_verify_url(request))


@require_POST
@signed_in
@limited("change_address")
def change_address(request: SignedInRequest) -> HttpResponse:
    """Another address; a verified one stays until the new one is verified."""
    form = AddressForm(request.POST, user=request.user, has_verified=has_verified_address(request.user))
    if not form.is_valid():
        return _address_page(request, address_form=form)
    if not actions.change_address(request.user, form.cleaned_data["email"], at=timezone.now(), next_url=next_of(request)):
        messages.warning(request, "This address had many e-mails in the last hour. Wait an hour, then send a new code.")
    return see_other(_verify_url(request))


@require_POST
@signed_in
def keep_address(request: SignedInRequest) -> HttpResponse:
    """Give up a change that waits for its verification."""
    actions.drop_pending_address(request.user)
    return see_other(_verify_url(request))


def _address_page(request: SignedInRequest, form: CodeForm | None = None, address_form: AddressForm | None = None) -> HttpResponse:
    state = address_state(request.user)
    context = {
        "state": state,
        "form": form or CodeForm(),
        "address_form": address_form or AddressForm(user=request.user, has_verified=state.is_verified),
        "next": next_of(request),
    }
    return render(request, "accounts/verify.html", context)


@never_cache
@signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    """Who you are: name as printed, profession, identifiers, address, password."""
    return _profile_page(request)


@require_POST
@signed_in
def save_name(request: SignedInRequest) -> HttpResponse:
    """Keep the name as printed."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, name_form=form)
    actions.save_name(request.user, **form.cleaned_data, at=timezone.now())
    messages.success(request, "Your name is saved. Certificates that exist keep the name that they were issued with.")
    return see_other(reverse("accounts:profile"))


@require_POST
@signed_in
def change_profession(request: SignedInRequest) -> HttpResponse:
    """Keep another profession, attested."""
    form = ProfessionForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, profession_form=form)
    actions.change_profession(request.user, form.cleaned_data["profession"], PROFESSION_ATTESTATION, at=timezone.now())
    messages.success(request, "Your profession is saved. Credit that you claim from now on follows it.")
    return see_other(reverse("accounts:profile"))


@require_POST
@signed_in
def remove_identifier(request: SignedInRequest, kind: str) -> HttpResponse:
    """Forget one of your own identifiers."""
    actions.remove_identifier(request.user, kind, at=timezone.now())
    return see_other(reverse("accounts:profile") + "#identifiers")


def _profile_page(
    request: SignedInRequest, name_form: NameForm | None = None, profession_form: ProfessionForm | None = None
) -> HttpResponse:
    user, day = request.user, timezone.now().date()
    names = {"given_name": user.given_name, "family_name": user.family_name, "credentials": user.credentials}
    context = {
        "name_form": name_form or NameForm(initial=names),
        "profession_form": profession_form or ProfessionForm(initial={"profession": user.profession}),
        "profession": profession_name(user.profession, day),
        "identifiers": shown_identifiers(user, day),
        "state": address_state(user),
        "degrees": degrees(day),
    }
    return render(request, "accounts/profile.html", context)


def to_verify(request: HttpRequest) -> HttpResponseBase:
    """The library's names for its address pages lead to our one screen."""
    return redirect(_verify_url(request))


def _verify_url(request: HttpRequest) -> str:
    return _with_next("accounts:verify", next_of(request))


def _with_next(name: str, next_url: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': next_url})}" if next_url else "")
