"""The logbook for operators: to read, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from preceptor.logbook.models import Entry

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Entry]
else:
    _Admin = admin.ModelAdmin


@admin.register(Entry)
class EntryAdmin(_Admin):
    """Who did what, when and why."""

    list_display = ("at", "by", "verb", "about_type", "about", "reason")
    list_filter = ("verb",)
    search_fields = ("by", "verb", "about", "reason")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only actions write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Never."""
        return False
