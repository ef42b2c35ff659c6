"""The desk's words for letters."""

from preceptor.mail.rules import LetterState, Verdict

STATE_WORDS = {
    LetterState.AWAITING: "waiting for its attachment",
    LetterState.QUEUED: "waiting",
    LetterState.SENDING: "being sent",
    LetterState.SENT: "sent",
    LetterState.DELAYED: "delayed on the way",
    LetterState.DELIVERED: "delivered",
    LetterState.REFUSED: "refused",
    LetterState.BOUNCED: "came back",
    LetterState.GIVEN_UP: "given up",
}

# What a report said, beside the states that it shares its words with.
REPORT_WORDS = {Verdict.FAILED: "came back", Verdict.PASSED_ON: "passed on to another mail system"}


def kind_words(kind: str) -> str:
    """credit.certificate as “Certificate (credit)”."""
    room, _, letter = kind.partition(".")
    words = letter.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]} ({room})"
