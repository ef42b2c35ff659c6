"""Where the room hangs."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who you are."""

    name = "preceptor.accounts"
