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
from preceptor.credit.queries.completions import COLUMNS, Completion, Counts, Scope, award_for_staff, completions, counts_in, standing_in
from preceptor.credit.queries.desks import CertificateDesk, certificate_desk
from preceptor.credit.queries.ledger import LedgerCheck, default_seal_files, kept_seals, line_rows, snapshot, verify_ledger
from preceptor.credit.queries.payloads import payload_of
from preceptor.credit.queries.personal import last_completed_on, personal_data, unreported_numbers
from preceptor.credit.queries.published import has_list, keys_bundle, status_list_text
from preceptor.credit.queries.standings import FORTUNE, Fortune, fortune_of, is_reported
from preceptor.credit.queries.transcripts import Total, Transcript, TranscriptRow, Unfinished, transcript_for
from preceptor.credit.queries.verification import CheckResult, Verified, check_result, check_with, credential_file, verification_of

__all__ = [
    "COLUMNS",
    "Completion",
    "Counts",
    "Scope",
    "award_for_staff",
    "completions",
    "counts_in",
    "standing_in",
    "CertificateDesk",
    "credential_file",
    "CheckResult",
    "Verified",
    "check_result",
    "check_with",
    "verification_of",
    "has_list",
    "keys_bundle",
    "status_list_text",
    "Choice",
    "ClaimDesk",
    "LedgerCheck",
    "FORTUNE",
    "Fortune",
    "ProfessionDesk",
    "Total",
    "Transcript",
    "TranscriptRow",
    "Unfinished",
    "Verification",
    "award_of",
    "award_with_serial",
    "awards_of",
    "boards_desk",
    "button_words",
    "certificate_desk",
    "certificate_file",
    "claim_desk",
    "default_seal_files",
    "fate_of",
    "fortune_of",
    "has_file",
    "is_reported",
    "kept_seals",
    "last_completed_on",
    "letters_sent_at",
    "line_rows",
    "own_award",
    "payload_of",
    "snapshot",
    "transcript_for",
    "verify_ledger",
    "personal_data",
    "transcript_for",
    "unreported_numbers",
    "verify_url",
]
