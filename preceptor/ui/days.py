"""Dates, times and lengths in the words of the interface (US English).

Aware datetimes are shown in `zone`, or else in the active time zone; naive ones and dates are shown as they are.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def local(value: date | datetime, zone: str = "") -> date | datetime:
    """The same moment on the clock of `zone` (IANA name), or of the active time zone."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(ZoneInfo(zone) if zone else timezone.get_current_timezone())
    return value


def long_date(value: date | datetime, zone: str = "") -> str:
    """November 22, 2026."""
    day = local(value, zone)
    return f"{day:%B} {day.day}, {day.year}"


def short_date(value: date | datetime, zone: str = "") -> str:
    """Nov 22, 2026: for tables and rows."""
    day = local(value, zone)
    return f"{day:%b} {day.day}, {day.year}"


def clock_time(value: datetime, zone: str = "") -> str:
    """10:42 AM."""
    moment = local(value, zone)
    return f"{moment:%I:%M %p}".lstrip("0")


def long_moment(value: datetime, zone: str = "") -> str:
    """November 22, 2026, 11:59 PM EST: with the zone's own short name."""
    return f"{long_date(value, zone)}, {clock_time(value, zone)} {local(value, zone):%Z}".rstrip()


def timecode(seconds: float) -> str:
    """Seconds as a place in a recording: 12:40, 1:02:03."""
    whole = max(int(seconds), 0)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
