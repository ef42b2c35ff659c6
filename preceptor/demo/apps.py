"""Where the room hangs."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A believable sample provider, built only from bundles and actions."""

    name = "preceptor.demo"
