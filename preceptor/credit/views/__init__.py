"""Claim, certificate, verification, transcript."""

from preceptor.credit.views.certificates import certificate, pdf, send, sheet
from preceptor.credit.views.claims import claim
from preceptor.credit.views.transcripts import transcript, transcript_pdf
from preceptor.credit.views.verification import verification, verify

__all__ = [
    "certificate",
    "claim",
    "pdf",
    "send",
    "sheet",
    "transcript",
    "transcript_pdf",
    "verification",
    "verify",
]
