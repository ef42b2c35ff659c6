"""Bias reports for operators: to read, and nothing else. Answers are read in aggregate only, so they have no page here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from preceptor.evaluation.models import BiasReport

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[BiasReport]
else:
    _Admin = admin.ModelAdmin


@admin.register(BiasReport)
class BiasReportAdmin(_Admin):
    """What learners reported as commercial bias, by month; the order within a month tells nothing."""

    list_display = ("month", "edition", "text", "name")
    list_filter = ("month",)
    list_select_related = ("edition__activity",)
    ordering = ("-month", "id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Learners write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: BiasReport | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BiasReport | None = None) -> bool:
        """Never."""
        return False
