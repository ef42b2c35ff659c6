"""Where the room hangs."""

import sys

from django.apps import AppConfig

from preceptor.accreditation import checks
from preceptor.accreditation.adapters.packs import BrokenPack, library


class AccreditationConfig(AppConfig):
    """By whose leave: provider, accreditations with dates, and the packs of credit systems, professions and statements."""

    name = "preceptor.accreditation"
    checks = [checks.packs_are_whole]

    def ready(self) -> None:
        """Whatever starts the house (web server, worker, command) reads the packs first: one that is broken is one line, and nothing starts."""
        try:
            library()
        except BrokenPack as broken:
            if sys.argv[1:2] != ["check"]:
                sys.exit(f"Preceptor cannot start. A pack cannot be used: {broken}")
