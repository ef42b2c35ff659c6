"""What must be true of letters. Plain Python."""

from enum import StrEnum


class LetterState(StrEnum):
    """awaiting (an attachment) → queued → sending → sent; or back to queued after a soft refusal; or refused (5xx); or given_up."""

    AWAITING = "awaiting"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
