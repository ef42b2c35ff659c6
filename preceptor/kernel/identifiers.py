"""Check digits and shapes of identifiers that clinicians carry."""

import re


def is_npi(text: str) -> bool:
    """A U.S. National Provider Identifier: 10 digits, Luhn over the digits with the prefix 80840."""
    if not re.fullmatch(r"[12]\d{9}", text):
        return False
    total = 0
    for position, digit in enumerate(reversed("80840" + text)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_month_day(text: str) -> bool:
    """Month and day of birth as MMDD; the year is never asked for."""
    if not re.fullmatch(r"\d{4}", text):
        return False
    month, day = int(text[:2]), int(text[2:])
    return 1 <= month <= 12 and 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def masked(text: str, *, shown: int = 2) -> str:
    """All but the last characters hidden, for pages and logs."""
    return "•" * max(len(text) - shown, 0) + text[-shown:] if text else ""
