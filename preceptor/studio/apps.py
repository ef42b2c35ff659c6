"""Where the room hangs."""

from django.apps import AppConfig


class StudioConfig(AppConfig):
    """The staff's desk."""

    name = "preceptor.studio"
