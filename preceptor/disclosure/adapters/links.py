"""Links that open a form without an account: random, signed for this one purpose, and known to the database by their digest only."""

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
