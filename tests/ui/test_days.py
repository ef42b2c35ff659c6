"""Dates and times in the words of the interface."""

from datetime import UTC, date, datetime

import pytest

from preceptor.ui.days import clock_time, long_date, long_moment, short_date, timecode

NIGHT = datetime(2026, 11, 23, 4, 59, 30, tzinfo=UTC)
NEW_YORK = "America/New_York"


def test_dates():
    assert long_date(date(2026, 11, 2)) == "November 2, 2026"
    assert short_date(date(2026, 11, 22)) == "Nov 22, 2026"


def test_a_moment_is_shown_on_the_clock_of_its_zone():
    assert long_date(NIGHT, NEW_YORK) == "November 22, 2026"
    assert short_date(NIGHT, "UTC") == "Nov 23, 2026"
    assert clock_time(NIGHT, NEW_YORK) == "11:59 PM"
    assert long_moment(NIGHT, NEW_YORK) == "November 22, 2026, 11:59 PM EST"
    assert long_moment(datetime(2026, 7, 1, 16, 5, tzinfo=UTC), NEW_YORK) == "July 1, 2026, 12:05 PM EDT"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (760, "12:40"), (59.9, "0:59"), (3723, "1:02:03"), (-4, "0:00")])
def test_timecodes(seconds, shown):
    assert timecode(seconds) == shown
