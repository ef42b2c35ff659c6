"""The ledger's own arithmetic: how a line is hashed, how a person's part is committed to, what follows what. Plain Python.

The hash of a line covers every column of the line and of its award, as a JSON list of texts and whole numbers. The forms below are those in
which both databases can give a value without a detour, since a ledger is read by the million.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

GENESIS = "0" * 64
# What a participation gives by itself: the profession's credit, or participation. Points of a board come beside it, in a slot of the board's name.
MAIN_SLOT = "credit"
SALT_BYTES = 32
# Bits of one published list of what was revoked; at most every second bit is used, so that a free one is found at random.
STATUS_LIST = 131_072
LINES_PER_LIST = STATUS_LIST // 2
# The parts of a payload that are about a person, and how a payload reads once they are gone.
NAME_KEYS = ("printed_name", "name", "credentials", "profession", "profession_label")
NO_NAME: Mapping[str, str] = dict.fromkeys(NAME_KEYS, "")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class LineKind(StrEnum):
    """What happened to an award."""

    AWARD = "award"
    CORRECTION = "correction"
    REVERSAL = "reversal"
    REINSTATEMENT = "reinstatement"
    ERASURE = "erasure"


class AwardState(StrEnum):
    """Where an award stands: it counts; another one took its place; it was taken back."""

    STANDS = "stands"
    CORRECTED = "corrected"
    REVOKED = "revoked"


class PartKind(StrEnum):
    """The parts of an award that are about a person."""

    NAME = "name"
    IDENTIFIERS = "identifiers"


# The columns that a hash covers, in their order, after the line's own number.
LINE_COLUMNS = ("number", "kind", "at", "by", "reason", "commitments", "erased", "previous")
AWARD_COLUMNS = (
    "id", "uuid", "serial", "participation_id", "user_id", "activity_id", "edition_id", "system", "slot", "amount", "completed_on", "claimed_at",
    "frozen_sha256", "supersedes_id", "request_key", "status_index",
)  # fmt: skip


def hash_of(values: Sequence[str | int | None]) -> str:
    """The hash of one line: SHA-256 over the JSON list of the values of LINE_COLUMNS and AWARD_COLUMNS."""
    return sha256(_encode(values).encode()).hexdigest()


def line_hash(line: Any, award: Any) -> str:
    """The same, from rows with these columns as attributes."""
    return hash_of(
        [*(plain_value(getattr(line, name)) for name in LINE_COLUMNS), *(plain_value(getattr(award, name)) for name in AWARD_COLUMNS)]
    )


def plain_value(value: Any) -> str | int | None:
    """A column's value as it enters a hash: times in UTC and without zone, amounts with two decimals, uuids as 32 digits."""
    match value:
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case date():
            return str(value)
        case Decimal():
            return f"{value:.2f}"
        case UUID():
            return value.hex
        case StrEnum():
            return value.value
        case None | str() | int():
            return value
        case _:
            raise TypeError(f"no form for {type(value)}")


def commitment(salt: str, data: str) -> str:
    """What the ledger holds of a personal part: nothing can be told from it once salt and data are gone."""
    return sha256(f"{salt}{data}".encode()).hexdigest()


def split_payload(payload: Mapping[str, Any]) -> tuple[dict[str, Any], dict[PartKind, dict[str, Any]]]:
    """A payload as what is about nobody and what is about a person."""
    personal = {
        PartKind.NAME: {key: payload[key] for key in NAME_KEYS},
        PartKind.IDENTIFIERS: {"identifiers": payload["identifiers"]},
    }
    return {key: value for key, value in payload.items() if key not in NAME_KEYS and key != "identifiers"}, personal


def public_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What may leave the house with a certificate: everything that is printed, none of the learner's own numbers."""
    return {key: value for key, value in payload.items() if key != "identifiers"}


def status_range(number: int) -> range:
    """The bits among which the award of line `number` takes one at random."""
    first = number // LINES_PER_LIST * STATUS_LIST
    return range(first, first + STATUS_LIST)
