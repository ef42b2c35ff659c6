"""From a template to a letter's texts, and from a letter to the bytes that are posted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from preceptor.mail.adapters.addresses import envelope_address, sender_address
from preceptor.mail.adapters.dkim import signed
from preceptor.mail.adapters.providers import mark_of
from preceptor.mail.models import Attachment, Letter
from preceptor.mail.rules import one_line

# Rules for dark and narrow screens cannot be inlined and stay in <style>; nothing is ever fetched.
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
# 7bit: no server on the way needs to know 8BITMIME.
_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Texts:
    """What a letter says."""

    subject: str
    text: str
    html: str


def render_texts(template: str, context: dict[str, Any]) -> Texts:
    """The three parts `<template>.subject.txt`, `.txt` and `.html`, the HTML with its CSS inlined. `public_url` is given to all, `subject` to the last two."""
    values = {"public_url": settings.PUBLIC_URL, **context}
    values["subject"] = one_line(_rendered(f"{template}.subject.txt", values, escapes=False))
    return Texts(
        subject=values["subject"],
        text=re.sub(r"\n{3,}", "\n\n", _rendered(f"{template}.txt", values, escapes=False)).strip() + "\n",
        html=_INLINER.inline(_rendered(f"{template}.html", values, escapes=True)),
    )


def return_path(letter: Letter) -> str:
    """Where reports on the letter go; the * of MAIL_RETURN_PATH is the letter's uuid, so that every report says which letter it is about."""
    return (settings.MAIL_RETURN_PATH or sender_address()).replace("*", letter.uuid.hex)


def message_bytes(letter: Letter, attachments: list[Attachment]) -> bytes:
    """The letter as it is posted: the same headers at every attempt, text and HTML, and what is attached; signed where there is a key (DKIM)."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = letter.sender or settings.DEFAULT_FROM_EMAIL
    if settings.MAIL_REPLY_TO:
        message["Reply-To"] = settings.MAIL_REPLY_TO
    message["To"] = envelope_address(letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.queued_at)
    message["Message-ID"] = letter.message_id
    # RFC 3834: no vacation notice is wanted in reply.
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mark_of(letter.uuid).items():
        message[name] = value
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(bytes(attachment.data), maintype=main, subtype=sub, filename=attachment.name)
    return signed(message.as_bytes())


def _rendered(name: str, values: dict[str, Any], *, escapes: bool) -> str:
    """The template filled in; plain text is not escaped, so that O'Brien stays O'Brien."""
    template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(values, autoescape=escapes)))
