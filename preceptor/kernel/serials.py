"""Serials on paper: 16 Crockford base-32 characters and a check character, written in groups of four.

The check is the value of the 80-bit number modulo 37, as Crockford's base 32 defines it; the letters I, L, O and U are not used,
and are read as 1, 1, 0 (U is refused) when somebody types them. 80 random bits cannot be guessed one after the other.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKS = ALPHABET + "*~$=U"
LENGTH = 16
# Dashes, and what is not seen: copied from a document or a letter, they come along in many kinds.
UNHEARD = ("Pd", "Cf")


def new_serial() -> str:
    """A fresh serial, without dashes: 16 characters and one check character."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def with_check(body: str) -> str:
    """The body followed by its check character."""
    number = 0
    for character in body:
        number = number * 32 + ALPHABET.index(character)
    return body + CHECKS[number % 37]


def normalized(typed: str) -> str:
    """What somebody typed, as a serial: upper case, without spaces and dashes of any kind, I and L as 1, O as 0. It may still be wrong."""
    text = "".join(character for character in typed.upper() if not character.isspace() and unicodedata.category(character) not in UNHEARD)
    return text.translate(str.maketrans("ILO", "110"))


def is_serial(text: str) -> bool:
    """Is a normalized text a serial with the right check character?"""
    body, check = text[:LENGTH], text[LENGTH:]
    return len(text) == LENGTH + 1 and all(c in ALPHABET for c in body) and with_check(body)[-1] == check


def grouped(serial: str) -> str:
    """As printed: XXXX-XXXX-XXXX-XXXX-C."""
    return "-".join([*(serial[i : i + 4] for i in range(0, LENGTH, 4)), serial[LENGTH:]])
