"""Claim, certificate, verification, transcript, self-reported credit, requirements."""

from preceptor.credit.views.certificates import certificate, pdf, send, sheet
from preceptor.credit.views.claims import boards, claim, correct
from preceptor.credit.views.credentials import credential, token
from preceptor.credit.views.external import external, external_add, external_edit, external_proof, external_remove, external_restore
from preceptor.credit.views.published import did, keys, pdf_certificates, status_list, verify_script
from preceptor.credit.views.requirements import (
    requirement_edit,
    requirement_follow,
    requirement_leave,
    requirement_next,
    requirement_own,
    requirement_resume,
    requirements,
    requirements_ics,
)
from preceptor.credit.views.transcripts import transcript, transcript_clr, transcript_csv, transcript_pdf
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
    "external",
    "external_add",
    "external_edit",
    "external_proof",
    "external_remove",
    "external_restore",
    "keys",
    "pdf",
    "pdf_certificates",
    "requirement_edit",
    "requirement_follow",
    "requirement_leave",
    "requirement_next",
    "requirement_own",
    "requirement_resume",
    "requirements",
    "requirements_ics",
    "send",
    "sheet",
    "status_list",
    "token",
    "transcript",
    "transcript_clr",
    "transcript_csv",
    "transcript_pdf",
    "verification",
    "verify",
    "verify_script",
]
