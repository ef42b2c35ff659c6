"""Links that open a form without an account: random, signed for this one purpose, and known to the database by their digest only."""

import logging
import re
import secrets

from django.core.signing import BadSignature, Signer

from preceptor.kernel.hashing import sha256_of

# The salt is the purpose: no other signed text of this house opens a disclosure, and no token from here opens anything else.
_signer = Signer(salt="preceptor.disclosure.request", sep=".")


def new_token() -> tuple[str, str]:
    """(what goes into the letter and nowhere else, the digest that is kept)."""
    secret = secrets.token_urlsafe(32)
    return _signer.sign(secret), sha256_of(secret)


def digest_of(token: str) -> str | None:
    """The digest to look for; None when the signature is not ours, so that no look-up is made for what was guessed."""
    try:
        return sha256_of(_signer.unsign(token))
    except BadSignature:
        return None


class TokenMask(logging.Filter):
    """Takes tokens out of what the web framework logs when a request goes wrong: of an address like /disclosure/… only its beginning stays."""

    _address = re.compile(r"(/disclosure/)(?!form/|link/|agreements/)[^\s\"'?]+")

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record's words, and lets it pass."""
        record.msg = self._masked(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(self._masked(argument) for argument in record.args)
        return True

    def _masked(self, value: object) -> object:
        return self._address.sub(r"\1…", value) if isinstance(value, str) else value
