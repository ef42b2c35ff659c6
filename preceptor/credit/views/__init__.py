"""Claim, certificate, verification, transcript."""

from preceptor.credit.views.certificates import certificate, pdf, send, sheet
from preceptor.credit.views.claims import boards, claim, correct
from preceptor.credit.views.published import status_list
from preceptor.credit.views.transcripts import transcript, transcript_pdf
from preceptor.credit.views.verification import verification, verify

__all__ = [
    "boards",
    "certificate",
    "claim",
    "correct",
    "pdf",
    "send",
    "sheet",
    "status_list",
    "transcript",
    "transcript_pdf",
    "verification",
    "verify",
]
