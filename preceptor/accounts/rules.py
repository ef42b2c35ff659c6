"""What must be true of people, addresses and what they type about themselves. Plain Python."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

from preceptor.accreditation.rules import IdentifierKind

SAMPLE_DOMAIN = "@sample.example"
SAMPLE_PASSWORD = "sample-pass-2026"  # noqa: S105 - printed by the demo; refused off loopback
CODE_LIFE = timedelta(minutes=30)
CODE_TRIES = 5
PROFESSION_ATTESTATION = "I attest that this is my profession and that I hold the license or degree that it requires."

# What a member of staff may do at the desk, and the group that says so. A superuser may do all of it; staff without a duty look only.
DUTIES = {"author": "Studio authors", "publisher": "Studio publishers", "registrar": "Studio registrars"}
# Where the address of an erased account points: reserved (RFC 2606), so that no letter ever goes there.
TOMBSTONE = "@erased.invalid"
# Bidirectional classes of what is unseen and turns the words around it: overrides, embeddings, isolates and their ends.
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


class LinkKind(StrEnum):
    """What a line of the identity ledger says of two accounts: that they are one person's, or that they are not after all."""

    LINK = "link"
    UNLINK = "unlink"


def persons_of(accounts: Iterable[int], links: Mapping[int, int]) -> dict[int, int]:
    """Account → the account that stands for its person. `links` leads from an account to the one that it was put to; chains end at the first."""
    found = {}
    for account in accounts:
        root = account
        while root in links:
            root = links[root]
        found[account] = root
    return found


class CodeVerdict(StrEnum):
    """What came of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
    OLD = "old"
    TAKEN = "taken"


CODE_SENTENCES = {
    CodeVerdict.WRONG: "Check the six digits against the newest e-mail. {left} left",
    CodeVerdict.SPENT: "This code had too many tries. Send a new one below",
    CodeVerdict.OLD: "This code is no longer valid. Send a new one below",
    CodeVerdict.TAKEN: "This address was verified for another account meanwhile. Sign in to that account, or use another address",
}


def code_sentence(verdict: CodeVerdict, tries_left: int) -> str:
    """What to do now, beside the field."""
    tries = "1 try" if tries_left == 1 else f"{tries_left} tries"
    return CODE_SENTENCES[verdict].format(left=tries)


def is_code_alive(made_at: datetime, at: datetime) -> bool:
    """A code lives 30 minutes."""
    return made_at <= at < made_at + CODE_LIFE


def is_loopback(address: str) -> bool:
    """Is a client's address this machine itself? An unknown one (a socket, a broken header) is not."""
    return bool(re.fullmatch(r"[0-9a-fA-F:.]{2,45}", address)) and _is_loopback(address)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def is_sample_sign_in(email: str, password: str) -> bool:
    """Is it one of the demo's accounts with the demo's printed password?"""
    return email.strip().lower().endswith(SAMPLE_DOMAIN) and password == SAMPLE_PASSWORD


def tidy_words(text: str) -> str:
    """A name as it is kept: no doubled, leading or trailing spaces; nothing that is unseen and turns other words around."""
    return " ".join("".join(letter for letter in text if letter.isspace() or not _is_unseen(letter)).split())


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") or unicodedata.bidirectional(letter) in _TURNING


def why_not_identifier(value: str, kind: IdentifierKind) -> str:
    """What is wrong with an identifier, as a sentence that says what to enter; "" when nothing is."""
    if kind.accepts(value):
        return ""
    if kind.check == "month_day":
        return "Enter a month from 01 to 12 and a day, as four digits: 0704 for July 4"
    if kind.check == "npi" and re.fullmatch(kind.pattern, value):
        return "Check the digits of your NPI: one of them does not fit the others"
    return f"Check your {kind.label}. {kind.hint}".strip().rstrip(".")
