"""Periods on the calendar, what a file of rules may say, and which rule counts."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.core.config import load_config
from tipline.core.errors import ConfigurationError
from tipline.investigation.retention.decisions import Block, Clock, Decision, Why
from tipline.investigation.retention.rules import DATA, Cited, Period, Rule, RuleFile, read_rules

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
PERIODS = st.builds(
    Period, years=st.integers(0, 100), days=st.integers(1, 2_000)
) | st.builds(Period, years=st.integers(1, 100))  # fmt: skip


def rule(**changed: object) -> dict[str, object]:
    return {
        "id": "a-rule", "thing": "report", "outcome": "no_case", "counted_from": "finished", "title": "t", "source": "s",
    } | changed  # fmt: skip


# --- periods --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2025-03-01", {"years": 1}, "2026-03-01"),
        ("2027-06-30", {"years": 1}, "2028-06-30"),  # over a leap day: 366 days
        ("2028-02-28", {"years": 1}, "2029-02-28"),
        ("2028-02-29", {"years": 1}, "2029-03-01"),  # later, never earlier
        ("2028-02-29", {"years": 4}, "2032-02-29"),
        ("2027-12-31", {"days": 60}, "2028-02-29"),
        ("2028-02-29", {"years": 1, "days": 1}, "2029-03-02"),
    ],
)
def test_a_period_runs_off_on_the_day_that_people_expect(start: str, period: dict[str, int], end: str) -> None:
    at = datetime.fromisoformat(f"{start}T10:30:00+00:00")
    assert Period(**period).after(at) == datetime.fromisoformat(f"{end}T10:30:00+00:00")


@given(MOMENTS, PERIODS)
def test_a_period_ends_later_and_never_shorter_than_its_days(at: datetime, period: Period) -> None:
    end = period.after(at)
    shortest = timedelta(days=365 * period.years + period.days)
    assert shortest <= end - at <= shortest + timedelta(days=period.years // 4 + 2)
    assert (end.hour, end.minute, end.second) == (at.hour, at.minute, at.second)


@given(MOMENTS, MOMENTS, PERIODS)
def test_what_began_earlier_ends_no_later(one: datetime, other: datetime, period: Period) -> None:
    first, second = sorted((one, other))
    assert period.after(first) <= period.after(second)


def test_a_period_is_something() -> None:
    with pytest.raises(ValidationError):
        Period()
    assert str(Period(years=1)) == "1 year"
    assert str(Period(years=2, days=1)) == "2 years and 1 day"


# --- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outcome": "refused"}, "has no outcome"),
        ({"counted_from": "case_closed"}, "not counted from"),
        ({"outcome": "never_finished"}, "not counted from finished"),
        ({"outcome": "open_case"}, "Input should be"),  # no rule can set a time for it
        ({"minimum": {"years": 2}, "maximum": {"years": 1}}, "ends before the minimum"),
        ({"minimum": {"years": 1}, "maximum": {"days": 365}}, "ends before the minimum"),
        ({"maximum": {"years": -1}}, "greater than or equal"),
        ({"maximum": {"months": 1}}, "Extra inputs"),
        ({"agencies": ["police"]}, "Input should be"),
        ({"id": "A rule"}, "match pattern"),
        ({"source": ""}, "at least 1 character"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Rule.model_validate(rule(**changed))


def test_every_rule_that_comes_with_tipline_says_on_what_it_rests() -> None:
    for path in DATA.glob("*.toml"):
        file = RuleFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        assert "to be reviewed by a lawyer" in file.about.note, path
        assert all(r.source and r.title for r in file.rules)


@pytest.mark.parametrize("country", ["US", "IN", "LK", ""])
@pytest.mark.parametrize("kind", ["clearinghouse", "national", "state", "district"])
@pytest.mark.parametrize(
    ("thing", "outcome"),
    [
        ("report", "never_finished"), ("report", "no_case"), ("report", "closed_case"), ("case", "closed_case"),
        ("refused_document", "refused"),
    ],
)  # fmt: skip
def test_there_is_a_rule_for_everything_everywhere(country: str, kind: str, thing: str, outcome: str) -> None:
    cited = read_rules(None).rule(country, kind, thing, outcome)  # type: ignore[arg-type]
    assert (cited.rule.thing, cited.rule.outcome) == (thing, outcome)
    if kind != "clearinghouse" or country != "US":
        assert cited.rule.maximum is None  # police: never by schedule, until the installation says so


def test_the_clearinghouse_keeps_a_report_for_the_year_of_its_preservation() -> None:
    cited = read_rules(None).rule("US", "clearinghouse", "report", "no_case")
    assert (cited.rule.minimum, cited.rule.maximum) == (Period(years=1), Period(years=1))
    assert "2258A(h)" in cited.rule.source


OWN = """
country = "IN"
[about]
title = "Rules of Maharashtra"
version = "7"
source = "Order 12 of 2026"
licence = "-"
as_of = "2026-11-25"

