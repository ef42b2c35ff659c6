"""What we ask of credit: what somebody may claim, what they were given, and what became of the letter."""

from preceptor.credit.queries.certificates import (
    award_of,
    award_with_serial,
    awards_of,
    fate_of,
    has_file,
    letters_sent_at,
    own_award,
    verify_url,
)
from preceptor.credit.queries.claims import Choice, ClaimDesk, ProfessionDesk, button_words, claim_desk
from preceptor.credit.queries.payloads import payload_of
from preceptor.credit.queries.transcripts import Total, Transcript, TranscriptRow, Unfinished, transcript_for

__all__ = [
    "Choice",
    "ClaimDesk",
    "ProfessionDesk",
    "Total",
    "Transcript",
    "TranscriptRow",
    "Unfinished",
    "award_of",
    "award_with_serial",
    "awards_of",
    "button_words",
    "claim_desk",
    "fate_of",
    "has_file",
    "letters_sent_at",
    "own_award",
    "payload_of",
    "transcript_for",
    "verify_url",
]
