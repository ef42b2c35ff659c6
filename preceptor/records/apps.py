"""Where the room hangs."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """One person across rooms."""

    name = "preceptor.records"
