"""`manage.py load_demo`: the demonstration, made or reused."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preceptor.demo.actions import load_demo
from preceptor.kernel.refusals import Refused


class Command(BaseCommand):
    """Load the demonstration. Run again, it reuses what is there."""

    help = "Load the demonstration: sample provider, sign-ins and activities. Run again, it reuses what is there."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo(at=timezone.now(), say=self.stdout.write)
        except Refused as refused:
            raise CommandError("\n".join([refused.message, *(f"  {reason.message}" for reason in refused.reasons)])) from refused
