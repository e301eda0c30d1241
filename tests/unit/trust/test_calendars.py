"""Office hours: by the clock on the wall of the desk's zone, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.trust.agencies.calendars import DAYS, HORIZON_DAYS, Calendar, CalendarFile

NEW_YORK = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")
WEEKDAYS = dict.fromkeys(DAYS[:5], (("09:00", "17:00"),))


def test_hours_follow_the_wall_clock_over_a_change_of_clocks() -> None:
    desk = Calendar(NEW_YORK, WEEKDAYS)
    # clocks went back on Sunday 1 November 2026: nine o'clock is 13:00 UTC before, 14:00 UTC after
    assert desk.opens_after(datetime(2026, 10, 30, 0, tzinfo=UTC)) == datetime(2026, 10, 30, 13, tzinfo=UTC)
    assert desk.opens_after(datetime(2026, 10, 30, 22, tzinfo=UTC)) == datetime(2026, 11, 2, 14, tzinfo=UTC)


def test_an_hour_that_does_not_exist_and_one_that_comes_twice() -> None:
    sundays = Calendar(NEW_YORK, {"sun": (("01:30", "02:30"),)})
    # 8 March 2026: 02:00 became 03:00; what was to end at 02:30 ends half an hour after the change
    assert sundays.is_open(datetime(2026, 3, 8, 6, 45, tzinfo=UTC))
    assert not sundays.is_open(datetime(2026, 3, 8, 7, 45, tzinfo=UTC))
    # 1 November 2026: 01:30 came twice; the desk opens at the first and stays open
    assert sundays.is_open(datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
    assert sundays.is_open(datetime(2026, 11, 1, 6, 30, tzinfo=UTC))


def test_the_day_is_that_of_the_desk_and_not_of_utc() -> None:
    desk = Calendar(KOLKATA, {"mon": (("00:00", "24:00"),)})
    assert desk.is_open(datetime(2026, 11, 29, 18, 30, tzinfo=UTC))  # Monday 00:00 in India
    assert not desk.is_open(datetime(2026, 11, 30, 18, 30, tzinfo=UTC))


def test_leave_and_closed_days_close_it() -> None:
    back = datetime(2026, 12, 7, tzinfo=UTC)
    desk = Calendar(KOLKATA, WEEKDAYS, frozenset({date(2026, 12, 7)}), back)
    assert desk.is_out(back - timedelta(seconds=1)) and not desk.is_out(back)
    assert desk.opens_after(datetime(2026, 11, 28, tzinfo=UTC)) == datetime(2026, 12, 8, 3, 30, tzinfo=UTC)
    assert Calendar(KOLKATA, {}).opens_after(back) is None


@pytest.mark.parametrize("hours", [("17:00", "09:00"), ("9:00", "17:00"), ("09:00", "25:00"), ("09:00", "09:00")])
def test_hours_that_are_none_are_refused(hours: tuple[str, str]) -> None:
    head = {"title": "T", "version": "1", "source": "s", "licence": "none", "as_of": "2026-11-28"}
    CalendarFile.model_validate({"about": head, "weekly": {"mon": [("09:00", "17:00")]}})
    with pytest.raises(ValidationError):
        CalendarFile.model_validate({"about": head, "weekly": {"mon": [hours]}})


CLOCK = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
SPAN = st.tuples(CLOCK, CLOCK).filter(lambda span: span[0] < span[1])
ZONES = st.sampled_from(
    ["UTC", "Asia/Kolkata", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia"]
)


@given(
    st.dictionaries(st.sampled_from(DAYS), st.lists(SPAN, max_size=2).map(tuple)),
    ZONES,
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)),
)
def test_it_is_open_when_it_opens_and_closed_before(
    weekly: dict[str, tuple[tuple[str, str], ...]], zone: str, at: datetime
) -> None:
    desk, moment = Calendar(ZoneInfo(zone), weekly), at.replace(tzinfo=UTC)
    opens = desk.opens_after(moment)
    assert (opens == moment) == desk.is_open(moment)
    if opens is not None:
        assert moment <= opens <= moment + timedelta(days=HORIZON_DAYS + 1)
        assert desk.is_open(opens)
        for minutes in range(15, 24 * 60, 97):  # nowhere in between
            between = moment + timedelta(minutes=minutes)
            assert between >= opens or not desk.is_open(between)
