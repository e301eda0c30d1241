"""Clocks as a calendar (RFC 5545), for the calendar program of a desk. It names numbers, and nothing of what a case is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tipline.investigation.legal.clocks.models import Clock

if TYPE_CHECKING:
    from icalendar import Event


def calendar(clocks: Iterable[Clock], name: str, at: datetime, address: str) -> bytes:
    """The calendar of running clocks; one that stands still says so, and has no alarm.

    Parameters
    ----------
    address
        of this installation, without a slash at the end: events lead to their case by it.
    """
    from icalendar import Calendar  # who asks for no calendar does not load it

    made = Calendar()
    made.add("prodid", "-//Tipline//Clocks//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    for clock in clocks:
        made.add_component(_event(clock, at, address))
    return bytes(made.to_ical())


def _event(clock: Clock, at: datetime, address: str) -> Event:
    from icalendar import Alarm, Event

    of = clock.case.number if clock.case else f"report {clock.report_id}" if clock.report_id else clock.agency.code
    label = clock.definition["label"]
    event = Event()
    event.add("uid", f"clock-{clock.pk}@tipline")
    event.add("dtstamp", at)
    event.add("dtstart", clock.due_at)
    event.add("dtend", clock.due_at)
    event.add("summary", f"{'Standing still: ' if clock.paused_at else ''}{label} ({of})")
    event.add("description", f"{clock.definition['law']}. {clock.definition['consequence']}")
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    if clock.case_id is not None:
        event.add("url", f"{address}/cases/{clock.case_id}/clocks/")
    if clock.paused_at is None and clock.warn_at > at:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", label)
        alarm.add("trigger", clock.warn_at - clock.due_at)
        event.add_component(alarm)
    return event