[[rules]]
id = "mh-district-report"
agencies = ["district"]
thing = "report"
outcome = "no_case"
counted_from = "received"
minimum = { years = 3 }
maximum = { years = 5 }
title = "District reports"
source = "Order 12 of 2026, para 3"
"""


def test_an_installations_own_rules_are_asked_first(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    book = read_rules(own)
    assert book.rule("IN", "district", "report", "no_case").rule.maximum == Period(years=5)
    assert book.rule("IN", "district", "report", "no_case").version == "7"
    assert book.rule("IN", "state", "report", "no_case").rule.id == "in-police-report"
    assert book.rule("US", "district", "report", "no_case").rule.id == "anywhere-report"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OWN.replace("{ years = 5 }", "{ years = 2 }"), "TIPLINE_RETENTION: own.toml, rule mh-district-report: .*before the minimum"),
        (OWN.replace("{ years = 5 }", "{ year = 5 }"), r"TIPLINE_RETENTION: own.toml, rule mh-district-report\.maximum\.year: "),
        (OWN.replace('"received"', '"yesterday"'), r"rule mh-district-report\.counted_from: "),
        (OWN.replace('country = "IN"', 'country = "India"'), "TIPLINE_RETENTION: own.toml, country: "),
        ("not toml", "TIPLINE_RETENTION: own.toml is not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_own_file_is_told_with_variable_rule_and_field(
    text: str, words: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        read_rules(own)


def test_the_setting_names_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TIPLINE_RETENTION names"):
        load_config({"TIPLINE_RETENTION": str(tmp_path / "none.toml"), "TIPLINE_DATA_DIR": str(tmp_path)})
    assert load_config({"TIPLINE_DATA_DIR": str(tmp_path)}).retention is None


# --- several agencies, one copy -------------------------------------------------------------------------------

START = datetime(2026, 1, 1, tzinfo=UTC)


def clock(minimum: int | None, maximum: int | None) -> Clock:
    cited = Cited(Rule.model_validate(rule()), "1", "x.toml", "")
    days = [None if n is None else START + timedelta(days=n) for n in (minimum, maximum)]
    return Clock("IN-X", cited, START, *days)


DAYS = st.none() | st.integers(1, 1000)


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=5))
def test_the_strictest_minimum_counts_and_one_without_a_maximum_keeps_it(
    periods: list[tuple[int | None, int | None]],
) -> None:
    decision = Decision("report", 1, 1, "IN-X", "no_case", tuple(clock(a, b) for a, b in periods), ())
    minima, maxima = [a for a, _ in periods if a], [b for _, b in periods]
    assert decision.not_before == (START + timedelta(days=max(minima)) if minima else None)
    if None in maxima:
        assert decision.due is None
    else:
        assert decision.due == START + timedelta(days=max(b for b in maxima if b))


@given(st.sets(st.sampled_from(list(Why))))
def test_a_court_goes_before_a_minimum_and_before_nothing_else(whys: set[Why]) -> None:
    blocks = tuple(Block(why, why.value) for why in sorted(whys))
    decision = Decision("report", 1, 1, "IN-X", "no_case", (), blocks)
    of_schedule = {Why.NO_MAXIMUM, Why.NOT_DUE, Why.SCHEDULE_OFF}
    assert {b.why for b in decision.against_order(court_order=False)} == whys - of_schedule
    assert {b.why for b in decision.against_order(court_order=True)} == whys - of_schedule - {Why.MINIMUM}
    assert decision.by_schedule == (not whys)
