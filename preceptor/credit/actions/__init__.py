"""What we do with credit: grant a claim, correct it, take it back, typeset and send its certificate, make a transcript; what a learner writes down themselves."""

from preceptor.credit.actions.certificates import (
    file_name,
    order_paper,
    send_again,
    send_certificate,
    sweep,
    typeset_certificate,
    typeset_paper,
)
from preceptor.credit.actions.checks import ask_check, check_file, forget_checks
from preceptor.credit.actions.claims import TOO_LATE, claim_credit
from preceptor.credit.actions.corrections import (
    correct_award,
    correct_claim,
    mark_all_reported,
    mark_reported,
    note_export,
    reinstate_award,
    reverse_award,
)
from preceptor.credit.actions.credentials import rotate_keys
from preceptor.credit.actions.erasure import erase_names, erase_person
from preceptor.credit.actions.external import (
    Proof,
    add_external_credit,
    change_external_credit,
    erase_own_record,
    forget_removed,
    remove_external_credit,
    restore_external_credit,
)
from preceptor.credit.actions.ledger import append_line, by_staff, move_standings
from preceptor.credit.actions.requirements import (
    change_tracked,
    follow_own,
    follow_requirement,
    leave_requirement,
    resume_requirement,
    roll_over,
)
from preceptor.credit.actions.seals import seal_ledger, send_seals
from preceptor.credit.actions.transcripts import (
    KEEP_TRANSCRIPTS,
    forget_transcripts,
    order_record,
    order_transcript,
    typeset_record,
    typeset_transcript,
)

__all__ = [
    "order_record",
    "typeset_record",
    "Proof",
    "add_external_credit",
    "change_external_credit",
    "erase_own_record",
    "forget_removed",
    "remove_external_credit",
    "restore_external_credit",
    "change_tracked",
    "follow_own",
    "follow_requirement",
    "leave_requirement",
    "resume_requirement",
    "roll_over",
    "ask_check",
    "check_file",
    "forget_checks",
    "rotate_keys",
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
    "mark_all_reported",
    "mark_reported",
    "note_export",
    "move_standings",
    "order_paper",
    "order_transcript",
    "reinstate_award",
    "reverse_award",
    "seal_ledger",
    "send_again",
    "send_certificate",
    "send_seals",
    "sweep",
    "typeset_certificate",
    "typeset_paper",
    "typeset_transcript",
]
