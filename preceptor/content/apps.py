"""Where the room hangs."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """The teaching: lecture, reading, patient case."""

    name = "preceptor.content"
