"""How long an activity takes, and how much credit that supports: the worksheet that is kept as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from preceptor.accreditation.rules import CreditSystem

FAR_OFF = Decimal("0.25")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Worksheet:
    """The estimate of an activity's time, with its numbers: kept with the edition as evidence for the designated credit.

    Reading and test are estimated together by Mergener's formula, which counts the items itself: they are never counted twice. Media are
    counted by their length. Where target learners tried the activity out, the median of their times takes the formula's place.
    """

    media_seconds: int
    words: int
    items: int
    difficulty: Decimal
    pilot_minutes: tuple[int, ...] = ()

    @property
    def text_minutes(self) -> Decimal:
        """Mergener: 0.9 × (-22.3 + 0.00209 × words + 2.78 × items + 15.5 × difficulty from 1 to 5); never below 0.

        Without text and items, 0.
        """
        if not self.words and not self.items:
            return Decimal(0)
        raw = Decimal("-22.3") + Decimal("0.00209") * self.words + Decimal("2.78") * self.items + Decimal("15.5") * self.difficulty
        return max(Decimal("0.9") * raw, Decimal(0)).quantize(_CENT, rounding=ROUND_HALF_UP)

    @property
    def media_minutes(self) -> Decimal:
        """Length of lectures in minutes."""
        return (Decimal(self.media_seconds) / 60).quantize(_CENT, rounding=ROUND_HALF_UP)

    @property
    def computed_minutes(self) -> Decimal:
        """Media and formula together."""
        return self.media_minutes + self.text_minutes

    @property
    def pilot_median(self) -> Decimal | None:
        """The median of the pilot's times; None without a pilot."""
        return median_minutes(self.pilot_minutes)

    @property
    def minutes(self) -> Decimal:
        """The estimate: the pilot's median where there was a pilot, what was computed otherwise."""
        return self.computed_minutes if self.pilot_median is None else self.pilot_median

    @property
    def whole_minutes(self) -> int:
        """The estimate as it is shown."""
        return int(self.minutes.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def lines(self) -> list[str]:
        """The worksheet in words."""
        said = [f"Lectures: {self.media_seconds // 60} min {self.media_seconds % 60:02d} s of media"] if self.media_seconds else []
        said.append(
            f"Reading, cases and test: 0.9 × (-22.3 + 0.00209 × {self.words} words + 2.78 × {self.items} items"
            f" + 15.5 × difficulty {self.difficulty:f}) = {self.text_minutes} min (Mergener formula; each item is counted once)"
        )
        if self.pilot_median is not None:
            times = ", ".join(str(one) for one in sorted(self.pilot_minutes))
            said.append(f"Pilot: {times} min; median {self.pilot_median:f} min, used instead of the computed {self.computed_minutes} min")
        said.append(f"Estimate: {self.minutes} min, shown as {self.whole_minutes} min")
        return said


def median_minutes(minutes: Sequence[int | Decimal]) -> Decimal | None:
    """The median, exact to a hundredth; None of nothing."""
    return Decimal(median([Decimal(one) for one in minutes])).quantize(_CENT, rounding=ROUND_HALF_UP) if minutes else None


def is_far_off(amount: Decimal, system: CreditSystem, minutes: Decimal) -> bool:
    """Is a designation more than 25 % away from the estimate? Not where it is what the system's own rounding makes of the estimate."""
    if amount == system.amount_for(minutes):
        return False
    return abs(amount * system.minutes_per_unit - minutes) > FAR_OFF * minutes
