"""How often a certificate's letter may go out, and serials as people type them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from preceptor.kernel.serials import CHECKS, LENGTH, is_serial, normalized

# What a certificate is printed on where nobody asked for another.
PAPER = "letter"
PAPERS = {"letter": "Letter", "a4": "A4"}
# A letter with the same certificate goes out at most so often.
LETTERS_A_DAY = 5
LETTER_PAUSE = timedelta(minutes=1)


def letters_pause(sent_at: Sequence[datetime], at: datetime) -> str:
    """Why the certificate cannot be sent again right now, or "". `sent_at` are the times at which its letters were queued."""
    if any(at - moment < LETTER_PAUSE for moment in sent_at):
        return "The last letter was queued less than a minute ago. Give it a moment, then try again."
    if sum(at - moment < timedelta(days=1) for moment in sent_at) >= LETTERS_A_DAY:
        return f"This certificate was sent {LETTERS_A_DAY} times within a day. You can download it here at any time."
    return ""


def why_no_serial(typed: str) -> str:
    """What is wrong with a typed serial, as a sentence that helps to find the slip; "" when it is well formed."""
    text = normalized(typed)
    if is_serial(text):
        return ""
    strange = sorted({c for c in text[:LENGTH] if c not in CHECKS[:32]} | {c for c in text[LENGTH:] if c not in CHECKS})
    if strange:
        return f"A serial never contains {' or '.join(strange)}. Compare it with the certificate: that may be another character."
    if len(text) != LENGTH + 1:
        return f"A serial has {LENGTH + 1} characters, dashes not counted. This one has {len(text)}."
    return "The last character does not fit the others, so one of them was mistyped or two changed places. Compare it with the certificate."
