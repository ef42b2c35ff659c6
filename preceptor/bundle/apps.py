"""Where the room hangs."""

from django.apps import AppConfig


class BundleConfig(AppConfig):
    """Activities as folders of text files."""

    name = "preceptor.bundle"
