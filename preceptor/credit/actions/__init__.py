"""What we do with credit: grant a claim, typeset and send its certificate, typeset a transcript."""

from preceptor.credit.actions.certificates import file_name, send_again, send_certificate, sweep, typeset_certificate
from preceptor.credit.actions.claims import TOO_LATE, claim_credit
from preceptor.credit.actions.transcripts import KEEP_TRANSCRIPTS, forget_transcripts, order_transcript, typeset_transcript

__all__ = [
    "KEEP_TRANSCRIPTS",
    "TOO_LATE",
    "claim_credit",
    "file_name",
    "forget_transcripts",
    "order_transcript",
    "send_again",
    "send_certificate",
    "sweep",
    "typeset_certificate",
    "typeset_transcript",
]
