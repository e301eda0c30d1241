"""When clocks run out: hours are hours, days end at the same time of the desk's wall clock, closed days move an end and never shorten it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.core.errors import InvalidInputError
from tipline.investigation.legal.clocks.counting import due, extended
from tipline.investigation.legal.clocks.definitions import ClockFile, Definition, HolidayFile, rules_of, standard

IST = ZoneInfo("Asia/Kolkata")
PARIS = ZoneInfo("Europe/Paris")


def definition(**more: object) -> Definition:
    given: dict[str, object] = {
        "id": "one", "label": "One", "starts": "case.opened", "warn_hours": 1, "consequence": "x", "law": "x", "by_law": True,
        "source": "x", "as_of": "2026-11-28",
    }  # fmt: skip
    return Definition.model_validate(given | more)


def always(_: date) -> bool:
    return True


def not_sundays(day: date) -> bool:
    return day.weekday() != 6


def test_hours_are_hours_across_a_change_of_clocks() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=PARIS)  # clocks go back in the night
    assert due(definition(hours=24), start, PARIS, always) == datetime(2026, 10, 25, 11, tzinfo=PARIS)


def test_days_end_at_the_same_time_of_the_wall_clock() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=PARIS)
    assert due(definition(days=1), start, PARIS, always) == datetime(2026, 10, 25, 12, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("length", "start", "end"),
    [
        ({"months": 1}, datetime(2026, 1, 31, 9, tzinfo=IST), datetime(2026, 2, 28, 9, tzinfo=IST)),
        ({"years": 1}, datetime(2028, 2, 29, 9, tzinfo=IST), datetime(2029, 2, 28, 9, tzinfo=IST)),
        ({"months": 13}, datetime(2026, 12, 5, 9, tzinfo=IST), datetime(2028, 1, 5, 9, tzinfo=IST)),
    ],
)
def test_months_and_years_end_on_a_day_that_is_there(length: dict[str, int], start: datetime, end: datetime) -> None:
    assert due(definition(**length), start, IST, always) == end


def test_an_end_on_a_closed_day_moves_to_the_end_of_the_next_open_one_and_only_where_the_clock_says_so() -> None:
    start = datetime(2026, 11, 22, 10, tzinfo=IST)  # a Sunday
    sunday = datetime(2026, 11, 29, 10, tzinfo=IST)
    assert due(definition(days=7), start, IST, not_sundays) == sunday
    monday = datetime(2026, 11, 30, 23, 59, 59, tzinfo=IST)
    assert due(definition(days=7, counting="extended"), start, IST, not_sundays) == monday


def test_working_days_leave_closed_ones_out() -> None:
    friday = datetime(2026, 11, 27, 10, tzinfo=IST)
    tuesday = datetime(2026, 12, 1, 10, tzinfo=IST)  # Saturday, Monday, Tuesday
    assert due(definition(days=3, counting="working"), friday, IST, not_sundays) == tuesday


moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
closed = st.frozensets(st.integers(0, 6), max_size=6)


@given(moments, st.integers(1, 400), closed, st.sampled_from(["running", "extended", "working"]))
def test_no_way_of_counting_is_shorter_than_the_days_themselves(
    start: datetime, days: int, off: frozenset[int], counting: str
) -> None:
    def is_open(day: date) -> bool:
        return day.weekday() not in off

    end = due(definition(days=days, counting=counting), start, IST, is_open)
    assert end >= due(definition(days=days), start, IST, always)
    if counting != "running" and not is_open(start.astimezone(IST).date() + timedelta(days=days)):
        assert is_open(end.astimezone(IST).date())


@given(moments, closed)
def test_an_end_that_was_moved_is_not_moved_again(start: datetime, off: frozenset[int]) -> None:
    def is_open(day: date) -> bool:
        return day.weekday() not in off

    once = extended(start, IST, is_open)
    assert extended(once, IST, is_open) == once


def test_a_calendar_that_is_always_closed_ends_all_the_same() -> None:
    start = datetime(2026, 11, 22, 10, tzinfo=IST)
    for counting in ("extended", "working"):
        assert due(definition(days=3, counting=counting), start, IST, lambda _: False) >= start


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"days": 1, "hours": 1}, "one length"),
        ({}, "one length"),
        ({"hours": 1, "counting": "working"}, "only days"),
        ({"hours": 1, "starts": "case.opend"}, "nothing ever says 'case.opend'"),
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        definition(**wrong)


def test_the_files_that_come_with_tipline_are_sound_and_every_clock_names_its_source() -> None:
    clocks, holidays = standard("IN")
    known = rules_of(clocks, holidays)
    assert {"child-welfare-committee", "preliminary-enquiry", "assistance", "provider-preserves"} <= set(
        known.definitions
    )
    for one, file in known.definitions.values():
        assert one.law and one.source and file
        assert one.by_law != one.law.startswith("Practice"), one.id
        assert not (one.by_law and one.pausable), one.id


def test_holidays_are_of_a_state_or_of_the_country() -> None:
    clocks, holidays = standard("IN")
    known = rules_of(clocks, holidays)
    year = date(2027, 1, 1)
    assert date(2027, 5, 1) in known.closed_days("Maharashtra", year, 365)
    assert date(2027, 5, 1) not in known.closed_days("Bihar", year, 365)
    assert date(2027, 8, 15) in known.closed_days("", year, 365)


def test_there_are_none_of_a_country_without_a_file() -> None:
    for country in ("", "ZZ", "../IN"):
        assert standard(country) == ((), ())


def test_ones_own_definition_counts_before_the_one_that_comes_with_tipline(tmp_path: Path) -> None:
    clocks, _ = standard("IN")
    own = clocks[0].model_copy(update={"clocks": (definition(id="outcome", days=5),)})
    assert rules_of((own, *clocks), ()).definitions["outcome"][0].days == 5


def test_an_id_or_a_day_that_is_wrong_is_named() -> None:
    about = standard("IN")[0][0].about
    with pytest.raises(ValidationError, match="stands twice"):
        ClockFile(about=about, country="IN", clocks=(definition(hours=1), definition(hours=2)))
    with pytest.raises((ValidationError, InvalidInputError)):
        HolidayFile.model_validate({"about": about, "country": "IN", "holidays": [{"name": "x", "every": "02-31"}]})
    with pytest.raises(ValidationError, match="every year or on one day"):
        HolidayFile.model_validate({"about": about, "country": "IN", "holidays": [{"name": "x"}]})
