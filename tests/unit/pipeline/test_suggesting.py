"""Folding, keys and the model of suggestions: what people vary meets, hostile text stays bounded, and a wrong file stops the start."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.pipeline.linking.suggesting.features import (
    Likeness,
    closest,
    distance,
    keys,
    mail_nick,
    name,
    nick,
    number,
    place,
)
from tipline.pipeline.linking.suggesting.model import MODEL, Model, settings_of
from tipline.pipeline.linking.suggesting.services import evidence, score


def of(nicks: str = "", names: str = "") -> Likeness:
    found = Likeness()
    found.add("nicks", nick(nicks), 1)
    found.add("names", name(names))
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ravi_K.91", "rаvik-91"),
        ("@monsoon.kite", "MONSOON_KITE"),
        ("z3r0cool", "zerocool"),
        ("ｒａｖｉｋ91", "ravik91"),
    ],
)
def test_what_people_vary_in_account_names_is_set_aside(one: str, other: str) -> None:
    assert nick(one) == nick(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("रवि कुमार", "Ravi Kumaar"),
        ("Kumar, Ravi", "ravi kumar"),
        ("सुनीता पाटील", "Suneeta Patil"),
        ("Pūja Joshi", "Pooja Joshi"),
    ],
)
def test_names_in_two_scripts_and_spellings_are_one(one: str, other: str) -> None:
    assert name(one) == name(other) is not None


def test_what_says_too_little_is_no_value() -> None:
    assert nick("ravi") is None and nick("123456") is None
    assert name("Ravi") is None and name("") is None
    assert number("12345") is None and number("+91 98200 00000") == number("098200-00000")
    assert mail_nick("no address") is None and mail_nick("monsoon.kite+shop@mail.example") == "monsoonkite"
    at = datetime(2026, 1, 1, 10, 15, 59, tzinfo=UTC)
    assert place("192.0.2.1", None, at) is None and place("192.0.2.1", 443, None) is None
    assert place("192.0.2.1", 443, at) == place("192.0.2.1", 443, at.replace(second=1))


@given(st.text(alphabet="abcdefghij", min_size=6, max_size=20), st.integers(0, 19), st.sampled_from("klm"))
def test_names_one_letter_apart_share_a_key(text: str, at: int, letter: str) -> None:
    place_of = at % len(text)
    changed = text[:place_of] + letter + text[place_of + 1 :]
    shorter = text[:place_of] + text[place_of + 1 :]
    for other in (changed, shorter):
        assert distance(text, other) == 1
        assert set(keys(of(text))) & set(keys(of(other)))


@given(st.text(max_size=400))
def test_folding_is_bounded_and_folds_what_it_folded_no_further(text: str) -> None:
    folded = nick(text)
    if folded is not None:
        assert len(folded) <= 32
        assert nick(folded) == folded
    assert len(name(text) or "") <= 64
    found = of(text, text)
    assert all(-(2**63) <= key < 2**63 for key in keys(found))
    assert len(keys(found)) <= 36


def test_a_report_holds_no_more_values_than_the_model_allows() -> None:
    found = Likeness()
    for one in range(500):
        found.add("nicks", nick(f"somebody{one}x"), one)
    assert len(found.nicks) == MODEL.most_values
    assert closest({"abc": {7}, "xyz": {8}}, {"abd": {9}}) == ([7], [9])


def test_scores_follow_the_evidence_and_quote_nothing() -> None:
    found = {
        1: of("monsoonkite07", "Ravi Kumar"),
        2: of("monsoonkite08", "रवि कुमार"),
        3: of("quietharbour", "Asha More"),
    }
    scored = {(one.low, one.high): one for one in score(found, [(1, 2), (1, 3)], threshold=0.0)}
    assert scored[1, 2].probability > 0.9 > 0.01 > scored[1, 3].probability
    assert [(one["field"], one["level"]) for one in scored[1, 2].comparisons] == [
        ("nicks", "one_apart"),
        ("names", "same"),
    ]
    assert "monsoon" not in str(scored[1, 2].comparisons) and "kumar" not in str(scored[1, 2].comparisons)
    assert evidence(scored[1, 3].comparisons) == set()


def test_a_wrong_model_is_refused_with_what_is_wrong() -> None:
    raw = MODEL.model_dump(mode="json")
    assert len(settings_of(MODEL)["comparisons"]) == 4  # type: ignore[arg-type]
    raw["comparisons"][0]["levels"][0]["m"] = 0.99
    with pytest.raises(ValidationError, match="m of nicks must add up to 1"):
        Model.model_validate(raw)
    raw = MODEL.model_dump(mode="json")
    raw["comparisons"][1]["levels"][0]["id"] = "drop_table"
    with pytest.raises(ValidationError, match="names has no level drop_table"):
        Model.model_validate(raw)
