"""Where the room hangs."""

from django.apps import AppConfig


class JourneyConfig(AppConfig):
    """The corridor: list and activity pages, participation, what was seen, the step ledger, doors and the next page."""

    name = "preceptor.journey"
