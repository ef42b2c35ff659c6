"""Texts from outside, as every database can keep them."""


def storable(text: str) -> str:
    """NUL and halves of character pairs, which PostgreSQL refuses in texts and in JSON, become U+FFFD, so that it is seen that something was there."""
    return "".join("\ufffd" if letter == "\x00" or "\ud800" <= letter <= "\udfff" else letter for letter in text)
