"""The due times as data, and what calendars do to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from tipline.referrals.due_times import DUE_TIMES, DueTimes, due
from tipline.trust.agencies.calendars import DAYS, Calendar

MONDAY = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)  # 10:00 in Kolkata
OFFICE = Calendar(ZoneInfo("Asia/Kolkata"), dict.fromkeys(DAYS[:5], (("10:00", "18:00"),)))


def test_the_last_level_has_the_whole_time() -> None:
    found = due("district", MONDAY, MONDAY, urgent=False)
    assert found.due_at == MONDAY + timedelta(days=14)
    assert due("district", MONDAY, MONDAY, urgent=True).due_at == MONDAY + timedelta(hours=24)
    assert MONDAY < found.remind_at < found.due_at


def test_a_desk_does_not_pay_for_those_above() -> None:
    late = MONDAY + timedelta(days=40)
    assert due("district", MONDAY, late, urgent=False).due_at == late + timedelta(hours=24)
    assert due("state", MONDAY, late, urgent=True).due_at == late + timedelta(hours=1)


def test_what_falls_into_a_closed_time_moves_to_the_opening_and_never_for_what_is_urgent() -> None:
    saturday = datetime(2026, 1, 10, 4, 30, tzinfo=UTC)
    assert due("district", saturday, saturday, urgent=False, calendar=OFFICE).due_at == datetime(
        2026, 1, 26, 4, 30, tzinfo=UTC
    )
    assert due("district", saturday, saturday, urgent=True, calendar=OFFICE).due_at == saturday + timedelta(hours=24)


@pytest.mark.parametrize(
    ("which", "key", "value", "message"),
    [
        ("urgent", "calendars", True, "does not wait"),
        ("ordinary", "share", {"clearinghouse": 50, "national": 40, "state": 60, "district": 100}, "grows"),
        ("ordinary", "share", {"clearinghouse": 50, "district": 100}, "every level"),
        ("ordinary", "least_hours", 400, "no more than the total"),
    ],
)
def test_a_wrong_file_is_refused(which: str, key: str, value: object, message: str) -> None:
    body = DUE_TIMES.model_dump(mode="json")
    body[which][key] = value
    with pytest.raises(ValidationError, match=message):
        DueTimes.model_validate(body)
