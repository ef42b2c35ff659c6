"""The front door as an app, for its commands."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The whole house."""

    name = "config"
    label = "house"
