"""What we ask of credit: what somebody may claim, what they were given, and what became of the letter."""

from preceptor.credit.queries.certificates import (
    award_of,
    award_with_serial,
    awards_of,
    certificate_file,
    fate_of,
    has_file,
    letters_sent_at,
    own_award,
    verify_url,
)
from preceptor.credit.queries.claims import Choice, ClaimDesk, ProfessionDesk, boards_desk, button_words, claim_desk
from preceptor.credit.queries.desks import CertificateDesk, certificate_desk
from preceptor.credit.queries.payloads import payload_of
from preceptor.credit.queries.personal import last_completed_on, personal_data, unreported_numbers
from preceptor.credit.queries.standings import FORTUNE, Fortune, fortune_of, is_reported
from preceptor.credit.queries.transcripts import Total, Transcript, TranscriptRow, Unfinished, transcript_for

__all__ = [
    "CertificateDesk",
    "Choice",
    "ClaimDesk",
    "FORTUNE",
    "Fortune",
    "ProfessionDesk",
    "Total",
    "Transcript",
    "TranscriptRow",
    "Unfinished",
    "award_of",
    "award_with_serial",
    "awards_of",
    "boards_desk",
    "button_words",
    "certificate_desk",
    "certificate_file",
    "claim_desk",
    "fate_of",
    "fortune_of",
    "has_file",
    "is_reported",
    "last_completed_on",
    "letters_sent_at",
    "own_award",
    "payload_of",
    "personal_data",
    "transcript_for",
    "unreported_numbers",
    "verify_url",
]
