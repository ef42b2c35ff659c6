"""What we do with credit: grant a claim, correct it, take it back, typeset and send its certificate, typeset a transcript."""

from preceptor.credit.actions.certificates import (
    file_name,
    order_paper,
    send_again,
    send_certificate,
    sweep,
    typeset_certificate,
    typeset_paper,
)
from preceptor.credit.actions.claims import TOO_LATE, claim_credit
from preceptor.credit.actions.corrections import correct_award, correct_claim, mark_reported, reinstate_award, reverse_award
from preceptor.credit.actions.erasure import erase_names, erase_person
from preceptor.credit.actions.ledger import append_line, by_staff, move_standings
from preceptor.credit.actions.transcripts import KEEP_TRANSCRIPTS, forget_transcripts, order_transcript, typeset_transcript

__all__ = [
    "KEEP_TRANSCRIPTS",
    "TOO_LATE",
    "append_line",
    "by_staff",
    "claim_credit",
    "correct_award",
    "correct_claim",
    "erase_names",
    "erase_person",
    "file_name",
    "forget_transcripts",
    "mark_reported",
    "move_standings",
    "order_paper",
    "order_transcript",
    "reinstate_award",
    "reverse_award",
    "send_again",
    "send_certificate",
    "sweep",
    "typeset_certificate",
    "typeset_paper",
    "typeset_transcript",
]
