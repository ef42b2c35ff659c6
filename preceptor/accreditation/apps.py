"""Where the room hangs."""

from django.apps import AppConfig

from preceptor.accreditation import checks


class AccreditationConfig(AppConfig):
    """By whose leave: provider, accreditations with dates, and the packs of credit systems, professions and statements."""

    name = "preceptor.accreditation"
    checks = [checks.packs_are_whole]
