"""Where the room hangs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """What runs later: a durable queue with retry, reaper, clock and dead letters."""

    name = "preceptor.jobs"
