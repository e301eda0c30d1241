from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.reports.times import StatedTime, read_time


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-05T10:15:00Z", datetime(2026, 1, 5, 10, 15, tzinfo=UTC)),
        ("2026-01-05T10:15:00z", datetime(2026, 1, 5, 10, 15, tzinfo=UTC)),
        ("2026-01-05T10:15Z", datetime(2026, 1, 5, 10, 15, tzinfo=UTC)),
        ("\n 2026-01-05T10:15:00Z\t", datetime(2026, 1, 5, 10, 15, tzinfo=UTC)),
        ("2026-01-05T02:15:00+05:30", datetime(2026, 1, 4, 20, 45, tzinfo=UTC)),
        ("2026-01-05T02:15:00+0530", datetime(2026, 1, 4, 20, 45, tzinfo=UTC)),
        ("2025-12-31T20:00:00-08:00", datetime(2026, 1, 1, 4, 0, tzinfo=UTC)),
        ("2026-01-05T10:15:00-00:30", datetime(2026, 1, 5, 10, 45, tzinfo=UTC)),
        ("2026-01-05T10:15:00.5Z", datetime(2026, 1, 5, 10, 15, 0, 500_000, tzinfo=UTC)),
        ("2026-01-05T10:15:00,25Z", datetime(2026, 1, 5, 10, 15, 0, 250_000, tzinfo=UTC)),
        ("2026-01-05T10:15:00.123456789Z", datetime(2026, 1, 5, 10, 15, 0, 123_456, tzinfo=UTC)),
        ("2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-01-05T00:00:00+14:00", datetime(2026, 1, 4, 10, tzinfo=UTC)),
        ("2028-02-29T00:00:00Z", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_time_with_a_zone_is_read_into_utc(text: str, at: datetime) -> None:
    assert read_time(text) == StatedTime(at, zone_stated=True)


def test_a_time_without_a_zone_is_utc_and_says_that_nobody_stated_it() -> None:
    assert read_time("2026-01-05T10:15:00.75") == StatedTime(
        datetime(2026, 1, 5, 10, 15, 0, 750_000, tzinfo=UTC), zone_stated=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-01-05",
        "2026-01-05 10:15:00Z",
        "2026-02-30T10:15:00Z",
        "2026-02-29T10:15:00Z",
        "2026-13-01T10:15:00Z",
        "2026-01-05T25:00:00Z",
        "2026-01-05T24:00:01Z",
        "2026-01-05T10:60:00Z",
        "2026-01-05T10:15:60Z",
        "2026-01-05T10:15:00.Z",
        "2026-01-05T10:15:00+14:01",
        "2026-01-05T10:15:00-14:30",
        "2026-01-05T10:15:00+15:00",
        "2026-01-05T10:15:00+05:60",
        "2026-01-05T10:15:00+5:30",
        "0000-01-05T10:15:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:00:00-05:00",
        "9999-12-31T24:00:00Z",
        "-2026-01-05T10:15:00Z",
        "12026-01-05T10:15:00Z",
        "२०२६-01-05T10:15:00Z",
        "2026-01-05T10:15:00Z 2026-01-05T10:15:00Z",
    ],
)
def test_what_is_no_time_comes_back_unread_and_never_raises(text: str) -> None:
    assert read_time(text) == StatedTime(None, zone_stated=False)


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),
    st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
def test_every_time_that_can_be_written_is_read_back(naive: datetime, zone: timezone) -> None:
    at = naive.replace(tzinfo=zone)
    assert read_time(at.isoformat()) == StatedTime(at.astimezone(UTC), zone_stated=True)
    assert read_time(naive.isoformat()) == StatedTime(naive.replace(tzinfo=UTC), zone_stated=False)


@given(
    st.one_of(st.text(), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,400})?([+-]\d\d:\d\d)?", fullmatch=True))
)
def test_no_text_raises_and_a_reading_is_always_utc(text: str) -> None:
    read = read_time(text)
    assert read.at is None or read.at.utcoffset() == timedelta(0)
