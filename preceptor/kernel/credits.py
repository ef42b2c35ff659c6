"""Amounts of credit: exact decimals, never floats."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum


class Rounding(StrEnum):
    """How a credit system turns minutes into units. Source: the packs in accreditation/data."""

    NEAREST = "nearest"
    DOWN = "down"
    NONE = "none"


def credits_from_minutes(minutes: Decimal, *, minutes_per_unit: int, step: Decimal, rounding: Rounding) -> Decimal:
    """The amount that `minutes` of education support, in multiples of `step`."""
    units = minutes / minutes_per_unit
    if rounding is Rounding.NONE:
        return units
    mode = ROUND_HALF_UP if rounding is Rounding.NEAREST else ROUND_FLOOR
    return (units / step).quantize(Decimal(1), rounding=mode) * step


def is_step(amount: Decimal, step: Decimal) -> bool:
    """Is the amount a positive multiple of the step?"""
    return amount > 0 and amount % step == 0


def steps_up_to(maximum: Decimal, step: Decimal) -> list[Decimal]:
    """Every claimable amount from one step to the maximum."""
    count = int(maximum / step)
    return [step * n for n in range(1, count + 1)]


def plain(amount: Decimal) -> str:
    """ "1.0", "0.75": at least one decimal, no trailing zero after it."""
    text = f"{amount.normalize():f}"
    return text if "." in text else f"{text}.0"
