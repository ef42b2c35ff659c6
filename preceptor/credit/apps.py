"""Where the room hangs."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    """The award: claim ledger, certificate, verification, transcript."""

    name = "preceptor.credit"
