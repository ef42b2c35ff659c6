"""Where the room hangs."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Who stands behind it: companies, financial relationships, relevance, mitigation, commercial support."""

    name = "preceptor.disclosure"
