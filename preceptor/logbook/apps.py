"""Where the room hangs."""

from django.apps import AppConfig


class LogbookConfig(AppConfig):
    """Who did what, when and why: append-only."""

    name = "preceptor.logbook"
