"""`manage.py read_delivery_report < report`: what a mail server reports of a letter of ours, from the address that MAIL_RETURN_PATH names.

Meant for a pipe (docs/operate.md). Ends with 0 when the report has been dealt with, also by finding nothing in it, so that the mail system never
bounces a bounce; with 75 ("try again later") when the letter is being posted at this moment or the database is away.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from preceptor.mail.actions import record_reports
from preceptor.mail.adapters.reports import MOST_BYTES, reports_in
from preceptor.mail.rules import Taken

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h, which mail systems understand


class Command(BaseCommand):
    """Reads standard input to its end, whatever its length, and keeps the first megabyte."""

    requires_system_checks: list[str] = []  # one process for each report: it is to start at once
    help = "Read a delivery report (RFC 3464) on standard input and write down what became of the letter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument("--to", default="", help="the address that the report came to, where the mail system tells it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, record, say."""
        data = sys.stdin.buffer.read(MOST_BYTES)
        while sys.stdin.buffer.read(MOST_BYTES):
            pass
        reports = reports_in(data, sent_to=options["to"])
        try:
            taken = record_reports(reports, at=timezone.now())
        except DatabaseError as error:
            self.stderr.write(f"The database did not answer: {error}")
            sys.exit(TRY_AGAIN)
        for report, outcome in zip(reports, taken, strict=True):
            self.stdout.write(f"{report.verdict}, {outcome}: {report.letter or report.message_id}")
        if not reports:
            self.stdout.write("No delivery report of a letter of ours.")
        if Taken.TOO_EARLY in taken:
            sys.exit(TRY_AGAIN)
