"""What we do with letters: queue one in the deed's own transaction, complete it, post it, write down what became of it, send it again."""

from preceptor.mail.actions.erasing import erase_letters
from preceptor.mail.actions.posting import post_letter, post_waiting, sweep
from preceptor.mail.actions.queueing import attach, forget_secrets, queue_letter, resend_letter
from preceptor.mail.actions.reporting import record_report, record_reports

__all__ = [
    "attach",
    "erase_letters",
    "forget_secrets",
    "post_letter",
    "post_waiting",
    "queue_letter",
    "record_report",
    "record_reports",
    "resend_letter",
    "sweep",
]
