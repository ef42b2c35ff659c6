"""Addresses as letters carry them: who sends, whose name stands there, what a server understands."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.utils.module_loading import import_string

from preceptor.mail.rules import one_line


def new_message_id(unique: str) -> str:
    """A Message-ID in the sender's domain."""
    domain = sender_address().rpartition("@")[2] or "localhost"
    return f"<{unique}@{domain}>"


def sender_address() -> str:
    """The bare address of MAIL_FROM."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sender_line(name: str = "") -> str:
    """From: the name that MAIL_FROM gives, else the provider's (`name` where the letter is another one's), and the address of MAIL_FROM."""
    given, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = given or name or (str(import_string(settings.MAIL_SENDER_NAME)()) if settings.MAIL_SENDER_NAME else "")
    # A long name is cut, not the address; the header's own class quotes what has to be quoted.
    return str(Address(one_line(name)[:100], addr_spec=address))


def domain_of(address: str) -> str:
    """The domain of an address in its ASCII form, in small letters."""
    return envelope_address(address).rpartition("@")[2].lower()[:254]


def envelope_address(address: str) -> str:
    """The address as every server understands it: an international domain in its ASCII form. One that has none stays as it is, to be refused."""
    local, at_sign, domain = address.rpartition("@")
    try:
        return f"{local}{at_sign}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
