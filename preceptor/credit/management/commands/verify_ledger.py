"""Verify the credit ledger: every line, award and seal. Ends with 1 where anything is wrong."""

import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from preceptor.credit.queries import LedgerCheck, default_seal_files, verify_ledger
from preceptor.credit.rules import SEAL_FILE_LAG, Flaw, Source

MOST_TOLD = 200
WIDTH = 30


class Command(BaseCommand):
    """manage.py verify_ledger [--seals FILE] [--no-files] [--quiet]."""

    help = "Verify the credit ledger: lines, awards, personal parts, what stands, seals, certificates. Ends with 1 where anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to hold it against, and how much to say."""
        parser.add_argument(
            "--seals",
            action="append",
            type=Path,
            metavar="FILE",
            help="seals that were kept elsewhere: a copy of the file, or an attachment of a letter; instead of LEDGER_SEALS_FILE; may be repeated",
        )
        parser.add_argument("--no-files", action="store_true", help="leave the certificates' PDFs out, which take longest")
        parser.add_argument("--quiet", action="store_true", help="say only what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell every flaw as it is found, then in figures what was checked."""
        begun, result = time.monotonic(), LedgerCheck()
        self.bar = not options["quiet"] and self.stderr.isatty()
        is_own = options["seals"] is None
        flaws = verify_ledger(
            default_seal_files() if is_own else options["seals"],
            result,
            with_files=not options["no_files"],
            whole_before=timezone.now() - SEAL_FILE_LAG if is_own else None,
            progress=self._progress,
        )
        try:
            found = self._tell(flaws)
        except OSError as error:
            raise CommandError(f"A file of seals could not be read: {error}") from error
        if not options["quiet"]:
            self.stdout.write(self._figures(result, time.monotonic() - begun, is_with_files=not options["no_files"]))
        if found:
            self.stderr.write(
                f"NOT VERIFIED: {found} {'thing is' if found == 1 else 'things are'} wrong. docs/rules/credit.md says what each means."
            )
            sys.exit(1)
        if not options["quiet"]:
            self.stdout.write("Verified: nothing is wrong.")

    def _tell(self, flaws: Any) -> int:
        found = 0
        for flaw in islice(flaws, MOST_TOLD):
            found += 1
            self._clear()
            self.stdout.write(f"{flaw.code}: {flaw.message}")
        rest = sum(isinstance(flaw, Flaw) for flaw in flaws)
        if rest:
            self._clear()
            self.stdout.write(f"and {rest:,} more.")
        return found + rest

    def _figures(self, result: LedgerCheck, seconds: float, *, is_with_files: bool) -> str:
        self._clear()
        figures = result.figures
        files = f"{figures.files:,} PDFs of certificates" if is_with_files else "no PDFs (--no-files)"
        outside = ", ".join(map(str, result.files)) or "no file (there is none; see LEDGER_SEALS_FILE)"
        keys = ", ".join(result.keys) or "none yet"
        unreadable = f"; {result.unreadable} lines there could not be read" if result.unreadable else ""
        amounts = ", ".join(f"{key} {amount.normalize():f}" for key, amount in sorted(figures.amounts.items()))
        return "\n".join(
            [
                f"Checked at {timezone.now():%Y-%m-%d %H:%M} UTC in {seconds:.1f} s:",
                f"  {figures.lines:,} lines up to number {figures.head:,}, {figures.awards:,} awards, {figures.parts:,} personal parts, {files}",
                f"  {figures.standing:,} awards stand{': ' + amounts if amounts else ''}",
                f"  {result.count(Source.DATABASE):,} seals in the database, {result.count(Source.OUTSIDE):,} outside: {outside}{unreadable}",
                f"  signed with: {keys}",
            ]
        )

    def _progress(self, name: str, done: int, total: int) -> None:
        if self.bar:
            filled = WIDTH * done // total if total else WIDTH
            self.stderr.write(f"\r{name:<7}{'█' * filled}{'·' * (WIDTH - filled)} {done:,} of {total:,} ", str, ending="")
            self.stderr.flush()

    def _clear(self) -> None:
        if self.bar:
            self.stderr.write("\r" + " " * 78 + "\r", str, ending="")
