"""People for operators: mostly to read. The operators' sign-in is the product's own, with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.admin import EmailAddressAdmin as LibraryAddressAdmin
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as LibraryGroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from preceptor.accounts.actions import change_access, remove_address, remove_group, review_profession_change, save_address, save_group
from preceptor.accounts.models import ProfessionChange, User
from preceptor.accounts.queries import changes_to_look_at

if TYPE_CHECKING:
    _UserAdmin = admin.ModelAdmin[User]
    _ChangeAdmin = admin.ModelAdmin[ProfessionChange]
    _GroupAdmin = admin.ModelAdmin[Group]
    _AddressAdmin = admin.ModelAdmin[EmailAddress]
    _AddressModelForm = forms.ModelForm[EmailAddress]
else:
    _UserAdmin = _ChangeAdmin = admin.ModelAdmin
    _GroupAdmin, _AddressAdmin, _AddressModelForm = LibraryGroupAdmin, LibraryAddressAdmin, forms.ModelForm

# The libraries' own pages of these write past the actions: they are taken down, and ours stand in their place.
admin.site.unregister([Group, EmailAddress])
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign,no-untyped-call]


@admin.register(User)
class UserAdmin(_UserAdmin):
    """Who has an account. Only whether it is open, and whether it is staff, can be set here."""

    list_display = ("email", "full_name", "credentials", "profession", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("profession", "is_staff", "is_active")
    search_fields = ("email", "given_name", "family_name")
    ordering = ("email",)
    fields = (
        "email", "given_name", "family_name", "credentials", "profession", "uuid", "date_joined", "last_login",
        "is_active", "is_staff", "is_superuser", "groups",
    )  # fmt: skip
    readonly_fields = fields[:8]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """An address may filter by any field of a person, but never spell out the password's hash, letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only who may do everything gives or takes rights; whoever else may change people opens and closes accounts."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, "is_staff", "is_superuser", "groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody closes the account of somebody who may do more than they."""
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or request.user.is_superuser or not obj.is_superuser)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through the action, which leaves a line in the logbook."""
        rights = {name: getattr(obj, name) for name in ("is_active", "is_staff", "is_superuser")}
        change_access(obj, **rights, groups=form.cleaned_data.get("groups"), by=request.user.get_username(), at=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing more: the action wrote the groups, too."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up, or a command makes them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Closing is setting inactive; erasure is a deed of its own."""
        return False


@admin.register(Group)
class GroupAdmin(_GroupAdmin):
    """What duties and other groups permit. Only who may do everything gives or takes rights; each change leaves a line in the logbook."""

    # One list, as for a person's groups: Django's pair of lists has icons that say something to nobody who does not see.
    filter_horizontal = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for rights of people."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """As for rights of people."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """As for rights of people."""
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        """Through the action."""
        typed = form.cleaned_data
        save_group(obj, typed["name"], list(typed["permissions"]), by=request.user.get_username(), at=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing more: the action wrote the permissions, too."""

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        """Through the action."""
        remove_group(obj, by=request.user.get_username(), at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """One by one, each with its lines."""
        for group in queryset:
            self.delete_model(request, group)


class AddressForm(_AddressModelForm):
    """An address as operators type it: once for each account, and verified by one account only."""

    class Meta:
        model = EmailAddress
        fields = ("user", "email", "verified")

    def clean_email(self) -> str:
        """In small letters, as it is kept."""
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        """What the database would refuse, in words beside the field."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        user, others = typed.get("user") or self.instance.user_id, EmailAddress.objects.exclude(pk=self.instance.pk)
        same = others.filter(email=typed.get("email", ""))
        if same.filter(user=user).exists():
            self.add_error("email", "This account has this address already")
        elif typed.get("verified") and same.filter(verified=True).exists():
            self.add_error("email", "Another account has verified this address")
        return typed


@admin.register(EmailAddress)
class EmailAddressAdmin(_AddressAdmin):
    """Addresses of accounts. Whose it is never changes; each change leaves a line in the logbook."""

    form = AddressForm
    fields = ("user", "email", "verified", "primary")
    list_select_related = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: EmailAddress | None = None) -> tuple[str, ...]:
        """Which one is primary follows from the others."""
        return ("user", "primary") if obj else ("primary",)

    def has_change_permission(self, request: HttpRequest, obj: EmailAddress | None = None) -> bool:
        """Whoever may change an address can have a password sent to it: those of the staff are for who may do everything."""
        return super().has_change_permission(request, obj) and (obj is None or self._may_touch(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: EmailAddress | None = None) -> bool:
        """As for changing."""
        return super().has_delete_permission(request, obj) and (obj is None or self._may_touch(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An address more opens the account, too, whoever's it is."""
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: EmailAddress, form: Any, change: bool) -> None:
        """Through the action."""
        typed = form.cleaned_data
        save_address(obj, typed["email"], is_verified=typed["verified"], by=request.user.get_username(), at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: EmailAddress) -> None:
        """Through the action."""
        remove_address(obj, by=request.user.get_username(), at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> None:
        """One by one, each with its line."""
        for address in queryset:
            self.delete_model(request, address)

    @admin.action(description="Mark as verified", permissions=["change"])
    def make_verified(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> None:
        """Through the action; what another account has verified already, or who may do more than they, is left and said."""
        for address in queryset.filter(verified=False).select_related("user"):
            if self._may_touch(request, address) and address.can_set_verified():
                save_address(address, address.email, is_verified=True, by=request.user.get_username(), at=timezone.now())
                messages.success(request, f"{address.email} is verified.")
            else:
                messages.error(request, f"{address.email} was left: another account has verified it, or it is one of the staff’s.")

    @staticmethod
    def _may_touch(request: HttpRequest, address: EmailAddress) -> bool:
        user: User = address.user  # type: ignore[assignment]
        return bool(request.user.is_superuser) or not (user.is_staff or user.is_superuser)


class WaitingFilter(admin.SimpleListFilter):
    """Changes that nobody looked at."""

    title = "looked at"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice."""
        return [("yes", "Not yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProfessionChange]) -> QuerySet[ProfessionChange]:
        """The waiting ones, if asked."""
        return queryset.filter(pk__in=changes_to_look_at()) if self.value() == "yes" else queryset


@admin.register(ProfessionChange)
class ProfessionChangeAdmin(_ChangeAdmin):
    """Changes of profession, to look at."""

    list_display = ("at", "user", "old", "new", "looked_at_by")
    list_filter = (WaitingFilter,)
    list_select_related = ("user", "review")
    actions = ("mark_as_looked_at",)
    ordering = ("-at",)

    @admin.display(description="looked at by")
    def looked_at_by(self, change: ProfessionChange) -> str:
        """Who looked, or nothing."""
        return change.review.by if hasattr(change, "review") else ""

    @admin.action(description="Mark as looked at")
    def mark_as_looked_at(self, request: HttpRequest, queryset: QuerySet[ProfessionChange]) -> None:
        """One line each."""
        for change in queryset:
            review_profession_change(change, by=str(request.user), at=timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only actions write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ProfessionChange | None = None) -> bool:
        """Never, though the list's action may be used."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ProfessionChange | None = None) -> bool:
        """Never."""
        return False
