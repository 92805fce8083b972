"""A plan's planned drills as iCalendar (RFC 5545), written by the library `icalendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from icalendar import Alarm, Calendar, Event

from backups.models import Drill


def calendar_of(name: str, drills: Sequence[Drill], address: str) -> bytes:
    """All-day events on the due day, each with an alarm a week before. `address` leads to the page of drills."""
    calendar = Calendar()
    calendar.add("prodid", "-//Polystore//Restore drills//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Restore drills of {name}")
    for drill in drills:
        calendar.add_component(_event(drill, address))
    return bytes(calendar.to_ical())


def _event(drill: Drill, address: str) -> Event:
    event = Event()
    event.add("uid", f"{drill.pk}@polystore")
    event.add("dtstamp", drill.created_at)
    event.add("dtstart", drill.due_on)
    event.add("summary", f"Restore drill of {drill.store}")
    steps = [f"- {step['text']}" for step in drill.checklist]
    event.add("description", "\n".join([*([f"Owner: {drill.owner}"] if drill.owner else []), *steps, address]))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", dt.timedelta(days=-7))
    alarm.add("description", f"Restore drill of {drill.store} in a week")
    event.add_component(alarm)
    return event
