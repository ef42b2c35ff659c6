"""What we do with credit: grant a claim, correct it, take it back, typeset and send its certificate, make a transcript; what a learner writes down themselves."""

from preceptor.credit.actions.certificates import (
    file_name,
    order_paper,
    send_again,
    sweep,
    typeset_certificate,
    typeset_paper,
)
from preceptor.credit.actions.checks import ask_check, check_file, forget_checks
from preceptor.credit.actions.claims import claim_credit
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
from preceptor.credit.actions.ledger import append_line, move_standings
from preceptor.credit.actions.requirements import (
    change_tracked,
    follow_own,
    follow_requirement,
    leave_requirement,
    resume_requirement,
    roll_over,
)
from preceptor.credit.actions.seals import seal_ledger
from preceptor.credit.actions.transcripts import (
    forget_transcripts,
    order_record,
    order_transcript,
    typeset_record,
    typeset_transcript,
)

__all__ = [
    "Proof",
    "add_external_credit",
    "append_line",
    "ask_check",
    "change_external_credit",
    "change_tracked",
    "check_file",
    "claim_credit",
    "correct_award",
    "correct_claim",
    "erase_names",
    "erase_own_record",
    "erase_person",
    "file_name",
    "follow_own",
    "follow_requirement",
    "forget_checks",
    "forget_removed",
    "forget_transcripts",
    "leave_requirement",
    "mark_all_reported",
    "mark_reported",
    "move_standings",
    "note_export",
    "order_paper",
    "order_record",
    "order_transcript",
    "reinstate_award",
    "remove_external_credit",
    "restore_external_credit",
    "resume_requirement",
    "reverse_award",
    "roll_over",
    "rotate_keys",
    "seal_ledger",
    "send_again",
    "sweep",
    "typeset_certificate",
    "typeset_paper",
    "typeset_record",
    "typeset_transcript",
]
