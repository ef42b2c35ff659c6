"""People for operators: mostly to read. The operators' sign-in is the product's own, with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from preceptor.accounts.actions import change_access, review_profession_change
from preceptor.accounts.models import ProfessionChange, User
from preceptor.accounts.queries import changes_to_look_at

if TYPE_CHECKING:
    _UserAdmin = admin.ModelAdmin[User]
    _ChangeAdmin = admin.ModelAdmin[ProfessionChange]
else:
    _UserAdmin = _ChangeAdmin = admin.ModelAdmin

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
    filter_horizontal = ("groups",)

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
