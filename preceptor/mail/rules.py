"""What must be true of letters: when a failed one is tried again, when it is given up, how an address is shown. Plain Python."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

# A letter that waits for its attachment goes without it after this long.
LONGEST_AWAIT = timedelta(minutes=15)
# RFC 5321, 4.5.4.1: the give-up time generally needs to be at least four to five days for relays; a certificate is on screen, so three will do.
GIVE_UP_AFTER = timedelta(days=3)
# What stands in place of the address of somebody who was erased (RFC 2606: no letter ever goes there).
ERASED_RECIPIENT = "erased@erased.invalid"
FIRST_RETRIES = (1.0, 3.0)
LONGEST_RETRY = 4 * 3600.0


class LetterState(StrEnum):
    """awaiting (an attachment) → queued → sending → sent; or back to queued after a soft refusal; or refused (5xx); or given_up.

    What reports say afterwards: sent → delayed → delivered, or bounced.
    """

    AWAITING = "awaiting"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"


FAILED = (LetterState.REFUSED, LetterState.GIVEN_UP, LetterState.BOUNCED)
ENDED = (*FAILED, LetterState.SENT, LetterState.DELAYED, LetterState.DELIVERED)
# A letter that was sent again is not sent once more before: a form that came twice is one wish.
RESEND_PAUSE = timedelta(minutes=1)
# Letters that carry a code or a link which opens something: their words are shown to nobody but the recipient.
SECRET_KINDS = ("accounts.", "disclosure.")


def is_secret(kind: str) -> bool:
    """May nobody but the recipient read letters of this kind?"""
    return kind.startswith(SECRET_KINDS)


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
    """What a mail server meant: in our words where it gave a code of RFC 3463 that says enough, else its own, without codes.

    "550 5.2.2 Quota exceeded for x" → "mailbox full"; "550 No such user." → "No such user".
    """
    known = words_of_status(status_in(reply))
    if known:
        return known
    words = one_line(reply).split(" ")
    while words and words[0].replace(".", "").replace("-", "").isdigit():
        words.pop(0)
    return " ".join(words).rstrip(".") or one_line(reply)


class Verdict(StrEnum):
    """What a report says of a letter that was posted (RFC 3464, 2.3.3; "relayed" and "expanded" are passed_on)."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    FAILED = "failed"
    PASSED_ON = "passed_on"


@dataclass(frozen=True)
class Report:
    """One report on one letter, from whoever carries it. `letter` (a uuid) or `message_id` says which; one of them may be "".

    `text` is the reason as the mail server gave it, with its codes; `key` is the same for the same report ("" where nothing tells).
    """

    verdict: Verdict
    letter: str
    message_id: str
    text: str = ""
    key: str = ""
    at: datetime | None = None


class Place(StrEnum):
    """Whether a letter got its turn: there is no room in its domain; somebody else has it; taken; taken, and the domain is full with it."""

    NONE = "none"
    LOST = "lost"
    TAKEN = "taken"
    LAST = "last"


class Taken(StrEnum):
    """What became of a report."""

    RECORDED = "recorded"
    KNOWN = "known already"
    NO_LETTER = "about no letter of ours"
    TOO_EARLY = "too early: the letter is just being posted"


# Where a report leads a letter; from any other state it is noted and changes nothing. A bounce is final; a letter whose acceptance we never heard of
# may turn out to be delivered.
_UNHEARD = (LetterState.QUEUED, LetterState.REFUSED, LetterState.GIVEN_UP)
_ON_ITS_WAY = (LetterState.SENT, LetterState.DELAYED)
MOVES: dict[Verdict, tuple[LetterState, tuple[LetterState, ...]]] = {
    Verdict.DELIVERED: (LetterState.DELIVERED, (*_ON_ITS_WAY, *_UNHEARD)),
    Verdict.DELAYED: (LetterState.DELAYED, (LetterState.SENT,)),
    Verdict.FAILED: (LetterState.BOUNCED, (*_ON_ITS_WAY, LetterState.QUEUED, LetterState.DELIVERED)),
}

# RFC 3463 (and RFC 7505 for x.1.10), in words; the subject alone where the detail says no more.
_STATUS_WORDS = {
    "1.0": "no such address", "1.1": "no such address", "1.2": "no such mail domain", "1.3": "no such address", "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail", "2.1": "the mailbox is switched off", "2.2": "mailbox full",
    "2.3": "the letter is too large for the mailbox", "3.1": "the mail system is full", "3.4": "the letter is too large",
    "4.1": "the recipient’s mail server does not answer", "4.3": "the recipient’s mail server cannot be found",
    "4.4": "no way to the recipient’s mail server was found", "4.6": "the letter went round in circles",
    "4.7": "it could not be delivered in time", "7.0": "not let in by the rules of the mail server",
    "7.1": "not let in by the rules of the mail server", "7.26": "the sender could not be proved to the mail server",
}  # fmt: skip
_NO_SUCH_ADDRESS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
_STATUS = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?![\w.])")


def status_in(text: str) -> str:
    """The first enhanced status code of a reply or report, for example "5.2.2"; "" when it has none."""
    found = _STATUS.search(text[:2000])
    return ".".join(str(int(part)) for part in found.groups()) if found else ""


def words_of_status(status: str) -> str:
    """An enhanced status code in words; "" for one that says nothing by itself.

    Of passing troubles (4.x.x) only a full mailbox and the ways between the servers: with others, servers say what they mean (greylisting) in words.
    """
    kind, _, detail = status.partition(".")
    is_telling = kind == "5" or detail.startswith("4.") or detail == "2.2"
    return _STATUS_WORDS.get(detail, "") if is_telling else ""


def advice_for(reply: str) -> str:
    """What the recipient can do about a letter that failed for this reason."""
    detail = status_in(reply).partition(".")[2]
    if detail in _NO_SUCH_ADDRESS:
        return "Check the address, or send it to another one"
    if detail == "2.2":
        return "Send it to another address, or make room in the mailbox and send it again"
    if detail.startswith("7."):
        return "Send it to another address, or ask those who run the mail there to let it in"
    return "Send it again, or send it to another address"


@dataclass(frozen=True)
class Limit:
    """How much of our mail one recipient domain gets: conversations at once, and letters begun a minute; 0 is no limit."""

    at_once: int
    a_minute: int

    @property
    def spacing(self) -> timedelta:
        """The least time between two letters."""
        return timedelta(seconds=60 / self.a_minute) if self.a_minute else timedelta()


NO_LIMIT = Limit(0, 0)


@lru_cache(maxsize=4)
def parsed_limits(text: str) -> dict[str, Limit]:
    """`*=4/0,gmail.com=10/300`: domain (or * for all others) = at once / a minute. ValueError says which entry cannot be read."""
    limits = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        found = re.fullmatch(r"([^=\s]+)=(\d{1,6})/(\d{1,6})", entry)
        if found is None:
            raise ValueError(f"“{entry}” is not of the form domain=at once/a minute, for example *=4/0")
        limits[found[1].lower()] = Limit(int(found[2]), int(found[3]))
    return limits


def limit_of(domain: str, limits: dict[str, Limit]) -> Limit:
    """The limit of a domain: its own, else that of *."""
    return limits.get(domain, limits.get("*", NO_LIMIT))
