"""When a record's years are over, and which of two awards is the doubled one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from preceptor.records.rules import Fate, Held, doubles, is_retention_over, kept_through, what_happens

AT = datetime(2026, 11, 22, 15, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("completed", "years", "last"),
    [
        (date(2026, 11, 22), 6, date(2032, 11, 22)),
        (date(2024, 2, 29), 6, date(2030, 2, 28)),
        (date(2024, 2, 29), 8, date(2032, 2, 29)),
        (date(2024, 2, 28), 6, date(2030, 2, 28)),
        (date(2025, 12, 31), 10, date(2035, 12, 31)),
    ],
)
def test_a_record_is_kept_through_its_anniversary(completed: date, years: int, last: date) -> None:
    assert kept_through(completed, years) == last
    noon = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    assert not is_retention_over(completed, years, noon)
    # The day after begins when the anniversary is over everywhere: twelve hours after midnight UTC.
    assert not is_retention_over(completed, years, noon + timedelta(hours=23, minutes=59))
    assert is_retention_over(completed, years, noon + timedelta(days=1))


def test_nobody_can_ask_for_less_than_six_years() -> None:
    assert not is_retention_over(date(2022, 1, 1), 1, AT)
    assert is_retention_over(None, 6, AT), "nothing was completed, so nothing has to be kept"


def test_the_certificate_that_was_claimed_first_stays_whichever_account_it_was() -> None:
    early, late = Held(1, 7, "ama_pra_1", AT), Held(2, 7, "ama_pra_1", AT + timedelta(seconds=1))
    assert doubles([early], [late]) == doubles([late], [early]) == [(early, late)]
    assert doubles([early], [Held(3, 8, "ama_pra_1", AT), Held(4, 7, "ancc", AT)]) == []


def test_what_is_told_before_somebody_asks() -> None:
    nothing = what_happens(through=None, years=6, has_reported=False, has_unreported=False, is_faculty=False)
    assert not [line for line in nothing if line.fate is Fate.LATER]
    all_of_it = what_happens(through=date(2032, 11, 22), years=6, has_reported=True, has_unreported=True, is_faculty=True)
    assert len([line for line in all_of_it if line.fate is Fate.LATER]) == 2
    assert len(all_of_it) == len(nothing) + 4
