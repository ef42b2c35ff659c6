"""Sign credentials or PDFs with a new key from now on; the old one stays published, so what it signed verifies on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from preceptor.credit.actions import rotate_keys
from preceptor.credit.adapters.credential_keys import PROOFS, TOKENS
from preceptor.credit.adapters.pdf_keys import PDFS

KINDS = {"proof": [PROOFS], "token": [TOKENS], "both": [PROOFS, TOKENS], "pdf": [PDFS]}


class Command(BaseCommand):
    """manage.py rotate_credential_key [--kind proof|token|both|pdf] --by staff@example.org --reason "Yearly"."""

    help = "Sign credentials, status lists and the ledger's head, or PDFs, with a new key from now on. What was signed before verifies on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which key, by whom and why."""
        parser.add_argument(
            "--kind",
            choices=KINDS,
            default="both",
            help="proof: Ed25519, of JSON; token: RSA, of VC-JWT; both (default); pdf: the house's own chain for PDFs",
        )
        parser.add_argument("--by", required=True, help="who does it: name or e-mail address; kept in the logbook")
        parser.add_argument("--reason", default="", help="why: kept in the logbook")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each new key."""
        kinds = KINDS[options["kind"]]
        for kind, key_id in zip(kinds, rotate_keys(kinds, by=options["by"], at=timezone.now(), reason=options["reason"]), strict=True):
            self.stdout.write(f"{kind}: signing with {key_id}")
        self.stdout.write("The old keys stay published in VAR_DIR/keys; their secret halves are gone. Back that folder up.")
