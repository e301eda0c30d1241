"""What an alert may say: a place in a document, and never a value of a report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.intake.doors.alerts import NOT_SHOWN, subject_of, told
from tipline.intake.doors.calls import Fault
from tipline.intake.doors.thresholds import THRESHOLDS


def test_repeated_elements_are_one_place() -> None:
    assert subject_of("/report/victim[3]/x[12]/y") == subject_of("/report/victim[1]/x/y") == "/report/victim/x/y"


def test_a_long_or_hidden_name_stays_readable() -> None:
    assert len(subject_of("/report" + "/x" * 1000)) == 300
    assert subject_of("/report/a\u202eb") == "/report/a⟨U+202E⟩b"


@pytest.mark.parametrize("value", ["New Kind", "Child Sex Tourism 2", "B3", "Login/Logout"])
def test_what_looks_like_a_value_of_a_list_is_shown(value: str) -> None:
    assert value in told(Fault("/report/x", 3, f"{value!r} is not one of 'A', 'B'", "unknown_value"))
    assert value in told(Fault("/report/x", 3, f"attribute type: {value!r} is not one of 'A', 'B'", "unknown_value"))


@pytest.mark.parametrize(
    "value",
    [
        "someone@mail.example", "+91 98765", "https://pictogram.example/1", "a b c d e f", "x" * 61, "it's me", "a\u202eb", "",
        "192.0.2.1", "9876543210", "98765 43210", "सूचना",
    ],
)  # fmt: skip
def test_what_looks_like_a_text_of_a_report_is_not(value: str) -> None:
    for kind in ("unknown_value", "other"):
        rule = f"{value!r} is not one of 'A', 'B'"
        said = told(Fault("/report/x", 3, rule, kind))
        assert NOT_SHOWN in said
        assert not value or value not in said


@given(st.text(max_size=80))
def test_no_quoted_text_leaves_a_rule_of_another_kind(value: str) -> None:
    said = told(Fault("/report/x", 1, f"{value!r} does not have the form wanted", "other"))
    assert said == f"{NOT_SHOWN} does not have the form wanted"


def test_thresholds_have_their_reasons() -> None:
    for window in (*THRESHOLDS.completeness, *THRESHOLDS.refusals, *THRESHOLDS.silence):
        assert len(window.why) > 20
