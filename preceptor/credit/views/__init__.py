"""Claim, certificate, verification, transcript."""

from preceptor.credit.views.certificates import certificate, pdf, send, sheet
from preceptor.credit.views.claims import boards, claim, correct
from preceptor.credit.views.credentials import credential, token
from preceptor.credit.views.published import did, keys, pdf_certificates, status_list, verify_script
from preceptor.credit.views.transcripts import transcript, transcript_pdf
from preceptor.credit.views.verification import check, checked, verification, verify

__all__ = [
    "boards",
    "certificate",
    "check",
    "checked",
    "claim",
    "correct",
    "credential",
    "did",
    "keys",
    "pdf",
    "pdf_certificates",
    "send",
    "sheet",
    "status_list",
    "token",
    "transcript",
    "transcript_pdf",
    "verification",
    "verify",
    "verify_script",
]
