"""What must be true of letters: when a failed one is tried again, when it is given up, how an address is shown. Plain Python."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A letter that waits for its attachment goes without it after this long.
LONGEST_AWAIT = timedelta(minutes=15)
# RFC 5321, 4.5.4.1: the give-up time generally needs to be at least four to five days for relays; a certificate is on screen, so three will do.
GIVE_UP_AFTER = timedelta(days=3)
# What stands in place of the address of somebody who was erased (RFC 2606: no letter ever goes there).
ERASED_RECIPIENT = "erased@erased.invalid"
FIRST_RETRIES = (1.0, 3.0)
LONGEST_RETRY = 4 * 3600.0


class LetterState(StrEnum):
    """awaiting (an attachment) → queued → sending → sent; or back to queued after a soft refusal; or refused (5xx); or given_up."""

    AWAITING = "awaiting"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class Outcome(StrEnum):
    """How a conversation with the mail server ended."""

    ACCEPTED = "accepted"
    LATER = "later"  # 4xx, or the server itself is not well: try again
    REFUSED = "refused"  # 5xx about this letter: final
    UNREACHED = "unreached"  # no connection, no answer in time, or cut off: try again


@dataclass(frozen=True)
class Reply:
    """The outcome, and the server's own words or the reason why there are none."""

    outcome: Outcome
    text: str


def retry_delay(attempt: int, *, chance: float) -> timedelta:
    """How long to wait after the failed attempt number `attempt` (1, 2, …): 1 s, 3 s, then three times as long each, at most four hours.

    From the third on up to a quarter is added by `chance` (0 to 1), so that a thousand letters do not knock at one moment.
    """
    if attempt <= len(FIRST_RETRIES):
        return timedelta(seconds=FIRST_RETRIES[attempt - 1])
    seconds: float = min(3.0 ** min(attempt - 1, 12), LONGEST_RETRY)
    return timedelta(seconds=seconds * (1 + chance / 4))


def is_hopeless(queued_at: datetime, next_try_at: datetime) -> bool:
    """Would the next attempt come after the time at which a letter is given up?"""
    return next_try_at > queued_at + GIVE_UP_AFTER


def claim_lasts(timeout: float) -> timedelta:
    """How long one attempt may hold a letter, when each step of the conversation may take `timeout` seconds.

    Longer than `conversation_lasts`, so that nobody takes a letter while its body may still be accepted.
    """
    return timedelta(seconds=conversation_lasts(timeout) + 2 * timeout + 2)


def conversation_lasts(timeout: float) -> float:
    """Seconds after which a conversation is cut off, however slowly the server answers."""
    return 4 * timeout


def masked_address(address: str) -> str:
    """a…@example.org: enough to know one's own address by, too little to learn somebody else's."""
    local, at_sign, domain = address.rpartition("@")
    return f"{local[:1]}…{at_sign}{domain}"


def one_line(text: str) -> str:
    """A text as a header can carry it."""
    return " ".join(text.split())


def words_of_reply(reply: str) -> str:
    """What a mail server said, without its codes: "550 5.2.2 mailbox full" → "mailbox full"."""
    words = one_line(reply).split(" ")
    while words and words[0].replace(".", "").replace("-", "").isdigit():
        words.pop(0)
    return " ".join(words).rstrip(".") or one_line(reply)
