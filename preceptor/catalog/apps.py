"""Where the room hangs."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """What is offered: activities and their editions."""

    name = "preceptor.catalog"
