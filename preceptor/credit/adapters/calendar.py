"""The ends of requirements as a calendar (iCalendar, RFC 5545): all-day events with reminders 90 and 30 days before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

PRODUCT = "-//Preceptor//Requirements//EN"


@dataclass(frozen=True)
class CalendarDay:
    """One day to be told of. `uid` stays the same when the calendar is loaded again, so that programs change their event and add none."""

    uid: str
    on: date
    title: str
    text: str
    url: str
    remind_days: tuple[int, ...]


def calendar_bytes(days: Iterable[CalendarDay], *, at: datetime) -> bytes:
    """The calendar as a file. The library folds and escapes."""
    from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - slow: loaded when somebody asks for the first calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for day in days:
        event = Event()
        event.add("uid", f"{day.uid}@{urlsplit(settings.PUBLIC_URL).hostname}")
        event.add("dtstamp", at)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.title)
        event.add("description", day.text)
        event.add("url", day.url)
        event.add("transp", "TRANSPARENT")
        for before in day.remind_days:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", day.title)
            alarm.add("trigger", timedelta(days=-before))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
