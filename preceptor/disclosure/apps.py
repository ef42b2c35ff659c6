"""Where the room hangs."""

import logging

from django.apps import AppConfig

from preceptor.disclosure.adapters.links import TokenMask


class DisclosureConfig(AppConfig):
    """Who stands behind it: companies, financial relationships, relevance, mitigation, commercial support."""

    name = "preceptor.disclosure"

    def ready(self) -> None:
        """No token of a link is ever logged."""
        for name in ("django.request", "django.security.csrf", "django.server"):
            logging.getLogger(name).addFilter(TokenMask())
