"""Grant a learner one more attempt at the post-test, with a reason that is kept."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from preceptor.assessment.actions import grant_attempt
from preceptor.journey.models import Participation
from preceptor.kernel.refusals import Refused


class Command(BaseCommand):
    """manage.py grant_attempt SLUG EMAIL --by staff@example.org --reason "Power outage during the test"."""

    help = "Grant a learner who has used all attempts one more attempt at an activity's post-test."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, where, by whom and why."""
        parser.add_argument("slug", help="the activity")
        parser.add_argument("email", help="the learner's e-mail address")
        parser.add_argument("--by", required=True, help="who grants it: name or e-mail address of a member of staff")
        parser.add_argument("--reason", required=True, help="why: it is kept with the grant and in the logbook")

    def handle(self, *args: Any, **options: Any) -> None:
        """One grant, or one sentence that says why not."""
        found = Participation.objects.filter(edition__activity__slug=options["slug"], user__email__iexact=options["email"])
        participation = found.select_related("edition").order_by("-begun_at").first()
        if participation is None:
            raise CommandError(f"{options['email']} has not begun {options['slug']}.")
        try:
            grant_attempt(participation, by=options["by"], reason=options["reason"], at=timezone.now())
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{options['email']} may take the post-test of {options['slug']} once more.")
