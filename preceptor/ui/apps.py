"""Where the shell hangs."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The shell; no tables."""

    name = "preceptor.ui"
    label = "ui"
    verbose_name = "Shell"
