"""The canonical form of an entry: RFC 8785, held against the library that follows it to the letter."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tipline.trust.audit.canonical import canonical, detail_text

AT = "2026-11-25T01:02:03.000004Z"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=12,
)
DETAILS = st.dictionaries(TEXT, VALUES, max_size=5)


def form(detail: str = "{}", **columns: Any) -> bytes:
    row: dict[str, Any] = {
        "entry_id": 17, "at": AT, "actor_kind": "person", "actor_id": 7, "actor_label": "मीरा", "agency_id": 3,
        "action": "report.read", "object_type": "report", "object_id": "4711",
    }  # fmt: skip
    return canonical(**row | columns, detail=detail)


def test_the_form_is_the_one_that_is_documented() -> None:
    assert form('{"b": [1, true, null], "a": "é\\n"}').decode() == (
        '{"action":"report.read","actor":{"id":7,"kind":"person","label":"मीरा"},"agency":3,'
        f'"at":"{AT}","detail":{{"a":"é\\n","b":[1,true,null]}},"id":17,"object":{{"id":"4711","type":"report"}},"v":1}}'
    )


@given(
    entry_id=st.integers(1, 2**53 - 1), actor_id=st.none() | WHOLE, label=TEXT, agency_id=st.none() | WHOLE,
    object_id=TEXT, detail=DETAILS,
)  # fmt: skip
def test_it_is_what_rfc_8785_says(
    entry_id: int, actor_id: int | None, label: str, agency_id: int | None, object_id: str, detail: dict[str, Any]
) -> None:
    expected = rfc8785.dumps(
        {
            "v": 1, "id": entry_id, "at": AT, "actor": {"kind": "person", "id": actor_id, "label": label},
            "agency": agency_id, "action": "report.read", "object": {"type": "report", "id": object_id}, "detail": detail,
        }
    )  # fmt: skip
    for text in (json.dumps(detail), json.dumps(detail, ensure_ascii=False, indent=3), detail_text(detail)):
        found = form(
            text, entry_id=entry_id, actor_id=actor_id, actor_label=label, agency_id=agency_id, object_id=object_id
        )
        assert found == expected


def test_keys_are_sorted_as_rfc_8785_sorts_its_own_example() -> None:
    """Section 3.2.3: by UTF-16 code units, so that an emoji comes before a Hebrew presentation form."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    found = json.loads(form(json.dumps(dict.fromkeys(keys, 0))))["detail"]
    assert list(found) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(st.text(string.printable + "".join(map(chr, range(1, 32))) + "\x7f\u2028", max_size=30))
def test_strings_are_escaped_as_the_standard_does(text: str) -> None:
    assert json.loads(form(object_id=text))["object"]["id"] == text
    assert f'"id":{rfc8785.dumps(text).decode()},"type"'.encode() in form(object_id=text)


@pytest.mark.parametrize(
    "detail",
    ["1.0", "[1.5]", '{"a":1e3}', '{"a":-0.0}', '{"a":9007199254740992}', '{"a":-9007199254740992}', '{"a":NaN}',
     '{"a":Infinity}', "", "{", '{"a":1' + "0" * 6000 + "}"],
)  # fmt: skip
def test_what_two_readers_might_read_differently_has_no_form(detail: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        form(detail)


@pytest.mark.parametrize("columns", [{"entry_id": 2**53}, {"actor_id": -(2**53)}, {"agency_id": 2**60}])
def test_numbers_of_columns_are_held_to_the_same(columns: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="larger"):
        form(**columns)


@pytest.mark.parametrize("detail", ["[]", "null", '"x"', "0", '{"a": null}'])
def test_no_other_detail_passes_for_an_empty_one(detail: str) -> None:
    assert form(detail) != form("{}")


@pytest.mark.parametrize(
    "detail", [{"a": 1.5}, {"a": 2**53}, {"a": [{"b": b"x"}]}, {1: "a"}, {"a": {2: 3}}, {"a": {"x"}}, {"a": object()}]
)
def test_a_writer_is_told_at_once_what_an_entry_may_not_hold(detail: Any) -> None:
    with pytest.raises(TypeError, match="detail of an entry"):
        detail_text(detail)


@given(DETAILS)
def test_what_a_writer_may_write_has_a_form(detail: dict[str, Any]) -> None:
    assert json.loads(form(detail_text(detail)))["detail"] == detail
