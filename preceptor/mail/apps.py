"""Where the room hangs."""

from django.apps import AppConfig

from preceptor.mail import checks


class MailConfig(AppConfig):
    """The letter box: letters are queued in the caller's transaction, posted by a worker, and their fate is known."""

    name = "preceptor.mail"
    checks = [checks.settings_of_letters_can_be_used]
