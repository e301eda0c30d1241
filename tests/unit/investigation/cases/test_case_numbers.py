"""Numbers of cases, as schemes write them, are found again in a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.investigation.cases.numbering import STANDARD, _bounded, _has_letters, _shape, written
from tipline.trust.agencies.models import Agency

JALGAON = Agency(code="IN-MH-JALGAON")
SCHEMES = [
    STANDARD,
    "CR {number}/{year}",
    "{agency}-{year2}-{number:06}",
    "{number}/{year}",
    "Cyb(N) & Co. {number:03}.{year2}",
]


@given(st.sampled_from(SCHEMES), st.integers(2000, 2099), st.integers(1, 999_999))
def test_what_a_scheme_writes_it_recognises(scheme: str, year: int, number: int) -> None:
    text = written(scheme, JALGAON, year, number)
    assert re.fullmatch(_shape(scheme), text)
    assert _bounded(_shape(scheme)).search(f"Your {text}, of May") is not None


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("CR {number}/{year}", "01/CR 5/2026"), ("CR {number}/{year}", "CR 5/20261"), ("CR {number}/{year}", "XCR 5/2026"), (STANDARD, "IN-MH-JALGAON/2026/12"),
     (STANDARD, "in-mh-jalgaon/2026/0012"), ("{number}/{year}", "01/12/2026")],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(scheme: str, text: str) -> None:
    assert _bounded(_shape(scheme)).search(text) is None


def test_a_scheme_without_a_letter_is_told_from_one_with() -> None:
    assert [_has_letters(one) for one in SCHEMES] == [True, True, True, False, True]
