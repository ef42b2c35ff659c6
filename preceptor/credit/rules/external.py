"""Credit from elsewhere, as its holder says: what may be written down, and how much of it is kept."""

from datetime import date, timedelta
from decimal import Decimal

from preceptor.kernel.credits import is_step, plain

# A proof is a PDF or a picture of at most so many bytes; all proofs of a person together; and how many entries there may be.
MOST_PROOF, MOST_PROOFS, MOST_ENTRIES = 10 * 2**20, 200 * 2**20, 1_000
MOST_AMOUNT = Decimal(1_000)
# What was removed can be brought back for so long; then it goes for good, and its file with it.
KEEP_REMOVED = timedelta(days=30)
# An entry with the very same words within so long is the same form, sent twice.
SAME_FORM = timedelta(minutes=1)
FIRST_DAY = date(1950, 1, 1)
# Units are written as Markdown; what somebody calls their credit stands for itself.
MARKS = set("*_[]<>`\\#~|")


def why_not_that_day(completed_on: date, today: date) -> str:
    """What is wrong with the day of completion; "" when nothing is."""
    if completed_on > today:
        return "This day is still to come: add the credit when it is earned"
    return "" if completed_on >= FIRST_DAY else f"Give a day from {FIRST_DAY.year} on"


def why_not_these_words(words: str) -> str:
    """What is wrong with somebody's own name of a credit; "" when nothing is."""
    marks = sorted(MARKS & set(words))
    return f"Leave out {' '.join(marks)}" if marks else ""


def step_doubt(amount: Decimal, step: Decimal, label: str) -> str:
    """A sentence where an amount is no multiple of its system's step. It stops nobody: the paper in their hands decides."""
    if is_step(amount, step):
        return ""
    return f"{label} usually comes in steps of {plain(step)}: compare {plain(amount)} with what your certificate says."


def room_for(size: int, kept: int, entries: int) -> str:
    """Why nothing more is taken: of files `kept` bytes are there already, and so many entries; "" when there is room."""
    if entries >= MOST_ENTRIES:
        return f"You have {MOST_ENTRIES:,} entries, the most that is kept. Remove some first."
    if size and kept + size > MOST_PROOFS:
        return f"Your files would take more than {MOST_PROOFS // 2**20} MB together. Remove some first, or add the credit without a file."
    return ""
