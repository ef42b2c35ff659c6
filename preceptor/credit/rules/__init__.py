"""What must be true of credit, and what it says. Plain Python; time comes in as `at`."""

from preceptor.credit.rules.claims import (
    AFTER_EVALUATION,
    ATTESTATION,
    ATTESTATION_PARTICIPATION,
    FIELD_OF,
    REMAINS,
    Claim,
    Deadlines,
    Profile,
    Wish,
    is_about_the_form,
    warnings_about,
    why_not_yet,
)
from preceptor.credit.rules.faces import KEPT_AS, SAMPLE_MARK, Face, face_of, missing_on_certificate
from preceptor.credit.rules.letters import LETTER_PAUSE, LETTERS_A_DAY, letters_pause, why_no_serial
from preceptor.credit.rules.transcripts import transcript_payload

__all__ = [
    "AFTER_EVALUATION",
    "ATTESTATION",
    "ATTESTATION_PARTICIPATION",
    "Claim",
    "Deadlines",
    "FIELD_OF",
    "Face",
    "KEPT_AS",
    "LETTERS_A_DAY",
    "LETTER_PAUSE",
    "Profile",
    "REMAINS",
    "SAMPLE_MARK",
    "Wish",
    "face_of",
    "is_about_the_form",
    "letters_pause",
    "missing_on_certificate",
    "transcript_payload",
    "warnings_about",
    "why_no_serial",
    "why_not_yet",
]
